"""Names, numbers and ids, which decide calls and which an error rate hides (evaluation.md 4.5).

An entity's value is looked for exactly, whatever way it is read out: `987` in "nine eight seven", `SW100` in
"flight sierra whiskey one double oh". `hundred` and `thousand` are not understood: list such readings in `accept`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.model.call import Role, Turn
from harness.model.entity import Entity, EntityKind
from harness.model.moves import Say
from harness.model.score import Better, Evidence, Quote, Score, Scored, Unscored
from harness.scorers.moments import quoted
from harness.scorers.normalise import compares_characters, normalize_basic
from harness.scorers.readout import Token, read_out

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
        lang = evidence.case.persona.language
        for index, turn in enumerate(evidence.call.turns):
            entities = _carried(turn, evidence=evidence)
            if entities:
                scores.append(_share("caller_entity", entities, text=turn.said, turn=index, lang=lang))
                scores.append(_share("entity_heard", entities, text=turn.heard, turn=index, lang=lang))
        return [*scores, *(_said_back(entity, evidence=evidence) for entity in evidence.case.entities)]


def entity_found(entity: Entity, *, hypothesis: str, lang: str = "en") -> bool:
    """Return whether an entity's value, or one of the readings it accepts, is in a text."""
    if _value_found(entity.value, kind=entity.kind, hypothesis=hypothesis, lang=lang):
        return True
    return any(
        _value_found(other, kind=kind, hypothesis=hypothesis, lang=lang)
        for other in entity.accept
        for kind in {entity.kind, EntityKind.PHRASE}
    )


def _value_found(value: str, *, kind: EntityKind, hypothesis: str, lang: str) -> bool:
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


def _carried(turn: Turn, *, evidence: Evidence) -> tuple[Entity, ...]:
    """Return the entities of the move a caller's turn belongs to."""
    moves = evidence.call.moves
    if turn.role is not Role.CALLER or turn.move is None or not 0 <= turn.move < len(moves):
        return ()
    move = moves[turn.move]
    return move.entities if isinstance(move, Say) else ()


def _share(name: str, entities: Sequence[Entity], *, text: str | None, turn: int, lang: str) -> Scored:
    if text is None:
        return Unscored(name=name, turn=turn, reason="no recogniser listened to this turn")
    missing = [entity.value for entity in entities if not entity_found(entity, hypothesis=text, lang=lang)]
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


def _found_in_speech(entity: Entity, *, text: str, lang: str) -> bool:
    """Look in the turn and in each of its sentences: the figures of `It is 47192. 2 parcels.` are two numbers."""
    return any(entity_found(entity, hypothesis=part, lang=lang) for part in (text, *_SENTENCE_END.split(text)))


def _said_back(entity: Entity, *, evidence: Evidence) -> Score:
    turns, lang = evidence.call.turns, evidence.arm.voice.language
    quotes = tuple(
        Quote(turn=i, text=turn.spoken)
        for i, turn in enumerate(turns)
        if turn.role is Role.AGENT and _found_in_speech(entity, text=turn.spoken, lang=lang)
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
