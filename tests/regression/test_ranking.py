from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import ConfigurationError, UnknownNameError
from harness.model.quarantine import Quarantine
from harness.model.run import Run, TrialResult
from harness.model.score import Better, Score, WordCounts
from harness.model.suite import ArmRole
from harness.regression.arm_table import ArmTable, Axis, Dimension, Group
from harness.regression.best import best_places, undominated
from harness.regression.groups import joined
from harness.regression.intervals import clustered_wilson
from harness.regression.ranking import compare_by
from harness.regression.two_arms import adjusted_paired_interval, newcombe_unpaired_interval
from tests.planted_runs import planted_arm, planted_arm_results, planted_case, planted_run

MODEL, PROMPT = Dimension.ENGINE_MODEL, Dimension.PROMPT


def models(**outcomes: list[str]) -> Run:
    """Return a run of one prompt with a model for each name."""
    return planted_run(
        *(
            result
            for model, texts in outcomes.items()
            for result in planted_arm_results(texts, arm=planted_arm(engine_model=f"x.{model}"))
        )
    )


def only_table(run: Run, by: Dimension = MODEL, *, reference: str = "") -> ArmTable:
    (table,) = compare_by(run, by, reference=reference)
    return table


def row(table: ArmTable, name: str) -> Group:
    return next(group for group in table.groups if group.name == name)


def test_rows_and_pairs_hold_the_numbers_of_the_intervals_they_are_named_after() -> None:
    good, bad = ["pp", "pf", "pp", "pp"], ["pf", "ff", "pp", "ff"]
    table = only_table(models(good=good, bad=bad))
    assert table.fixed == "receptionist@v1"
    assert row(table, "x.good").rate == clustered_wilson([(2, 2), (1, 2), (2, 2), (2, 2)])
    (pair,) = table.pairs
    assert (pair.reference, pair.group, pair.cases, pair.paired) == ("x.good", "x.bad", 4, True)
    expected = adjusted_paired_interval([(2, 2), (1, 2), (2, 2), (2, 2)], [(1, 2), (0, 2), (2, 2), (0, 2)])
    assert pair.difference == expected.interval
    assert pair.p == pytest.approx(2 / 8)


def test_a_model_that_wins_every_case_is_alone_among_the_best() -> None:
    table = only_table(models(good=["pp"] * 12, bad=["ff"] * 12, worse=["ff"] * 12))
    assert table.best == ("x.good",)
    assert row(table, "x.good").best_share == 1.0
    assert row(table, "x.bad").best_share == 0.0


def test_models_that_do_not_differ_share_the_first_place() -> None:
    table = only_table(models(a=["pf"] * 12, b=["fp"] * 12))
    assert [group.best_share for group in table.groups] == [0.5, 0.5]
    assert table.best == ("x.a", "x.b")


def test_few_cases_are_marked_as_indicative() -> None:
    assert [group.indicative for group in only_table(models(a=["p"] * 9, b=["f"] * 9)).groups] == [True, True]
    assert not any(group.indicative for group in only_table(models(a=["p"] * 10, b=["f"] * 10)).groups)


def test_p_values_are_adjusted_for_the_number_of_pairs() -> None:
    table = only_table(models(good=["p"] * 8, bad=["f"] * 8, poor=["f"] * 7 + ["p"]))
    bad, poor = table.pairs
    assert bad.p == pytest.approx(2 / 2**8)
    assert poor.p == pytest.approx(2 / 2**7)
    assert bad.p_holm == pytest.approx(2 * 2 / 2**8)
    assert poor.p_holm == pytest.approx(2 / 2**7)


def test_each_prompt_has_a_table_of_its_own() -> None:
    run = planted_run(
        *(
            result
            for version in ("v1", "v2")
            for model in ("x.a", "x.b")
            for result in planted_arm_results(["p", "f"], arm=planted_arm(version, model))
        )
    )
    assert [table.fixed for table in compare_by(run, MODEL)] == ["receptionist@v1", "receptionist@v2"]
    assert [table.fixed for table in compare_by(run, PROMPT)] == ["x.a", "x.b"]


def test_the_baseline_is_what_the_others_are_held_against_unless_one_is_named() -> None:
    run = planted_run(
        *planted_arm_results(["p", "p"], arm=planted_arm("v2")),
        *planted_arm_results(["p", "f"], arm=planted_arm("v1", role=ArmRole.BASELINE)),
    )
    assert only_table(run, PROMPT).pairs[0].reference == "receptionist@v1"
    assert only_table(run, PROMPT, reference="receptionist@v2").pairs[0].reference == "receptionist@v2"


def test_prompts_that_were_tried_with_other_cases_are_not_laid_beside_each_other() -> None:
    run = planted_run(
        *planted_arm_results({"a": "p"}, arm=planted_arm("v1")), *planted_arm_results({"b": "p"}, arm=planted_arm("v2"))
    )
    with pytest.raises(ConfigurationError, match=r"nothing to compare by prompt.*--prompt"):
        compare_by(run, PROMPT)


def test_invalid_trials_are_left_out_and_make_a_pair_doubtful() -> None:
    table = only_table(models(a=["pp"] * 10, b=["pi"] * 9 + ["ii"]))
    assert row(table, "x.b").invalid == 11
    assert row(table, "x.b").missing == ("desk::c09",)
    assert table.common == 9
    assert any("11 of 20 trials of x.b are invalid" in doubt for doubt in table.pairs[0].doubts)


def test_cases_in_quarantine_are_in_no_figure() -> None:
    run = models(a=["p"] * 3, b=["p", "p", "f"])
    kept = Quarantine(until=date(2027, 1, 1), owner="me", reason="flaky")
    table = only_table(
        replace(run, cases=tuple(replace(c, quarantine=kept if c.id == "c02" else None) for c in run.cases))
    )
    assert row(table, "x.b").rate.interval.estimate == 1.0
    assert table.common == 2


def test_personas_have_different_cases_and_are_never_paired() -> None:
    run = planted_run(
        *(planted_case(f"a{i}", "p", persona="anna") for i in range(4)),
        *(planted_case(f"b{i}", "pf"[i % 2], persona="ben") for i in range(6)),
    )
    table = only_table(run, Dimension.PERSONA)
    (pair,) = table.pairs
    assert not pair.paired
    assert pair.p is None
    assert not any(group.pareto for group in table.groups)
    assert pair.difference == newcombe_unpaired_interval((3, 6), (4, 4))
    assert table.best == ()
    assert {group.best_share for group in table.groups} == {None}


def test_voices_are_told_apart_by_what_the_case_asked_for() -> None:
    run = planted_run(planted_case("a", "p"), planted_case("b", "f"), voices={"a": "hibari:heart", "b": "auto"})
    assert [group.name for group in only_table(run, Dimension.VOICE).groups] == ["hibari:heart", "auto"]


def test_a_mark_goes_to_whoever_is_not_beaten_on_every_axis() -> None:
    arms = [("x.good", "pp", 900), ("x.fast", "pf", 300), ("x.slow", "pf", 800)]
    run = planted_run(
        *(
            result
            for model, text, ms in arms
            for result in planted_arm_results([text] * 3, arm=planted_arm(engine_model=model), latency_ms=ms)
        )
    )
    table = only_table(run)
    assert {group.name: group.pareto for group in table.groups} == {"x.good": True, "x.fast": True, "x.slow": False}
    assert table.axes == (Axis.QUALITY, Axis.LATENCY)
    assert row(table, "x.fast").latency_p50_ms == 300


def test_nobody_is_marked_where_a_group_has_no_pass_rate() -> None:
    table = only_table(models(a=["ii", "ii"], b=["pp", "pf"]))
    assert not any(group.pareto for group in table.groups)
    assert (table.common, table.best) == (0, ())
    assert table.pairs[0].difference.estimate is None


def test_a_cost_counts_only_where_everybody_has_one() -> None:
    run = models(a=["p"], b=["p"])

    def cost(call: TrialResult) -> float | None:
        return 0.25 if call.trial.engine_model == "x.a" else None

    (table,) = compare_by(run, MODEL, cost=cost)
    assert [group.cost_usd for group in table.groups] == [0.25, None]
    assert Axis.COST not in table.axes
    (priced,) = compare_by(run, MODEL, cost=lambda call: 0.25 if call.trial.engine_model == "x.a" else 0.5)
    assert [group.pareto for group in priced.groups] == [True, False]


def test_hearing_is_pooled_over_words() -> None:
    def heard(errors: int, words: int) -> Score:
        counts = WordCounts(hits=words - errors, substitutions=errors)
        return Score(name="hearing_wer", value=errors / words, better=Better.LOWER, counts=counts)

    one, two = planted_arm(engine_model="x.a"), planted_arm(engine_model="x.b")
    run = planted_run(
        planted_case("c", "p", arm=one, scores=[heard(1, 100)]),
        planted_case("d", "p", arm=one, scores=[heard(1, 2)]),
        planted_case("c", "p", arm=two),
        planted_case("d", "p", arm=two),
    )
    assert [group.hearing_wer for group in only_table(run).groups] == [pytest.approx(2 / 102), None]


@pytest.mark.parametrize("by", list(Dimension), ids=str)
def test_one_group_alone_is_told_with_what_would_make_two(by: Dimension) -> None:
    with pytest.raises(ConfigurationError, match=f"nothing to compare by {by}"):
        compare_by(planted_run(*planted_arm_results(["p", "f"])), by)


def test_a_reference_nobody_knows_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"Did you mean 'x\.good'"):
        compare_by(models(good=["p"], bad=["f"]), MODEL, reference="x.goof")


def test_arms_of_several_runs_meet_in_one_table() -> None:
    first = planted_run(*planted_arm_results(["p", "p"], arm=planted_arm(engine_model="x.a")), run_id="one")
    second = planted_run(*planted_arm_results(["p", "f"], arm=planted_arm(engine_model="x.b")), run_id="two")
    assert [group.name for group in only_table(joined([first, second], by=MODEL)).groups] == ["x.a", "x.b"]


def test_an_arm_that_ran_twice_is_told_apart_by_its_run() -> None:
    runs = [planted_run(*planted_arm_results(["p", "f"]), run_id=name) for name in ("one", "two")]
    assert [g.name for g in only_table(joined(runs, by=MODEL)).groups] == ["a.one (one)", "a.one (two)"]
    assert [g.name for g in only_table(joined(runs, by=PROMPT), PROMPT).groups] == [
        "receptionist@v1 (one)",
        "receptionist@v1 (two)",
    ]


def test_a_version_whose_text_changed_between_runs_is_another_prompt() -> None:
    old = planted_run(*planted_arm_results(["p"], arm=planted_arm(engine_model="x.a")), run_id="one")
    new = planted_run(*planted_arm_results(["p"], arm=planted_arm(engine_model="x.b")), run_id="two")
    edited = replace(new, prompts=tuple(replace(prompt, digest="other") for prompt in new.prompts))
    with pytest.raises(ConfigurationError, match="nothing to compare by engine_model"):
        compare_by(joined([old, edited], by=MODEL), MODEL)


def test_voices_of_several_runs_are_refused() -> None:
    runs = [planted_run(planted_case("a", "p"), run_id=name) for name in ("one", "two")]
    with pytest.raises(ConfigurationError, match="within one run; name one of one, two"):
        joined(runs, by=Dimension.VOICE)


PLANTED = st.integers(2, 4).flatmap(
    lambda arms: st.lists(
        st.lists(st.text("pf", min_size=1, max_size=3), min_size=arms, max_size=arms), min_size=1, max_size=12
    )
)


@settings(max_examples=8, deadline=None)
@given(cases=PLANTED, data=st.data())
def test_the_order_of_the_groups_changes_only_the_order_of_the_rows(
    cases: list[list[str]], data: st.DataObject
) -> None:
    arms = {f"m{place}": [case[place] for case in cases] for place in range(len(cases[0]))}
    turned = {name: arms[name] for name in data.draw(st.permutations(list(arms)))}
    first, second = (only_table(models(**each), reference="x.m0") for each in (arms, turned))
    assert {group.name: group for group in first.groups} == {group.name: group for group in second.groups}
    assert {pair.group: pair for pair in first.pairs} == {pair.group: pair for pair in second.pairs}


@settings(max_examples=60, deadline=None)
@given(
    rates=st.integers(1, 12).flatmap(
        lambda n: st.lists(
            st.lists(st.sampled_from([0, 1 / 3, 0.5, 2 / 3, 1]), min_size=n, max_size=n), min_size=2, max_size=25
        )
    )
)
def test_whoever_is_highest_is_always_among_the_best_and_shares_add_up(rates: list[list[float]]) -> None:
    places = best_places(rates, seed=1, draws=200)
    sums = [sum(arm) for arm in rates]
    assert all(place.among_best for place, total in zip(places, sums, strict=True) if total >= max(sums) - 1e-9)
    assert sum(place.share for place in places) == pytest.approx(1)


def test_nothing_is_ranked_without_a_common_case() -> None:
    assert best_places([[], []], seed=1) == ()


@pytest.mark.parametrize(
    ("points", "marks"),
    [
        pytest.param([(1.0, 1.0), (1.0, 1.0)], (True, True), id="equal ones do not beat each other"),
        pytest.param([(1.0, 0.0), (0.0, 1.0)], (True, True), id="each is better at something"),
        pytest.param([(1.0, 1.0), (1.0, 0.0)], (True, False), id="as good and better once"),
        pytest.param([(), ()], (True, True), id="nothing measured"),
    ],
)
def test_only_the_beaten_are_dominated(points: list[tuple[float, ...]], marks: tuple[bool, ...]) -> None:
    assert undominated(points) == marks
