"""From settings and suites to a run on the disk, ready for its calls."""

import posixpath
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from types import MappingProxyType

from harness.errors import ConfigurationError, StoreError
from harness.model.run import CaseStanding, Run, TrialResult
from harness.model.safety import SafetyCase, SafetyMark
from harness.model.snapshots import CaseSnapshot, PromptSnapshot, Provenance
from harness.model.suite import Planned, Suite
from harness.regression.comparability import differences, suites_of
from harness.regression.design import design_of
from harness.runner.spoiling import SpoilRule, calls_of, is_settled
from harness.runner.trial import Toolbox
from harness.runs.asked import read_asked, write_asked
from harness.runs.costs import estimated_cost, keep_estimate
from harness.runs.money import require_prices
from harness.runs.planning import Plan
from harness.settings import Settings
from harness.store.files import store_errors
from harness.store.folder import RunFolder, create_run, new_run_id, open_run
from harness.store.reading import find_run
from harness.wiring import assemble, provenance


def prepare(settings: Settings, planned: Sequence[Planned], *, run_id: str) -> Toolbox:
    """Return what a session's calls share, after everything that can be checked before the first call was.

    Args:
        settings: Of the session.
        planned: Its calls.
        run_id: Of the run they are kept in.

    Raises:
        ConfigurationError: the set-up is wrong or the reports folder cannot be written, and how to put it right.
    """
    twice = [name for name, count in Counter(each.id for each in planned).items() if count > 1]
    if twice:
        raise ConfigurationError(
            f"{twice[0]} stands twice in this run. Case ids must differ within a suite, and so must the names of "
            "the suite files of one run: rename one, or run them separately"
        )
    require_prices(settings, planned)
    for folder in (settings.runs, settings.pages, settings.cache):
        _check_writable(folder)
    if settings.cassettes in ("record", "auto"):
        _check_writable(settings.cassette_dir, setting="cassette_dir")
    return assemble(settings, planned, run_id=run_id)


def spoil_rule(settings: Settings) -> SpoilRule:
    """Return what a session does about calls our own caller spoils."""
    return SpoilRule(repeats=settings.repeats, max_invalid=settings.max_invalid)


def new_id() -> str:
    """Return an id for a run that starts now."""
    return new_run_id(datetime.now(UTC), dice=random.Random())


def create(settings: Settings, suites: Sequence[Suite], plan: Plan, *, toolbox: Toolbox, run_id: str) -> RunFolder:
    """Make the folder of a run that is about to start.

    Raises:
        ConfigurationError: a gate was asked for with a baseline that was not measured alike; no call is worth placing.
        StoreError: the folder cannot be written.
    """
    made_by = provenance(settings, suites, toolbox)
    _require_comparable(plan, made_by)
    header = Run(
        id=run_id,
        started_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        provenance=made_by,
        prompts=_prompts(suites, plan.planned),
        cases=_cases(plan.planned),
    )
    # Before the run's own folder is there, because the last run is asked.
    estimated = estimated_cost(settings, plan)
    folder = create_run(settings.runs, header, plan.planned)
    write_asked(folder.path, plan.asked)
    keep_estimate(folder.path, estimated)
    return folder


def resume(settings: Settings, suites: Sequence[Suite], plan: Plan, *, toolbox: Toolbox, ref: str) -> RunFolder:
    """Open an earlier run to go on with it.

    Args:
        settings: The session's settings.
        suites: The suites of the planned cases.
        plan: What is to be tried now; no more than the run had planned.
        toolbox: What `prepare` returned.
        ref: The run's id, the start of it, or `latest`.

    Raises:
        ConfigurationError: no run fits, or it was made of other prompts, cases or settings, so that its finished
            trials say nothing about these.
        StoreError: the run cannot be read.
    """
    folder = open_run(settings.runs, find_run(settings.runs, ref).name)
    before = folder.header.run
    if before.redacted is not None:
        raise ConfigurationError(
            f"run {before.id} is a redacted copy, which cannot be resumed. Resume {before.redacted.of} and redact it "
            "again"
        )
    now = provenance(settings, suites, toolbox)
    known = {case.id for case in folder.header.cases}
    changed = [
        what
        for what, differs in (
            ("settings or suites", before.provenance != now),
            ("prompts", not _texts(_prompts(suites, plan.planned)) <= _texts(before.prompts)),
            ("cases", not {each.id for each in plan.planned} <= known),
            ("baseline, profile or numbers of trials", not _asks_the_same(folder, plan)),
        )
        if differs
    ]
    if changed:
        raise ConfigurationError(
            f"run {before.id} cannot be resumed: its {' and '.join(changed)} are not those of now. "
            "Start it with the options and files it had, or start a new run"
        )
    # Whether too much is spoiled is found out anew: the limit may be another one now.
    folder.go_on()
    return folder


def announcement(
    settings: Settings,
    suites: Sequence[Suite],
    plan: Plan,
    *,
    finished: Mapping[str, TrialResult] = MappingProxyType({}),
) -> str:
    """Return what is about to happen, and what is known of it before; `finished` holds calls that are there, by id."""
    rule = spoil_rule(settings)
    trials = [calls_of(finished, slot.planned.id, attempt=slot.attempt) for slot in plan.slots]
    to_place = sum(not is_settled(calls, rule=rule) for calls in trials)
    rest = "" if to_place == len(trials) else f" of {len(trials)}, the others are kept from the run that is resumed"
    names = ", ".join(suite.name for suite in suites)
    cassettes = "" if settings.cassettes == "off" else f", cassettes: {settings.cassettes}"
    placing = (
        f"placing {count(to_place, 'call')}{rest}: {count(len(suites), 'suite')} ({names}), {settings.tier} tier, "
        f"seed {settings.seed}, {settings.concurrency} at a time{cassettes}"
    )
    notes = dict.fromkeys(note for suite in suites for note in suite.notes)
    return "\n".join([*notes, *too_small(plan), placing])


def too_small(plan: Plan) -> tuple[str, ...]:
    """Return a warning where the comparison cannot prove what is asked of it; none where it can, or is not gated."""
    if not plan.compared:
        return ()
    trials = min(each.trials for each in plan.compared)
    design = design_of(plan.compared_cases, trials=trials, policy=plan.asked.policy)
    return () if design.enough else (f"warning: {design.sentence}",)


def count(number: int, noun: str) -> str:
    """Return `1 call`, `2 calls`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _require_comparable(plan: Plan, ours: Provenance) -> None:
    for stored in plan.asked.stored if plan.asked.policy.gates else ():
        both = suites_of(stored.arms) & {each.suite for each in plan.planned}
        differs = differences(stored.provenance, ours, suites=both)
        if differs:
            raise ConfigurationError(
                f"not_comparable: {stored.source} was not measured like this run would be. {'; '.join(differs)}. "
                "Run the older version beside the new one instead (--against NAME@VERSION or git:REF), or bless a new "
                "baseline"
            )


def _asks_the_same(folder: RunFolder, plan: Plan) -> bool:
    known = {case.id: case.standing for case in folder.header.cases}
    same = all(known.get(each.id, CaseStanding.of(each)) == CaseStanding.of(each) for each in plan.planned)
    return same and read_asked(folder.path) == plan.asked


def _check_writable(folder: Path, *, setting: str = "reports") -> None:
    try:
        with store_errors(folder, "write", setting=setting):
            folder.mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=folder):
                pass
    # No call was placed yet, so that nothing is lost: the user can put it right and start again.
    except StoreError as error:
        raise ConfigurationError(str(error)) from error


def _prompts(suites: Sequence[Suite], planned: Sequence[Planned]) -> tuple[PromptSnapshot, ...]:
    folders = {suite.name: posixpath.dirname(suite.path) for suite in suites}
    snapshots = (
        PromptSnapshot(
            name=arm.prompt.name,
            version=arm.prompt.version,
            digest=arm.prompt.digest,
            source=arm.prompt.source,
            role=arm.role,
            description=arm.prompt.description,
            path=arm.prompt.path and posixpath.normpath(posixpath.join(folders.get(suite, ""), arm.prompt.path)),
            line=arm.prompt.line,
        )
        for suite, arm in ((each.suite, each.arm) for each in planned)
    )
    return tuple(dict.fromkeys(snapshots))


def _texts(prompts: Sequence[PromptSnapshot]) -> set[tuple[str, str, str]]:
    return {(prompt.label, prompt.digest, prompt.role) for prompt in prompts}


def _mark(safety: SafetyCase | None) -> SafetyMark | None:
    return None if safety is None else SafetyMark(risk=safety.risk, twin_of=safety.twin_of, line=safety.line)


def _cases(planned: Sequence[Planned]) -> tuple[CaseSnapshot, ...]:
    snapshots = (
        CaseSnapshot(
            suite=each.suite,
            id=each.case.id,
            description=each.case.description,
            persona=each.case.persona.name,
            manner=each.case.persona.manner,
            tags=each.case.tags,
            source=each.case.source,
            rubric=each.case.rubric,
            safety=_mark(each.case.safety),
            required=each.case.required,
            quarantine=each.case.quarantine,
            voice=each.case.persona.voice.name,
        )
        for each in planned
    )
    return tuple(dict.fromkeys(snapshots))
