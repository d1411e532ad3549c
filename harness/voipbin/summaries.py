"""The words of summaries.

Source: contract section 4.8.
"""

from enum import StrEnum


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
