"""From what is known of a summary's claims and key points to its scores: counts first, then one division."""

from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.score import Better, Quote, Score, Scored, Unscored
from harness.model.summary import Coverage, Standing, SummaryExpectation
from harness.scorers.moments import quoted
from harness.scorers.summary_claims import Ruling
from harness.scorers.summary_points import PointRuling, about
from harness.scorers.summary_text import SummaryClaim, word_count

PRESENT = "summary_present"
FAITHFULNESS = "summary_faithfulness"
FAITHFULNESS_HEARD = "summary_faithfulness_heard"
STT_COST = "summary_stt_cost"
CONTRADICTIONS = "summary_contradictions"
RECALL = "summary_recall"
CONCISENESS = "summary_conciseness"
WORDS = "summary_words"
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one transcript of a call says to the claims, in their order."""

    rulings: tuple[Ruling, ...]

    def count(self, standing: Standing | None) -> int:
        """Return how many claims stand so; None counts those left open."""
        return sum(ruling.standing is standing for ruling in self.rulings)

    @property
    def decided(self) -> int:
        """Return how many claims are not left open."""
        return len(self.rulings) - self.count(None)

    @property
    def faithfulness(self) -> float | None:
        """Return supported / decided claims; None when nothing was decided."""
        return self.count(Standing.SUPPORTED) / self.decided if self.decided else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A summary, and all that was found out about it."""

    summary: str
    expected: SummaryExpectation
    claims: tuple[SummaryClaim, ...]
    reference: Reading
    platform: Reading | None
    """None where no recogniser listened."""
    points: tuple[PointRuling, ...]
    lang: str
    judged_by: str
    faults: tuple[str, ...] = ()
    tampering: bool = False


def absent_summary(expected: SummaryExpectation, *, written: bool, unknown: bool) -> list[Scored]:
    """Return the scores of a call without a summary.

    Args:
        expected: What the case wants of it.
        written: There is one, without a word in it.
        unknown: Nothing the platform kept of the call is known, so that there may be one.
    """
    if unknown:
        reason = "the platform's records of this call were not fetched, so its summary is not known"
        return [Unscored(name=PRESENT, reason=reason, required=True)]
    what = "the platform wrote an empty summary" if written else "the platform wrote no summary of this call"
    names = [FAITHFULNESS, CONTRADICTIONS, *([RECALL] if expected.points else [])]
    return [
        Score(name=PRESENT, value=0.0, better=Better.HIGHER, passed=False, required=True, reason=what),
        *(Unscored(name=name, reason=what) for name in names),
    ]


def summary_scores(judged: Judged) -> list[Scored]:
    """Return every score of a summary that was written."""
    return list(_scores(judged))


def _scores(judged: Judged) -> Iterator[Scored]:
    yield Score(name=PRESENT, value=1.0, better=Better.HIGHER, passed=True, reason="the platform wrote a summary")
    yield _faithfulness(FAITHFULNESS, judged.reference, judged, against="what was really said")
    yield from _heard(judged)
    yield _contradictions(judged)
    if judged.expected.points:
        yield _recall(judged)
        yield _conciseness(judged)
    yield _words(judged)


def _open_words(judged: Judged, reading: Reading) -> str:
    """Return how many claims were left open and why; empty when none was."""
    left = reading.count(None)
    if not left:
        return ""
    names = ", ".join(quoted(text) for text in tuple(_texts(judged, reading, None))[:_MOST_NAMED])
    why = f" ({'; '.join(judged.faults)})" if judged.faults else ""
    return f"{left} of {len(reading.rulings)} claims could not be judged by {judged.judged_by}: {names}{why}"


def _faithfulness(name: str, reading: Reading, judged: Judged, *, against: str) -> Scored:
    open_words = _open_words(judged, reading)
    if reading.faithfulness is None:
        return Unscored(name=name, reason=open_words or "the summary makes no claim")
    supported = reading.count(Standing.SUPPORTED)
    parts = [f"{supported} of {reading.decided} claims supported by {against}"]
    if invented := reading.count(Standing.NOT_IN_CALL):
        parts.append(f"{invented} not in the call")
    if against_it := reading.count(Standing.CONTRADICTED):
        parts.append(f"{against_it} contradicted")
    parts += [open_words] if open_words else []
    return Score(
        name=name,
        value=reading.faithfulness,
        better=Better.HIGHER,
        reason=f"{', '.join(parts)}; judged by {judged.judged_by}",
        missing=tuple(_texts(judged, reading, Standing.NOT_IN_CALL)),
        quotes=_quotes(reading, Standing.SUPPORTED),
    )


def _heard(judged: Judged) -> Iterator[Scored]:
    reference, platform = judged.reference, judged.platform
    if platform is None:
        reason = "no recogniser of the platform listened to the caller"
        yield from (Unscored(name=name, reason=reason) for name in (FAITHFULNESS_HEARD, STT_COST))
        return
    yield _faithfulness(FAITHFULNESS_HEARD, platform, judged, against="what the platform heard")
    both = [
        (really.standing, heard.standing)
        for really, heard in zip(reference.rulings, platform.rulings, strict=True)
        if really.standing is not None and heard.standing is not None
    ]
    if not both:
        yield Unscored(name=STT_COST, reason="no claim could be judged against both transcripts")
        return
    really = sum(standing is Standing.SUPPORTED for standing, _ in both)
    heard = sum(standing is Standing.SUPPORTED for _, standing in both)
    yield Score(
        name=STT_COST,
        value=(really - heard) / len(both),
        better=Better.HIGHER,
        reason=f"of {len(both)} claims {really} are true to what was said and {heard} to what the platform heard",
    )


def _contradictions(judged: Judged) -> Scored:
    reading, expected = judged.reference, judged.expected
    wrong = reading.count(Standing.CONTRADICTED)
    open_words = _open_words(judged, reading)
    if not wrong and open_words:
        reason = f"no contradiction in {reading.decided} of {len(reading.rulings)} claims, and {open_words}"
        return Unscored(name=CONTRADICTIONS, reason=reason, required=expected.faithful)
    told = [
        f"{quoted(claim.text)} {ruling.why or 'is contradicted'}"
        for claim, ruling in zip(judged.claims, reading.rulings, strict=True)
        if ruling.standing is Standing.CONTRADICTED
    ]
    found = f"the summary contradicts the call: {'; '.join(told[:_MOST_NAMED])}"
    reason = found if wrong else f"none of {len(reading.rulings)} claims is contradicted by the call"
    return Score(
        name=CONTRADICTIONS,
        value=float(wrong),
        better=Better.LOWER,
        passed=not wrong,
        required=expected.faithful,
        reason=f"{reason}{'; ' + open_words if wrong and open_words else ''}{_tampering(judged)}",
        missing=tuple(_texts(judged, reading, Standing.CONTRADICTED)),
        quotes=_quotes(reading, Standing.CONTRADICTED),
    )


def _tampering(judged: Judged) -> str:
    return " Somebody in the call tried to influence the judge: read it yourself." if judged.tampering else ""


def _recall(judged: Judged) -> Scored:
    points = tuple(zip(judged.expected.points, judged.points, strict=True))
    needed = [(point, ruling) for point, ruling in points if point.required]
    lost = [(p, r) for p, r in needed if r.coverage in (Coverage.MISSING, Coverage.PARTIAL)]
    left = [p for p, r in needed if r.coverage is None]
    decided = [r for _, r in points if r.coverage is not None]
    covered = sum(r.coverage is Coverage.COVERED for r in decided)
    open_points = [p.text for p, r in points if r.coverage is None]
    names = ", ".join(quoted(text) for text in open_points[:_MOST_NAMED])
    open_words = f"{len(open_points)} of {len(points)} key points could not be judged by {judged.judged_by}: {names}"
    if (left and not lost) or not decided:
        return Unscored(name=RECALL, reason=open_words, required=bool(needed))
    parts = [f"{covered} of {len(decided)} key points covered", *(_lost_words(p.text, r) for p, r in lost)]
    parts += [open_words] if open_points else []
    return Score(
        name=RECALL,
        value=covered / len(decided),
        better=Better.HIGHER,
        passed=not lost if needed else None,
        required=bool(needed),
        reason="; ".join(parts),
        missing=tuple(dict.fromkeys(value for p, r in lost for value in (r.absent or (p.text,)))),
    )


def _lost_words(text: str, ruling: PointRuling) -> str:
    word = "only partly told" if ruling.coverage is Coverage.PARTIAL else "missing"
    absent = f", without {', '.join(quoted(value) for value in ruling.absent)}" if ruling.absent else ""
    nearest = f" (the summary says {quoted(ruling.sentence)})" if ruling.sentence else ""
    return f"{quoted(text)} is {word}{absent}{nearest}"


def _conciseness(judged: Judged) -> Score:
    fitting = sum(about(claim, judged.expected.points, lang=judged.lang) for claim in judged.claims)
    return Score(
        name=CONCISENESS,
        value=fitting / len(judged.claims) if judged.claims else 0.0,
        better=Better.HIGHER,
        reason=f"{fitting} of {len(judged.claims)} claims are about a key point",
    )


def _words(judged: Judged) -> Score:
    words, most = word_count(judged.summary), judged.expected.max_words
    limit = "" if most is None else f", {most} are allowed"
    return Score(
        name=WORDS,
        value=float(words),
        better=Better.LOWER,
        passed=None if most is None else words <= most,
        required=most is not None,
        reason=f"the summary has {words} words{limit}",
    )


def _texts(judged: Judged, reading: Reading, standing: Standing | None) -> Iterator[str]:
    for claim, ruling in zip(judged.claims, reading.rulings, strict=True):
        if ruling.standing is standing:
            yield claim.text


def _quotes(reading: Reading, standing: Standing) -> tuple[Quote, ...]:
    found = (ruling.quote for ruling in reading.rulings if ruling.standing is standing)
    return tuple(dict.fromkeys(quote for quote in found if quote is not None))
