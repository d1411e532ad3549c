"""Writes real pages from a made-up run: `python -m tests.report.sample_page OUTDIR [--cases N]`.

For a look at the pages and for tests that need everything at once: fixed, broken, failed and interrupted calls with a
baseline, findings, values on their way, blames, what the platform kept, and any number of plain cases beside them.
"""

import argparse
import shutil
from dataclasses import replace
from pathlib import Path

from benchmarks.many_cases import many_cases, many_snapshots
from harness.model.blame import Blame, Part
from harness.model.call import Role
from harness.model.chain import ChainLink, EntityChain, LinkState, Stage
from harness.model.finding import Resource
from harness.model.outcome import Outcome
from harness.model.quality import CallQuality, ChannelQuality
from harness.model.run import CaseResult, Run
from harness.model.score import Better, Quote, Score, Unscored
from harness.model.suite import ArmRole
from harness.regression.decision import Decision, decide
from harness.report.pages import write_report
from harness.runner.outcome import summarise
from harness.testing.builders import make_change, make_judgement, make_metric, make_turn
from tests.report.conftest import RunBuilder, Sample, build_sample, explained

CHAIN = EntityChain(
    value="nine",
    links=(
        ChainLink(stage=Stage.SAID, state=LinkState.HELD, found="nine", turn=1),
        ChainLink(stage=Stage.HEARD, state=LinkState.BROKEN, found="five", turn=1),
        ChainLink(stage=Stage.STORED, state=LinkState.OPEN, why="no tool was called after it"),
        ChainLink(stage=Stage.SAID_BACK, state=LinkState.BROKEN),
    ),
)
SOUND = ChannelQuality(
    speech_ms=5200,
    clipped_share=0.02,
    dropouts=0,
    dropout_ms=0,
    loudness_lufs=-26.1,
    snr_db=41.0,
    noise_dbfs=-67.0,
    dc_offset=0.0,
    stray_ms=0,
)
AUDIT = Resource(
    kind="aiaudit",
    fields={
        "status": "completed",
        "evaluation": {
            "overall_score": 3,
            "dimensions": {"goal_completion": {"score": 3, "reason": "half done"}},
            "summary": "Fair.",
        },
    },
)
SCORES = (
    Score(
        name="says",
        value=0,
        better=Better.HIGHER,
        turn=2,
        passed=False,
        required=True,
        reason="the agent did not repeat “nine”",
        because="a booking is repeated before it is confirmed",
    ),
    Score(
        name="rubric.courtesy",
        value=1,
        better=Better.HIGHER,
        passed=True,
        required=True,
        reason="the agent is polite",
        by="offline:rules@3f2a",
        quotes=(Quote(turn=0, text="Hello."),),
    ),
    Score(name="entity_chain", value=1 / 3, better=Better.HIGHER, turn=1, reason="heard as five", chain=CHAIN),
    Score(name="summary_recall", value=0.5, better=Better.HIGHER, passed=False, reason="1 of 2 points"),
    Unscored(name="rubric.warmth", reason="the judge gave no answer"),
)
BLAMES = (
    Blame(check="says", part=Part.HEARING, evidence="heard “five” for “nine”", at_ms=3100, turn=1, score=0),
    Blame(check="latency_ms", part=Part.TURN_TAKING, evidence="3 s of silence", alternatives=(Part.SPEAKING,)),
)
LONG = " ".join(f"word{number}" for number in range(3000))


def everything(folder: Path, *, cases: int = 0) -> Sample:
    """Return a run with one of everything, and `cases` plain cases of one trial."""
    red = build_sample(folder, red=True)
    extra = (*_told(folder), *_odd(folder), *many_cases(cases))
    known = red.run.cases
    template = known[0]
    more = tuple(replace(template, id=case.case, tags=("odd",)) for case in extra[: len(extra) - cases])
    results = (*red.run.results, *extra)
    run = replace(
        red.run,
        results=results,
        cases=(*known, *more, *many_snapshots(extra[len(extra) - cases :])),
        planned=sum(len(result.trials) for result in results),
    )
    return Sample(run=run, folder=folder)


def write_everything(folder: Path, *, cases: int = 0) -> Path:
    """Write the pages of such a run with a comparison that regressed, and return the front page."""
    sample = everything(folder / "run", cases=cases)
    return write_report(sample.run, run_folder=sample.folder, pages=folder / "html", decision=_decision(sample.run))


def _decision(run: Run) -> Decision:
    worse = make_change(make_metric(doubts=("2 trials of 30 are invalid",)), worse=("desk::opening_hours",))
    return decide(summarise(run.results, planned_trials=run.planned), make_judgement(worse))


def _told(folder: Path) -> tuple[CaseResult, ...]:
    builder = RunBuilder(folder)
    turns = (
        make_turn(Role.AGENT, "Hello.", started_ms=500),
        make_turn(Role.CALLER, "A table at nine, please.", started_ms=2500, heard="a table at five please"),
        make_turn(Role.AGENT, "Goodbye.", started_ms=4000, latency_ms=500),
        make_turn(Role.CALLER, "", started_ms=6000, keys="1#", heard=""),
    )
    reasons = ("turn 3: the agent did not repeat “nine”",)
    arguments = {"outcomes": (Outcome.FAILED, Outcome.FAILED), "turns": turns, "scores": SCORES, "reasons": reasons}
    builder.add("told", version="v2", role=ArmRole.CANDIDATE, **arguments)  # type: ignore[arg-type]
    (result,) = builder.results
    calls = [explained(trial.call) for trial in result.trials if trial.call is not None]
    calls = [
        replace(c, quality=CallQuality(caller=SOUND, agent=replace(SOUND, dropouts=3, dropout_ms=90))) for c in calls
    ]
    calls = [replace(call, resources=(*call.resources, AUDIT)) for call in calls]
    trials = [replace(trial, call=call, blames=BLAMES) for trial, call in zip(result.trials, calls, strict=True)]
    return (replace(result, trials=tuple(trials)),)


def _odd(folder: Path) -> tuple[CaseResult, ...]:
    """Return calls that are hard to show: a very long turn, texts of other directions, no recording, no words."""
    builder = RunBuilder(folder)
    passed = (Outcome.PASSED,)
    arm = {"version": "v2", "role": ArmRole.CANDIDATE}
    long = (make_turn(Role.CALLER, "Tell me everything.", started_ms=500), make_turn(Role.AGENT, LONG, started_ms=2000))
    builder.add("three_thousand_words", outcomes=passed, turns=long, **arm)  # type: ignore[arg-type]
    foreign = (
        make_turn(Role.CALLER, "مرحبا، أريد طاولة", started_ms=500),
        make_turn(Role.AGENT, "八名様ですね。", started_ms=2000),
    )
    builder.add("other_directions", outcomes=passed, turns=foreign, **arm)  # type: ignore[arg-type]
    builder.add("nobody_spoke", outcomes=(Outcome.INCONCLUSIVE,), reasons=("nobody spoke",), **arm)  # type: ignore[arg-type]
    results = builder.results
    silent = builder.results[1].trials[0]
    assert silent.call is not None
    mute = replace(silent, call=replace(silent.call, recording=None))
    return (results[0], replace(results[1], trials=(mute,)), results[2])


def main() -> None:
    """Write pages to a folder."""
    parser = argparse.ArgumentParser(description="Write the pages of a made-up run.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cases", type=int, default=0, help="plain cases beside the others")
    asked = parser.parse_args()
    shutil.rmtree(asked.folder / "run", ignore_errors=True)
    print(write_everything(asked.folder, cases=asked.cases))


if __name__ == "__main__":
    main()
