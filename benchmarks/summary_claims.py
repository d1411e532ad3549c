"""How often the offline reading of summaries is right, against claims judged by hand.

Run from the project's folder: `python -m benchmarks.summary_claims [--show development]`.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.model.call import Role
from harness.model.summary import Standing
from harness.scorers.summary_call import read_conversation
from harness.scorers.summary_claims import rule

DATA = Path(__file__).parents[1] / "tests" / "data" / "summary_claims.json"
HALVES = ("development", "held out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One claim, what it is, and what was decided."""

    half: str
    call: str
    claim: str
    label: Standing
    decided: Standing | None


def answers(path: Path = DATA) -> Iterator[Answer]:
    """Yield an answer to every labelled claim."""
    data = json.loads(path.read_text(encoding="utf-8"))
    conversations = {
        name: read_conversation([(i, Role(role), text) for i, (role, text) in enumerate(call["lines"])], lang="en-US")
        for name, call in data["calls"].items()
    }
    for item in data["items"]:
        ruling = rule(item["claim"], conversation=conversations[item["call"]], lang="en-US")
        yield Answer(
            half=data["calls"][item["call"]]["half"],
            call=item["call"],
            claim=item["claim"],
            label=Standing(item["label"]),
            decided=ruling.standing,
        )


def row(word: str, of: Sequence[Answer]) -> str:
    """Return a line of the table: how precise a word is, and how much of it is found."""
    standing = Standing(word)
    decided = [a for a in of if a.decided is standing]
    right = sum(a.label is standing for a in decided)
    labelled = [a for a in of if a.label is standing]
    found = sum(a.decided is standing for a in labelled)
    return f"| {of[0].half} | {word} | {right} of {len(decided)} | {found} of {len(labelled)} |"


def table(of: Sequence[Answer]) -> Iterator[str]:
    """Yield the table of `docs/summaries.md`."""
    yield "| half | decision | right when decided (precision) | found (recall) |"
    yield "| --- | --- | --- | --- |"
    for half in HALVES:
        mine = [a for a in of if a.half == half]
        yield from (row(standing.value, mine) for standing in Standing)
        left = sum(a.decided is None for a in mine)
        yield f"| {half} | left open | | {left} of {len(mine)} |"


def main() -> None:
    """Print the table, and with `--show` what was decided wrongly or left open."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", choices=HALVES, help="print the claims of a half that are wrong or open")
    chosen = parser.parse_args()
    found = list(answers())
    for each in found:
        if each.half == chosen.show and each.decided is not each.label:
            print(f"{each.call}: {each.claim} is {each.label}, decided {each.decided}")
    print("\n".join(table(found)))


if __name__ == "__main__":
    main()
