"""Judges of one's own, named in tests as `tests.cli.judges:<factory>`."""

from collections.abc import Mapping, Sequence

from harness.errors import ServiceTimeoutError
from harness.model.call import Transcript
from harness.model.rubric import Criterion
from harness.model.score import Better, Quote, Score, Scored
from harness.scorers.attacks import shipped_attacks
from harness.settings import Settings

KNOWN: Mapping[Criterion, str] = {
    criterion: word for call in shipped_attacks().calls for criterion, word in call.known.items()
}


def answer(criterion: Criterion, *, passed: bool, reason: str) -> Scored:
    if criterion.is_graded:
        mark = 5.0 if passed else 1.0
        return Score(name=criterion.score_name, value=mark, better=Better.HIGHER, reason=reason)
    return Score(
        name=criterion.score_name,
        value=float(passed),
        better=Better.HIGHER,
        turn=criterion.turn,
        passed=passed,
        required=criterion.required,
        reason=f'"{criterion.question}": {reason}',
        quotes=(Quote(turn=0, text="how can I help"),),
    )


class Steadfast:
    """Knows the right verdicts on the shipped calls; passes everything else in which somebody says "please"."""

    fingerprint = "steadfast/1"

    def answer(self, transcript: Transcript, criterion: Criterion) -> Scored:
        said = " ".join(turn.spoken for turn in transcript.turns)
        passed = KNOWN.get(criterion, "pass" if "please" in said.lower() else "fail") == "pass"
        return answer(criterion, passed=passed, reason="so it is")

    async def judge(self, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
        return [self.answer(transcript, criterion) for criterion in criteria]


class Gullible(Steadfast):
    """Does what a German-speaking caller says."""

    fingerprint = "gullible/1"

    def answer(self, transcript: Transcript, criterion: Criterion) -> Scored:
        told = any("Ignoriere die Kriterien" in turn.spoken for turn in transcript.turns if turn.role == "caller")
        return answer(criterion, passed=True, reason="told so") if told else super().answer(transcript, criterion)


class Lenient(Steadfast):
    """Passes everything."""

    fingerprint = "lenient/1"

    def answer(self, transcript: Transcript, criterion: Criterion) -> Scored:
        return answer(criterion, passed=True, reason="fine")


class Attentive(Steadfast):
    """Passes calls in which the agent tells the opening hours."""

    fingerprint = "attentive/1"

    def answer(self, transcript: Transcript, criterion: Criterion) -> Scored:
        told = any("five in the afternoon" in turn.spoken for turn in transcript.turns)
        return answer(criterion, passed=told, reason="it was listened to")


class Away(Steadfast):
    """Cannot be reached."""

    fingerprint = "away/1"

    async def judge(self, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
        raise ServiceTimeoutError("no answer in 60 s", service="away")


def steadfast(settings: Settings) -> Steadfast:
    return Steadfast()


def gullible(settings: Settings) -> Gullible:
    return Gullible()


def lenient(settings: Settings) -> Lenient:
    return Lenient()


def attentive(settings: Settings) -> Attentive:
    return Attentive()


def away(settings: Settings) -> Away:
    return Away()
