"""A file of people's verdicts, and the calls they are about: stored trials, or transcripts in files of their own."""

import csv
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harness.cli.stored import StoredCases
from harness.errors import ConfigurationError, HarnessError
from harness.model.call import Role, Transcript, Turn
from harness.model.rubric import BEST_LEVEL, Criterion
from harness.regression.calibration import FAIL, PASS
from harness.scorers.calibration import Label, LabelledCall

COLUMNS = ("call", "criterion", "label", "second", "question", "run")
"""The first three are needed."""
NOT_APPLICABLE = "not_applicable"

_WORDS = {
    **dict.fromkeys(("pass", "passed", "yes", "true", "1"), PASS),
    **dict.fromkeys(("fail", "failed", "no", "false", "0"), FAIL),
    **dict.fromkeys(("not_applicable", "n/a", "na"), NOT_APPLICABLE),
}
_MARKS = {str(mark): str(mark) for mark in range(BEST_LEVEL + 1)} | {"not_applicable": NOT_APPLICABLE}
_MOST_FAULTS = 10
_TURN_MS = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """Calls with people's verdicts, and the name they are known under."""

    name: str
    """File name and the start of its digest."""
    calls: tuple[LabelledCall, ...]


def read_labels(path: Path, *, cases: Callable[[str], StoredCases]) -> LabelledSet:
    """Return the labelled calls of a CSV file.

    Args:
        path: The file; transcripts it names are relative to it.
        cases: Finds the stored trials of a run by its name; an empty name is the run the command was told.

    Raises:
        ConfigurationError: what is wrong, with the rows, all at once.
    """
    try:
        data = path.read_bytes()
        rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines()))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path}: the labels cannot be read: {error}") from error
    given = tuple(rows[0]) if rows else ()
    unknown = [name for name in given if name not in COLUMNS]
    missing = [name for name in COLUMNS[:3] if name not in given]
    if unknown or missing:
        faults = [f"{name} is missing" for name in missing] + [f"{name!r} is none of them" for name in unknown]
        raise ConfigurationError(
            f"{path}: the first line has to name the columns {', '.join(COLUMNS[:3])}, and may name "
            f"{', '.join(COLUMNS[3:])}: {'; '.join(faults)}"
        )
    reader = _Reader(folder=path.parent, cases=cache(cases))
    faults = []
    for number, row in enumerate(rows, start=2):
        try:
            reader.take({key: (value or "").strip() for key, value in row.items()})
        except HarnessError as error:
            faults.append(f"  line {number}: {error}")
    if faults:
        more = [f"  … and {len(faults) - _MOST_FAULTS} more"] if len(faults) > _MOST_FAULTS else []
        raise ConfigurationError(
            "\n".join([f"{path}: {len(faults)} rows cannot be used:", *faults[:_MOST_FAULTS], *more])
        )
    return LabelledSet(name=f"{path.name} {hashlib.sha256(data).hexdigest()[:12]}", calls=reader.calls())


class _Reader:
    """Gathers rows into calls."""

    def __init__(self, *, folder: Path, cases: Callable[[str], StoredCases]) -> None:
        self._folder = folder
        self._cases = cases
        self._found: dict[tuple[str, str], tuple[Transcript, dict[Criterion, Label]]] = {}

    def take(self, row: Mapping[str, str]) -> None:
        name, run = row["call"], row.get("run", "")
        if not name or not row["criterion"]:
            raise ConfigurationError("a row needs a call and a criterion")
        in_file = name.endswith(".json")
        if (name, run) not in self._found:
            transcript = read_transcript(self._folder / name) if in_file else self._cases(run).transcript(name)
            self._found[name, run] = (transcript, {})
        labels = self._found[name, run][1]
        if row.get("question"):
            criterion = Criterion(id=row["criterion"], question=row["question"])
        else:
            criterion = self._cases(run).criterion(row["criterion"], trial="" if in_file else name)
        if criterion in labels:
            raise ConfigurationError(
                f"{criterion.id} of {name} is labelled twice; put a second person's word into 'second'"
            )
        known = _MARKS if criterion.is_graded else _WORDS
        words = [row["label"], row.get("second", "")]
        wrong = [word for place, word in enumerate(words) if word.lower() not in known and (word or not place)]
        if wrong:
            raise ConfigurationError(f"the label of {criterion.id} is one of {', '.join(known)}, not {wrong[0]!r}")
        human, second = (known[word.lower()] if word else "" for word in words)
        labels[criterion] = Label(criterion=criterion, human=human, second=second)

    def calls(self) -> tuple[LabelledCall, ...]:
        return tuple(
            LabelledCall(id=f"{run} {name}".strip(), transcript=transcript, labels=tuple(labels.values()))
            for (name, run), (transcript, labels) in self._found.items()
        )


def read_transcript(path: Path) -> Transcript:
    """Return the call of a file `{"turns": [{"speaker": "caller", "text": "Hello."}]}`. Raises ConfigurationError."""
    try:
        turns = json.loads(path.read_text(encoding="utf-8"))["turns"]
        return Transcript(turns=tuple(_turn(index, turn["speaker"], turn["text"]) for index, turn in enumerate(turns)))
    except (OSError, ValueError, KeyError, TypeError) as error:
        shape = '{"turns": [{"speaker": "caller", "text": "Hello."}, {"speaker": "agent", "text": "…"}]}'
        raise ConfigurationError(f"{path}: is no transcript of the form {shape}: {error}") from error


def _turn(index: int, speaker: str, text: str) -> Turn:
    start_ms = index * _TURN_MS
    return Turn(role=Role(speaker), started_ms=start_ms, ended_ms=start_ms + _TURN_MS, meant=text, spoken=text)


def labels_in(calls: Sequence[LabelledCall]) -> int:
    """Return how many labels there are."""
    return sum(len(call.labels) for call in calls)
