import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from harness.audio.recording import Recording
from harness.errors import ApiError, CallError, ServiceError, ServiceTimeoutError, StoreError
from harness.interfaces import Line, Utterance
from harness.interfaces.metering import Meter, asked_by
from harness.model.call import CallRequest, Event, EventKind, Role, Tier, Turn, TurnLabel
from harness.model.finding import FindingName, Resource
from harness.model.moves import Tones, Trigger
from harness.model.outcome import Outcome
from harness.model.quality import LineAchieved
from harness.model.run import TrialResult
from harness.model.score import Better, Evidence, Score, Scored, Unscored
from harness.model.suite import Planned
from harness.model.usage import Service, Side, Unit, Usage
from harness.runner.trial import Toolbox, run_trial
from harness.testing.builders import make_arm, make_case
from harness.testing.store import MemoryStore

Maker = Callable[..., Toolbox]
PLANNED = Planned(suite="desk", case=make_case("Are you open today?"), arm=make_arm())


class Asks:
    """A scorer with a fixed answer about the caller's audio, and one about the agent."""

    name = "asks"

    def __init__(self, *, passed: bool = True, caller_wer: float = 0.0) -> None:
        self._passed = passed
        self._caller_wer = caller_wer

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        reason = "" if self._passed else "should have said 'closed', said 'open'"
        return (
            Score(name="caller_wer", value=self._caller_wer, better=Better.LOWER, reason="1 of 4 words"),
            Score(
                name="asks", value=self._passed, better=Better.HIGHER, passed=self._passed, required=True, reason=reason
            ),
        )


class Breaks:
    name = "fragile"

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        raise ZeroDivisionError("no words")


class SaysItBackwards:
    """A reference recogniser that can be told apart from the platform's."""

    name = "backwards"

    async def listen(self, turns: Sequence[Turn], recording: Recording, *, language: str) -> tuple[Turn, ...]:
        return tuple(replace(turn, said=turn.spoken[::-1]) for turn in turns)


class Deaf:
    name = "deaf"

    async def listen(self, turns: Sequence[Turn], recording: Recording, *, language: str) -> tuple[Turn, ...]:
        raise ServiceTimeoutError("no answer in 60 s", service="whisper:tiny.en")


class Broken:
    """A transport on which no call comes about."""

    name = "broken"

    def __init__(self, error: Exception) -> None:
        self._error = error

    @asynccontextmanager
    async def open(self, request: CallRequest) -> AsyncIterator[Line]:
        raise self._error
        yield

    async def close(self) -> None: ...


class Silent:
    """A line on which an agent's session runs for 20 s and nobody says a word."""

    name = "silent"

    @asynccontextmanager
    async def open(self, request: CallRequest) -> AsyncIterator[Line]:
        yield self

    async def close(self) -> None: ...

    async def play(self, utterance: Utterance, *, at: Trigger, label: TurnLabel = TurnLabel.TURN) -> None: ...
    async def press(self, digits: str, *, at: Trigger, tones: Tones = Tones.RFC4733) -> None: ...
    async def wait(self, *, at: Trigger) -> None: ...
    async def hangup(self, *, at: Trigger) -> None: ...

    async def events(self) -> AsyncIterator[Event]:
        yield Event(at_ms=100, kind=EventKind.CALL_PROGRESSING)
        yield Event(at_ms=100, kind=EventKind.AICALL_INITIALIZING)
        yield Event(at_ms=900, kind=EventKind.AICALL_PROGRESSING)
        yield Event(at_ms=900, kind=EventKind.MESSAGE_CREATED, text="Be kind.", data={"role": "system"})
        yield Event(at_ms=20_000, kind=EventKind.CALL_HANGUP, data={"reason": "caller_hangup"})

    def recording(self) -> Recording | None:
        return None

    def line_achieved(self) -> LineAchieved | None:
        return None

    def resources(self) -> tuple[Resource, ...]:
        return (Resource(kind="aicall", fields={"status": "progressing", "engine_key": "sk-secret"}),)

    def in_hindsight(self, events: Sequence[Event]) -> tuple[Event, ...]:
        return tuple(events)


def run(toolbox: Toolbox, *, store: MemoryStore | None = None, planned: Planned = PLANNED) -> TrialResult:
    return asyncio.run(run_trial(planned, attempt=1, toolbox=toolbox, store=store or MemoryStore()))


def test_a_held_call_is_scored_decided_and_kept(make_toolbox: Maker) -> None:
    store = MemoryStore()
    result = run(make_toolbox(scorers=(Asks(),)), store=store)
    assert result.outcome is Outcome.PASSED
    assert result.call is not None
    assert [(turn.role, turn.spoken) for turn in result.call.turns] == [
        (Role.AGENT, "Hello, this is the desk."),
        (Role.CALLER, "Are you open today?"),
        (Role.AGENT, "Yes, until five."),
    ]
    assert result.call.prompt_digest == PLANNED.arm.prompt.digest
    assert store.results == {"desk::hello[receptionist@v1-embedded.extractive]#1": result}


class Charges:
    """A scorer that asks a hosted judge; it may break after that."""

    name = "charges"

    def __init__(self, *, breaks: bool = False) -> None:
        self._breaks = breaks

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        with asked_by(Side.JUDGE):
            for tokens in (30, 12):
                Meter.of(Service.LLM, "openai.gpt-4o").note(Unit.OUTPUT_TOKENS, tokens)
            Meter.of(Service.LLM, "scripted.echo").note(Unit.OUTPUT_TOKENS, 99)
        if self._breaks:
            raise ZeroDivisionError("no words")
        return ()


JUDGED = Usage(
    service=Service.LLM, side=Side.JUDGE, model="openai.gpt-4o", unit=Unit.OUTPUT_TOKENS, amount=42, estimated=False
)


@pytest.mark.parametrize("breaks", [False, True], ids=["it held", "a scorer broke"])
def test_a_trial_keeps_what_it_used_added_up_and_without_what_is_free(make_toolbox: Maker, breaks: bool) -> None:
    assert run(make_toolbox(scorers=(Charges(breaks=breaks),))).usage == (JUDGED,)


def test_a_call_over_a_line_that_is_billed_counts_its_seconds(make_toolbox: Maker) -> None:
    (line,) = run(make_toolbox(transport=Silent())).usage
    assert (line.service, line.model, line.unit, line.amount) == (Service.TELEPHONY, "silent", Unit.SECONDS, 20.0)


def test_a_failed_requirement_fails_the_trial_with_its_reason(make_toolbox: Maker) -> None:
    result = run(make_toolbox(scorers=(Asks(passed=False),)))
    assert result.outcome is Outcome.FAILED
    assert result.reasons == ("should have said 'closed', said 'open'",)


def test_a_recorded_call_keeps_its_recording_and_what_our_recogniser_heard(make_toolbox: Maker) -> None:
    store = MemoryStore()
    result = run(make_toolbox(tier=Tier.AUDIO, scorers=(Asks(),), listener=SaysItBackwards()), store=store)
    assert result.outcome is Outcome.PASSED
    assert result.call is not None
    assert result.call.recording is not None
    assert result.call.recording.duration_ms >= result.call.turns[-1].ended_ms
    assert [turn.said for turn in result.call.turns] == [turn.spoken[::-1] for turn in result.call.turns]
    assert store.recordings.keys() == store.results.keys()


def test_a_caller_nobody_could_understand_proves_nothing(make_toolbox: Maker) -> None:
    toolbox = make_toolbox(tier=Tier.AUDIO, scorers=(Asks(passed=False, caller_wer=0.6),))
    assert run(toolbox).outcome is Outcome.INCONCLUSIVE


def test_a_scorer_that_breaks_is_unscored_and_never_a_pass(make_toolbox: Maker) -> None:
    result = run(make_toolbox(scorers=(Breaks(), Asks())))
    assert result.outcome is Outcome.INCONCLUSIVE
    unscored = result.scores[0]
    assert isinstance(unscored, Unscored)
    assert unscored.required
    assert "'fragile'" in unscored.reason
    assert "ZeroDivisionError: no words" in unscored.reason
    assert "fragile" in result.reasons[0]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(CallError("nobody picked up"), "nobody picked up", id="line"),
        pytest.param(ServiceError("answered 500", service="tts"), "tts: answered 500", id="service"),
        pytest.param(KeyError("voice"), "KeyError: 'voice' (test_trial.py:", id="a fault of an extension"),
    ],
)
def test_a_call_that_did_not_come_about_is_an_error_in_plain_words(
    make_toolbox: Maker, error: Exception, reason: str
) -> None:
    store = MemoryStore()
    result = run(make_toolbox(transport=Broken(error), scorers=(Asks(),)), store=store)
    assert result.outcome is Outcome.ERROR
    assert result.reasons[0].startswith(reason)
    assert "Traceback" not in result.reasons[0]
    assert result.call is None
    assert list(store.results.values()) == [result]


def test_an_agent_service_that_fails_in_the_call_is_an_error(make_toolbox: Maker) -> None:
    result = run(make_toolbox("Hello.", ServiceError("answered 503", service="openai"), scorers=(Asks(),)))
    assert result.outcome is Outcome.ERROR
    assert "503" in result.reasons[0]


def test_a_reference_recogniser_that_fails_is_an_error_and_the_call_is_kept(make_toolbox: Maker) -> None:
    result = run(make_toolbox(tier=Tier.AUDIO, listener=Deaf(), scorers=(Asks(),)))
    assert result.outcome is Outcome.ERROR
    assert result.reasons == ("whisper:tiny.en: no answer in 60 s",)
    assert result.call is not None
    assert result.call.recording is not None


def test_a_result_that_cannot_be_kept_is_raised(make_toolbox: Maker) -> None:
    with pytest.raises(StoreError, match="No space left"):
        run(make_toolbox(scorers=(Asks(),)), store=MemoryStore(full=True))


def test_arms_share_the_seed_of_an_attempt(make_toolbox: Maker) -> None:
    other = replace(PLANNED, arm=make_arm(engine_model="scripted.polite"))
    seeds: list[Any] = [
        result.call and result.call.seed for result in (run(make_toolbox()), run(make_toolbox(), planned=other))
    ]
    assert seeds[0] == seeds[1]
    assert run(make_toolbox(seed=2)).trial.seed != seeds[0]


def test_a_call_is_explained_and_what_the_platform_keeps_of_it_is_kept(make_toolbox: Maker) -> None:
    call = run(make_toolbox(transport=Silent())).call
    assert call is not None
    assert [finding.name for finding in call.findings] == [FindingName.AGENT_WROTE_NOTHING]
    assert [resource.kind for resource in call.resources] == ["aicall"]
    assert "sk-secret" not in repr(call)


def test_what_kept_a_call_from_coming_about_is_explained(make_toolbox: Maker) -> None:
    error = ApiError("no credit", http_status=402, status="PAYMENT_REQUIRED", reason="INSUFFICIENT_BALANCE")
    result = run(make_toolbox(transport=Broken(error)))
    assert result.outcome is Outcome.ERROR
    assert [finding.name for finding in result.findings] == [FindingName.INSUFFICIENT_BALANCE]
    assert result.findings[0].what == result.reasons[0]
