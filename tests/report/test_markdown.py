"""The comment on a pull request: what it says, where it leads, and that nobody's words do anything in it."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.model.blame import Blame, Part
from harness.model.outcome import Outcome
from harness.model.quarantine import Quarantine
from harness.model.run import CaseStanding, Run
from harness.model.suite import ArmRole
from harness.regression.decision import Decision, decide
from harness.regression.gate import GateWord
from harness.regression.intervals import Interval
from harness.regression.judgement import ArmChange, Judgement, MetricChange, Standing
from harness.regression.policy import Profile, policy_of
from harness.report.markdown import MARKER, MOST_CHARACTERS, markdown_summary
from harness.report.markdown_text import block, code, link, sentence, words
from harness.report.pages import write_report
from harness.runner.outcome import summarise
from tests.report.reading import places

if TYPE_CHECKING:
    from tests.report.conftest import RunBuilder, Sample

PAGES = "https://example.org/report"
JOINER = "\N{WORD JOINER}"


def decision_of(run: Run, judgement: Judgement | None = None) -> Decision:
    return decide(summarise(run.results, planned_trials=run.planned, stop=run.stop), judgement)


def summary(run: Run, judgement: Judgement | None = None, *, pages: str = PAGES, cost: str = "") -> str:
    return markdown_summary(run, decision_of(run, judgement), pages=pages, cost=cost)


def regressed(**fields: object) -> Judgement:
    change = ArmChange(
        candidate="receptionist@v2",
        baseline="receptionist@v1",
        engine_model="embedded.extractive",
        source="this run",
        standing=Standing.REGRESSED,
        metrics=(
            MetricChange(
                metric="pass_rate",
                margin=0.1,
                word=GateWord.REGRESSED,
                interval=Interval(estimate=-0.25, low=-0.4, high=-0.12),
                confidence=0.9,
                baseline=1.0,
                candidate=0.75,
                cases=4,
            ),
        ),
        matched=4,
        worse=("desk::opening_hours",),
    )
    return Judgement(
        policy=policy_of(Profile.PULL_REQUEST),
        changes=(replace(change, **fields),),  # type: ignore[arg-type]
        standing=Standing.REGRESSED,
        sentence="receptionist@v2 passes 25 points less often.",
        next_step="Look at what changed: `harness report latest --open`.",
    )


def table(text: str) -> list[list[str]]:
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_the_answer_comes_first_with_a_sign_and_a_word_then_what_to_do(red: "Sample") -> None:
    marker, answer, *rest = summary(red.run, regressed()).splitlines()
    assert marker == MARKER
    assert answer.startswith("### ✗ Failed: ")
    assert next(line for line in rest if line).startswith("**Next:** ")


def test_a_green_run_has_no_problems_and_says_what_was_counted(green: "Sample") -> None:
    text = summary(green.run, cost="0.12 USD (planned 0.10 to 0.20)")
    assert text.splitlines()[1].startswith("### ✓ Passed: 4 of 4 cases passed")
    assert "\n1. " not in text
    assert "0 flaky cases (some of its trials passed, some failed), 0 in quarantine." in text
    assert "Cost: 0.12 USD (planned 0.10 to 0.20)" in text
    assert "How this was counted: the pass rate is the share of valid trials" in text
    assert f"[The whole report]({PAGES}/index.html)" in text


def test_every_arm_has_its_rate_with_an_interval_and_its_change_with_a_word(red: "Sample") -> None:
    candidate, baseline = table(summary(red.run, regressed()))
    assert candidate[0] == "`receptionist@v2` `embedded.extractive`"
    assert candidate[1] == "3 of 5 cases"
    assert re.fullmatch(r"87\.5% \[[\d.]+%, [\d.]+%\]", candidate[2])
    assert candidate[3] == "✗ regressed: −25 points [−40, −12]"
    assert candidate[4] == "8 valid, 1 left out"
    assert baseline[3] == "baseline"


def test_without_a_comparison_nothing_is_said_of_a_change(green: "Sample") -> None:
    assert table(summary(green.run))[0][3] == "not compared"


def test_why_two_arms_are_not_comparable_is_told(red: "Sample") -> None:
    judgement = regressed(standing=Standing.NOT_COMPARABLE, metrics=(), differs=("judge: baseline a, candidate b",))
    text = summary(red.run, judgement)
    assert table(text)[0][3] == "≠ not comparable"
    assert "- `receptionist@v2` beside `receptionist@v1` (this run), 4 matched cases" in text
    assert "- ? judge: baseline a, candidate b" in text


def test_a_problem_names_case_reason_and_part_and_leads_to_its_moment(red: "Sample", tmp_path: Path) -> None:
    result = next(each for each in red.run.results if each.case == "opening_hours")
    blame = Blame(check="says", part=Part.THINKING, evidence="the agent wrote “noted”", at_ms=8420)
    trials = (replace(result.trials[0], blames=(blame,)), *result.trials[1:])
    results = tuple(replace(each, trials=trials) if each is result else each for each in red.run.results)
    run = replace(red.run, results=results)

    lines = [line for line in summary(run).splitlines() if re.match(r"\d\. ", line)]

    assert lines[0].startswith("1. ✗ failed, broke: **opening\\_hours** with `receptionist@v2`: turn 3: the agent did")
    assert "Part: thinking: the agent wrote “noted”, 0:08.4." in lines[0]
    found = re.search(rf"\[Hear turn 3, 0:08\.4\]\({PAGES}/(\S+)#(\S+)\)", lines[0])
    assert found
    write_report(run, run_folder=red.folder, pages=tmp_path / "html")
    assert found[2] in places(tmp_path / "html" / found[1])
    assert "! error: **line\\_drops**" in lines[1]
    assert "[Read trial 1](" in lines[1]


def test_at_most_three_problems_are_told_and_the_others_counted(builder: "RunBuilder") -> None:
    for number in range(5):
        name = f"case_{number}"
        builder.add(name, version="v2", role=ArmRole.CANDIDATE, outcomes=(Outcome.FAILED,), reasons=("no",))
    text = summary(builder.run())
    assert re.findall(r"^(\d)\. ", text, re.MULTILINE) == ["1", "2", "3"]
    assert "… and 2 more problems in the report" in text


def test_a_case_that_passes_less_often_is_a_problem_though_it_passed(red: "Sample") -> None:
    results = tuple(
        replace(each, outcome=Outcome.PASSED) if each.case == "opening_hours" else each for each in red.run.results
    )
    text = summary(replace(red.run, results=results), regressed())
    assert "▼ passes less often: **opening\\_hours**" in text


def test_flaky_and_quarantined_cases_are_counted_and_those_in_quarantine_are_no_problem(red: "Sample") -> None:
    kept = Quarantine(until=date(2026, 12, 31), owner="Kim", reason="the line is mended")
    results = tuple(
        replace(each, standing=CaseStanding(quarantine=kept)) if each.case == "line_drops" else each
        for each in red.run.results
    )
    text = summary(replace(red.run, results=results))
    assert "1 flaky case (some of its trials passed, some failed), 1 in quarantine." in text
    assert "**line\\_drops**" not in text
    assert table(text)[0][1] == "3 of 4 cases"


def test_what_changed_in_the_prompt_is_folded(red: "Sample") -> None:
    text = summary(red.run)
    folded = text[text.index("<details>") : text.index("</details>")]
    assert "<code>receptionist@v2</code> beside <code>receptionist@v1</code>" in folded
    assert "\n```diff\n" in folded
    assert "\n+ Always repeat the day, the time and the number of people before you confirm.\n" in folded


def test_an_empty_run_is_told_as_proving_nothing(builder: "RunBuilder") -> None:
    text = summary(builder.run(prompts=()))
    assert text.splitlines()[1].startswith("### ? Inconclusive: ")
    assert "| --- |" not in text


HOSTILE = "<script>alert(1)</script> `x` | @octocat fixes #12 [a](http://evil.example) **b** $1$ \x1b[2J\n# head\n"


def test_what_callers_agents_and_authors_write_stays_words(builder: "RunBuilder") -> None:
    for name in ("first|one", "second"):
        builder.add(name, version="v2", role=ArmRole.CANDIDATE, outcomes=(Outcome.FAILED,), reasons=(HOSTILE,))
    run = builder.run()
    prompts = tuple(replace(each, source=f"```\n{HOSTILE}\n</details>{each.source}") for each in run.prompts)
    text = summary(replace(run, prompts=(prompts[0], replace(prompts[1], source="Other."))))

    outside = re.sub(r"(?s)^(`{3,}).*?^\1$", "", text, flags=re.MULTILINE)
    assert "<script" not in outside
    assert "\x1b" not in text
    assert "@octocat" not in outside
    assert f"@{JOINER}octocat fixes #{JOINER}12" in outside
    assert "[a](http" not in outside
    assert "\n# head" not in outside
    assert outside.count("</details>") == 1


def test_a_summary_is_never_longer_than_a_comment_may_be(builder: "RunBuilder") -> None:
    endless = "@a `<&|" * 20_000
    for number in range(40):
        builder.add(
            endless[: 90 + number], version="v2", role=ArmRole.CANDIDATE, outcomes=(Outcome.FAILED,), reasons=(endless,)
        )
    run = builder.run()
    sources = ("\n".join(f"Rule {number}: {HOSTILE.strip()}" for number in range(600)), "Nothing.")
    prompts = tuple(replace(each, source=text) for each, text in zip(run.prompts, sources, strict=True))
    judged = regressed(differs=(endless,) * 30, doubts=(endless,) * 30)
    decision = decision_of(run, replace(judged, sentence=endless, changes=judged.changes * 60))
    decision = replace(decision, sentence=endless, next_step=endless, warnings=(endless,) * 50)

    text = markdown_summary(replace(run, prompts=prompts), decision, pages=PAGES, cost=endless)

    assert len(text) <= MOST_CHARACTERS
    assert re.search(r"… [\d,]+ more lines: see the report", text)
    assert text.endswith(f"[The whole report]({PAGES}/index.html)\n")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(words("a_b *c* [d](e) `f`", most=99), r"a\_b \*c\* \[d\](e) \`f\`", id="signs"),
        pytest.param(words("x < y & z", most=99), "x &lt; y &amp; z", id="HTML"),
        pytest.param(words("receptionist@v2", most=99), "receptionist@v2", id="a label is no mention"),
        pytest.param(words("(@team/a)", most=99), f"(@{JOINER}team/a)", id="a mention"),
        pytest.param(words("see www.x.org", most=99), f"see www{JOINER}.x.org", id="a bare link"),
        pytest.param(words("abcdef", most=4), "abc…", id="cut"),
        pytest.param(words("half \ud800 pair", most=99), "half pair", id="what UTF-8 cannot hold"),
        pytest.param(code("a`b", most=99), "``a`b``", id="a backtick in code"),
        pytest.param(code("`", most=99), "`` ` ``", id="nothing but a backtick in code"),
        pytest.param(sentence("run `a_b` for a_b", most=99), r"run `a_b` for a\_b", id="a command in a sentence"),
        pytest.param(sentence("one ` only", most=99), r"one \` only", id="a lonely backtick in a sentence"),
        pytest.param(link("x", to="a b/(c)<d>#e"), "[x](a%20b/%28c%29%3Cd%3E#e)", id="a link"),
        pytest.param(block(["````", "b"], language="diff", most=999), "`````diff\n````\nb\n`````", id="a block"),
    ],
)
def test_text_is_written_so_that_it_means_nothing(made: str, expected: str) -> None:
    assert made == expected
