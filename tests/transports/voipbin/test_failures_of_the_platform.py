"""What goes wrong on the platform in the middle of real calls: how their trials end, and what is left behind."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final, TypeAlias

import pytest
from starlette.applications import Starlette

from harness.interfaces.carriers import LINE
from harness.model.call import EndReason, Tier
from harness.model.finding import FindingName
from harness.model.outcome import Outcome
from harness.model.platform import PlatformSetup
from harness.model.run import TrialResult
from harness.model.score import Better, Evidence, Score
from harness.model.suite import Planned
from harness.participants.scripted import ScriptedCaller
from harness.runner.trial import Toolbox, run_trial
from harness.simulator.kernel.world import Published
from harness.simulator.platform import Platform
from harness.simulator.server import Trouble
from harness.testing.builders import make_arm, make_case, make_prompt
from harness.testing.speech import ToneMouth
from harness.testing.store import MemoryStore
from harness.transports.voipbin.routes import Route
from harness.transports.voipbin.site import Site
from harness.voipbin.resources import Kind
from tests.transports.voipbin.live_site import ENGINE, live_site, transport_of

N: Final = FindingName
GREETING: Final = "Hello, this is the desk of the hotel Lakeside."
ANSWER: Final = "We are open until six."
WORD_MS: Final = 150
SHORT: Final = ("Are you open?",)
Trying: TypeAlias = Callable[[asyncio.Barrier], Awaitable["Tried"]]
HAS_SIP: Final = find_spec("baresip") is not None
NEEDS_SIP: Final = pytest.mark.skipif(not HAS_SIP, reason="needs the extra [sip]")


class Understood:
    """Finds every caller easy to understand, which is not the question here."""

    name = "caller_wer"

    async def score(self, evidence: Evidence) -> tuple[Score, ...]:
        return (Score(name="caller_wer", value=0.0, better=Better.LOWER, reason="nobody listened"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of trials while something went wrong."""

    trials: tuple[TrialResult, ...]
    up: int
    """Calls and chats that are not over."""
    left: int
    """AIs and flows that are not deleted."""

    @property
    def trial(self) -> TrialResult:
        return self.trials[0]

    @property
    def names(self) -> list[FindingName]:
        return [finding.name for finding in self.trial.findings]


def planned(*says: str, outgoing: bool = False) -> Planned:
    case = make_case(*says, platform=PlatformSetup(outgoing=outgoing))
    return Planned(
        suite="desk", case=case, arm=make_arm(make_prompt("You are the desk of the hotel."), engine_model=ENGINE)
    )


async def hold(site: Site, route: Route, plan: Planned, *, trials: int = 1) -> tuple[TrialResult, ...]:
    tier = Tier.TEXT if route is Route.TEXT else Tier.AUDIO
    mouth = ToneMouth(word_ms=WORD_MS, text_only=tier is Tier.TEXT)
    async with transport_of(site, route, word_ms=WORD_MS) as transport:
        toolbox = Toolbox(
            transport=transport,
            caller=lambda request: ScriptedCaller(request.case, seed=1),
            mouth=lambda _: mouth,
            listener=None,
            scorers=(Understood(),),
            tier=tier,
            seed=1,
        )
        store = MemoryStore()
        held = [
            await run_trial(plan, attempt=attempt, toolbox=toolbox, store=store) for attempt in range(1, trials + 1)
        ]
    return tuple(held)


def counted(platform: Platform, trials: tuple[TrialResult, ...]) -> Tried:
    world = platform.world
    going = [
        row["status"] not in ("hangup", "terminated")
        for kind in (Kind.CALL, Kind.AICALL)
        for row in world.records(kind)
    ]
    left = [row["tm_delete"] is None for kind in (Kind.AI, Kind.FLOW) for row in world.records(kind)]
    return Tried(trials=trials, up=sum(going), left=sum(left))


def tried(
    route: Route,
    *troubles: Trouble,
    says: Collection[str] = ("Are you open today?", "Thank you."),
    outgoing: bool = False,
    trials: int = 1,
    prepare: Callable[[Platform, Starlette], None] = lambda _platform, _app: None,
) -> Trying:
    """Hold the calls of a case on a platform of its own, which goes away with those of the others."""

    async def trying(over: asyncio.Barrier) -> Tried:
        serving = live_site(
            GREETING,
            ANSWER,
            "Goodbye.",
            tier=Tier.TEXT if route is Route.TEXT else Tier.AUDIO,
            word_ms=WORD_MS,
            sip=route is Route.SIP,
            troubles=troubles,
            prepare=prepare,
        )
        async with serving as (platform, site):
            held = await hold(site, route, planned(*says, outgoing=outgoing), trials=trials)
            await over.wait()
            return counted(platform, held)

    return trying


def all_of(**trials: Trying) -> dict[str, Tried]:
    """Hold them at the same time, for they take seconds."""

    async def main() -> dict[str, Tried]:
        over = asyncio.Barrier(len(trials))
        found = await asyncio.gather(*(trying(over) for trying in trials.values()))
        return dict(zip(trials, found, strict=True))

    return asyncio.run(main())


def key_withdrawn(platform: Platform, _app: Starlette) -> None:
    """Have every access key deleted as soon as the agent has said something."""

    def notice(event: Published) -> None:
        if event.type == "aimessage_created" and event.data.get("role") == "assistant":
            for key in tuple(platform.world.records(Kind.ACCESSKEY)):
                platform.world.delete(key)

    platform.world.watch(notice)


def is_error(of: Tried, name: FindingName, *, left: int = 0, up: int = 0) -> None:
    """Check that a trial ended as an error that says what to do, with nothing left behind."""
    assert of.trial.outcome is Outcome.ERROR, of.trial
    assert of.names[0] is name, of.trial.findings
    assert of.trial.findings[0].cause
    assert of.trial.findings[0].fix
    assert of.trial.blames
    assert of.trial.reasons
    assert (of.up, of.left) == (up, left)


def passed(of: Tried) -> None:
    """Check that nothing that went wrong was made the agent's fault, and that nothing is left behind."""
    assert [trial.outcome for trial in of.trials] == [Outcome.PASSED] * len(of.trials), of.trial
    assert {trial.call.end_reason for trial in of.trials if trial.call} == {EndReason.CALLER_HANGUP}
    assert (of.up, of.left) == (0, 0)


def test_what_breaks_a_call_is_an_error_with_a_finding_and_nothing_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    found = all_of(
        dropped=tried(Route.MEDIA, Trouble.MEDIA_DROPS),
        storm=tried(Route.TEXT, Trouble.STORM),
        deleted=tried(Route.TEXT, Trouble.AI_DELETED, says=("Hi.",), trials=2),
        withdrawn=tried(Route.TEXT, prepare=key_withdrawn),
        failing_end=tried(Route.TEXT, Trouble.HANG_UP_FAILS, says=("Hi.",)),
        deaf=tried(Route.TEXT, Trouble.EVENTS_DROP),
    )
    is_error(found["dropped"], N.CALL_DROPPED)
    is_error(found["storm"], N.PLATFORM_LIMIT)
    is_error(found["deleted"], N.AGENT_DELETED)
    # The next call was not to the AI that is gone.
    assert [trial.findings[0].name for trial in found["deleted"].trials] == [N.AGENT_DELETED, N.AGENT_DELETED]
    # Nobody can tidy up who is let in no more: what is left, and how to get rid of it, is told.
    is_error(found["withdrawn"], N.CREDENTIALS_REFUSED, left=1, up=1)
    assert found["withdrawn"].trial.call is not None
    told = capsys.readouterr().err
    assert "is left on the platform: it could not be ended" in told
    assert "could not be deleted" in told
    assert "harness sweep --run run-1" in told
    passed(found["failing_end"])
    passed(found["deaf"])


# One platform with SIP at a time: a process has one SIP stack.
@pytest.mark.slow
@NEEDS_SIP
def test_spoken_calls_end_as_well() -> None:
    found = all_of(
        storm_media=tried(Route.MEDIA, Trouble.STORM, says=SHORT),
        deleted_media=tried(Route.MEDIA, Trouble.AI_DELETED, says=SHORT),
        storm_sip=tried(Route.SIP, Trouble.STORM, Trouble.HANG_UP_FAILS, says=SHORT),
    )
    is_error(found["storm_media"], N.PLATFORM_LIMIT)
    is_error(found["deleted_media"], N.AGENT_DELETED)
    # Nothing of a call by telephone hangs on a request: what was asked afterwards only came later.
    passed(found["storm_sip"])


@pytest.mark.slow
@NEEDS_SIP
def test_a_spoken_call_whose_key_is_withdrawn_is_hung_up_by_telephone(capsys: pytest.CaptureFixture[str]) -> None:
    found = all_of(
        withdrawn=tried(Route.SIP, says=SHORT, prepare=key_withdrawn),
        failing_end=tried(Route.MEDIA, Trouble.HANG_UP_FAILS, says=SHORT),
    )
    is_error(found["withdrawn"], N.CREDENTIALS_REFUSED, left=1)
    assert "harness sweep --run run-1" in capsys.readouterr().err
    passed(found["failing_end"])


@pytest.mark.slow
@NEEDS_SIP
def test_what_fails_after_a_spoken_call_or_beside_it_fails_no_call() -> None:
    found = all_of(called=tried(Route.SIP, Trouble.HANG_UP_FAILS, Trouble.EVENTS_DROP, outgoing=True, says=SHORT))
    passed(found["called"])
    [call] = [trial.call for trial in found["called"].trials if trial.call is not None]
    [line] = [each for each in call.resources if each.kind == LINE]
    assert any("the event socket broke" in note for note in line.fields["notes"])


def test_a_run_that_is_cancelled_hangs_up_and_deletes_what_it_made() -> None:
    routes = [Route.TEXT, Route.MEDIA, *([Route.SIP] if HAS_SIP else [])]
    begun: list[Published] = []

    def prepare(platform: Platform, _app: Starlette) -> None:
        platform.world.watch(lambda event: begun.append(event) if event.type == "aicall_status_progressing" else None)

    async def main() -> tuple[Tried, list[object]]:
        async with live_site(GREETING, word_ms=WORD_MS, sip=HAS_SIP, prepare=prepare) as (platform, site):
            calls = [
                asyncio.create_task(hold(site, route, planned("Hi.", "Are you open?", "Bye."))) for route in routes
            ]
            while len(begun) < len(calls):
                await asyncio.sleep(0.05)
            for call in calls:
                call.cancel()
            ended = await asyncio.gather(*calls, return_exceptions=True)
            return counted(platform, ()), list(ended)

    found, ended = asyncio.run(main())
    assert [type(end) for end in ended] == [asyncio.CancelledError] * len(routes)
    assert (found.up, found.left) == (0, 0)
