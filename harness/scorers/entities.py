"""Names, numbers, ids, prices, dates: they decide calls, and an error rate hides them (evaluation.md 4.5).

An entity's value is looked for exactly, whatever way it is read out: `987` in "nine eight seven", `SW100` in
"flight sierra whiskey one double oh". Money, dates, times, telephone numbers and mail addresses are compared as values
(`values/`). In `digits` and codes `hundred` and `thousand` are not understood: list such readings in `accept`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from harness.model.call import Role, Turn
from harness.model.entity import Entity, EntityKind
from harness.model.moves import Say
from harness.model.score import Better, Evidence, Quote, Score, Scored, Unscored
from harness.scorers.moments import quoted
from harness.scorers.normalise import compares_characters, normalize_basic
from harness.scorers.readout import Token, read_out
from harness.scorers.values import VALUE_KINDS, says_value, value_of

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityScorer:
    """Whether the caller's values were in the caller's audio, were heard by the platform, and were said back.

    `caller_entity` (our own audio: for validity), `entity_heard` (the platform's recogniser, for information) and
    `entity_said_back` (required).
    """

    name: str = "entities"

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Look for every entity of the case."""
        scores: list[Scored] = []
        lang, today = evidence.case.persona.language, evidence.case.today
        for index, turn in enumerate(evidence.call.turns):
            entities = carried(turn, evidence=evidence)
            if entities:
                for name, text in (("caller_entity", turn.said), ("entity_heard", turn.heard)):
                    scores.append(_share(name, entities, text=text, turn=index, lang=lang, today=today))
        return [*scores, *(_said_back(entity, evidence=evidence) for entity in evidence.case.entities)]


def entity_found(entity: Entity, *, hypothesis: str, lang: str = "en", today: date | None = None) -> bool:
    """Return whether an entity's value, or one of the readings it accepts, is in a text.

    Args:
        entity: What to look for.
        hypothesis: The text.
        lang: The text's language, with the country where it is known.
        today: What `tomorrow` is counted from; None: such words only equal themselves.
    """
    if _value_found(entity.value, kind=entity.kind, hypothesis=hypothesis, lang=lang, today=today):
        return True
    return any(
        _value_found(other, kind=kind, hypothesis=hypothesis, lang=lang, today=today)
        for other in entity.accept
        for kind in {entity.kind, EntityKind.PHRASE}
    )


def unreadable(entity: Entity, *, lang: str, today: date | None) -> str:
    """Return why nothing can be compared with an entity's value; empty when it can."""
    if entity.kind not in VALUE_KINDS or value_of(entity.value, kind=entity.kind, lang=lang, today=today) is not None:
        return ""
    return f"{quoted(entity.value)} cannot be read as one {entity.kind.value}: write it in figures, or use type phrase"


def _value_found(value: str, *, kind: EntityKind, hypothesis: str, lang: str, today: date | None) -> bool:
    if kind in VALUE_KINDS:
        return says_value(value, hypothesis, kind=kind, lang=lang, today=today)
    if kind is EntityKind.PHRASE:
        return _phrase_found(value, hypothesis=hypothesis, lang=lang)
    wanted = "".join(c for c in value.casefold() if c.isalnum())
    tokens = read_out(hypothesis, kind=kind)
    return bool(wanted) and any(_spells(tokens, wanted=wanted, start=i, kind=kind) for i in range(len(tokens)))


def _phrase_found(value: str, *, hypothesis: str, lang: str) -> bool:
    wanted, text = (normalize_basic(side, lang, keep_fillers=True) for side in (value, hypothesis))
    if compares_characters(lang):
        return bool(wanted) and wanted.replace(" ", "") in text.replace(" ", "")
    return bool(wanted) and f" {wanted} " in f" {text} "


def _spells(tokens: Sequence[Token], *, wanted: str, start: int, kind: EntityKind) -> bool:
    """Return whether tokens from `start` on spell the value, and no atom beside them makes it a longer one."""
    if start and tokens[start - 1].is_atom and not tokens[start - 1].is_article:
        return False
    spelled = ""
    for at in range(start, len(tokens)):
        if kind is EntityKind.DIGITS and not tokens[at].text.isdecimal():
            return False
        spelled += tokens[at].text
        if spelled == wanted:
            return at + 1 == len(tokens) or not tokens[at + 1].is_atom
        if not wanted.startswith(spelled):
            return False
    return False


def carried(turn: Turn, *, evidence: Evidence) -> tuple[Entity, ...]:
    """Return the entities that a caller's turn carries: those of the move it belongs to."""
    moves = evidence.call.moves
    if turn.role is not Role.CALLER or turn.move is None or not 0 <= turn.move < len(moves):
        return ()
    move = moves[turn.move]
    return move.entities if isinstance(move, Say) else ()


def _share(
    name: str, entities: Sequence[Entity], *, text: str | None, turn: int, lang: str, today: date | None
) -> Scored:
    if text is None:
        return Unscored(name=name, turn=turn, reason="no recogniser listened to this turn")
    faults = [fault for entity in entities if (fault := unreadable(entity, lang=lang, today=today))]
    if faults:
        return Unscored(name=name, turn=turn, reason="; ".join(faults))
    missing = [e.value for e in entities if not entity_found(e, hypothesis=text, lang=lang, today=today)]
    found = len(entities) - len(missing)
    lost = f", not {', '.join(quoted(value) for value in missing)}" if missing else ""
    return Score(
        name=name,
        value=found / len(entities),
        better=Better.HIGHER,
        turn=turn,
        passed=None,
        missing=tuple(missing),
        reason=f"{found} of {len(entities)} values in {quoted(text)}{lost}",
    )


def found_in_speech(entity: Entity, *, text: str, lang: str, today: date | None) -> bool:
    """Look in the turn and in each of its sentences: the figures of `It is 47192. 2 parcels.` are two numbers."""
    parts = dict.fromkeys((text, *_SENTENCE_END.split(text)))
    return any(entity_found(entity, hypothesis=part, lang=lang, today=today) for part in parts)


def _said_back(entity: Entity, *, evidence: Evidence) -> Scored:
    turns, lang, today = evidence.call.turns, evidence.arm.voice.language, evidence.case.today
    fault = unreadable(entity, lang=lang, today=today)
    if fault:
        return Unscored(name="entity_said_back", reason=fault, required=True)
    quotes = tuple(
        Quote(turn=i, text=turn.spoken)
        for i, turn in enumerate(turns)
        if turn.role is Role.AGENT and found_in_speech(entity, text=turn.spoken, lang=lang, today=today)
    )
    said = f"the agent said back {quoted(entity.value)}"
    spoke = any(turn.role is Role.AGENT for turn in turns)
    never = f"expected the agent to say back {quoted(entity.value)}, it {'never did' if spoke else 'said nothing'}"
    return Score(
        name="entity_said_back",
        value=float(bool(quotes)),
        better=Better.HIGHER,
        passed=bool(quotes),
        required=True,
        reason=said if quotes else never,
        missing=() if quotes else (entity.value,),
        quotes=quotes,
    )
