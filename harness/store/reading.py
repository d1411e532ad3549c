"""Reading runs back: finding one by name, its header, its trials, and the whole run folded from them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from harness.errors import ConfigurationError, StoreError, UnknownNameError
from harness.model.case import PassRule
from harness.model.outcome import Outcome
from harness.model.run import Attempts, Run, TrialResult
from harness.model.stop import Stop, StopKind
from harness.store.codec import TornDocumentError, decode, decode_trial
from harness.store.files import store_errors
from harness.store.header import RunHeader

HEADER = "run.json"
STOPPED = "stopped.txt"
LATEST = "latest"

Fold: TypeAlias = Callable[[PassRule, Sequence[TrialResult]], Outcome]
"""Folds the finished trials of one case into its outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTrials:
    """What the workers of a run left behind."""

    results: tuple[TrialResult, ...]
    """In the order written, worker by worker; of a trial kept twice, the later."""
    notes: tuple[str, ...] = ()
    """Lines that could not be read because their writer was killed."""


def run_ids(runs: Path) -> tuple[str, ...]:
    """Return the ids of the runs in a folder, the latest last."""
    return tuple(sorted(path.parent.name for path in runs.glob(f"*/{HEADER}")))


def find_run(runs: Path, ref: str) -> Path:
    """Return the folder of a run named by its id, by the start of its id, or as `latest`.

    Raises:
        UnknownNameError: no run fits, or there is none at all.
        ConfigurationError: more than one fits.
    """
    ids = run_ids(runs)
    fitting = ids[-1:] if ref == LATEST else tuple(run_id for run_id in ids if run_id.startswith(ref))
    if ref in ids:
        fitting = (ref,)
    if not ref or not fitting:
        raise UnknownNameError(kind=f"run in {runs}", name=ref, known=(*ids[-5:], LATEST) if ids else ())
    if len(fitting) > 1:
        raise ConfigurationError(
            f"{ref!r} is the start of {len(fitting)} runs in {runs}: {', '.join(fitting[-5:])}. Give more of the id"
        )
    return runs / fitting[0]


def read_header(folder: Path) -> RunHeader:
    """Return what a run set out to do.

    Raises:
        StoreError: the folder is no run's, or the header cannot be read.
    """
    path = folder / HEADER
    if not path.is_file():
        raise StoreError(f"is not the folder of a run: it has no {HEADER}", path=str(folder))
    with store_errors(path, "read"):
        text = path.read_bytes()
    return decode(text, as_type=RunHeader, path=str(path))


def read_trials(folder: Path) -> StoredTrials:
    """Return every trial kept in a run's folder; a torn line is left out with a note.

    Raises:
        StoreError: a whole line of another schema, or a file that cannot be read.
    """
    results: dict[str, TrialResult] = {}
    notes = []
    for path in sorted((folder / "trials").glob("*.jsonl")):
        with store_errors(path, "read"):
            lines = path.read_bytes().split(b"\n")
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                result = decode_trial(line, path=f"{path}:{number}")
            except TornDocumentError:
                notes.append(f"{path.name}:{number} was only half written (the run was killed) and is left out")
            else:
                results[result.trial.id] = result
    return StoredTrials(results=tuple(results.values()), notes=tuple(notes))


def read_stop(folder: Path) -> Stop | None:
    """Return why a run was stopped; None when it was not. Raises StoreError."""
    path = folder / STOPPED
    if not path.is_file():
        return None
    with store_errors(path, "read"):
        text = path.read_text(encoding="utf-8", errors="replace").strip()
    kind, _, reason = text.partition(": ")
    if kind not in tuple(StopKind):
        raise StoreError(f"does not say why the run was stopped: {text[:80]!r}. Delete it to go on", path=str(path))
    return Stop(kind=StopKind(kind), reason=reason)


def load_run(folder: Path, *, fold: Fold) -> Run:
    """Return a run with every finished trial in it; cases without one are left out.

    Args:
        folder: The run's folder.
        fold: Folds a case's finished trials into its outcome.

    Raises:
        StoreError: the run cannot be read.
    """
    header = read_header(folder)
    kept: dict[str, list[TrialResult]] = {}
    for result in read_trials(folder).results:
        kept.setdefault(result.trial.planned, []).append(result)
    cases = []
    for case in header.cases:
        attempts = Attempts.of(kept.get(case.id, ()))
        if attempts.trials:
            folded = fold(case.pass_rule, attempts.trials)
            cases.append(case.result(attempts, outcome=Outcome.FAILED if case.standing.reasons else folded))
    return replace(header.run, results=tuple(cases), stop=read_stop(folder))
