"""Which part failed, in words: beside its check on a page, as a line of a terminal, as a property of a JUnit file."""

from collections.abc import Iterable
from dataclasses import dataclass

from harness.model.blame import Blame, Part
from harness.model.outcome import Outcome
from harness.model.run import TrialResult
from harness.report.numbers import clock

_WORDS = {part: part.value.replace("_", "-") for part in Part}
_HELP = {
    Part.HEARING: "the platform's recogniser",
    Part.THINKING: "the language model and its prompt",
    Part.TOOL: "a tool of the agent",
    Part.SPEAKING: "the agent's voice",
    Part.TURN_TAKING: "who speaks when",
    Part.NETWORK: "the line, and the platform that carries the call",
    Part.CALLER: "our own caller, not the agent",
    Part.HARNESS: "our own measurement, not the agent",
}
_WITHOUT_SCORE = {
    "course": "how the call went",
    "service": "a service failed",
    "validity": "whether the caller could be understood",
    "script": "whether the call came to its end",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BlameView:
    """The part behind one failed check."""

    part: str
    """`hearing`, `turn-taking`, ..."""
    help: str
    """What belongs to the part."""
    check: str
    """What failed, for a check that stands nowhere else on the page."""
    evidence: str
    clock: str
    """Empty when it has no moment."""
    start_s: str
    alternatives: str
    """Other parts that may be behind it: `or speaking`; empty when what was measured decides."""


def view_blame(blame: Blame) -> BlameView:
    """Return one blame ready to be shown."""
    others = " or ".join(_WORDS[part] for part in blame.alternatives)
    return BlameView(
        part=_WORDS[blame.part],
        help=_HELP[blame.part],
        check=_WITHOUT_SCORE.get(blame.check, blame.check),
        evidence=blame.evidence,
        clock="" if blame.at_ms is None else clock(blame.at_ms),
        start_s="" if blame.at_ms is None else f"{blame.at_ms / 1000:.3f}",
        alternatives=f"or {others}" if others else "",
    )


def blame_line(blame: Blame) -> str:
    """Return one blame as a line: `hearing: heard "nine" for "five", 0:12.3`."""
    view = view_blame(blame)
    doubt = f" ({view.alternatives})" if view.alternatives else ""
    moment = f", {view.clock}" if view.clock else ""
    return f"{view.part}{doubt}: {view.evidence}{moment}"


def blame_lines(trials: Iterable[TrialResult]) -> tuple[str, ...]:
    """Return the blames of the trials that did not pass, each line once."""
    failed = (trial for trial in trials if trial.outcome is not Outcome.PASSED)
    return tuple(dict.fromkeys(blame_line(blame) for trial in failed for blame in trial.blames))


def parts(trials: Iterable[TrialResult]) -> tuple[str, ...]:
    """Return the parts that failed in the trials that did not pass, the first first."""
    failed = (trial for trial in trials if trial.outcome is not Outcome.PASSED)
    return tuple(dict.fromkeys(blame.part.value for trial in failed for blame in trial.blames))
