import json
from dataclasses import replace
from pathlib import Path

from harness.model.call import Event, EventKind, Tier
from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run, TrialResult
from harness.model.score import Better, Score, Unscored
from harness.model.snapshots import Provenance
from harness.model.suite import ArmRole, Planned
from harness.store.verdict import write_verdict
from harness.testing.builders import make_arm, make_call, make_case, make_result

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


def written(run: Run, folder: Path) -> bytes:
    path = folder / "verdict.json"
    write_verdict(run, path)
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
