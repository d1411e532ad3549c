"""A run as a comment on a pull request: the answer first, at most three problems, each one click from its moment.

Everything comes from what is stored, so that the comment can be made again at any time and on any machine.
"""

import html
from collections.abc import Iterator, Sequence
from itertools import chain

from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run
from harness.model.suite import ArmRole
from harness.regression.decision import Decision
from harness.regression.facts import arms_of
from harness.regression.repeats import flake
from harness.report.excuses import is_quarantined
from harness.report.lines import one_line
from harness.report.markdown_arms import arm_table, compared_with, how_counted
from harness.report.markdown_problems import problem_lines
from harness.report.markdown_text import block, link, sentence, words
from harness.report.numbers import count
from harness.report.promptdiff import DiffLine, LineKind
from harness.report.sentences import SYMBOLS
from harness.report.versions import Comparison, PromptVersion, prompt_versions

MARKER = "<!-- voipbin-harness -->"
"""The first line, by which an earlier comment is found and replaced."""

MOST_CHARACTERS = 65_000
"""GitHub takes 65,536."""

_MOST_WARNINGS = 5
_LONGEST_SENTENCE = 1_000
_LONGEST_WARNING = 300
_MARKS = {LineKind.SAME: "  ", LineKind.REMOVED: "- ", LineKind.ADDED: "+ ", LineKind.GAP: "  …"}
_LEAST_DIFF = 500


def markdown_summary(run: Run, decision: Decision, *, pages: str, cost: str = "") -> str:
    """Return a run's summary in GitHub's Markdown, never longer than a comment may be.

    Args:
        run: What was tried; it may be cut short, or empty.
        decision: What it came to.
        pages: Where the report's pages can be opened: a URL or a relative path; empty: beside the comment.
        cost: What the run cost, in one line; empty: nobody counted.
    """
    head = "\n\n".join(chain(_verdict(decision), arm_table(run, decision), compared_with(decision)))
    versions = prompt_versions(run)
    problems = problem_lines(run, decision, versions, pages=pages)
    tail = "\n\n".join(_tail(run, decision, pages=pages, cost=cost))
    shown = "\n\n".join(part for part in (head, problems) if part)
    room = MOST_CHARACTERS - len(shown) - len(tail) - 10
    return "\n\n".join([shown, *_diffs(versions, room=room), tail]) + "\n"


def _verdict(decision: Decision) -> Iterator[str]:
    yield f"{MARKER}\n### {_answer(decision.outcome)}: {sentence(decision.sentence, most=_LONGEST_SENTENCE)}"
    if decision.next_step:
        yield f"**Next:** {sentence(decision.next_step, most=_LONGEST_SENTENCE)}"
    shown = [f"- ! {sentence(warning, most=_LONGEST_WARNING)}" for warning in decision.warnings[:_MOST_WARNINGS]]
    more = len(decision.warnings) - len(shown)
    if shown:
        yield "\n".join([*shown, *([f"- … and {count(more, 'more warning')} in the report"] if more else [])])


def _answer(outcome: Outcome) -> str:
    return f"{SYMBOLS[outcome]} {outcome.value.capitalize()}"


def _tail(run: Run, decision: Decision, *, pages: str, cost: str) -> Iterator[str]:
    yield _beside(run)
    if cost:
        yield f"Cost: {words(cost, most=_LONGEST_WARNING)}"
    yield f"<sub>How this was counted: {words(how_counted(run, decision), most=_LONGEST_SENTENCE)}</sub>"
    yield link("The whole report", to=f"{pages.rstrip('/')}/index.html" if pages else "index.html")


def _beside(run: Run) -> str:
    """Return how many cases are unsteady, and how many decide nothing; a zero is told too."""
    counts = [
        (case.counts.passes, case.counts.valid)
        for arm in arms_of(run)
        if arm.role is ArmRole.CANDIDATE
        for case in arm.cases
    ]
    results = [result for result in run.results if result.role is ArmRole.CANDIDATE]
    expired = _cases(result for result in results if result.standing.quarantine and result.standing.expired)
    told = [
        f"{count(flake(counts).mixed, 'flaky case')} (some of its trials passed, some failed)",
        f"{_cases(result for result in results if is_quarantined(result))} in quarantine",
        *([f"{expired} whose quarantine is over"] if expired else []),
    ]
    return f"{', '.join(told)}. {_left_out(results)}".strip()


def _cases(results: Iterator[CaseResult]) -> int:
    return len({(result.suite, result.case) for result in results})


def _left_out(results: Sequence[CaseResult]) -> str:
    trials = [trial for result in results for trial in result.trials]
    invalid = sum(trial.outcome in (Outcome.INCONCLUSIVE, Outcome.ERROR) for trial in trials)
    return f"{count(invalid, 'trial')} proved nothing and {'is' if invalid == 1 else 'are'} in no rate."


def _diffs(versions: Sequence[PromptVersion], *, room: int) -> Iterator[str]:
    """Yield what changed in each prompt, folded; where there is no room for more, that it stands in the report."""
    changed = [
        (version, version.comparison)
        for version in versions
        if not version.is_baseline and version.comparison is not None and version.comparison.diff.lines
    ]
    for place, (version, comparison) in enumerate(changed):
        share = room // (len(changed) - place)
        if share < _LEAST_DIFF:
            yield f"… {count(len(changed) - place, 'more changed prompt')}: see the report"
            return
        folded = _folded(version, comparison, most=share)
        room -= len(folded) + 2
        yield folded


def _folded(version: PromptVersion, comparison: Comparison, *, most: int) -> str:
    names = (html.escape(one_line(label)[:100]) for label in (version.label, comparison.reference.label))
    title = "What changed in the prompt: <code>{}</code> beside <code>{}</code>".format(*names)
    opening = f"<details><summary>{title}</summary>\n\n"
    closing = "\n\n</details>"
    lines = [_diff_line(line) for line in comparison.sentence_lines or comparison.diff.lines]
    return f"{opening}{block(lines, language='diff', most=most - len(opening) - len(closing))}{closing}"


def _diff_line(line: DiffLine) -> str:
    return f"{_MARKS[line.kind]}{line.text}".rstrip()
