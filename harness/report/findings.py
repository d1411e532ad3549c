"""Findings in words: as callouts of a page, as one line of a terminal, as lines of a JUnit file."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.model.finding import Finding, FindingName, Party
from harness.model.run import TrialResult
from harness.report.numbers import clock
from harness.voipbin.troubleshooting import ADVICE

_WHOSE = {
    Party.AGENT: "the agent's prompt or settings",
    Party.PLATFORM: "the platform",
    Party.SERVICE: "a provider behind the platform",
    Party.LINE: "the line",
    Party.CALLER: "the other end of the call",
    Party.ACCOUNT: "the account",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """One finding on a page."""

    title: str
    name: str
    """Its name in stored runs and in docs/findings.md."""
    clock: str
    """Empty when it has no moment."""
    start_s: str
    what: str
    cause: str
    fix: str
    whose: str
    """Who has to act."""


def view_findings(findings: Iterable[Finding]) -> tuple[FindingView, ...]:
    """Return findings ready to be shown, in their order."""
    return tuple(
        FindingView(
            title=ADVICE[finding.name].title,
            name=finding.name.value,
            clock="" if finding.at_ms is None else clock(finding.at_ms),
            start_s="" if finding.at_ms is None else f"{finding.at_ms / 1000:.3f}",
            what=_sentence(finding.what),
            cause=_sentence(finding.cause),
            fix=_sentence(finding.fix),
            whose=_WHOSE[finding.blames],
        )
        for finding in findings
    )


def first_line(trials: Iterable[TrialResult]) -> str:
    """Return the likeliest cause of the first trial that has one, and what to do; empty when nothing is known."""
    found = next((finding for trial in trials for finding in trial.findings), None)
    return "" if found is None else f"why: {_lowered(ADVICE[found.name].title)}. fix: {found.fix}"


def all_lines(trials: Iterable[TrialResult]) -> tuple[str, ...]:
    """Return every finding of some trials once, with what was seen and why."""
    found: dict[FindingName, Finding] = {}
    for finding in (finding for trial in trials for finding in trial.findings):
        found.setdefault(finding.name, finding)
    return tuple(
        f"why: {_lowered(ADVICE[finding.name].title)}: {finding.what}; {finding.cause}. fix: {finding.fix}"
        for finding in found.values()
    )


def _sentence(text: str) -> str:
    begun = text[:1].upper() + text[1:]
    return begun if begun.endswith((".", "!", "?", '."')) else f"{begun}."


def _lowered(title: str) -> str:
    return title[:1].lower() + title[1:]
