"""A run's values with every personal text masked: pure, and of any value, so that a field added later is masked too.

What is kept as it is stands in one list: names of things, digests, and the ids of the platform.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from typing import Any, Final, TypeAlias

from harness.model.blame import Blame
from harness.model.call import Call, ClipRef, Event, EventKind
from harness.model.moves import Press, Say
from harness.model.persona import NoiseFile
from harness.model.redaction import PersonalKind
from harness.model.rubric import Criterion, Rubric
from harness.model.run import Trial, TrialResult
from harness.model.safety import SafetyMark
from harness.model.score import AlignedWord, Score, Unscored
from harness.model.snapshots import CaseSnapshot, PromptSnapshot, Provenance
from harness.model.usage import Usage
from harness.runs.redacting_parts import FEWEST_KEYS, pressed_together, told_in_parts
from harness.scorers.personal import Known, learned, masked, personal_spans
from harness.scorers.personal.numbers import begun_number, tells_known

Json: TypeAlias = Any
"""Any value JSON can hold, or a dataclass has."""

_KEPT_WHOLE: Final = (Trial, PromptSnapshot, Provenance, SafetyMark, Usage, ClipRef, NoiseFile)
_KEPT: Final[Mapping[type, frozenset[str]]] = {
    Blame: frozenset({"check"}),
    Call: frozenset({"transport", "prompt_label", "prompt_digest"}),
    CaseSnapshot: frozenset({"suite", "id", "persona", "tags", "source", "voice"}),
    Criterion: frozenset({"id"}),
    Rubric: frozenset({"name"}),
    Say: frozenset({"improvised_by"}),
    Score: frozenset({"name", "by"}),
    Unscored: frozenset({"name", "by"}),
}
"""Fields with names of things, by which reports find them again."""
_WORDS: Final = frozenset(
    {"by", "hangup_by", "hangup_reason", "label", "name", "reason", "role", "service", "stage", "tones"}
)
"""What an event says in words of its own."""
_LONG_NUMBER: Final = 7
"""A JSON number of so many digits is no count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Masker:
    """Masks texts, and counts what it masked."""

    known: Known
    year: int
    """In which the calls were held."""
    counts: dict[PersonalKind, int] = field(default_factory=dict)
    _done: dict[str, tuple[str, tuple[PersonalKind, ...]]] = field(default_factory=dict)

    def text(self, text: str) -> str:
        """Return a text masked; JSON stays JSON."""
        if text not in self._done:
            document = _document(text)
            if document is None:
                spans = personal_spans(text, known=self.known, year=self.year)
                self._done[text] = masked(text, spans), tuple(span.kind for span in spans)
            else:
                inside = Masker(known=self.known, year=self.year)
                plain = walked(document, inside)
                kinds = tuple(kind for kind, count in inside.counts.items() for _ in range(count))
                self._done[text] = (json.dumps(plain, ensure_ascii=False) if kinds else text), kinds
        found, kinds = self._done[text]
        for kind in kinds:
            self.count(kind)
        return found

    def words(self, words: Sequence[str], *, counted: bool = True) -> tuple[str, ...]:
        """Return the words of one text masked one by one, so that there are as many as before."""
        text = " ".join(words)
        spans = personal_spans(text, known=self.known, year=self.year)
        done, at = [], 0
        for word in words:
            end = at + len(word)
            kind = next((span.kind for span in spans if word and span.start < end and at < span.end), None)
            done.append(word if kind is None else kind.mask)
            at = end + 1
        for span in spans if counted else ():
            self.count(span.kind)
        return tuple(done)

    def unfinished(self, text: str) -> str:
        """Return a text masked that may break off in the middle of a number."""
        begun = begun_number(text, known=self.known)
        if begun is None:
            return self.text(text)
        self.count(PersonalKind.NUMBER)
        return f"{self.text(text[: begun[0]])}{PersonalKind.NUMBER.mask}{text[begun[1] :]}"

    def number(self, value: int | float) -> int | float | str:
        """Return a JSON number as it is, or its mask."""
        digits = str(value).replace(".0", "")
        if not digits.isdecimal() or (len(digits) < _LONG_NUMBER and not tells_known(digits, self.known)):
            return value
        self.count(PersonalKind.NUMBER)
        return PersonalKind.NUMBER.mask

    def count(self, kind: PersonalKind) -> None:
        """Count a mask."""
        self.counts[kind] = self.counts.get(kind, 0) + 1

    def kinds(self, text: str) -> tuple[PersonalKind, ...]:
        """Return what would be masked in a text."""
        return tuple(span.kind for span in personal_spans(text, known=self.known, year=self.year))


def walked(value: Json, masker: Masker) -> Json:
    """Return a value with every text in it masked; the same value where nothing is."""
    match value:
        case Enum() | bool() | None:
            return value
        case str():
            return masker.text(value)
        case int() | float():
            return masker.number(value)
        case Mapping():
            return {key: inside if _is_id(key) else walked(inside, masker) for key, inside in value.items()}
        case list():
            return [walked(inside, masker) for inside in value]
        case Event():
            return _event(value, masker)
        case tuple() if value and all(isinstance(inside, AlignedWord) for inside in value):
            return _aligned(value, masker)
        case tuple():
            return tuple(walked(inside, masker) for inside in value)
        case _ if is_dataclass(value) and not isinstance(value, (type, *_KEPT_WHOLE)):
            return _fields(value, masker)
        case _:
            return value


def redacted_trial(result: TrialResult, masker: Masker) -> TrialResult:
    """Return a trial's result with every text masked."""
    done: TrialResult = walked(_without_keys(result, masker), masker)
    return done


def masker_of(result: TrialResult, *, known: Known, year: int, counts: dict[PersonalKind, int]) -> Masker:
    """Return what masks the texts of one trial: what is known, and what its own texts tell to be personal."""
    return Masker(known=known | learned_from(result, known=known, year=year), year=year, counts=counts)


def learned_from(value: object, *, known: Known, year: int) -> Known:
    """Return what a trial's texts tell: marked values, numbers and names told in any of them, digits told in parts."""
    found = known
    for text in dict.fromkeys(_texts(value)):
        found |= learned(text, year=year)
    call = value.call if isinstance(value, TrialResult) else None
    if call is not None:
        found |= Known.entities(
            entity for move in (*call.moves, *call.unmade) if isinstance(move, Say) for entity in move.entities
        )
        found |= Known(digits=frozenset(told_in_parts(call)))
    return found


def _fields(value: Any, masker: Masker) -> Any:
    kept = _KEPT.get(type(value), frozenset())
    # A dataclass's own numbers are measures; only a text of it can be somebody's.
    before = {each.name: getattr(value, each.name) for each in fields(value) if each.init and each.name not in kept}
    after = {
        name: inside if isinstance(inside, (int, float)) else walked(inside, masker) for name, inside in before.items()
    }
    changed = {name: inside for name, inside in after.items() if inside != before[name]}
    return replace(value, **changed) if changed else value


def _event(event: Event, masker: Masker) -> Event:
    """Return an event masked; the numbers beside it are the harness's own."""
    data = {
        key: masker.text(fact) if isinstance(fact, str) and not _is_id(key) and key not in _WORDS else fact
        for key, fact in event.data.items()
    }
    interim = event.kind is EventKind.TRANSCRIPT_INTERIM
    return replace(event, text=masker.unfinished(event.text) if interim else masker.text(event.text), data=data)


def _is_id(key: str) -> bool:
    return key in {"id", "kind", "type"} or key.endswith("_id") or key.startswith("tm_")


def _aligned(words: Sequence[AlignedWord], masker: Masker) -> tuple[AlignedWord, ...]:
    references = masker.words([word.reference for word in words])
    hypotheses = masker.words([word.hypothesis for word in words])
    return tuple(
        replace(word, reference=reference, hypothesis=hypothesis)
        for word, reference, hypothesis in zip(words, references, hypotheses, strict=True)
    )


def _document(text: str) -> Json:
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def _texts(value: Json) -> Iterator[str]:
    match value:
        case Enum():
            return
        case str():
            document = _document(value)
            yield from (value,) if document is None else _texts(document)
        case Mapping():
            yield from (text for key, inside in value.items() if not _is_id(key) for text in _texts(inside))
        case list() | tuple():
            yield from (text for inside in value for text in _texts(inside))
        case _ if is_dataclass(value) and not isinstance(value, (type, *_KEPT_WHOLE)):
            kept = _KEPT.get(type(value), frozenset())
            yield from (
                text for each in fields(value) if each.name not in kept for text in _texts(getattr(value, each.name))
            )


def _without_keys(result: TrialResult, masker: Masker) -> TrialResult:
    """Return a trial's result whose keys, which are an event each, are masked where together they are a number."""
    call = result.call
    if call is None or not any(event.kind is EventKind.DTMF for event in call.events):
        return result
    events = list(call.events)
    for places in pressed_together(events):
        for at in places if len(places) >= FEWEST_KEYS else ():
            events[at] = replace(events[at], text=PersonalKind.NUMBER.mask)
    turns = tuple(replace(turn, keys=_keys(turn.keys, masker)) for turn in call.turns)
    moves, unmade = (
        tuple(replace(move, digits=_keys(move.digits, masker)) if isinstance(move, Press) else move for move in each)
        for each in (call.moves, call.unmade)
    )
    return replace(result, call=replace(call, events=tuple(events), turns=turns, moves=moves, unmade=unmade))


def _keys(keys: str, masker: Masker) -> str:
    if len(keys) < FEWEST_KEYS:
        return keys
    masker.count(PersonalKind.NUMBER)
    return PersonalKind.NUMBER.mask
