import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from harness.model.call import Event, EventKind, Tier
from harness.model.outcome import Outcome
from harness.model.quarantine import Quarantine
from harness.model.run import CaseResult, CaseStanding, Run, TrialResult
from harness.model.score import Better, Score, Unscored
from harness.model.snapshots import Provenance
from harness.model.suite import ArmRole, Planned
from harness.regression.decision import decide
from harness.regression.gate import GateWord
from harness.regression.intervals import Interval
from harness.regression.judgement import EarlyEvidence, Judgement, Standing
from harness.runner.outcome import summarise
from harness.store.verdict import write_verdict
from harness.testing.builders import (
    make_arm,
    make_call,
    make_case,
    make_change,
    make_judgement,
    make_metric,
    make_result,
)

EVENT = Event(at_ms=10, kind=EventKind.TRANSCRIPT_FINAL, text="héllo", data={"b": 1, "a": None})


def case_result(name: str, outcome: Outcome, *trials: TrialResult, role: ArmRole = ArmRole.CANDIDATE) -> CaseResult:
    planned = Planned(suite="desk", case=make_case(id=name), arm=make_arm())
    return CaseResult(
        planned=planned.id,
        suite="desk",
        case=name,
        prompt="receptionist@v1",
        engine_model="embedded.extractive",
        role=role,
        pass_rule=planned.case.pass_rule,
        outcome=outcome,
        trials=trials,
    )


def sample(**fields: object) -> Run:
    scores = (
        Score(name="hearing_wer", value=1 / 3, better=Better.LOWER),
        Unscored(name="rubric.courtesy", reason="no judge is configured"),
    )
    good = make_result(scores=scores, call=make_call(events=(EVENT,)))
    bad = make_result(Outcome.FAILED, reasons=("turn 1: silent",), scores=scores[::-1])
    provenance = Provenance(harness_version="0", transport="simulated", tier=Tier.TEXT, latency="modelled", seed=1)
    run = Run(
        id="20250601-120000-ab12",
        started_at="2025-06-01T12:00:00Z",
        provenance=provenance,
        results=(
            case_result("zoo", Outcome.PASSED, good),
            case_result("ant", Outcome.FAILED, bad),
            case_result("old", Outcome.FAILED, bad, role=ArmRole.BASELINE),
        ),
        planned=4,
    )
    return replace(run, **fields)  # type: ignore[arg-type]


def written(run: Run, folder: Path, *, judgement: Judgement | None = None) -> bytes:
    path = folder / "verdict.json"
    verdict = summarise(run.results, planned_trials=run.planned, stop=run.stop)
    write_verdict(run, path, decision=decide(verdict, judgement))
    return path.read_bytes()


def test_the_file_says_what_every_case_and_trial_came_to(tmp_path: Path) -> None:
    document = json.loads(written(sample(), tmp_path))
    assert document["verdict"]["outcome"] == "failed"
    assert document["verdict"]["gated"] == {"passed": 1, "failed": 1, "inconclusive": 0, "error": 0}
    assert document["verdict"]["baseline"]["failed"] == 1
    assert document["verdict"]["unfinished"] == 1
    ant, old, zoo = document["cases"]
    assert (ant["outcome"], ant["reasons"], old["role"]) == ("failed", ["turn 1: silent"], "baseline")
    scores = {score["name"]: score["value"] for score in zoo["trials"][0]["scores"]}
    assert scores == {"hearing_wer": 1 / 3, "rubric.courtesy": None}


def test_time_id_and_order_of_the_run_do_not_change_a_byte(tmp_path: Path) -> None:
    first = sample()
    second = replace(first, id="other", started_at="2030-01-01T00:00:00Z", results=first.results[::-1])
    assert written(first, tmp_path) == written(second, tmp_path)
    assert first.id.encode() not in written(first, tmp_path)


def test_another_event_gives_another_file(tmp_path: Path) -> None:
    first = sample()
    result = first.results[0].trials[0]
    call = make_call(events=(replace(EVENT, at_ms=11),))
    changed = replace(first.results[0], trials=(replace(result, call=call),))
    assert written(first, tmp_path) != written(replace(first, results=(changed, *first.results[1:])), tmp_path)


def test_a_run_without_results_has_a_verdict_too(tmp_path: Path) -> None:
    document = json.loads(written(sample(results=()), tmp_path))
    assert document["verdict"]["outcome"] == "inconclusive"
    assert document["cases"] == []


def test_without_a_comparison_there_is_none_in_the_file(tmp_path: Path) -> None:
    document = json.loads(written(sample(), tmp_path))
    assert document["comparison"] is None
    assert document["verdict"]["exit_code"] == 1


def test_a_regression_is_the_outcome_even_where_every_case_passes(tmp_path: Path) -> None:
    passed = case_result("zoo", Outcome.PASSED, make_result())
    early = EarlyEvidence(standing=Standing.REGRESSED, pairs=14, e_value=27.43, p_anytime=0.036)
    judgement = make_judgement(make_change(early=early))
    document = json.loads(written(sample(results=(passed,), planned=1), tmp_path, judgement=judgement))
    verdict, comparison = document["verdict"], document["comparison"]
    assert (verdict["outcome"], verdict["exit_code"], verdict["by_cases"]) == ("failed", 1, "passed")
    assert comparison["policy"]["gated"] == [{"metric": "pass_rate", "margin": 0.1}]
    (change,) = comparison["changes"]
    (metric,) = change["metrics"]
    assert change["standing"] == comparison["standing"] == "regressed"
    assert metric["interval"] == {"estimate": -4 / 9, "low": -0.714, "high": -0.173}
    assert (metric["candidate"], metric["p_two_sided"], metric["cases"]) == (5 / 9, 0.03125, 7)
    assert change["early"] == {"standing": "regressed", "pairs": 14, "e_value": 27.43, "p_anytime": 0.036}
    assert change["worse"] == ["desk::opening_hours", "desk::table_for_two"]


def test_the_id_of_a_stored_baseline_run_does_not_change_a_byte(tmp_path: Path) -> None:
    def compared(run_id: str) -> bytes:
        source = f"run {run_id}"
        change = make_change(source=source, doubts=(f"{source} has no prompt named receptionist",))
        return written(sample(), tmp_path, judgement=make_judgement(change, sentence=f"worse than {source}"))

    assert compared("20250601-120000-ab12") == compared("20260102-030405-0f9c")
    assert b"worse than a stored run" in compared("20250601-120000-ab12")


def test_a_bound_that_is_no_number_is_written_as_missing(tmp_path: Path) -> None:
    nothing = Interval(estimate=None, low=float("nan"), high=float("inf"))
    change = make_change(make_metric(interval=nothing, word=GateWord.INCONCLUSIVE), standing=Standing.INCONCLUSIVE)
    document = json.loads(written(sample(), tmp_path, judgement=make_judgement(change)))
    (metric,) = document["comparison"]["changes"][0]["metrics"]
    assert metric["interval"] == {"estimate": None, "low": None, "high": None}


def test_a_case_in_quarantine_is_marked(tmp_path: Path) -> None:
    kept = CaseStanding(quarantine=Quarantine(until=date(2026, 12, 31), owner="kitchen", reason="the menu changes"))
    ill = replace(case_result("ant", Outcome.FAILED, make_result(Outcome.FAILED)), standing=kept)
    document = json.loads(written(sample(results=(ill,), planned=1), tmp_path))
    (case,) = document["cases"]
    assert (case["excused"], case["quarantined_until"]) == (True, "2026-12-31")
    assert document["verdict"]["excused"]["failed"] == 1
