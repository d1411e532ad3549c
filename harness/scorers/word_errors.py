"""Whose fault a misunderstanding was: `caller_wer`, `hearing_wer`, `speaking_wer` (evaluation.md 4.1).

Each lays what was to be heard (the words really played) against what somebody heard, once as written and once with
English spoken forms made equal; the reading with fewer errors counts, and the reason names the other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from harness.model.call import Role, Tier, Turn
from harness.model.persona import Voice
from harness.model.score import AlignedWord, Better, Edit, Evidence, Score, Scored, Unscored, WordCounts
from harness.model.voice_floor import VoiceFloor
from harness.runner.validity import MAX_CALLER_WER
from harness.scorers.moments import quoted
from harness.scorers.normalise import compares_characters, normalize_basic, primary_language
from harness.scorers.spoken import has_spoken_forms, units
from harness.scorers.wer import Alignment, align, best, pipeline, word_errors

Floors: TypeAlias = Callable[[Voice, Role], VoiceFloor | None]
"""What a side's voice loses by itself; None where nobody measured it."""


_WORDS_TOO = frozenset({"ko"})
"""Languages compared by characters whose error rate in words stands beside it (evaluation.md 4.3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two texts compared both ways."""

    chosen: Alignment
    as_written: WordCounts
    """Of the plain words of `normalize_basic`, before spoken forms were made equal."""
    in_words: WordCounts | None = None
    """Of words, where characters are what counts but the language sets its words apart too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordErrorScorer:
    """One error rate: of each turn, and of the call with all counts pooled."""

    name: str
    role: Role
    hypothesis: Callable[[Turn], str | None]
    """The text somebody heard; None when nobody listened."""
    nobody: str
    """Why nobody listened, for the report."""
    floors: Floors

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Compare every turn of the scorer's side that somebody listened to."""
        call = evidence.call
        turns = [(i, turn) for i, turn in enumerate(call.turns) if turn.role is self.role and turn.has_words]
        if not turns:
            return [Unscored(name=self.name, reason=f"the {self.role.value} said nothing in this call")]
        tier = " (text tier: nothing was spoken)" if call.tier is Tier.TEXT else ""
        if all(self.hypothesis(turn) is None for _, turn in turns):
            return [Unscored(name=self.name, reason=self.nobody + tier)]
        voice = evidence.case.persona.voice if self.role is Role.CALLER else evidence.arm.voice
        lang = voice.language
        scores: list[Scored] = []
        compared: list[Comparison] = []
        for index, turn in turns:
            heard = self.hypothesis(turn)
            if heard is None:
                scores.append(Unscored(name=self.name, turn=index, reason=self.nobody))
                continue
            compared.append(compare(turn.spoken, hypothesis=heard, lang=lang))
            scores.append(self._of_turn(compared[-1], turn=index, heard=heard, lang=lang))
        beside = tier or _told(self.floors(voice, self.role), voice=voice)
        return [*scores, self._of_call(compared, silent=len(turns) - len(compared), lang=lang, beside=beside)]

    def _of_turn(self, comparison: Comparison, *, turn: int, heard: str, lang: str) -> Scored:
        counts = comparison.chosen.counts
        if counts.rate is None:
            reason = f"nothing was to be said, but {quoted(heard)} was heard: an error rate needs words to compare with"
            return Unscored(name=self.name, turn=turn, reason=reason)
        return Score(
            name=self.name,
            value=counts.rate,
            better=Better.LOWER,
            turn=turn,
            reason=wrong(comparison, lang=lang),
            counts=counts,
            alignment=readable(comparison.chosen.steps, lang=lang),
        )

    def _of_call(self, compared: Sequence[Comparison], *, silent: int, lang: str, beside: str) -> Scored:
        whole = pooled(compared)
        counts = whole.chosen.counts
        if counts.rate is None:
            return Unscored(name=self.name, reason="words were heard, but none was to be said")
        out_of = f"{len(compared)} turn{'s' if len(compared) != 1 else ''}"
        left_out = f"; {silent} without a transcript left out" if silent else ""
        reason = f"{wrong(whole, lang=lang)} in {out_of}{macro(compared)}{left_out}{beside}"
        return Score(name=self.name, value=counts.rate, better=Better.LOWER, reason=reason, counts=counts)


def unmeasured(_voice: Voice, _side: Role) -> VoiceFloor | None:
    """Return None: nobody measured any voice."""
    return None


def caller_wer(*, floors: Floors = unmeasured) -> WordErrorScorer:
    """Return the scorer of our own voice: the caller's script against our recogniser of the caller's audio."""
    return WordErrorScorer(
        name="caller_wer",
        role=Role.CALLER,
        hypothesis=lambda turn: turn.said,
        nobody="our recogniser did not listen to the caller's audio",
        floors=floors,
    )


def hearing_wer(*, floors: Floors = unmeasured) -> WordErrorScorer:
    """Return the scorer of the platform's ears: the caller's script against what the platform understood."""
    return WordErrorScorer(
        name="hearing_wer",
        role=Role.CALLER,
        hypothesis=lambda turn: turn.heard,
        nobody="the platform gave no transcript of the caller",
        floors=floors,
    )


def speaking_wer(*, floors: Floors = unmeasured) -> WordErrorScorer:
    """Return the scorer of the agent's voice: its text as far as it was played against our recogniser of its audio."""
    return WordErrorScorer(
        name="speaking_wer",
        role=Role.AGENT,
        hypothesis=lambda turn: None if turn.as_heard else turn.said,
        nobody="our recogniser did not listen to the agent's audio, or nobody told what it was to say",
        floors=floors,
    )


def compare(reference: str, *, hypothesis: str, lang: str) -> Comparison:
    """Return the alignment with fewer errors of the plain words and the spoken forms (ties: the longer reference)."""
    plain = pipeline(reference, hypothesis=hypothesis, lang=lang)
    readings = [plain]
    if has_spoken_forms(lang):
        readings.append(align(units(reference, lang), hypothesis=units(hypothesis, lang)))
    in_words = None
    if primary_language(lang) in _WORDS_TOO:
        sides = [normalize_basic(text, lang) for text in (reference, hypothesis)]
        in_words = word_errors(sides[0], hypothesis=sides[1]).counts
    return Comparison(chosen=best(readings).alignment, as_written=plain.counts, in_words=in_words)


def pooled(compared: Sequence[Comparison]) -> Comparison:
    """Return the counts of many comparisons added up, without their alignments."""
    words = [each.in_words for each in compared if each.in_words is not None]
    return Comparison(
        chosen=Alignment(counts=sum((each.chosen.counts for each in compared), WordCounts())),
        as_written=sum((each.as_written for each in compared), WordCounts()),
        in_words=sum(words, WordCounts()) if words else None,
    )


def macro(compared: Sequence[Comparison]) -> str:
    """Return the mean of the turns' own rates, to stand beside the pooled one; empty where the two are one."""
    counts = [each.chosen.counts for each in compared if each.chosen.counts.reference_words]
    mean = sum(each.errors / each.reference_words for each in counts) / len(counts) if counts else None
    return "" if mean is None or mean == pooled(compared).chosen.counts.rate else f" (mean of the turns {mean:.3g})"


def wrong(comparison: Comparison, *, lang: str) -> str:
    """Return the errors in words: `3 of 40 words wrong`, with the other ways of counting where they differ."""
    counts, as_written, words = comparison.chosen.counts, comparison.as_written, comparison.in_words
    unit = "character" if compares_characters(lang) else "word"
    text = f"{counts.errors} of {counts.reference_words} {unit}s wrong"
    if words is not None:
        text += f" (in words: {words.errors} of {words.reference_words})"
    if as_written == counts:
        return text
    return f"{text} (as written: {as_written.errors} of {as_written.reference_words})"


def _told(floor: VoiceFloor | None, *, voice: Voice) -> str:
    """Return what belongs beside an error rate: how much of it the voice brings along."""
    if floor is None:
        return ""
    pace = "" if (voice.rate, voice.pitch) == (1, 0) else " at its own rate and pitch"
    limit = f"{MAX_CALLER_WER:.0%}".replace("%", " %")
    blame = f", more than the {limit} a valid call may lose: blame the voice" if floor.rate > MAX_CALLER_WER else ""
    return f"; the voice {floor.voice} itself loses {floor}{pace} over a telephone{blame}"


def readable(steps: tuple[AlignedWord, ...], *, lang: str) -> tuple[AlignedWord, ...]:
    """Return an alignment of characters with equal stretches joined, so that it can be read."""
    if not compares_characters(lang):
        return steps
    joined: list[AlignedWord] = []
    for step in steps:
        last = joined[-1] if joined else None
        if last is not None and last.edit is step.edit is Edit.EQUAL:
            joined[-1] = AlignedWord(
                edit=Edit.EQUAL,
                reference=last.reference + step.reference,
                hypothesis=last.hypothesis + step.hypothesis,
            )
        else:
            joined.append(step)
    return tuple(joined)
