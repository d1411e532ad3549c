"""A copy of a run for others to see: the same calls without the personal data in their texts and their sound."""

import asyncio
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.audio.files import load_recording
from harness.errors import StoreError
from harness.interfaces.speech import STT
from harness.model.call import Role
from harness.model.entity import Entity, EntityKind
from harness.model.moves import Say
from harness.model.persona import Reveal
from harness.model.redaction import PersonalKind, Redaction
from harness.model.run import TrialResult
from harness.model.script import all_steps
from harness.model.snapshots import PromptSnapshot
from harness.model.suite import Planned
from harness.runs.asked import read_asked, write_asked
from harness.runs.costs import FILE as ESTIMATE
from harness.runs.redacting import Masker, masker_of, redacted_trial, walked
from harness.runs.redacting_sound import Ear, beep_call
from harness.runs.starting import count
from harness.scorers.personal import NOTHING_KNOWN, Known
from harness.store.files import store_errors
from harness.store.folder import RunFolder, replace_copy
from harness.store.header import RunHeader
from harness.store.reading import read_header, read_stop, read_trials

SUFFIX = "-redacted"
"""Of a copy's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """A copy that was made."""

    folder: Path
    redaction: Redaction
    notes: tuple[str, ...] = ()
    """What somebody has to know before it is shown."""


@dataclass(slots=True, kw_only=True)
class _Progress:
    """What was found and masked so far."""

    masks: dict[PersonalKind, int]
    by_case: dict[str, Known]
    beeps: int = 0
    beeped_ms: int = 0
    whole_turns: int = 0


def redact_run(
    source: Path,
    *,
    runs: Path,
    values: Sequence[str],
    planned: Mapping[str, Planned],
    stt: STT | None,
    step: Callable[[], None] = lambda: None,
) -> Redacted:
    """Make a copy of a run without personal data; an earlier one is replaced, and the run itself stays as it is.

    Args:
        source: The run's folder.
        runs: Folder to make the copy in.
        values: What is personal beside what is found.
        planned: The (case, arm) pairs of the run by id, as far as their suites are there: their facts and marked
            values are masked too, and their languages say how to listen.
        stt: Finds where in a turn a value is said; without it whole turns are beeped.
        step: Called after every call.

    Raises:
        StoreError: the run cannot be read, or the copy not be written.
    """
    header = read_header(source)
    given = NOTHING_KNOWN
    for value in values:
        given |= Known.value(value)
    progress = _Progress(masks={}, by_case={})
    folder = replace_copy(runs, replace(header, run=replace(header.run, id=f"{header.run.id}{SUFFIX}")))
    asyncio.run(_copy_trials(source, folder, given=given, planned=planned, stt=stt, progress=progress, step=step))
    redaction = _describe(header, folder, progress, given=given)
    write_asked(folder.path, read_asked(source))
    stop = read_stop(source)
    if stop is not None:
        folder.stop(replace(stop, reason=Masker(known=given, year=_year(header)).text(stop.reason)))
    with store_errors(folder.path, "write"):
        if (source / ESTIMATE).is_file():
            shutil.copyfile(source / ESTIMATE, folder.path / ESTIMATE)
    found = given
    for known in progress.by_case.values():
        found |= known
    notes = tuple(_notes(header.run.prompts, found, redaction))
    return Redacted(folder=folder.path, redaction=redaction, notes=notes)


async def _copy_trials(
    source: Path,
    folder: RunFolder,
    *,
    given: Known,
    planned: Mapping[str, Planned],
    stt: STT | None,
    progress: _Progress,
    step: Callable[[], None],
) -> None:
    year = _year(folder.header)
    for result in read_trials(source).results:
        cell = planned.get(result.trial.planned)
        known = given if cell is None else given | known_of(cell)
        masker = masker_of(result, known=known, year=year, counts=progress.masks)
        case = f"{result.trial.suite}::{result.trial.case}"
        progress.by_case[case] = progress.by_case.get(case, NOTHING_KNOWN) | masker.known
        done = redacted_trial(result, masker)
        ears = {} if cell is None or stt is None else _ears(cell, stt)
        folder.append(await _with_sound(source, folder, result, done, masker=masker, ears=ears, progress=progress))
        step()


async def _with_sound(
    source: Path,
    folder: RunFolder,
    result: TrialResult,
    done: TrialResult,
    *,
    masker: Masker,
    ears: Mapping[Role, Ear],
    progress: _Progress,
) -> TrialResult:
    """Return a masked trial with its recording beeped; one that is lost stays lost."""
    if result.call is None or done.call is None or result.call.recording is None:
        return done
    try:
        recording = load_recording(source / result.call.recording.path)
    except StoreError:
        return done
    found = await beep_call(result.call, recording, masker=masker, ears=ears)
    progress.beeps += len(found.beeps)
    progress.beeped_ms += sum(beep.end_ms - beep.start_ms for beep in found.beeps)
    progress.whole_turns += found.whole_turns
    kept = folder.save_recording(result.trial, found.recording)
    return replace(done, call=replace(done.call, recording=kept))


def known_of(planned: Planned) -> Known:
    """Return what the author of a case marked as somebody's: its persona's facts, entities and planted secrets."""
    case = planned.case
    steps = [step for step in all_steps(case.moves) if isinstance(step, Say)]
    facts = [Entity(kind=fact.kind, value=fact.value, accept=fact.accept) for fact in case.persona.facts]
    found = Known.entities((*case.entities, *facts, *(entity for say in steps for entity in say.entities)))
    private = [fact.value for fact in case.persona.facts if fact.reveal is Reveal.NEVER]
    secrets = case.safety.secrets if case.safety is not None else ()
    private += [secret.value for secret in secrets if secret.kind is EntityKind.PHRASE]
    found |= Known.entities(secrets)
    for value in private:
        found |= Known.value(value)
    return found


def _ears(planned: Planned, stt: STT) -> Mapping[Role, Ear]:
    return {
        Role.CALLER: Ear(stt=stt, language=planned.case.persona.language),
        Role.AGENT: Ear(stt=stt, language=planned.arm.voice.language),
    }


def _describe(header: RunHeader, folder: RunFolder, progress: _Progress, *, given: Known) -> Redaction:
    """Write the header of the copy, masked, and return what was masked."""
    year = _year(header)
    snapshots = tuple(
        walked(
            case,
            Masker(known=progress.by_case.get(f"{case.suite}::{case.id}", given), year=year, counts=progress.masks),
        )
        for case in header.run.cases
    )
    masker = Masker(known=given, year=year, counts=progress.masks)
    cases = tuple(replace(case, standing=walked(case.standing, masker)) for case in header.cases)
    redaction = Redaction(
        of=header.run.id,
        masks={kind: progress.masks[kind] for kind in PersonalKind if kind in progress.masks},
        beeps=progress.beeps,
        beeped_ms=progress.beeped_ms,
        whole_turns=progress.whole_turns,
    )
    run = replace(folder.header.run, cases=snapshots, redacted=redaction)
    folder.describe(RunHeader(run=run, cases=cases))
    return redaction


def _notes(prompts: Sequence[PromptSnapshot], known: Known, redaction: Redaction) -> Iterator[str]:
    masker = Masker(known=known, year=0)
    for prompt in prompts:
        kinds = sorted(set(masker.kinds(prompt.source)))
        if kinds:
            yield f"the prompt {prompt.label} is shown as it is, and holds what looks personal: {', '.join(kinds)}"
    if redaction.whole_turns:
        turns = count(redaction.whole_turns, "turn")
        yield f"{turns} had to be beeped from end to end: it was not sure where in it the value is said"


def _year(header: RunHeader) -> int:
    return int(header.run.started_at[:4])
