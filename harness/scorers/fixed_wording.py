"""Whether fixed words were said as they stand: `response_wer` (evaluation.md 4.1).

For notices and greetings an author wrote word by word (`wording`). Free answers are for phrases, entities and judges.
What the agent says before and after such a notice is not held against it: the sentences that come closest are compared.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.score import Better, Evidence, Quote, Score, Scored, Unscored
from harness.scorers.moments import Moment, moments, quoted
from harness.scorers.word_errors import Comparison, compare, macro, pooled, readable, wrong

RESPONSE_WER = "response_wer"
_SENTENCE_END = re.compile(r"(?<=[.!?;。！？])\s*")
_SPARE_SENTENCES = 2
"""So many sentences more than the wording has are tried as one: the agent may set its full stops otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedWordingScorer:
    """`response_wer` of the call with all counts pooled, and of each wording (required)."""

    name: str = RESPONSE_WER

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Compare every wording of the case with what was said in its place."""
        scores: list[Scored] = []
        compared: list[Comparison] = []
        lang = evidence.arm.voice.language
        for moment in moments(evidence):
            if not moment.expectation.wording:
                continue
            if moment.missed and not moment.missed.by_agent:
                scores.append(_unchecked(moment))
                continue
            said = _closest(moment, evidence)
            compared.append(said.comparison)
            scores.append(_score(said, moment, lang=lang))
        return [*_of_call(compared, lang=lang), *scores]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    text: str
    turn: int | None
    comparison: Comparison


def _closest(moment: Moment, evidence: Evidence) -> _Said:
    """Return the stretch of an answer with the fewest errors; of equals the first."""
    lang, wording = evidence.arm.voice.language, moment.expectation.wording
    candidates = [
        _Said(text=text, turn=turn, comparison=compare(wording, hypothesis=text, lang=lang))
        for turn, text in _stretches(moment, evidence)
    ]
    nothing = _Said(text="", turn=None, comparison=compare(wording, hypothesis="", lang=lang))
    return min((*candidates, nothing), key=lambda said: said.comparison.chosen.counts.errors)


def _stretches(moment: Moment, evidence: Evidence) -> Iterator[tuple[int, str]]:
    """Yield runs of whole sentences of each turn, and of an answer that a pause cut into several turns."""
    turns = evidence.call.turns
    longest = len(_sentences(moment.expectation.wording)) + _SPARE_SENTENCES
    texts = [(index, turns[index].spoken) for index in moment.answer]
    if len(texts) > 1 and not moment.whole_call:
        texts.append((moment.answer[0], " ".join(text for _, text in texts)))
    for index, text in texts:
        sentences = _sentences(text)
        for start in range(len(sentences)):
            for end in range(start + 1, min(start + longest, len(sentences)) + 1):
                yield index, " ".join(sentences[start:end])


def _sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCE_END.split(text) if sentence.strip()]


def _score(said: _Said, moment: Moment, *, lang: str) -> Scored:
    counts = said.comparison.chosen.counts
    expectation = moment.expectation
    if counts.rate is None:
        reason = f"{quoted(expectation.wording)} has no words to compare with"
        return Unscored(name=RESPONSE_WER, turn=moment.turn, reason=reason, required=True)
    passed = counts.rate <= expectation.max_wer
    found = f"the agent said {quoted(said.text)}" if said.text else _nothing(moment)
    kept = f"said as it stands {moment.place}: {quoted(expectation.wording)}"
    off = f"{wrong(said.comparison, lang=lang)} of {quoted(expectation.wording)} {moment.place}: {found}"
    return Score(
        name=RESPONSE_WER,
        value=counts.rate,
        better=Better.LOWER,
        # A wording for the whole call belongs to the turn that came closest: the call's own score is the pooled one.
        turn=moment.turn if moment.turn is not None else said.turn,
        passed=passed,
        required=True,
        reason=off if counts.errors else kept,
        because=expectation.because,
        missing=() if passed else (expectation.wording,),
        quotes=() if said.turn is None else (Quote(turn=said.turn, text=said.text),),
        counts=counts,
        alignment=readable(said.comparison.chosen.steps, lang=lang),
    )


def _nothing(moment: Moment) -> str:
    if moment.missed:
        return moment.missed.reason
    return "nothing the agent said comes near it" if moment.answer else "the agent said nothing"


def _unchecked(moment: Moment) -> Unscored:
    why = moment.missed.reason if moment.missed else ""
    reason = f"{quoted(moment.expectation.wording)} {moment.place} could not be compared: {why}"
    return Unscored(name=RESPONSE_WER, turn=moment.turn, reason=reason, required=True)


def _of_call(compared: Sequence[Comparison], *, lang: str) -> Iterator[Score]:
    """Yield the pooled rate, where a wording was compared."""
    whole = pooled(compared)
    rate = whole.chosen.counts.rate
    if compared and rate is not None:
        count = f"{len(compared)} wording{'s' if len(compared) != 1 else ''}"
        reason = f"{wrong(whole, lang=lang)} in {count}{macro(compared)}"
        yield Score(name=RESPONSE_WER, value=rate, better=Better.LOWER, reason=reason, counts=whole.chosen.counts)
