"""Word and character error rates: the one door to jiwer (evaluation.md 4.3 and 4.4).

Texts come normalised and leave as counts; a rate is only ever a division of pooled counts. jiwer's own `wer` of an
empty reference is a count of insertions, so its rates are never used.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.model.score import AlignedWord, Edit, WordCounts
from harness.scorers.normalise import Normalizer, character_units, compares_characters, normalize


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """One hypothesis laid against one reference, unit by unit."""

    counts: WordCounts
    steps: tuple[AlignedWord, ...] = ()

    @property
    def hypothesis_words(self) -> int:
        """Return the length of the hypothesis."""
        return self.counts.hits + self.counts.substitutions + self.counts.insertions

    @property
    def match_error_rate(self) -> float:
        """Return (S+D+I)/(H+S+D+I), 0 to 1; 0 for nothing at all."""
        steps = self.counts.reference_words + self.counts.insertions
        return self.counts.errors / steps if steps else 0.0

    @property
    def information_kept(self) -> float:
        """Return (H/n_ref)·(H/n_hyp): 1 − word information lost; 1 for nothing at all."""
        reference, hypothesis = self.counts.reference_words, self.hypothesis_words
        if not reference and not hypothesis:
            return 1.0
        hits = self.counts.hits
        return hits / reference * (hits / hypothesis) if reference and hypothesis else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """What is compared and what is shown for it: `47192`, shown as `four seven one nine two`."""

    key: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The acceptable reference with the fewest errors."""

    index: int
    alignment: Alignment


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusErrors:
    """The errors of many utterances, pooled."""

    counts: WordCounts
    macro: float | None
    """Mean of the rates of the utterances that have a reference; None without one."""
    empty_reference_insertions: int
    """Words heard where nothing was said; counted in `counts` too."""

    @property
    def rate(self) -> float | None:
        """Return all errors over all reference words; None without reference words."""
        return self.counts.errors / self.counts.reference_words if self.counts.reference_words else None


def align(reference: Sequence[Unit], *, hypothesis: Sequence[Unit]) -> Alignment:
    """Align two sequences of units by their keys, with unit costs."""
    import jiwer  # its weight is only worth carrying once something is scored

    # Words become numbers, so that no character in a key can be taken for a separator.
    ids: dict[str, str] = {}
    spelled = [" ".join(ids.setdefault(unit.key, str(len(ids))) for unit in side) for side in (reference, hypothesis)]
    output = jiwer.process_words(reference=spelled[0], hypothesis=spelled[1])
    steps: list[AlignedWord] = []
    for chunk in output.alignments[0]:
        edit = Edit(chunk.type)
        length = max(chunk.ref_end_idx - chunk.ref_start_idx, chunk.hyp_end_idx - chunk.hyp_start_idx)
        for offset in range(length):
            steps.append(
                AlignedWord(
                    edit=edit,
                    reference="" if edit is Edit.INSERT else reference[chunk.ref_start_idx + offset].shown,
                    hypothesis="" if edit is Edit.DELETE else hypothesis[chunk.hyp_start_idx + offset].shown,
                )
            )
    counts = WordCounts(
        hits=output.hits,
        substitutions=output.substitutions,
        deletions=output.deletions,
        insertions=output.insertions,
    )
    return Alignment(counts=counts, steps=tuple(steps))


def word_errors(reference: str, *, hypothesis: str) -> Alignment:
    """Align two normalised texts word by word."""
    return align(_words(reference), hypothesis=_words(hypothesis))


def character_errors(reference: str, *, hypothesis: str) -> Alignment:
    """Align two texts by code points, without their white space."""
    return align(_characters(reference), hypothesis=_characters(hypothesis))


def pipeline(reference: str, *, hypothesis: str, lang: str, normalizer: Normalizer = Normalizer.BASIC) -> Alignment:
    """Normalise both texts and align them by what their language is compared by: words, or characters."""
    ready = [normalize(text, lang, normalizer=normalizer) for text in (reference, hypothesis)]
    if compares_characters(lang):
        return character_errors(ready[0], hypothesis=ready[1])
    return word_errors(ready[0], hypothesis=ready[1])


def corpus(utterances: Iterable[tuple[str, str]]) -> CorpusErrors:
    """Pool the errors of (reference, hypothesis) pairs of normalised texts."""
    each = [word_errors(reference, hypothesis=hypothesis).counts for reference, hypothesis in utterances]
    rates = [counts.errors / counts.reference_words for counts in each if counts.reference_words]
    return CorpusErrors(
        counts=sum(each, WordCounts()),
        macro=sum(rates) / len(rates) if rates else None,
        empty_reference_insertions=sum(counts.insertions for counts in each if not counts.reference_words),
    )


def best(alignments: Sequence[Alignment]) -> Choice:
    """Return the alignment with the fewest errors; ties go to the longer reference, then to the first."""
    ranked = min(
        range(len(alignments)),
        key=lambda i: (alignments[i].counts.errors, -alignments[i].counts.reference_words, i),
    )
    return Choice(index=ranked, alignment=alignments[ranked])


def alternatives(references: Sequence[str], *, hypothesis: str) -> Choice:
    """Align a normalised text with each acceptable reference and return the best."""
    return best([word_errors(reference, hypothesis=hypothesis) for reference in references])


def _words(text: str) -> list[Unit]:
    return [Unit(key=word, shown=word) for word in text.split()]


def _characters(text: str) -> list[Unit]:
    return [Unit(key=character, shown=character) for character in character_units(text)]
