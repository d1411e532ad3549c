import asyncio
from collections.abc import Callable
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.model.call import EventKind, Role, Tier
from harness.model.moves import Hangup, Interruption, Move, Say, Trigger, TriggerKind, Wait
from harness.runner.conversation import Conversation
from harness.testing.speech import EchoEars, ScriptedAgent

MUMBLE = "mumble mumble"
TRIGGERS = st.builds(
    Trigger,
    after=st.sampled_from(TriggerKind),
    delay_ms=st.integers(0, 6_000),
    timeout_ms=st.integers(1, 12_000),
)
WORDS = st.sampled_from(["Hi", "Are you open on Mondays?", MUMBLE, "No wait, stop. I meant something else entirely."])
MOVES = st.one_of(
    st.builds(Say, text=WORDS, trigger=TRIGGERS, interrupts=st.none() | st.just(Interruption.IMPATIENCE)),
    st.builds(Wait, trigger=TRIGGERS),
    st.builds(Hangup, trigger=TRIGGERS),
)
REPLIES = st.lists(st.sampled_from(["", "Yes.", "Hello. How can I help you today? Tell me.", "well " * 60]), min_size=1)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(MOVES, max_size=6), replies=REPLIES, seed=st.integers(0, 2**48))
def test_every_call_ends_and_its_record_is_in_order(
    hold: Callable[..., Conversation], moves: list[Move], replies: list[str], seed: int
) -> None:
    call = hold(
        *moves,
        agent=ScriptedAgent(*replies),
        ears=EchoEars(deaf_to=[MUMBLE]),
        seed=seed,
        tier=Tier.TEXT,
        max_call_ms=120_000,
    )
    times = [event.at_ms for event in call.events]
    assert times == sorted(times)
    assert [event.kind for event in call.events].count(EventKind.CALL_HANGUP) == 1
    assert call.events[-1].kind is EventKind.CALL_HANGUP
    assert call.duration_ms <= 120_000 + 1_000
    for role in Role:
        own = [turn for turn in call.turns if turn.role is role]
        assert all(before.ended_ms <= after.started_ms for before, after in pairwise(own))
        assert all(turn.meant.startswith(turn.spoken) for turn in own)
    starts, stops = (
        sum(event.kind is kind for event in call.events)
        for kind in (EventKind.SPEECH_STARTED, EventKind.SPEECH_STOPPED)
    )
    assert starts == stops == len(call.turns)


def test_calls_that_run_at_once_do_not_disturb_each_other(hold: Callable[..., Conversation]) -> None:
    async def together() -> list[Conversation]:
        moves = (Say(text="Are you open on Mondays?"), Say(text="Thanks"))
        return await asyncio.gather(*(asyncio.to_thread(hold, *moves, seed=seed, tier=Tier.TEXT) for seed in (5, 6, 5)))

    first, other, again = asyncio.run(together())
    assert first.events == again.events != other.events
