"""Where a caller's value got lost: caller said, platform heard, agent stored, agent said back (evaluation.md 4.5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from harness.model.call import Call, Role, Turn
from harness.model.chain import ChainLink, EntityChain, LinkState, Stage
from harness.model.entity import Entity
from harness.model.score import Better, Evidence, Quote, Score, Scored, Unscored
from harness.scorers.entities import carried, unreadable
from harness.scorers.entity_acts import Act, acts, arguments_after, read_back, variables, wrong_act
from harness.scorers.entity_rivals import Wanted, heard_as, other_values
from harness.scorers.moments import quoted

CHAIN = "entity_chain"
ACTED_WRONG = "entity_acted_wrong"
_VERBS = {Stage.SAID: "said", Stage.HEARD: "heard", Stage.STORED: "stored", Stage.SAID_BACK: "said back"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityChainScorer:
    """`entity_chain`, the share of the stages a value came through, and `entity_acted_wrong` (required).

    The first is required for an entity that says so. The second is given where the agent stored a value or said one
    back: 1 when the last was another than the caller's.
    """

    name: str = "entity_chains"

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Follow every value of the caller's lines through the call."""
        return list(_scores(evidence))


def _scores(evidence: Evidence) -> Iterator[Scored]:
    call = evidence.call
    told = [(i, entity) for i, turn in enumerate(call.turns) for entity in carried(turn, evidence=evidence)]
    known = (*evidence.case.entities, *(entity for _, entity in told))
    for index, entity in told:
        fault = unreadable(entity, lang=evidence.case.persona.language, today=evidence.case.today)
        if fault:
            yield Unscored(name=CHAIN, turn=index, reason=fault, required=entity.required)
            continue
        turn = call.turns[index]
        lang, today, others = evidence.case.persona.language, evidence.case.today, other_values(entity, known)
        heard = "" if turn.heard is None else heard_as(entity.value, spoken=turn.spoken, heard=turn.heard, lang=lang)
        told_as = Wanted(entity=entity, lang=lang, today=today, others=others, misheard=(heard,) if heard else ())
        answered = replace(told_as, lang=evidence.arm.voice.language)
        must_say = any(each.value == entity.value for each in evidence.case.entities)
        chain = EntityChain(
            value=entity.value,
            links=(
                _listened(Stage.SAID, told_as, turn, text=turn.said, index=index),
                _listened(Stage.HEARD, told_as, turn, text=turn.heard, index=index),
                _stored(answered, call, told=index),
                _said_back(answered, call, told=index, must_say=must_say),
            ),
        )
        yield _chain_score(chain, entity=entity, turn=index)
        done = acts(answered, call, told=index)
        if done:
            yield _acted(entity, done, wrong=wrong_act(done), turn=index)


def _listened(stage: Stage, wanted: Wanted, turn: Turn, *, text: str | None, index: int) -> ChainLink:
    who = "our recogniser" if stage is Stage.SAID else "the platform"
    if text is None:
        return ChainLink(stage=stage, state=LinkState.OPEN, why=f"{who} gave no transcript", turn=index)
    if wanted.is_in(text):
        return ChainLink(stage=stage, state=LinkState.HELD, found=wanted.entity.value, turn=index)
    aligned = heard_as(wanted.entity.value, spoken=turn.spoken, heard=text, lang=wanted.lang)
    found = wanted.rival_in(text) or aligned
    return ChainLink(stage=stage, state=LinkState.BROKEN, found=found, turn=index)


def _stored(wanted: Wanted, call: Call, *, told: int) -> ChainLink:
    given = (*arguments_after(call, at_ms=call.turns[told].started_ms), *variables(call))
    if any(wanted.is_in(argument.text) for argument in given):
        return ChainLink(stage=Stage.STORED, state=LinkState.HELD, found=wanted.entity.value)
    wrong = next((act for act in acts(wanted, call, told=told) if act.turn is None and not act.right), None)
    if wrong is not None:
        return ChainLink(stage=Stage.STORED, state=LinkState.BROKEN, found=wrong.text)
    why = "no tool got such a value" if given else "no tool was called after it"
    return ChainLink(stage=Stage.STORED, state=LinkState.OPEN, why=why)


def _said_back(wanted: Wanted, call: Call, *, told: int, must_say: bool) -> ChainLink:
    after = [(i, turn) for i, turn in enumerate(call.turns) if i > told and turn.role is Role.AGENT]
    held = next((i for i, turn in after if wanted.is_in(turn.spoken)), None)
    if held is not None:
        return ChainLink(stage=Stage.SAID_BACK, state=LinkState.HELD, found=wanted.entity.value, turn=held)
    for index, turn in after:
        rival = read_back(wanted, turn.spoken)
        if rival:
            return ChainLink(stage=Stage.SAID_BACK, state=LinkState.BROKEN, found=rival, turn=index)
    if must_say:
        return ChainLink(stage=Stage.SAID_BACK, state=LinkState.BROKEN)
    return ChainLink(stage=Stage.SAID_BACK, state=LinkState.OPEN, why="the agent never said it back")


def _chain_score(chain: EntityChain, *, entity: Entity, turn: int) -> Scored:
    applicable = chain.applicable
    if not applicable:
        why = "; ".join(dict.fromkeys(link.why for link in chain.links))
        reason = f"{quoted(entity.value)} could not be followed: {why}"
        return Unscored(name=CHAIN, turn=turn, reason=reason, required=entity.required)
    held = sum(link.state is LinkState.HELD for link in applicable)
    broken = chain.first_break
    return Score(
        name=CHAIN,
        value=held / len(applicable),
        better=Better.HIGHER,
        turn=turn,
        passed=broken is None if entity.required else None,
        required=entity.required,
        reason=_reason(chain, broken),
        missing=() if broken is None else (entity.value,),
        chain=chain,
    )


def _reason(chain: EntityChain, broken: ChainLink | None) -> str:
    value = quoted(chain.value)
    if broken is None:
        held = ", ".join(_VERBS[link.stage] for link in chain.applicable)
        return f"{value} held: {held}"
    verb = _VERBS[broken.stage]
    if not broken.found:
        return f"{value} was never said back" if broken.stage is Stage.SAID_BACK else f"{value} was not {verb}"
    return f"{verb} as {quoted(broken.found)} in place of {value}"


def _acted(entity: Entity, done: Sequence[Act], *, wrong: Act | None, turn: int) -> Score:
    shown = wrong or next(act for act in reversed(done))
    held = f"the agent went on with {quoted(entity.value)}"
    lost = f"the caller said {quoted(entity.value)}, the agent went on with {quoted(shown.text)} ({shown.place})"
    return Score(
        name=ACTED_WRONG,
        value=float(wrong is not None),
        better=Better.LOWER,
        turn=turn,
        passed=wrong is None,
        required=True,
        reason=lost if wrong else held,
        missing=(entity.value,) if wrong else (),
        quotes=() if shown.turn is None else (Quote(turn=shown.turn, text=shown.text),),
    )
