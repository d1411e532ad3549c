"""The words of summaries, and what a flow learns of one.

Source: contract sections 3.7 and 4.8.
"""

from enum import StrEnum

from harness.voipbin.resources import Record


class SummaryReference(StrEnum):
    """What can be summed up."""

    CALL = "call"
    CONFERENCE = "conference"
    TRANSCRIBE = "transcribe"
    RECORDING = "recording"


class SummaryStatus(StrEnum):
    """Where a summary stands."""

    PROGRESSING = "progressing"
    DONE = "done"


_TOLD = ("id", "reference_type", "reference_id", "language", "content")


def summary_variables(summary: Record) -> dict[str, str]:
    """Return the variables a flow has that runs because of a summary."""
    return {f"voipbin.ai_summary.{name}": str(summary[name] or "") for name in _TOLD}
