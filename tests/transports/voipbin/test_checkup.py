"""How checks are asked, and what the platform's clock says beside ours."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from harness.errors import ApiError, CallError, ConfigurationError, HarnessError, UnreachableError
from harness.sip.probing import SipAnswer
from harness.transports.voipbin.checkup import (
    Check,
    Group,
    Needs,
    Outcome,
    State,
    Subject,
    failed,
    fine,
    run_checks,
    warned,
)
from harness.transports.voipbin.checkup.agent import engine_outcome
from harness.transports.voipbin.checkup.reach import ask_clock
from harness.transports.voipbin.checkup.results import outcome_of
from harness.transports.voipbin.checkup.subject import Ping
from harness.transports.voipbin.checkup.telephone import telephone_checks
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.site import Site

Ask = Callable[[], Awaitable[Outcome]]
NOON = datetime(2026, 5, 2, 12, 0, 0, tzinfo=UTC)


def check(name: str, ask: Ask, *after: str) -> Check:
    return Check(group=Group.PLATFORM, name=name, title=f"the {name}", ask=ask, after=after)


async def well() -> Outcome:
    return fine("well")


async def never() -> Outcome:
    await asyncio.Event().wait()
    return fine("at last")


def raising(error: HarnessError) -> Ask:
    async def ask() -> Outcome:
        raise error

    return ask


def test_checks_keep_their_order_and_are_skipped_for_what_began_a_row_of_failures() -> None:
    done: list[str] = []
    checks = [
        check("first", raising(ConfigurationError("It is wrong. Do this"))),
        check("second", well, "first"),
        check("third", well, "second"),
        check("other", well),
    ]

    results = asyncio.run(run_checks(checks, within_s=5, on_done=lambda result: done.append(result.check.name)))

    assert [(result.outcome.state, result.outcome.said) for result in results] == [
        (State.FAILED, "It is wrong"),
        (State.SKIPPED, "needs the first"),
        (State.SKIPPED, "needs the first"),
        (State.OK, "well"),
    ]
    assert results[0].outcome.fix == "Do this"
    assert sorted(done) == ["first", "other", "second", "third"]


def test_a_check_without_an_answer_fails_and_holds_up_no_other() -> None:
    checks = [check("silent", never), check("well", well), check("late", never, "well")]

    silent, other, late = asyncio.run(run_checks(checks, within_s=0.1))

    assert (silent.outcome.state, other.outcome.state, late.outcome.state) == (State.FAILED, State.OK, State.FAILED)
    assert silent.outcome.said == "no answer within 0.1 s"


@pytest.mark.parametrize(
    ("error", "said", "fix"),
    [
        pytest.param(UnreachableError("x", cause="why", fix="so"), "why", "so", id="unreachable"),
        pytest.param(
            ApiError("no", http_status=402, status="PAYMENT_REQUIRED", reason="INSUFFICIENT_BALANCE"),
            "the platform answered 402 INSUFFICIENT_BALANCE: no",
            "top the account up and look at GET /billing_account before the next run",
            id="refused",
        ),
        pytest.param(CallError("Closed: a proxy. Ask the owner"), "Closed: a proxy", "Ask the owner", id="a call"),
        pytest.param(ConfigurationError("odd"), "odd", "put that right, then look again", id="without a fix"),
    ],
)
def test_an_error_becomes_a_line_and_what_to_do(error: HarnessError, said: str, fix: str) -> None:
    outcome = outcome_of(error)

    assert (outcome.state, outcome.said, outcome.fix) == (State.FAILED, said, fix)


@pytest.mark.parametrize(
    ("theirs", "ours_s", "state", "word"),
    [
        pytest.param("Sat, 02 May 2026 12:00:00 GMT", 0.9, State.OK, "agrees", id="the same"),
        pytest.param("Sat, 02 May 2026 12:00:00 GMT", 10.5, State.WARNING, "10 s ahead of", id="ahead"),
        pytest.param("Sat, 02 May 2026 12:00:00 GMT", -3599.5, State.WARNING, "3600 s behind", id="behind"),
        pytest.param("", 0, State.SKIPPED, "tells no time", id="no header"),
    ],
)
def test_a_clock_that_is_wrong_is_found(theirs: str, ours_s: float, state: State, word: str) -> None:
    async def ask() -> Outcome:
        subject = Subject(VoipbinClient(Site()), Needs())
        ping = Ping(took_s=0.1, theirs=theirs, ours=NOON + timedelta(seconds=ours_s))

        async def pinged() -> Ping:
            return ping

        subject.ping = type(subject.ping)(pinged)
        return await ask_clock(subject)

    outcome = asyncio.run(ask())

    assert outcome.state is state
    assert word in outcome.said


@pytest.mark.parametrize(
    ("names", "is_live", "state"),
    [
        pytest.param(("openai.gpt-4o", "grok:grok-3"), True, State.OK, id="runs"),
        pytest.param(("openai.gpt-4o", "mistral.large"), False, State.FAILED, id="accepted, and silent"),
        pytest.param(("embedded.extractive",), False, State.WARNING, id="ours"),
        pytest.param(("embedded.extractive",), True, State.FAILED, id="ours, for real calls"),
        pytest.param(("gpt-4o",), False, State.FAILED, id="no provider"),
        pytest.param(("mystery.model",), False, State.FAILED, id="a provider nobody knows"),
    ],
)
def test_language_models_that_cannot_run_are_found(names: tuple[str, ...], is_live: bool, state: State) -> None:
    outcome = engine_outcome(names, whose="the suites'", is_live=is_live, is_here=False)

    assert outcome.state is state
    assert bool(outcome.fix) == (state is not State.OK)


def test_a_warning_does_not_stop_what_comes_after_it() -> None:
    async def odd() -> Outcome:
        return warned("odd", fix="look")

    results = asyncio.run(run_checks([check("odd", odd), check("well", well, "odd")], within_s=5))

    assert [result.outcome.state for result in results] == [State.WARNING, State.OK]


@pytest.mark.parametrize(
    ("route", "installed", "answer", "states"),
    [
        pytest.param(
            "sip", True, SipAnswer(status=200, reason="OK", took_s=0.1, codecs=("PCMU",)), "ok ok ok", id="all"
        ),
        pytest.param(
            "sip", True, SipAnswer(status=404, reason="Not Found", took_s=0.1), "ok ok skipped", id="no codecs"
        ),
        pytest.param(
            "sip", True, SipAnswer(status=200, reason="OK", took_s=0.1, codecs=("OPUS",)), "ok ok warning", id="no PCMU"
        ),
        pytest.param("sip", False, SipAnswer(status=503, reason="x", took_s=0.1), "failed failed skipped", id="closed"),
        pytest.param("sip", True, CallError("Silence. Open it"), "ok failed skipped", id="nobody"),
        pytest.param("media", False, CallError("Not asked"), "skipped skipped skipped", id="another route"),
    ],
)
def test_a_telephone_is_looked_at_only_where_one_is_used(
    route: str, installed: bool, answer: SipAnswer | CallError, states: str
) -> None:
    async def probe() -> SipAnswer:
        if isinstance(answer, CallError):
            raise answer
        return answer

    def here() -> Outcome:
        return fine("there") if installed else failed("missing", fix="install it")

    async def ask() -> str:
        subject = Subject(VoipbinClient(Site()), Needs())
        checks = telephone_checks(subject, route=route, installed=here, probe=probe)
        results = await run_checks([check("credentials", well), *checks], within_s=5)
        return " ".join(result.outcome.state for result in results[1:])

    assert asyncio.run(ask()) == states
