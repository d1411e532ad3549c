"""How often a value is found where it is said, and only there: `python -m benchmarks.entity_values`.

The pairs stand in tests/data/entity_values.json; those marked `held_out` were written after the rules.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from harness.model.entity import EntityKind
from harness.scorers.values import says_value

Pair: TypeAlias = Mapping[str, Any]
PAIRS = Path(__file__).parents[1] / "tests" / "data" / "entity_values.json"


def main() -> None:
    """Print one line for each kind, and one for all."""
    pairs: list[Pair] = json.loads(PAIRS.read_text("utf-8"))
    print("| kind | pairs | said | precision | recall |\n| --- | --- | --- | --- | --- |")
    for name, chosen in _groups(pairs):
        print(_line(name, chosen))


def _groups(pairs: Sequence[Pair]) -> Iterator[tuple[str, Sequence[Pair]]]:
    for kind in dict.fromkeys(pair["type"] for pair in pairs):
        yield kind, [pair for pair in pairs if pair["type"] == kind]
    yield "all", pairs
    yield "all but English", [pair for pair in pairs if not pair["lang"].startswith("en")]


def _line(name: str, pairs: Sequence[Pair]) -> str:
    counts = Counter((bool(pair["match"]), _found(pair)) for pair in pairs)
    right, missed, wrong = counts[True, True], counts[True, False], counts[False, True]
    return f"| {name} | {len(pairs)} | {right + missed} | {right} of {right + wrong} | {right} of {right + missed} |"


def _found(pair: Pair) -> bool:
    today = date.fromisoformat(pair["today"]) if "today" in pair else None
    kind = EntityKind(pair["type"])
    return says_value(pair["value"], pair["text"], kind=kind, lang=pair["lang"], today=today)


if __name__ == "__main__":
    main()
