"""Calls our own caller spoils: made again, never counted, and a reason to stop when there are too many."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from harness.model.case import Case, PassRule
from harness.model.outcome import Outcome
from harness.model.persona import Persona
from harness.model.run import CaseResult, Trial, TrialResult
from harness.model.score import Better, Evidence, Score, Scored
from harness.model.stop import Stop, StopKind
from harness.model.suite import Planned
from harness.model.validity import VALID, InvalidKind, Validity
from harness.runner.batch import Batch
from harness.runner.outcome import fold_case
from harness.runner.spoiling import FEWEST_CALLS, SpoilRule, persona_shares, too_many
from harness.runner.trial import Toolbox
from harness.testing.builders import make_arm, make_case, make_prompt, make_result
from harness.testing.store import MemoryStore

Maker = Callable[..., Toolbox]
SPOILED = Validity(valid=False, kind=InvalidKind.AUDIO, reason="our caller could not be understood")


def plan(name: str = "hello", *, persona: str = "omar", trials: int = 1, prompt: str = "Be kind.") -> Planned:
    case = make_case(id=name, persona=Persona(name=persona), pass_rule=PassRule(required=1, of=trials))
    return Planned(suite="desk", case=case, arm=make_arm(make_prompt(prompt)), at_least=trials)


class Mumbles:
    """Scores a caller who helps in the calls of some seeds, and an agent who passes or not."""

    name = "mumbles"

    def __init__(self, spoils: Callable[[int], bool], *, passed: bool = True) -> None:
        self._spoils = spoils
        self._passed = passed
        self.seeds: list[int] = []

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        seed = evidence.call.seed
        self.seeds.append(seed)
        good = not self._spoils(seed)
        return (
            Score(name="caller_facts", value=good, better=Better.HIGHER, passed=good, reason="helped: told all"),
            Score(name="asks", value=self._passed, better=Better.HIGHER, passed=self._passed, required=True),
        )


def seed_of(planned: Planned, *, attempt: int = 1, repeat: int = 0) -> int:
    return Trial.of(planned, attempt=attempt, repeat=repeat, run_seed=1).seed


def held(
    toolbox: Toolbox, matrix: Iterable[Planned], *, store: MemoryStore | None = None, **parts: Any
) -> tuple[MemoryStore, list[CaseResult]]:
    """Return the store, and each planned case as the batch tells it."""
    kept = store or MemoryStore()

    async def hold() -> list[CaseResult]:
        values: dict[str, Any] = {"toolbox": toolbox, "store": kept, "sign": kept, "concurrency": 1}
        batch = Batch(**(values | parts))
        cases = []
        for planned in matrix:
            attempts = range(1, planned.case.trials + 1)
            calls = [call for attempt in attempts for call in await batch.trial(planned, attempt=attempt)]
            cases.append(fold_case(planned, calls))
        return cases

    return kept, asyncio.run(hold())


def test_a_spoiled_trial_is_made_again_with_a_seed_of_its_own_and_only_the_last_call_counts(
    make_toolbox: Maker,
) -> None:
    planned = plan(trials=2)
    first, second = seed_of(planned), seed_of(planned, repeat=1)
    scorer = Mumbles({first, second}.__contains__)
    store, (result,) = held(make_toolbox(scorers=(scorer,)), [planned])
    assert [call.trial.id.partition("#")[2] for call in result.trials] == ["1r2", "2"]
    assert [call.trial.id.partition("#")[2] for call in result.discarded] == ["1", "1r1"]
    assert result.outcome is Outcome.PASSED
    assert result.reasons == ()
    assert [call.reasons for call in result.discarded] == [("our caller helped the agent: told all",)] * 2
    assert len(set(scorer.seeds)) == len(scorer.seeds) == len(store.results)


@pytest.mark.parametrize("passed", [True, False], ids=["agent does well", "agent fails"])
def test_pass_or_fail_has_no_say_in_what_is_made_again(make_toolbox: Maker, passed: bool) -> None:
    planned = plan()
    _, (result,) = held(make_toolbox(scorers=(Mumbles({seed_of(planned)}.__contains__, passed=passed),)), [planned])
    assert [call.trial.repeat for call in result.calls] == [1, 0]


def test_arms_hear_the_same_caller_in_a_repeat_too() -> None:
    arms = plan(prompt="Be kind."), plan(prompt="Be brief.")
    for repeat in (0, 1, 2):
        assert len({seed_of(planned, repeat=repeat) for planned in arms}) == 1


@pytest.mark.parametrize(("repeats", "ids"), [(0, ["1"]), (1, ["1", "1r1"]), (2, ["1", "1r1", "1r2"])])
def test_an_attempt_that_stays_spoiled_is_inconclusive(make_toolbox: Maker, repeats: int, ids: list[str]) -> None:
    toolbox = make_toolbox(scorers=(Mumbles(lambda seed: True, passed=False),))
    store, (result,) = held(toolbox, [plan()], rule=SpoilRule(repeats=repeats))
    assert [name.partition("#")[2] for name in store.results] == ids
    assert result.outcome is Outcome.INCONCLUSIVE
    assert (len(result.trials), len(result.discarded)) == (1, repeats)


def test_what_nobody_could_check_is_not_made_again(make_toolbox: Maker) -> None:
    class Unsure:
        name = "unsure"

        async def score(self, evidence: Evidence) -> Sequence[Scored]:
            return (Score(name="caller_facts", value=0, better=Better.HIGHER, reason="no facts sheet"),)

    store, (result,) = held(make_toolbox(scorers=(Unsure(),)), [plan()])
    assert result.outcome is Outcome.INCONCLUSIVE
    assert len(store.results) == 1


@pytest.mark.parametrize("killed_after", [1, 2, 3])
def test_a_killed_run_goes_on_at_the_right_repeat(make_toolbox: Maker, killed_after: int) -> None:
    planned = plan()
    spoils = {seed_of(planned), seed_of(planned, repeat=1)}.__contains__
    whole, _ = held(make_toolbox(scorers=(Mumbles(spoils),)), [planned])
    left = MemoryStore(*list(whole.results.values())[:killed_after])
    again = Mumbles(spoils)
    resumed, (result,) = held(make_toolbox(scorers=(again,)), [planned], store=left)
    assert resumed.results == whole.results
    assert len(again.seeds) == 3 - killed_after
    assert result.trials[0].trial.repeat == 2


def calls(
    *spoiled: bool, persona: str = "omar", planned: Planned | None = None, validity: Validity = SPOILED
) -> list[TrialResult]:
    case = planned or plan(persona=persona)
    return [make_result(planned=case, attempt=n, validity=validity if s else VALID) for n, s in enumerate(spoiled)]


GOOD, BAD = False, True


@pytest.mark.parametrize(
    ("made", "words"),
    [
        pytest.param(calls(*[BAD] * 2, *[GOOD] * 8), "", id="at the limit"),
        pytest.param(calls(*[BAD] * (FEWEST_CALLS - 1)), "", id="too few calls to say"),
        pytest.param(
            calls(*[BAD] * 4, GOOD) + calls(*[GOOD] * 5, persona="anna"),
            "stopped: 4 of 10 calls were spoiled by our own caller (persona omar: 4 of 5): "
            "choose a clearer voice or a better line",
            id="above",
        ),
        pytest.param(
            calls(*[BAD] * 4, *[GOOD] * 6, validity=Validity(valid=False, kind=InvalidKind.CALLER_HELPED, reason="x")),
            "script more of what the caller says",
            id="improvised",
        ),
        pytest.param(
            calls(*[BAD] * 9, GOOD, validity=Validity(valid=False, kind=InvalidKind.UNCHECKED, reason="x")),
            "",
            id="not checked is not spoiled",
        ),
        pytest.param(
            [make_result(Outcome.ERROR, planned=plan(), attempt=n) for n in range(9)] + calls(BAD), "", id="errors"
        ),
    ],
)
def test_more_than_a_fifth_of_at_least_ten_calls_is_too_many(made: list[TrialResult], words: str) -> None:
    reason = too_many(made, max_invalid=0.2)
    assert words in reason
    assert bool(reason) is bool(words)


def test_personas_are_told_the_worst_first_and_repeats_are_calls_too() -> None:
    made = calls(BAD, *[GOOD] * 3) + calls(BAD, BAD, GOOD, persona="anna") + calls(BAD, *[GOOD] * 4, persona="kim")
    assert [str(each) for each in persona_shares(made)] == ["anna: 2 of 3", "omar: 1 of 4"]


def many(good: int, bad: int) -> list[Planned]:
    return [
        *(plan(f"good{n}", persona="anna") for n in range(good)),
        *(plan(f"bad{n}") for n in range(bad)),
        plan("last", persona="anna"),
    ]


def spoiling(case: Case) -> bool:
    return case.persona.name == "omar"


class OmarHelps:
    name = "omar"

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        good = not spoiling(evidence.case)
        return (Score(name="caller_facts", value=good, better=Better.HIGHER, passed=good, reason="helped: told all"),)


def test_too_many_spoiled_calls_end_the_placing_of_calls(make_toolbox: Maker) -> None:
    store, cases = held(make_toolbox(scorers=(OmarHelps(),)), many(9, 3))
    # Nine good ones and three spoiled ones: a quarter.
    assert len(store.results) == 12
    stop = store.stopped()
    assert stop
    assert stop.kind is StopKind.SPOILED
    assert stop.reason.startswith("stopped: 3 of 12 calls were spoiled by our own caller (persona omar: 3 of 3)")
    assert [len(case.trials) for case in cases] == [1] * 9 + [1, 0, 0, 0]
    assert {case.outcome for case in cases if not case.trials} == {Outcome.INCONCLUSIVE}


def test_the_limit_can_be_lifted(make_toolbox: Maker) -> None:
    store, cases = held(make_toolbox(scorers=(OmarHelps(),)), many(9, 3), rule=SpoilRule(max_invalid=1.0))
    assert store.stopped() is None
    assert all(case.trials for case in cases)


def test_a_stop_sign_of_another_worker_is_heeded(make_toolbox: Maker) -> None:
    store = MemoryStore()
    store.stop(Stop(kind=StopKind.SPOILED, reason="stopped: by another"))
    assert not held(make_toolbox(), many(1, 1), store=store)[0].results


def test_what_other_workers_spoiled_counts(make_toolbox: Maker) -> None:
    store = MemoryStore()

    async def hold() -> None:
        batch = Batch(toolbox=make_toolbox(scorers=(OmarHelps(),)), store=store, sign=store, concurrency=1)
        for call in [*calls(*[BAD] * 2, planned=plan("theirs")), *calls(*[GOOD] * 6, planned=plan("others"))]:
            store.append(call)
        await batch.trial(plan("mine"), attempt=1)

    asyncio.run(hold())
    # Two of theirs and the first two of mine, of ten; the third call of mine is never placed.
    stop = store.stopped()
    assert stop
    assert stop.reason.startswith("stopped: 4 of 10")


def test_a_resumed_run_that_was_spoiled_already_places_no_call(make_toolbox: Maker) -> None:
    spoiled = MemoryStore(*calls(*[BAD] * 4, *[GOOD] * 6))
    store, (result,) = held(make_toolbox(), [plan("other")], store=spoiled)
    assert len(store.results) == 10
    assert result.trials == ()
