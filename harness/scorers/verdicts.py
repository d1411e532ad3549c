"""The answer a judge must give, and what is wrong with the one it gave (evaluation.md 3.2).

The fields stand in the order a model writes them, evidence before verdict. The schema sets no limits, as not every
provider supports them: they are checked here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from harness.interfaces import JsonSchema
from harness.model.call import Turn
from harness.model.fencing import visible
from harness.model.rubric import BEST_LEVEL, Criterion
from harness.model.score import Quote
from harness.scorers.normalise import normalize_basic
from harness.scorers.untrusted import CUT


class Word(StrEnum):
    """The four words of a judge."""

    PASS = "pass"
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    ABSTAIN = "abstain"


LEVELS = tuple(str(level) for level in range(BEST_LEVEL + 1))
"""How a graded criterion is answered."""


def answer_schema(*, graded: bool) -> JsonSchema:
    """Return the schema of an answer; `graded`: one of its criteria is answered with a mark."""
    words = [*(word.value for word in Word), *(LEVELS if graded else ())]
    evidence = _object({"turn": {"type": "integer"}, "quote": {"type": "string"}})
    answer = _object(
        {
            "criterion": {"type": "string"},
            "evidence": {"type": "array", "items": evidence},
            "reasoning": {"type": "string"},
            "verdict": {"type": "string", "enum": words},
        }
    )
    return _object({"answers": {"type": "array", "items": answer}, "tampering": {"type": "boolean"}})


def _object(properties: Mapping[str, JsonSchema]) -> JsonSchema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A judge's answer to one criterion, checked."""

    word: Word | int
    """A mark, 0 to 5, where the criterion is graded."""
    reasoning: str
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What could be taken from a judge's answer."""

    verdicts: Mapping[str, Verdict]
    """By the criterion's key."""
    faults: Mapping[str, str]
    """What is wrong, by the criterion's key, in words the judge can act on."""
    tampering: bool = False
    """The judge says that somebody in the call tried to influence it."""


def read_answer(text: str, *, criteria: Sequence[Criterion], turns: Sequence[Turn]) -> Reading:
    """Return the verdicts of an answer that hold, and what is wrong with the others."""
    try:
        document = json.loads(text)
    except ValueError:
        return _all_faulty(criteria, "the answer is not JSON")
    if not isinstance(document, dict) or not isinstance(document.get("answers"), list):
        return _all_faulty(criteria, 'the answer has no list "answers"')
    verdicts: dict[str, Verdict] = {}
    faults: dict[str, str] = {}
    for criterion in criteria:
        items = [a for a in document["answers"] if isinstance(a, dict) and a.get("criterion") == criterion.key]
        fault = f"{len(items)} answers instead of one" if len(items) != 1 else _fault(items[0], criterion, turns=turns)
        if fault:
            faults[criterion.key] = fault
            continue
        item, word = items[0], items[0]["verdict"]
        verdicts[criterion.key] = Verdict(
            word=int(word) if word in LEVELS else Word(word),
            reasoning=visible(item["reasoning"]).strip(),
            quotes=tuple(Quote(turn=e["turn"], text=visible(e["quote"]).strip()) for e in item["evidence"]),
        )
    return Reading(verdicts=verdicts, faults=faults, tampering=document.get("tampering") is True)


def _all_faulty(criteria: Sequence[Criterion], fault: str) -> Reading:
    return Reading(verdicts={}, faults={criterion.key: fault for criterion in criteria})


def _fault(item: Mapping[str, Any], criterion: Criterion, *, turns: Sequence[Turn]) -> str:
    """Return what is wrong with the answer to one criterion; empty when nothing is."""
    verdict, evidence = item.get("verdict"), item.get("evidence")
    known = (*LEVELS, Word.NOT_APPLICABLE, Word.ABSTAIN) if criterion.is_graded else tuple(Word)
    if verdict not in known:
        return f"the verdict {verdict!r} is none of {', '.join(known)}"
    if not isinstance(item.get("reasoning"), str) or not isinstance(evidence, list):
        return 'the fields "evidence" (a list) and "reasoning" (a text) are needed'
    for quoted in evidence:
        fault = _quote_fault(quoted, turns=turns)
        if fault:
            return fault
    if verdict != Word.FAIL:
        return ""
    if not evidence:
        return "a fail needs at least one quote"
    if criterion.turn is not None and all(quoted["turn"] != criterion.turn for quoted in evidence):
        return f"a fail needs a quote from turn {criterion.turn}, which the criterion is about"
    return ""


def _quote_fault(quoted: object, *, turns: Sequence[Turn]) -> str:
    if not isinstance(quoted, dict) or type(quoted.get("turn")) is not int or not isinstance(quoted.get("quote"), str):
        return 'each piece of evidence needs a "turn" (a number) and a "quote" (a text)'
    index, quote = quoted["turn"], quoted["quote"]
    if not 0 <= index < len(turns):
        return f"there is no turn {index}"
    words = normalize_basic(quote.replace(CUT, " "), "en")
    turn = turns[index]
    texts = [normalize_basic(text, "en") for text in map(visible, (turn.spoken, turn.heard or ""))]
    if not words or not any(words in text for text in texts):
        return f"the quote {json.dumps(visible(quote), ensure_ascii=False)} is not in turn {index}; quote word for word"
    return ""
