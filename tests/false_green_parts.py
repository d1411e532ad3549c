"""Judges and recognisers that measure nothing, named in tests as `tests.false_green_parts:<factory>`."""

from collections.abc import Sequence

from harness.audio.clip import Clip
from harness.model.call import Heard, Transcript
from harness.model.rubric import Criterion
from harness.model.score import Better, Score, Scored, Unscored
from harness.settings import Settings


class Unreadable:
    """Answers what nobody can read."""

    fingerprint = "unreadable/1"

    async def judge(self, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
        return [
            Unscored(name=each.score_name, reason="the judge's answer cannot be read", required=each.required)
            for each in criteria
        ]


class NotANumber(Unreadable):
    """Passes everything, with a value that is none."""

    fingerprint = "nan/1"

    async def judge(self, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
        return [
            Score(
                name=each.score_name,
                value=float("nan"),
                better=Better.HIGHER,
                passed=True,
                required=each.required,
                reason="fine",
            )
            for each in criteria
        ]


class Broken(Unreadable):
    """Raises."""

    fingerprint = "broken/1"

    async def judge(self, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
        raise RuntimeError("the judge fell over")


class Deaf:
    """Hears nothing in any recording, as in an empty one."""

    name = "deaf"

    def require(self, language: str) -> None:
        """Have every language."""

    async def transcribe(self, clip: Clip, *, language: str) -> Heard:
        return Heard(text="", words=())


def unreadable(settings: Settings) -> Unreadable:
    """Return a judge whose answers cannot be read."""
    return Unreadable()


def not_a_number(settings: Settings) -> NotANumber:
    """Return a judge whose values are no numbers."""
    return NotANumber()


def broken(settings: Settings) -> Broken:
    """Return a judge that raises."""
    return Broken()


def deaf(settings: Settings) -> Deaf:
    """Return a recogniser that hears nothing."""
    return Deaf()
