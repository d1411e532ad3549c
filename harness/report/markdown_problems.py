"""The problems of a run that are worth a reader's first minute, each with the way to its moment in the report."""

from collections.abc import Iterator, Sequence

from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run, TrialResult
from harness.model.suite import ArmRole
from harness.regression.decision import Decision
from harness.report.blames import blame_lines
from harness.report.excuses import is_quarantined
from harness.report.links import failed_turn, page_href, trial_anchor, turn_anchor
from harness.report.markdown_text import code, link, words
from harness.report.numbers import clock, count
from harness.report.sentences import MOVEMENTS, SYMBOLS
from harness.report.versions import Movement, PromptVersion, worst_first

_MOST_PROBLEMS = 3
_LONGEST_NAME = 80
_LONGEST_REASON = 400


def problem_lines(run: Run, decision: Decision, versions: Sequence[PromptVersion], *, pages: str) -> str:
    """Return at most three problems as a numbered list, and how many more there are; empty without any.

    Cases that broke come first, then what else did not pass, then cases that pass less often than the baseline.
    Cases in quarantine are none.

    Args:
        run: What was tried.
        decision: What it came to.
        versions: Its prompts, each beside the one it is compared with.
        pages: Where the report's pages can be opened.
    """
    broke = {
        moved.result.planned
        for version in versions
        for moved in (version.comparison.moved if version.comparison else ())
        if moved.movement is Movement.BROKE
    }
    found = sorted(_problems(run, decision), key=lambda result: result.planned not in broke)
    lines = [
        f"{place}. {_line(result, run=run, pages=pages, broke=result.planned in broke)}"
        for place, result in enumerate(found[:_MOST_PROBLEMS], start=1)
    ]
    more = len(found) - len(lines)
    return "\n".join([*lines, *([f"\n… and {count(more, 'more problem')} in the report"] if more else [])])


def _problems(run: Run, decision: Decision) -> Iterator[CaseResult]:
    under_test = [result for result in run.results if result.role is ArmRole.CANDIDATE and not is_quarantined(result)]
    yield from (result for result in worst_first(under_test) if not result.passed)
    changes = decision.judgement.changes if decision.judgement else ()
    worse = {(change.candidate, change.engine_model, case) for change in changes for case in change.worse}
    for result in under_test:
        if result.passed and (result.prompt, result.engine_model, f"{result.suite}::{result.case}") in worse:
            yield result


def _line(result: CaseResult, *, run: Run, pages: str, broke: bool) -> str:
    trial = _telling_trial(result)
    outcome = f"{SYMBOLS[result.outcome]} {result.outcome.value}" if not result.passed else "▼ passes less often"
    moved = f", {MOVEMENTS[Movement.BROKE]}" if broke else ""
    case = f"**{words(result.case, most=_LONGEST_NAME)}** with {code(result.prompt, most=_LONGEST_NAME)}"
    reason = next(iter(result.reasons), "no reason was kept")
    part = next(iter(blame_lines([trial])), "") if trial else ""
    blamed = f" Part: {words(part.rstrip('.'), most=_LONGEST_REASON)}." if part else ""
    told = f"{outcome}{moved}: {case}: {words(reason.rstrip('.'), most=_LONGEST_REASON)}.{blamed}"
    return f"{told} {_moment(trial, run=run, pages=pages)}".rstrip() if trial else told


def _telling_trial(result: CaseResult) -> TrialResult | None:
    """Return the trial the first reason is from; otherwise the first that did not pass."""
    reason = next(iter(result.reasons), "")
    failed = [trial for trial in result.trials if trial.outcome is not Outcome.PASSED]
    named = [trial for trial in failed if reason in trial.reasons]
    return next(iter(named or failed or result.trials), None)


def _moment(trial: TrialResult, *, run: Run, pages: str) -> str:
    """Return a link to the turn that failed, or to the trial where none did; empty for a prompt nobody kept."""
    prompt = next((each for each in run.prompts if each.label == trial.trial.prompt), None)
    if prompt is None:
        return ""
    turn = failed_turn(trial)
    if turn is None or trial.call is None:
        text, anchor = f"trial {trial.trial.attempt}", trial_anchor(trial.trial.id)
    else:
        at = clock(trial.call.turns[turn].started_ms)
        text, anchor = f"turn {turn + 1}, {at}", turn_anchor(trial.trial.id, turn)
    base = f"{pages.rstrip('/')}/" if pages else ""
    verb = "Hear" if trial.call is not None and trial.call.recording is not None else "Read"
    return link(f"{verb} {text}", to=f"{base}{page_href(prompt)}#{anchor}")
