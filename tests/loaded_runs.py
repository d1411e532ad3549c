"""Runs as `harness.load` hands them out, without a folder."""

from harness.model.run import Run
from harness.regression.decision import decide
from harness.regression.frames import LoadedRun
from harness.regression.judgement import Judgement
from harness.runner.outcome import summarise


def loaded(run: Run, judgement: Judgement | None = None) -> LoadedRun:
    """Return a run with what it comes to."""
    verdict = summarise(run.results, planned_trials=run.planned, stop=run.stop)
    return LoadedRun(run=run, decision=decide(verdict, judgement))
