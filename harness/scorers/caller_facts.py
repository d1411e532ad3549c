"""Whether a caller who improvises kept to its facts (evaluation.md, section 6): proved from the words, without a judge.

`helped`: it told what it should not have, or before it was asked. `hindered`: it invented or changed a value, never
gave what the agent asked for, spoke for the agent, or went round in circles. Scripted lines need no such proof.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from harness.model.asking import asked_facts, touches
from harness.model.call import Call, Role, Turn
from harness.model.moves import Say
from harness.model.persona import Persona, PersonaFact, Reveal
from harness.model.phrases import words_of
from harness.model.score import Better, Evidence, Quote, Score, Scored
from harness.model.script import all_steps
from harness.scorers.caller_claims import claims
from harness.scorers.caller_knowledge import Knowledge, changed_value, tells
from harness.scorers.moments import quoted
from harness.scorers.normalise import primary_language

_TWICE = 2
"""The agent has asked for a fact in so many turns, and the caller has answered each."""
_LOOP = 3
"""So many lines in a row with the same words are a loop, unless the agent has said the same as well."""
_LOOP_WORDS = 4
"""Shorter ones may well be said several times: "Yes, that is right"."""
_AS_AGENT = re.compile(
    r"^\s*(?:agent|assistant|receptionist)\s*:|\bhow (?:can|may) (?:i|we) help you\b|\bthank you for calling\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fault:
    helped: bool
    what: str
    turn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerFactsScorer:
    """One score, `caller_facts`, for a call with improvised lines: the share of them without a fault."""

    name: str = "caller_facts"

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Check every improvised line; a call without one has no score."""
        lines = improvised_turns(evidence.call)
        if not lines:
            return ()
        faults = sorted(_faults(evidence, lines), key=lambda fault: (not fault.helped, fault.turn))
        bad = {fault.turn for fault in faults}
        return (
            Score(
                name=self.name,
                value=1 - len(bad) / len(lines),
                better=Better.HIGHER,
                passed=not faults,
                reason=_reason(faults, lines=len(lines)),
                quotes=tuple(Quote(turn=i, text=evidence.call.turns[i].spoken) for i in sorted(bad)),
            ),
        )


def improvised_turns(call: Call) -> tuple[int, ...]:
    """Return the indices of the caller's turns whose words a language model made up."""
    made_up = {i for i, move in enumerate(call.moves) if isinstance(move, Say) and move.improvised_by}
    return tuple(i for i, turn in enumerate(call.turns) if turn.role is Role.CALLER and turn.move in made_up)


def _reason(faults: Sequence[_Fault], *, lines: int) -> str:
    if not faults:
        return f"{lines} improvised line{'s' if lines > 1 else ''}, each within the facts"
    first, *more = faults
    further = f"; and {len(more)} more" if more else ""
    return f"{'helped' if first.helped else 'hindered'}: in turn {first.turn + 1} the caller {first.what}{further}"


def _faults(evidence: Evidence, lines: Sequence[int]) -> Iterator[_Fault]:
    turns, persona = evidence.call.turns, evidence.case.persona
    written = _written(evidence)
    values = [value for fact in persona.facts for value in (fact.value, *fact.accept)]
    sheet = (persona.name, persona.manner, *(fact.name for fact in persona.facts))
    knowledge = Knowledge((*written, *sheet), values=values, lang=persona.language)
    heard: list[str] = []
    for index, turn in enumerate(turns):
        if turn.role is Role.AGENT:
            heard.append(turn.spoken)
            knowledge.learn(turn.spoken)
        elif index in lines:
            faults = (
                *_told_too_much(turn, persona, known=(*written, *heard), heard=heard),
                *_invented(turn, persona, knowledge=knowledge, heard=heard),
                *_spoken_for_agent(turn, persona, heard=heard),
            )
            yield from (replace(fault, turn=index) for fault in faults)
    yield from _withheld(evidence, lines)
    yield from _loops(turns, lines)


def _written(evidence: Evidence) -> tuple[str, ...]:
    """Return everything the author gave the caller to say, beside its facts."""
    case = evidence.case
    spoken = [move.text for move in evidence.call.moves if isinstance(move, Say) and not move.improvised_by]
    scripted = [step.text for step in all_steps(case.moves) if isinstance(step, Say)]
    return (case.goal, case.fallback, *scripted, *spoken)


def _told_too_much(turn: Turn, persona: Persona, *, known: Sequence[str], heard: Sequence[str]) -> Iterator[_Fault]:
    """Find facts that were told although nobody may know them, or before the agent had asked."""
    line, lang = turn.spoken, persona.language
    for fact in persona.facts:
        if not tells(fact, line, lang=lang) or any(tells(fact, text, lang=lang) for text in known):
            continue
        if fact.reveal is Reveal.NEVER:
            yield _Fault(helped=True, what=f"told the {fact.name}, which it never tells: {quoted(line)}")
        elif fact.reveal is Reveal.WHEN_ASKED and not any(touches(text, fact) for text in heard):
            yield _Fault(helped=True, what=f"told the {fact.name} before it was asked: {quoted(line)}")


def _invented(turn: Turn, persona: Persona, *, knowledge: Knowledge, heard: Sequence[str]) -> Iterator[_Fault]:
    """Find values that are neither on the sheet nor in the author's lines, and that the agent has not said."""
    asked = asked_facts(heard[-1] if heard else "", (PersonaFact(name="name", value=""),))
    for claim in claims(turn.spoken, lang=persona.language, asked_for_name=bool(asked)):
        if knowledge.holds(claim):
            continue
        original = changed_value(claim, persona.facts)
        what = f"changed {quoted(original)} to {quoted(claim.shown)}" if original else f"invented {quoted(claim.shown)}"
        yield _Fault(helped=False, what=f"{what}: {quoted(turn.spoken)}")


def _spoken_for_agent(turn: Turn, persona: Persona, *, heard: Sequence[str]) -> Iterator[_Fault]:
    """Find the agent's words in the caller's mouth, where it does not only repeat them."""
    repeated = any(words_of(turn.spoken) == words_of(text) for text in heard)
    if primary_language(persona.language) == "en" and _AS_AGENT.search(turn.spoken) and not repeated:
        yield _Fault(helped=False, what=f"spoke for the agent: {quoted(turn.spoken)}")


def _withheld(evidence: Evidence, lines: Sequence[int]) -> Iterator[_Fault]:
    """Find facts the agent has asked for in two turns, and that the caller has never given."""
    persona, turns = evidence.case.persona, evidence.call.turns
    given = [turn.spoken for turn in turns if turn.role is Role.CALLER]
    asked = _questions(turns, persona.facts, lines)
    for fact in persona.facts:
        answers = asked.get(fact.name, [])
        never_given = not any(tells(fact, text, lang=persona.language) for text in given)
        if fact.reveal is not Reveal.NEVER and len(answers) >= _TWICE and never_given:
            what = f"was asked twice for the {fact.name}, which it knows, and never gave it"
            yield _Fault(turn=answers[_TWICE - 1], helped=False, what=what)


def _questions(turns: Sequence[Turn], facts: Sequence[PersonaFact], lines: Sequence[int]) -> Mapping[str, list[int]]:
    """Return the improvised answers to questions for each fact, by its name."""
    found: dict[str, list[int]] = {}
    heard = ""
    for index, turn in enumerate(turns):
        if turn.role is Role.AGENT:
            heard = f"{heard} {turn.spoken}"
        elif turn.has_words:
            if index in lines:
                for fact in asked_facts(heard, facts):
                    found.setdefault(fact.name, []).append(index)
            heard = ""
    return found


def _loops(turns: Sequence[Turn], lines: Sequence[int]) -> Iterator[_Fault]:
    """Find lines said three times in a row to an agent who did not say the same thing three times as well."""
    for at in range(len(lines) - _LOOP + 1):
        same = lines[at : at + _LOOP]
        words = {words_of(turns[index].spoken) for index in same}
        heard = {_answer_before(turns, index) for index in same}
        if len(words) == 1 and len(next(iter(words))) >= _LOOP_WORDS and len(heard) > 1:
            what = f"said the same {_LOOP} times in a row: {quoted(turns[same[-1]].spoken)}"
            yield _Fault(turn=same[-1], helped=False, what=what)
            return


def _answer_before(turns: Sequence[Turn], index: int) -> tuple[str, ...]:
    before = next((turn for turn in reversed(turns[:index]) if turn.role is Role.AGENT), None)
    return words_of(before.spoken) if before else ()
