"""Whether a summary holds a key point, decided without a language model (evaluation.md, section 8).

A point's values must stand in the summary exactly. Its other words may be told differently, so that a point without a
value is called covered when its words are there, and otherwise left open.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.entity import Entity
from harness.model.summary import Coverage, KeyPoint
from harness.scorers.entities import entity_found
from harness.scorers.spoken import has_spoken_forms
from harness.scorers.summary_text import SummaryClaim
from harness.scorers.summary_values import Value, rivals, same, values_of, words_of
from harness.scorers.summary_words import content_stems, denies

_ENOUGH = 0.6
"""Share of a point's words one claim must hold when its values are there."""
_NEARLY_ALL = 0.75
"""Share of them where it has no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRuling:
    """How much of a key point a summary holds, and the sentence that shows it."""

    coverage: Coverage | None
    """None: left open."""
    sentence: str = ""
    absent: tuple[str, ...] = ()
    """Values of the point the summary does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Best:
    claim: SummaryClaim
    share: float


def cover(point: KeyPoint, *, claims: Sequence[SummaryClaim], summary: str, lang: str) -> PointRuling:
    """Return how much of a key point a summary holds.

    Args:
        point: What must be told.
        claims: The summary's claims.
        summary: Its whole text.
        lang: BCP-47 tag of the summary.
    """
    lost = [entity.value for entity in point.entities if not _has(entity, claims, summary, lang)]
    if not has_spoken_forms(lang):
        return PointRuling(coverage=Coverage.MISSING if lost else None, absent=tuple(lost))
    wanted, said = values_of(point.text), [value for claim in claims for value in values_of(claim.text)]
    lost += [value.shown for value in wanted if not any(same(value, each) for each in said)]
    best = _best(point, claims)
    if best is None:
        return PointRuling(coverage=Coverage.MISSING if lost else None, absent=tuple(lost))
    sentence = best.claim.sentence
    if denies(words_of(point.text)) is not denies(words_of(best.claim.text)) and best.share >= _ENOUGH:
        return PointRuling(coverage=Coverage.MISSING, sentence=sentence)
    if lost:
        instead = any(rivals(value, each) for value in wanted for each in values_of(best.claim.text))
        partly = best.share >= _ENOUGH and not instead
        return PointRuling(
            coverage=Coverage.PARTIAL if partly else Coverage.MISSING,
            sentence=sentence if partly or instead else "",
            absent=tuple(lost),
        )
    has_values = bool(wanted or point.entities)
    if best.share >= (_ENOUGH if has_values else _NEARLY_ALL):
        return PointRuling(coverage=Coverage.COVERED, sentence=sentence)
    return PointRuling(coverage=None, sentence=sentence if best.share else "")


def about(claim: SummaryClaim, points: Sequence[KeyPoint], *, lang: str) -> bool:
    """Return whether a claim is about one of the key points: it shares a value or half the words of one."""
    text = claim.text
    values = values_of(text) if has_spoken_forms(lang) else ()
    stems = frozenset(content_stems(words_of(text)))
    for point in points:
        if any(entity_found(entity, hypothesis=text, lang=lang) for entity in point.entities):
            return True
        own = frozenset(content_stems(words_of(point.text)))
        if own and len(own & stems) * 2 >= len(own):
            return True
        if _shares_value(values_of(point.text), values):
            return True
    return False


def _shares_value(wanted: Sequence[Value], said: Sequence[Value]) -> bool:
    return any(same(value, each) for value in wanted for each in said)


def _has(entity: Entity, claims: Sequence[SummaryClaim], summary: str, lang: str) -> bool:
    texts = (summary, *(claim.sentence for claim in claims), *(claim.text for claim in claims))
    return any(entity_found(entity, hypothesis=text, lang=lang) for text in texts)


def _best(point: KeyPoint, claims: Sequence[SummaryClaim]) -> _Best | None:
    """Return the claim, or the sentence, with most of a point's words; one with all its values where words tie."""
    wanted = frozenset(content_stems(words_of(point.text)))
    values = values_of(point.text)
    found: list[tuple[float, int, SummaryClaim]] = []
    for claim in claims:
        for text in (claim.text, claim.sentence):
            stems = frozenset(content_stems(words_of(text)))
            share = len(wanted & stems) / len(wanted) if wanted else 1.0
            hits = sum(any(same(value, each) for each in values_of(text)) for value in values)
            found.append((share, hits, claim))
    if not found:
        return None
    share, _, claim = max(found, key=lambda each: (each[0], each[1]))
    return _Best(claim=claim, share=share)
