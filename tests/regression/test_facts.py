import math
from datetime import date

import pytest

from harness.model.call import Role, Tier
from harness.model.outcome import Outcome
from harness.model.quarantine import Quarantine
from harness.model.run import CaseResult, Run, Trial
from harness.model.score import Better, Score, Scored, Unscored
from harness.model.snapshots import CaseSnapshot, PromptSnapshot, Provenance
from harness.model.suite import ArmRole, Planned
from harness.regression.facts import arms_of
from harness.regression.pairing import CaseCounts
from harness.runner.outcome import fold_case
from harness.testing.builders import make_arm, make_call, make_case, make_prompt, make_result, make_turn

PROVENANCE = Provenance(harness_version="0.1.0", transport="simulated", tier=Tier.AUDIO, latency="modelled", seed=1)
V1 = make_arm(role=ArmRole.BASELINE)
V2 = make_arm(make_prompt("Be brief.", version="v2"))


def wer(value: float, *, turn: int | None = None) -> Score:
    return Score(name="hearing_wer", value=value, better=Better.LOWER, turn=turn, by="wer")


def case_result(
    planned: Planned, *outcomes: Outcome, scores: tuple[Scored, ...] = (), latencies: tuple[int | None, ...] = ()
) -> CaseResult:
    turns = [make_turn(Role.AGENT, "Yes.", latency_ms=latency) for latency in latencies]
    calls = [
        make_result(outcome, attempt=attempt, planned=planned, scores=scores, call=make_call(*turns))
        for attempt, outcome in enumerate(outcomes, start=1)
    ]
    return fold_case(planned, calls)


def run_of(*results: CaseResult, quarantined: tuple[str, ...] = ()) -> Run:
    prompts = tuple(
        PromptSnapshot(
            name=each.prompt.name,
            version=each.prompt.version,
            digest=each.prompt.digest,
            source=each.prompt.source,
            role=each.role,
        )
        for each in (V1, V2)
    )
    cases = tuple(
        CaseSnapshot(
            suite="desk",
            id=case,
            description="",
            persona="",
            manner="",
            tags=(),
            source="",
            quarantine=Quarantine(until=date(2030, 1, 1), owner="ann", reason="unsteady"),
        )
        for case in quarantined
    )
    return Run(
        id="r1", started_at="2026-01-01T00:00:00Z", provenance=PROVENANCE, prompts=prompts, cases=cases, results=results
    )


def planned(*, baseline: bool = False) -> Planned:
    return Planned(suite="desk", case=make_case(), arm=V1 if baseline else V2)


def test_arms_are_read_off_a_run_with_digest_role_and_trials() -> None:
    run = run_of(
        case_result(planned(), Outcome.PASSED, Outcome.FAILED, Outcome.ERROR),
        case_result(planned(baseline=True), Outcome.PASSED, Outcome.PASSED, Outcome.INCONCLUSIVE),
    )
    candidate, baseline = arms_of(run)
    assert (candidate.label, candidate.role, candidate.name) == (V2.label, ArmRole.CANDIDATE, "receptionist")
    assert (baseline.label, baseline.role) == (V1.label, ArmRole.BASELINE)
    assert (candidate.digest, baseline.digest) == (V2.prompt.digest, V1.prompt.digest)
    assert candidate.by_id["desk::hello"].counts == CaseCounts(passes=1, valid=2, invalid=1)
    assert baseline.by_id["desk::hello"].counts == CaseCounts(passes=2, valid=2, invalid=1)


def test_calls_made_again_count_once() -> None:
    cell = planned()
    again = Trial.of(cell, attempt=1, run_seed=1, repeat=1)
    spoiled, held = make_result(Outcome.INCONCLUSIVE, planned=cell), make_result(planned=cell, trial=again)
    result = fold_case(cell, [spoiled, held])
    (only,) = arms_of(run_of(result))
    assert only.by_id["desk::hello"].counts == CaseCounts(passes=1, valid=1)


def test_case_in_quarantine_is_kept_and_not_compared() -> None:
    (only,) = arms_of(run_of(case_result(planned(), Outcome.PASSED), quarantined=("hello",)))
    assert [case.id for case in only.cases] == ["desk::hello"]
    assert only.by_id == {}


def test_latency_is_the_mean_logarithm_of_a_calls_answers() -> None:
    (only,) = arms_of(run_of(case_result(planned(), Outcome.PASSED, latencies=(100, None, 10_000, 0))))
    assert only.by_id["desk::hello"].mean("latency") == pytest.approx(math.log(1_000_000) / 3)


@pytest.mark.parametrize(
    ("scores", "outcome", "expected"),
    [
        pytest.param((wer(0.25),), Outcome.PASSED, 0.25, id="measured"),
        pytest.param((wer(0.25),), Outcome.FAILED, 0.25, id="measured in a failed call"),
        pytest.param((wer(0.25),), Outcome.INCONCLUSIVE, None, id="in a call that does not count"),
        pytest.param((wer(0.25, turn=1),), Outcome.PASSED, None, id="of a turn only"),
        pytest.param((wer(math.nan),), Outcome.PASSED, None, id="no number"),
        pytest.param((Unscored(name="hearing_wer", reason="silence"),), Outcome.PASSED, None, id="not measured"),
    ],
)
def test_error_rate_is_that_of_whole_valid_calls(
    scores: tuple[Scored, ...], outcome: Outcome, expected: float | None
) -> None:
    (only,) = arms_of(run_of(case_result(planned(), outcome, scores=scores)))
    assert only.by_id["desk::hello"].mean("hearing_wer") == expected
