"""How often the offline judge is right on labelled calls: `python3 -m benchmarks.offline_judge`.

The rules were written against the development set; the held-out set was written before them and is only measured.
`--wrong` lists every wrong verdict, `--open` the abstentions, `--development` leaves the held-out set unseen.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.model.call import Role, Turn
from harness.model.rubric import Criterion
from harness.regression.intervals import wilson_interval
from harness.scorers.offline_judge.conversation import read_conversation
from harness.scorers.offline_judge.judge import verdict
from harness.scorers.offline_judge.rulings import Ruling
from harness.scorers.verdicts import Word

LABELS = Path(__file__).parent.parent / "tests" / "data" / "judge_labels"
SETS = ("development", "held_out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One labelled question and the judge's answer."""

    call: str
    criterion: str
    question: str
    label: Word
    answer: Ruling

    @property
    def decided(self) -> bool:
        """Return whether the judge gave an answer."""
        return self.answer.word is not Word.ABSTAIN

    @property
    def right(self) -> bool:
        """Return whether it is the label's."""
        return self.answer.word is self.label


def judge_all(name: str) -> Iterator[Judged]:
    """Yield the judge's answer to every label of a set."""
    guide = json.loads((LABELS / "criteria.json").read_text(encoding="utf-8"))
    document = json.loads((LABELS / f"{name}.json").read_text(encoding="utf-8"))
    calls = {key: read_conversation(turns_of(lines)) for key, lines in document["calls"].items()}
    for item in document["labels"]:
        examples = guide[item["criterion"]]
        criterion = Criterion(
            id=item["criterion"],
            question=item["question"],
            passes=tuple(examples["passes"]),
            fails=tuple(examples["fails"]),
        )
        answer = verdict(criterion, calls[item["call"]])
        yield Judged(
            call=item["call"],
            criterion=criterion.id,
            question=criterion.question,
            label=Word(item["label"]),
            answer=answer,
        )


def turns_of(lines: Sequence[str]) -> tuple[Turn, ...]:
    """Return `agent: ...` and `caller: ...` as turns."""
    turns = []
    for index, line in enumerate(lines):
        speaker, _, words = line.partition(": ")
        turns.append(Turn(role=Role(speaker), started_ms=index, ended_ms=index, meant=words, spoken=words))
    return tuple(turns)


def share(hits: int, of: int) -> str:
    """Return a share with its 95 % interval."""
    if not of:
        return "-"
    interval = wilson_interval(hits, n=of)
    return f"{hits}/{of} = {100 * hits / of:.0f} % ({100 * interval.low:.0f}-{100 * interval.high:.0f})"


def row(name: str, judged: Sequence[Judged]) -> str:
    """Return one line of the table."""
    decided = [one for one in judged if one.decided]
    right = sum(one.right for one in decided)
    passes = [one for one in decided if one.label is Word.PASS]
    fails = [one for one in decided if one.label is Word.FAIL]
    cells = (
        name,
        str(len(judged)),
        f"{100 * len(decided) / len(judged):.0f} %",
        share(right, len(decided)),
        share(sum(one.right for one in passes), len(passes)),
        share(sum(one.right for one in fails), len(fails)),
        str(len(judged) - len(decided)),
    )
    return f"| {' | '.join(cells)} |"


def table(judged: Sequence[Judged]) -> tuple[str, ...]:
    """Return the lines that docs/offline-judge.md prints for a set."""
    asked = [one for one in judged if one.label is not Word.ABSTAIN]
    beyond = [one for one in judged if one.label is Word.ABSTAIN]
    kept = sum(not one.decided for one in beyond)
    return (
        "| criterion | labels | decided | right where decided | sensitivity | specificity | abstained |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(row(name, [one for one in asked if one.criterion == name]) for name in sorted({o.criterion for o in asked})),
        row("all", asked),
        "",
        f"Questions and languages beyond it, from which it must abstain: {kept} of {len(beyond)} abstained.",
    )


def main(arguments: Sequence[str]) -> None:
    """Print a table for each set."""
    for name in SETS if "--development" not in arguments else SETS[:1]:
        judged = list(judge_all(name))
        print("", name, "", *table(judged), sep="\n")
        for one in judged:
            wrong = one.decided and not one.right
            left = not one.decided and one.label is not Word.ABSTAIN
            if ("--wrong" in arguments and wrong) or ("--open" in arguments and left):
                said = f"{one.answer.word} instead of {one.label}"
                print(f"- {one.call} {one.criterion}: {one.question} {said}: {one.answer.reasoning}")


if __name__ == "__main__":
    main(sys.argv[1:])
