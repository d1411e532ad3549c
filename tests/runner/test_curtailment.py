"""Trials nobody needs are not made: a decided pass rule, a decided comparison."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from harness.model.case import PassRule
from harness.model.run import Trial, TrialResult
from harness.model.safety import Risk, SafetyCase
from harness.model.score import Better, Evidence, Score, Scored
from harness.model.stop import Stop, StopKind
from harness.model.suite import ArmRole, Planned
from harness.runner.batch import Batch
from harness.runner.outcome import fold_case, summarise
from harness.runner.schedule import schedule
from harness.runner.spoiling import calls_of
from harness.runner.trial import Toolbox
from harness.testing.builders import make_arm, make_case, make_prompt
from harness.testing.store import MemoryStore

Maker = Callable[..., Toolbox]
BASELINE = make_arm(make_prompt(version="v0"), role=ArmRole.BASELINE)


class Answers:
    """Passes the trials of a case by their seeds, in the order written: P or F."""

    name = "answers"

    def __init__(self, planned: Sequence[Planned], wanted: Mapping[str, str]) -> None:
        self._wanted = {
            Trial.of(each, attempt=attempt, run_seed=1).seed: letter == "P"
            for each in planned
            for attempt, letter in enumerate(wanted[each.case.id], start=1)
        }

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        good = self._wanted[evidence.call.seed]
        return (Score(name="asks", value=good, better=Better.HIGHER, passed=good, required=True),)


def case_of(name: str, rule: str, **fields: Any) -> Planned:
    required, of = (int(number) for number in rule.split(" of "))
    parts = {key: fields.pop(key) for key in ("at_least", "compared") if key in fields}
    arm = fields.pop("arm", make_arm())
    return Planned(
        suite="desk", case=make_case(id=name, pass_rule=PassRule(required=required, of=of), **fields), arm=arm, **parts
    )


def made(make_toolbox: Maker, planned: Planned, letters: str, **parts: Any) -> int:
    """Return how many trials were made of one case whose trials would go like this."""
    store = MemoryStore()
    toolbox = make_toolbox(scorers=(Answers([planned], {planned.case.id: letters}),))
    batch = Batch(toolbox=toolbox, store=store, sign=store, concurrency=4, **parts)
    asyncio.run(batch.run(schedule([planned], seed=1)))
    return len(store.results)


@pytest.mark.parametrize(
    ("rule", "letters", "expected"),
    [
        pytest.param("2 of 3", "PPP", 2, id="two passes decide two of three"),
        pytest.param("2 of 3", "FFP", 2, id="two failures decide it too"),
        pytest.param("2 of 3", "PFP", 3, id="one of each leaves it open"),
        pytest.param("1 of 3", "FPP", 2, id="one pass is enough"),
        pytest.param("3 of 3", "FPP", 1, id="all must pass"),
        pytest.param("1 of 1", "F", 1, id="a single trial"),
    ],
)
def test_a_case_is_tried_until_its_pass_rule_is_decided(
    make_toolbox: Maker, rule: str, letters: str, expected: int
) -> None:
    assert made(make_toolbox, case_of("hello", rule), letters) == expected


def test_whoever_asks_for_trials_gets_them_all(make_toolbox: Maker) -> None:
    assert made(make_toolbox, case_of("hello", "1 of 2", at_least=4), "PPPP") == 4


def test_a_safety_case_that_holds_is_tried_as_often_as_planned(make_toolbox: Maker) -> None:
    attack = case_of("attack", "1 of 3", safety=SafetyCase(risk=next(iter(Risk))))
    assert made(make_toolbox, attack, "PPP") == 3


def test_trials_that_were_left_out_are_saved_and_not_missing(make_toolbox: Maker) -> None:
    store, planned = MemoryStore(), case_of("hello", "2 of 3")
    toolbox = make_toolbox(scorers=(Answers([planned], {"hello": "PPP"}),))
    asyncio.run(Batch(toolbox=toolbox, store=store, sign=store, concurrency=4).run(schedule([planned], seed=1)))
    calls = [call for attempt in (1, 2, 3) for call in calls_of(store.results, planned.id, attempt=attempt)]
    result = fold_case(planned, calls)
    assert (result.saved, result.missing) == (1, 0)
    verdict = summarise([result], planned_trials=3)
    assert (verdict.outcome, verdict.unfinished) == ("passed", 0)


def test_a_resumed_case_goes_on_where_it_was(make_toolbox: Maker) -> None:
    store, planned = MemoryStore(), case_of("hello", "2 of 3")
    toolbox = make_toolbox(scorers=(Answers([planned], {"hello": "PFP"}),))
    slots = schedule([planned], seed=1)
    asyncio.run(Batch(toolbox=toolbox, store=store, sign=store, concurrency=1).run(slots[:1]))
    assert len(store.results) == 1
    asyncio.run(Batch(toolbox=toolbox, store=store, sign=store, concurrency=1).run(slots))
    assert len(store.results) == 3


class Decides:
    """A referee who ends the comparison after so many results."""

    def __init__(self, kind: StopKind, *, after: int) -> None:
        self._kind, self._after = kind, after

    def look(self, finished: Mapping[str, TrialResult]) -> Stop | None:
        return Stop(kind=self._kind, reason="decided") if len(finished) == self._after else None


@pytest.mark.parametrize(
    ("kind", "required", "expected"),
    [
        pytest.param(StopKind.REGRESSED, True, {"candidate": 2, "baseline": 2}, id="worse: nothing more is needed"),
        pytest.param(
            StopKind.NON_INFERIOR, True, {"candidate": 4, "baseline": 2}, id="good enough: its pass rules go on"
        ),
        pytest.param(
            StopKind.NON_INFERIOR, False, {"candidate": 2, "baseline": 2}, id="good enough: nothing is required"
        ),
    ],
)
def test_a_decided_comparison_saves_the_trials_it_alone_needed(
    make_toolbox: Maker, kind: StopKind, required: bool, expected: dict[str, int]
) -> None:
    cells = [
        case_of(name, "2 of 2", at_least=3, compared=True, arm=arm, required=required)
        for name in ("one", "two")
        for arm in (make_arm(), BASELINE)
    ]
    store = MemoryStore()
    toolbox = make_toolbox(scorers=(Answers(cells, {"one": "PPP", "two": "PPP"}),))
    # The first round of four results: each case once in both arms.
    batch = Batch(toolbox=toolbox, store=store, sign=store, concurrency=1, referee=Decides(kind, after=4))
    asyncio.run(batch.run(schedule(cells, seed=1)))
    roles = [result.trial.role.value for result in store.results.values()]
    assert {role: roles.count(role) for role in ("candidate", "baseline")} == expected


def test_a_decided_comparison_does_not_stop_the_other_suites(make_toolbox: Maker) -> None:
    cells = [case_of("pair", "1 of 1", at_least=2, compared=True, arm=arm) for arm in (make_arm(), BASELINE)]
    alone = case_of("alone", "2 of 2")
    store = MemoryStore()
    toolbox = make_toolbox(scorers=(Answers([*cells, alone], {"pair": "FF", "alone": "PP"}),))
    referee = Decides(StopKind.REGRESSED, after=2)
    batch = Batch(toolbox=toolbox, store=store, sign=store, concurrency=1, referee=referee)
    asyncio.run(batch.run(schedule([*cells, alone], seed=1)))
    made_of = [result.trial.case for result in store.results.values()]
    assert (made_of.count("pair"), made_of.count("alone")) == (2, 2)
