import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from harness.model.call import Role, Tier, Turn
from harness.model.case import PassRule
from harness.model.outcome import Outcome
from harness.model.quarantine import Quarantine
from harness.model.run import CaseResult, CaseStanding, Run
from harness.model.score import Better, Score, Scored, Unscored, WordCounts
from harness.model.snapshots import PromptSnapshot, Provenance
from harness.model.suite import ArmRole, Planned
from harness.model.validity import InvalidKind, Validity
from harness.regression.frames import PooledRate, arm_figures
from harness.testing.builders import (
    make_arm,
    make_call,
    make_case,
    make_change,
    make_judgement,
    make_metric,
    make_result,
    make_turn,
)
from tests.loaded_runs import loaded

PASSED, FAILED, ERROR = Outcome.PASSED, Outcome.FAILED, Outcome.ERROR
EMPTY = Run(
    id="r",
    started_at="2025-06-01T12:00:00Z",
    provenance=Provenance(harness_version="0", transport="simulated", tier=Tier.TEXT, latency="modelled", seed=1),
)


def wer(errors: int, words: int, *, turn: int | None = None) -> Score:
    counts = WordCounts(hits=words - errors, substitutions=errors)
    return Score(name="hearing_wer", value=errors / words, better=Better.LOWER, counts=counts, turn=turn)


def answers(*latencies_ms: int | None) -> tuple[Turn, ...]:
    return tuple(make_turn(Role.AGENT, "yes", latency_ms=latency) for latency in latencies_ms)


def case(name: str, *outcomes: Outcome, scores: tuple[Scored, ...] = (), turns: tuple[Turn, ...] = ()) -> CaseResult:
    planned = Planned(suite="desk", case=make_case(id=name), arm=make_arm())
    return CaseResult(
        planned=planned.id,
        suite="desk",
        case=name,
        prompt="receptionist@v1",
        engine_model="embedded.extractive",
        role=ArmRole.CANDIDATE,
        pass_rule=PassRule(required=1, of=len(outcomes)),
        outcome=outcomes[0],
        trials=tuple(
            make_result(outcome, attempt=attempt, planned=planned, scores=scores, call=make_call(*turns))
            for attempt, outcome in enumerate(outcomes, start=1)
        ),
    )


def run_of(*results: CaseResult) -> Run:
    return replace(EMPTY, results=results)


def test_every_trial_is_a_row() -> None:
    frame = loaded(run_of(case("a", PASSED, FAILED), case("b", ERROR))).trials
    assert list(frame["outcome"]) == ["passed", "failed", "error"]
    assert list(frame["case"]) == ["a", "a", "b"]


def test_a_score_that_could_not_be_measured_is_a_row_without_a_value() -> None:
    frame = loaded(run_of(case("a", PASSED, scores=(wer(1, 4), Unscored(name="rubric.x", reason="no judge"))))).scores
    assert list(frame["name"]) == ["hearing_wer", "rubric.x"]
    assert frame["value"].isna().tolist() == [False, True]
    assert frame["unscored"].iloc[1] == "no judge"


def test_a_run_without_results_has_empty_tables_and_no_arms() -> None:
    assert loaded(EMPTY).trials.empty
    assert loaded(EMPTY).scores.empty
    assert arm_figures(EMPTY) == ()


def test_the_pass_rate_weighs_cases_alike_and_leaves_invalid_trials_out() -> None:
    run = run_of(case("a", PASSED, FAILED, FAILED, FAILED), case("b", PASSED, ERROR), case("c", ERROR))
    (arm,) = arm_figures(run)
    assert arm.pass_rate == pytest.approx((1 / 4 + 1) / 2)
    assert (arm.valid_cases, arm.cases.total, arm.trials.total) == (2, 3, 7)


def test_without_a_valid_trial_there_is_no_pass_rate() -> None:
    (arm,) = arm_figures(run_of(case("a", ERROR)))
    assert arm.pass_rate is None


def test_error_rates_are_pooled_by_words_and_never_averaged() -> None:
    run = run_of(case("long", PASSED, scores=(wer(1, 100),)), case("short", PASSED, scores=(wer(1, 2),)))
    (rate,) = arm_figures(run)[0].word_error_rates
    assert rate.rate == pytest.approx(2 / 102)
    assert rate == PooledRate(name="hearing_wer", errors=2, words=102, calls=2, left_out=0)


def test_turns_are_not_counted_again_beside_their_call() -> None:
    scores = (wer(2, 10), wer(1, 5, turn=1), wer(1, 5, turn=3))
    (rate,) = arm_figures(run_of(case("a", PASSED, scores=scores)))[0].word_error_rates
    assert (rate.errors, rate.words) == (2, 10)


def test_turns_are_pooled_where_the_call_has_no_row_of_its_own() -> None:
    scores = (wer(1, 5, turn=1), wer(0, 5, turn=3))
    (rate,) = arm_figures(run_of(case("a", PASSED, scores=scores)))[0].word_error_rates
    assert (rate.errors, rate.words, rate.calls) == (1, 10, 1)


def test_calls_without_a_measurement_are_counted_as_left_out() -> None:
    missing = Unscored(name="hearing_wer", reason="no recogniser")
    run = run_of(case("a", PASSED, scores=(wer(1, 4),)), case("b", PASSED, scores=(missing,)), case("c", PASSED))
    (rate,) = arm_figures(run)[0].word_error_rates
    assert (rate.calls, rate.left_out) == (1, 2)


def test_an_error_rate_nobody_could_measure_has_no_value() -> None:
    missing = Unscored(name="caller_wer", reason="text tier")
    (rate,) = arm_figures(run_of(case("a", PASSED, scores=(missing,))))[0].word_error_rates
    assert rate.rate is None


def test_latency_quantiles_interpolate_between_answers() -> None:
    (arm,) = arm_figures(run_of(case("a", PASSED, turns=answers(None, 1000, 2000, 4000))))
    assert (arm.latency.answers, arm.latency.p50_ms, arm.latency.max_ms) == (3, 2000, 4000)
    assert arm.latency.p95_ms == pytest.approx(3800)


def test_a_call_without_answers_has_no_latency() -> None:
    (arm,) = arm_figures(run_of(case("a", PASSED, turns=answers(None))))
    assert (arm.latency.answers, arm.latency.p50_ms) == (0, None)


def test_prompts_and_models_are_arms_of_their_own() -> None:
    first = case("a", PASSED)
    run = run_of(first, replace(first, engine_model="openai.gpt-4o"), replace(first, role=ArmRole.BASELINE))
    assert [(arm.engine_model, arm.role) for arm in arm_figures(run)] == [
        ("embedded.extractive", ArmRole.CANDIDATE),
        ("openai.gpt-4o", ArmRole.CANDIDATE),
        ("embedded.extractive", ArmRole.BASELINE),
    ]


def test_pandas_is_not_imported_before_a_table_is_made() -> None:
    code = "import sys, harness.regression.frames; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_discarded_calls_are_rows_of_their_own_and_in_no_figure() -> None:
    kept = case("a", PASSED, scores=(wer(0, 10),))
    spoiled = Validity(valid=False, kind=InvalidKind.AUDIO, reason="mumbled")
    discarded = replace(kept.trials[0], outcome=Outcome.INCONCLUSIVE, validity=spoiled, scores=(wer(10, 10),))
    run = run_of(replace(kept, discarded=(discarded,)))
    frame = loaded(run).trials
    assert frame["discarded"].tolist() == [False, True]
    assert frame["invalid_kind"].tolist()[1] == "audio"
    (arm,) = arm_figures(run)
    assert (arm.pass_rate, arm.trials.total, arm.discarded) == (1.0, 1, 1)
    assert [(rate.errors, rate.words, rate.left_out) for rate in arm.word_error_rates] == [(0, 10, 0)]


def test_scores_tell_who_judged_and_why_a_verdict_does_not_decide() -> None:
    verdict = Score(
        name="rubric.polite", value=1.0, better=Better.HIGHER, passed=True, by="judge/1", advisory="unproven"
    )
    away = Unscored(name="rubric.warm", reason="not applicable", applicable=False, by="judge/1")
    run = run_of(case("a", PASSED))
    (result,) = run.results
    (trial,) = result.trials
    judged = replace(run, results=(replace(result, trials=(replace(trial, scores=(verdict, away)),)),))
    rows = loaded(judged).scores[["name", "judge", "advisory", "applicable"]].to_numpy().tolist()
    assert rows == [["rubric.polite", "judge/1", "unproven", True], ["rubric.warm", "judge/1", "", False]]


def test_every_turn_is_a_row_with_its_texts_and_times() -> None:
    turns = (
        make_turn(Role.CALLER, "for two", started_ms=100, heard="four two", said="for two", move=0),
        make_turn(Role.AGENT, "Very well.", started_ms=2000, latency_ms=900, interrupted=True),
    )
    frame = loaded(run_of(case("a", PASSED, PASSED, turns=turns))).turns
    assert frame.groupby("trial").size().tolist() == [2, 2]
    caller, agent = frame.head(2).to_dict("records")
    assert (caller["number"], caller["role"], caller["meant"], caller["heard"]) == (0, "caller", "for two", "four two")
    assert (agent["number"], agent["speaker"], agent["latency_ms"], agent["interrupted"]) == (1, "agent", 900, True)
    assert frame["latency_ms"].isna().tolist() == [True, False, True, False]
    assert frame["heard"].isna().tolist() == [False, True, False, True]
    assert frame["speaker"].isna().tolist() == [True, False, True, False]


def test_a_case_is_a_row_for_each_arm_with_what_it_is_taken_for() -> None:
    kept = Quarantine(until=date(2026, 3, 1), owner="ann", reason="the hours move")
    standing = CaseStanding(at_least=4, required=False, quarantine=kept)
    tried = replace(case("a", FAILED, PASSED, ERROR), standing=standing)
    other = replace(tried, role=ArmRole.BASELINE, planned="other", outcome=PASSED, standing=CaseStanding())
    first, second = loaded(run_of(tried, other)).cases.to_dict("records")
    assert (first["outcome"], first["required"], first["excused"]) == ("failed", False, True)
    assert first["quarantine"] == "2026-03-01"
    assert (first["trials"], first["passes"], first["valid_trials"], first["missing_trials"]) == (3, 1, 2, 1)
    assert (second["role"], second["required"], second["excused"]) == ("baseline", True, False)


def test_a_call_that_never_came_about_is_a_row_without_numbers() -> None:
    result = case("a", ERROR)
    (trial,) = result.trials
    run = loaded(run_of(replace(result, trials=(replace(trial, call=None),))))
    row = run.trials.iloc[0]
    assert row[["end_reason", "duration_ms", "turns", "interruptions", "recording"]].isna().all()
    assert run.turns.empty


@pytest.mark.parametrize("name", ["cases", "trials", "scores", "turns", "events", "comparison", "prompts"])
def test_an_empty_table_has_the_columns_and_kinds_of_a_full_one(name: str) -> None:
    full = replace(
        run_of(case("a", PASSED, scores=(wer(1, 4),), turns=answers(700))),
        prompts=(PromptSnapshot(name="a", version="v1", digest="", source="", role=ArmRole.CANDIDATE),),
    )
    some, none = (getattr(loaded(run, make_judgement()), name) for run in (full, EMPTY))
    assert list(some.columns) == list(none.columns)
    assert some.dtypes.astype(str).tolist() == none.dtypes.astype(str).tolist()


def test_a_comparison_is_a_row_for_each_metric_of_each_arm() -> None:
    judgement = make_judgement(make_change(make_metric(), make_metric(metric="latency")))
    frame = loaded(EMPTY, judgement).comparison
    assert frame["metric"].tolist() == ["pass_rate", "latency"]
    assert frame["estimate"].tolist() == pytest.approx([-4 / 9, -4 / 9])
    assert frame["worse"].tolist() == ["desk::opening_hours; desk::table_for_two"] * 2
    assert frame["e_value"].isna().all()
