"""From a run on the disk to its verdict and pages, also when it was cut short."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.model.exit_code import ExitCode
from harness.model.run import Run
from harness.model.suite import ArmRole
from harness.regression.comparability import differences, suites_of
from harness.regression.comparing import Reference, judge
from harness.regression.decision import Decision, decide
from harness.regression.facts import arms_of
from harness.regression.judgement import Judgement, Standing
from harness.report.history import record_of
from harness.report.junit import write_junit
from harness.report.pages import write_report
from harness.report.text import summarise_run
from harness.report.versions import prompt_versions
from harness.runner.outcome import fold_outcomes, summarise
from harness.runner.schedule import Slot, extension
from harness.runs.asked import Asked, read_asked
from harness.runs.costs import call_cost, run_cost
from harness.runs.history import earlier_runs
from harness.runs.planning import Plan
from harness.runs.referee import early_evidence
from harness.settings import Settings
from harness.store.cards import read_card
from harness.store.folder import RunFolder
from harness.store.reading import load_run
from harness.store.records import write_record
from harness.store.verdict import write_verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What a run came to, and where to read it."""

    run: Run
    decision: Decision
    report: Path
    """The first page."""
    text: str
    """The summary a terminal shows."""
    cost: str = ""
    """What it cost, in one line; empty where nothing did."""

    @property
    def exit_code(self) -> ExitCode:
        """Return what the shell is told."""
        return self.decision.exit_code


def finish(
    settings: Settings,
    folder: Path,
    *,
    pages: Path | None = None,
    colour: bool = False,
    embed_bytes: int | None = None,
) -> Finished:
    """Write a run's verdict, JUnit file and pages from what is stored of it, also when it was cut short.

    Args:
        settings: The session's settings.
        folder: The run's folder.
        pages: Folder for the pages; None: the one of the settings.
        colour: Whether the summary is for a terminal that shows colours.
        embed_bytes: How much sound the pages are to hold within them; None: it stands in files beside them.

    Raises:
        StoreError: the run cannot be read, or a file not be written.
    """
    run = load_run(folder, fold=fold_outcomes)
    decision = decide_run(run, read_asked(folder))
    write_verdict(run, folder / "verdict.json", decision=decision)
    write_junit(run, folder / "junit.xml", decision=decision)
    judges = {run.provenance.judge, *(score.by for call in run.calls for score in call.scores)}
    cards = {name: card for name in judges if name and (card := read_card(settings.judge_cards, name))}
    write_record(record_of(run, decision, prompt_versions(run)), folder)
    report = write_report(
        run,
        run_folder=folder,
        pages=pages or settings.pages,
        cards=cards,
        decision=decision,
        history=earlier_runs(settings.runs, run_id=run.id),
        cost=call_cost(settings),
        embed_bytes=embed_bytes,
    )
    cost = run_cost(run, folder, settings=settings)
    return Finished(
        run=run,
        decision=decision,
        report=report,
        cost=cost,
        text=summarise_run(
            run,
            report=_from_here(report),
            run_path=_from_here(folder),
            decision=decision,
            colour=colour,
            cost=cost and f"Cost: {cost}",
        ),
    )


def decide_run(run: Run, asked: Asked) -> Decision:
    """Return what a run comes to: its own gates, and its comparison with what it was asked to be compared with."""
    verdict = summarise(run.results, planned_trials=run.planned, stop=run.stop)
    return decide(verdict, judge_run(run, asked))


def judge_run(run: Run, asked: Asked) -> Judgement | None:
    """Return what a run's comparisons come to; None where it has nothing to be compared with."""
    arms = arms_of(run)
    candidates = [arm for arm in arms if arm.role is ArmRole.CANDIDATE]
    baselines = tuple(arm for arm in arms if arm.role is ArmRole.BASELINE)
    references = [Reference(source="this run", arms=baselines)] if baselines else []
    for stored in asked.stored:
        both = suites_of(stored.arms) & suites_of(candidates)
        differs = differences(stored.provenance, run.provenance, suites=both)
        references.append(Reference(source=stored.source, arms=stored.arms, differs=differs))
    return judge(
        candidates,
        references,
        policy=asked.policy,
        early=early_evidence(run, arms, asked),
        extended=any(len(result.trials) > result.planned_trials for result in run.results),
    )


def further_slots(folder: RunFolder, plan: Plan) -> Sequence[Slot]:
    """Return the trials that extend a comparison which the planned ones could not decide; none where none may.

    Raises:
        StoreError: the run cannot be read.
    """
    policy = plan.asked.policy
    # Before anything is read: hardly a run asks for an extension, and a large one takes seconds to read.
    if not policy.gates or policy.looks == 1 or folder.stopped() is not None:
        return ()
    run = load_run(folder.path, fold=fold_outcomes)
    found = judge_run(run, plan.asked)
    if found is None or found.standing is not Standing.INCONCLUSIVE or found.doubted:
        return ()
    return extension(plan.planned, trials=policy.max_trials, seed=run.provenance.seed)


def _from_here(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
