from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from harness.model.outcome import Outcome
from harness.model.quarantine import Quarantine
from harness.model.run import CaseStanding
from harness.model.stop import Stop, StopKind
from harness.model.validity import InvalidKind, Validity
from harness.regression.decision import decide
from harness.report.text import summarise_run
from harness.runner.outcome import summarise
from harness.testing.builders import make_judgement

if TYPE_CHECKING:
    from tests.report.conftest import RunBuilder, Sample

GREEN = """\
4 cases, 16 trials · audio, simulated, seed 1

✓ receptionist@v2  4 of 4 cases passed (8 of 8 trials)
· receptionist@v1  3 of 4 cases passed, 1 failed (6 of 8 trials); baseline: shown, never gates

receptionist@v2 has a line that receptionist@v1 lacks:
    + Always repeat the day, the time and the number of people before you confirm.

receptionist@v2 puts a line of receptionist@v1 in other words:
    ~ We are open Tuesday to Sunday from noon to ten in the evening. → We are open Tuesday to Sunday from noon to \
eleven in the evening.

Compared with receptionist@v1: booking_for_eight fixed

Not measured: 8 rubric criteria (no judge is configured)

✓ Passed: all 4 cases under test passed. (n = 4 cases, 8 trials)
Report: reports/html/index.html
Run:    reports/runs/x"""


def summary(sample: "Sample", **fields: object) -> str:
    run = replace(sample.run, **fields)  # type: ignore[arg-type]
    return summarise_run(run, report=Path("reports/html/index.html"), run_path=Path("reports/runs/x"))


def test_a_green_run_says_what_was_fixed_and_how_much_it_rests_on(green: "Sample") -> None:
    assert summary(green) == GREEN


def test_a_red_run_names_the_case_its_reason_and_what_moved(red: "Sample") -> None:
    text = summary(red)
    assert "✗ opening_hours: failed with receptionist@v2 (1 of 2 trials passed)\n    turn 3: the agent did not" in text
    assert "! line_drops: error with receptionist@v2" in text
    assert "Compared with receptionist@v1: opening_hours broke, booking_for_eight fixed" in text
    assert "✗ Failed: 1 of 5 cases under test failed." in text


def test_cases_that_failed_for_the_same_reasons_are_named_together(red: "Sample") -> None:
    results = tuple(
        replace(
            case,
            outcome=Outcome.FAILED,
            trials=tuple(replace(trial, outcome=Outcome.FAILED, reasons=("too slow",)) for trial in case.trials),
        )
        for case in red.run.results
    )
    text = summary(red, results=results)
    assert "✗ booking_for_eight, closed_on_monday, opening_hours, allergy_question, line_drops: failed with" in text
    assert text.count("too slow") == 1


def test_a_prompt_that_lost_a_rule_names_the_rule(red: "Sample") -> None:
    v2, v1 = red.run.prompts
    lost = "- Always ask for the order number before anything else."
    text = summary(red, prompts=(replace(v2, source="Be kind."), replace(v1, source=f"Be kind.\n{lost}")))
    assert f"receptionist@v2 lacks a line that receptionist@v1 has:\n    {lost}" in text


def test_the_lost_rule_that_failed_checks_name_comes_first(red: "Sample") -> None:
    v2, v1 = red.run.prompts
    older = "Be kind.\nAsk for the name.\n- A booking is repeated before it is confirmed."
    text = summary(red, prompts=(replace(v2, source="Be kind."), replace(v1, source=older)))
    assert (
        "receptionist@v2 lacks 2 lines that receptionist@v1 has:\n"
        "    - A booking is repeated before it is confirmed. ← named by the failed checks of opening_hours\n"
        "    - Ask for the name.\n"
    ) in text


def test_a_failing_baseline_never_turns_the_verdict_red(green: "Sample") -> None:
    assert "1 failed" in summary(green).splitlines()[3]
    assert "baseline: shown, never gates" in summary(green).splitlines()[3]
    assert "✓ Passed" in summary(green)


def test_a_run_that_was_cut_short_does_not_pass(green: "Sample") -> None:
    text = summary(green, planned=20)
    assert "(4 more planned, not finished)" in text
    assert "? Nothing proved: the run was cut short. 4 planned trials did not finish." in text
    assert "✓ Passed" not in text


def test_an_empty_run_proves_nothing(builder: "RunBuilder") -> None:
    text = summarise_run(builder.run(planned=3), report=None, run_path=None)
    assert "? Nothing proved: no case under test was finished. 3 planned trials did not finish." in text
    assert "Report" not in text


def test_colours_change_no_word(red: "Sample") -> None:
    plain = summarise_run(red.run, report=None, run_path=None)
    coloured = summarise_run(red.run, report=None, run_path=None, colour=True)
    assert "\x1b[" in coloured
    assert "\x1b[" not in plain
    assert [line.split() for line in _without_escapes(coloured).splitlines()] == [
        line.split() for line in plain.splitlines()
    ]


def test_a_transcript_cannot_move_the_cursor(red: "Sample") -> None:
    result = red.run.results[0]
    bad = replace(result.trials[0], reasons=("said \x1b[2Jboo\nand more",))
    cases = tuple(replace(case, trials=(bad,)) if case.case == "opening_hours" else case for case in red.run.results)
    text = summary(red, results=cases)
    assert "\x1b" not in text
    assert "said [2Jboo and more" in text


def _without_escapes(text: str) -> str:
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_discarded_trials_are_told_and_counted_in_nothing_and_a_broken_persona_is_named(green: "Sample") -> None:
    first, *others = green.run.results
    spoiled = Validity(valid=False, kind=InvalidKind.AUDIO, reason="our caller could not be understood")
    call = first.trials[0]
    discarded = tuple(
        replace(
            call,
            trial=replace(call.trial, repeat=repeat, persona="omar"),
            outcome=Outcome.INCONCLUSIVE,
            reasons=(spoiled.reason,),
            validity=spoiled,
        )
        for repeat in (0, 1)
    )
    text = summary(green, results=(replace(first, discarded=discarded), *others))
    assert text.startswith("4 cases, 16 trials and 2 discarded")
    assert f"{first.case} with {first.prompt}: 2 trials discarded: our caller could not be understood\n" in text
    assert "Persona omar spoiled 2 of its 2 calls: choose a clearer voice or a better line" in text
    assert GREEN.splitlines()[-3] in text


def test_a_stopped_run_says_who_spoiled_it(green: "Sample") -> None:
    stopped = "stopped: 4 of 16 calls were spoiled by our own caller (persona omar: 4 of 5): choose a clearer voice"
    stop = Stop(kind=StopKind.SPOILED, reason=stopped)
    text = summary(green, planned=20, stop=stop)
    assert f"? Nothing proved: the run was cut short. 4 planned trials did not finish. S{stopped[1:]}." in text
    assert "Stopped" not in summary(green, stop=stop)


KEPT = Quarantine(until=date(2026, 12, 31), owner="kitchen team", reason="the menu changes weekly")


def with_standing(sample: "Sample", case: str, standing: CaseStanding) -> "Sample":
    results = tuple(
        replace(result, standing=standing) if result.case == case else result for result in sample.run.results
    )
    return replace(sample, run=replace(sample.run, results=results))


def test_a_case_in_quarantine_is_told_and_decides_nothing(red: "Sample") -> None:
    text = summary(with_standing(red, "opening_hours", CaseStanding(quarantine=KEPT)))
    assert (
        "· opening_hours with receptionist@v2: in quarantine until 2026-12-31 (kitchen team: the menu changes weekly): "
        "failed, decides nothing"
    ) in text
    assert "✗ opening_hours: failed" not in text
    assert "! receptionist@v2  3 of 5 cases passed, 1 failed, 1 error" in text


def test_a_quarantine_that_is_over_says_so(red: "Sample") -> None:
    text = summary(with_standing(red, "opening_hours", CaseStanding(quarantine=KEPT, expired=True)))
    assert "✗ opening_hours with receptionist@v2: its quarantine ended on 2026-12-31 (kitchen team)" in text
    assert "mend the case, or give the quarantine another date" in text


def test_a_case_that_is_not_required_says_what_it_counts_for(red: "Sample") -> None:
    text = summary(with_standing(red, "opening_hours", CaseStanding(compared=True, required=False)))
    assert "(1 of 2 trials passed), not required: counts in the comparison only" in text


def test_the_verdict_of_a_comparison_stands_where_the_verdict_of_the_cases_stood(green: "Sample") -> None:
    decision = decide(summarise(green.run.results, planned_trials=16), make_judgement())
    lines = summarise_run(green.run, report=None, run_path=None, decision=decision, cost="Cost: 1.20 USD").splitlines()
    assert "✗ receptionist@v2  4 of 4 cases passed (8 of 8 trials)" in lines
    assert "✗ 4 of 4 cases passed; regressed: receptionist@v2 beside receptionist@v1" in lines
    assert not any(line.startswith("✓ Passed") for line in lines)
    assert lines[-1] == "Cost: 1.20 USD"


def test_without_a_comparison_the_next_step_and_the_calls_saved_are_told(green: "Sample") -> None:
    first, *others = green.run.results
    run = replace(green.run, results=(replace(first, trials=first.trials[:1]), *others))
    decision = decide(summarise(run.results, planned_trials=16), None)
    text = summarise_run(run, report=None, run_path=None, decision=decision)
    assert text.startswith("4 cases, 15 trials · ")
    assert "1 call saved, whose case was decided without it" in text
    assert "✓ Passed: all 4 cases under test passed." in text
    assert text.splitlines()[-1].startswith("Next: ")


def test_flaky_cases_are_named(red: "Sample") -> None:
    assert "desk::opening_hours (1 of 2 passed)" in summary(red)


def test_a_run_without_a_flaky_case_keeps_quiet_about_it(green: "Sample") -> None:
    assert "Flaky" not in summary(green)
