"""The answer a judge of summaries must give, and what is wrong with the one it gave (evaluation.md, 3.2 and 8).

Evidence stands before the verdict, because models write in the order of the schema. A quote that is not in the turn it
names, or a sentence that is not in the summary, is a fault.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from harness.interfaces import JsonSchema
from harness.model.call import Turn
from harness.model.fencing import visible
from harness.model.score import Quote
from harness.model.summary import Coverage, Standing
from harness.scorers.normalise import normalize_basic
from harness.scorers.summary_claims import Ruling
from harness.scorers.summary_points import PointRuling

ABSTAIN: Final = "abstain"

Item: TypeAlias = Mapping[str, Any]
"""An object of the judge's JSON."""


def _object(**properties: JsonSchema) -> JsonSchema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(of: JsonSchema) -> JsonSchema:
    return {"type": "array", "items": of}


_TEXT: Final[JsonSchema] = {"type": "string"}
_NUMBER: Final[JsonSchema] = {"type": "integer"}
SUMMARY_ANSWER: Final[JsonSchema] = _object(
    statements=_list(
        _object(
            statement=_NUMBER,
            evidence=_list(_object(turn=_NUMBER, quote=_TEXT)),
            reasoning=_TEXT,
            standing={"type": "string", "enum": [*(each.value for each in Standing), ABSTAIN]},
        )
    ),
    points=_list(
        _object(
            point=_NUMBER,
            sentence=_TEXT,
            reasoning=_TEXT,
            coverage={"type": "string", "enum": [*(each.value for each in Coverage), ABSTAIN]},
        )
    ),
    tampering={"type": "boolean"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryReading:
    """What could be taken from an answer, by the numbers of what was asked."""

    claims: Mapping[int, Ruling]
    points: Mapping[int, PointRuling]
    faults: Mapping[str, str]
    """By `statement 3` or `point 1`, in words the judge can act on."""
    tampering: bool = False


def read_summary_answer(
    text: str, *, statements: Sequence[int], points: Sequence[int], turns: Sequence[Turn], summary: str
) -> SummaryReading:
    """Return the rulings of an answer that hold, and what is wrong with the others."""
    names = [*(f"statement {number}" for number in statements), *(f"point {number}" for number in points)]
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return faulty(names, "the answer is not JSON")
    told, covered = (document.get("statements"), document.get("points")) if isinstance(document, dict) else (None, None)
    if not isinstance(told, list) or not isinstance(covered, list):
        return faulty(names, 'the answer needs the lists "statements" and "points"')
    faults: dict[str, str] = {}

    def take(items: Sequence[Item], word: str, numbers: Sequence[int], fault_of: Callable[[Item], str]) -> list[Item]:
        taken: list[Item] = []
        for number in numbers:
            mine = [each for each in items if isinstance(each, dict) and each.get(word) == number]
            fault = f"{len(mine)} answers instead of one" if len(mine) != 1 else fault_of(mine[0])
            if fault:
                faults[f"{word} {number}"] = fault
            else:
                taken.append(mine[0])
        return taken

    return SummaryReading(
        claims={
            item["statement"]: _ruling(item)
            for item in take(told, "statement", statements, lambda item: _statement_fault(item, turns))
        },
        points={
            item["point"]: _point_ruling(item)
            for item in take(covered, "point", points, lambda item: _point_fault(item, summary))
        },
        faults=faults,
        tampering=document.get("tampering") is True,
    )


def faulty(names: Sequence[str], fault: str) -> SummaryReading:
    """Return a reading in which everything has the same fault."""
    return SummaryReading(claims={}, points={}, faults=dict.fromkeys(names, fault))


def _ruling(item: Item) -> Ruling:
    if item["standing"] == ABSTAIN:
        return Ruling(standing=None, why=visible(item["reasoning"]).strip())
    quotes = [Quote(turn=each["turn"], text=visible(each["quote"]).strip()) for each in item["evidence"]]
    return Ruling(
        standing=Standing(item["standing"]),
        quote=quotes[0] if quotes else None,
        why=visible(item["reasoning"]).strip(),
    )


def _point_ruling(item: Item) -> PointRuling:
    if item["coverage"] == ABSTAIN:
        return PointRuling(coverage=None)
    return PointRuling(coverage=Coverage(item["coverage"]), sentence=visible(item["sentence"]).strip())


def _statement_fault(item: Item, turns: Sequence[Turn]) -> str:
    standing, evidence = item.get("standing"), item.get("evidence")
    if standing not in {*(each.value for each in Standing), ABSTAIN}:
        return f"the standing {standing!r} is none of supported, contradicted, not_in_call, abstain"
    if not isinstance(item.get("reasoning"), str) or not isinstance(evidence, list):
        return 'the fields "evidence" (a list) and "reasoning" (a text) are needed'
    for quoted in evidence:
        if fault := _quote_fault(quoted, turns):
            return fault
    needs = standing in (Standing.SUPPORTED, Standing.CONTRADICTED)
    return f"{standing} needs at least one quote" if needs and not evidence else ""


def _quote_fault(quoted: object, turns: Sequence[Turn]) -> str:
    if not isinstance(quoted, dict) or type(quoted.get("turn")) is not int or not isinstance(quoted.get("quote"), str):
        return 'each piece of evidence needs a "turn" (a number) and a "quote" (a text)'
    if not 0 <= quoted["turn"] < len(turns):
        return f"there is no turn {quoted['turn']}"
    if not _stands_in(quoted["quote"], turns[quoted["turn"]].spoken):
        shown = json.dumps(visible(quoted["quote"]), ensure_ascii=False)
        return f"the quote {shown} is not in turn {quoted['turn']}; quote word for word"
    return ""


def _point_fault(item: Item, summary: str) -> str:
    coverage, sentence = item.get("coverage"), item.get("sentence")
    if coverage not in {*(each.value for each in Coverage), ABSTAIN}:
        return f"the coverage {coverage!r} is none of covered, partial, missing, abstain"
    if not isinstance(sentence, str) or not isinstance(item.get("reasoning"), str):
        return 'the fields "sentence" and "reasoning" (texts) are needed'
    if coverage in (Coverage.COVERED, Coverage.PARTIAL) and not _stands_in(sentence, summary):
        return "the sentence is not in the summary; copy it word for word"
    return ""


def _stands_in(quote: str, text: str) -> bool:
    words = normalize_basic(visible(quote), "en")
    return bool(words) and words in normalize_basic(visible(text), "en")
