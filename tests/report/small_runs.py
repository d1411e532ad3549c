"""Runs without a recording: a word of letters for each case, `PPF?` passed twice, failed once, proved nothing once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from harness.model.call import Role, Tier
from harness.model.case import PassRule
from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run, Trial, TrialResult
from harness.model.snapshots import PromptSnapshot, Provenance
from harness.model.suite import ArmRole, Planned
from harness.regression.arm_table import CallCost
from harness.regression.decision import Decision, decide
from harness.runner.outcome import fold_case, summarise
from harness.testing.builders import make_arm, make_call, make_case, make_prompt, make_turn
from tests.compared_arms import ENGINE, OUTCOMES


def small_run(
    *cases: str,
    version: str = "v2",
    engine_model: str = ENGINE,
    role: ArmRole = ArmRole.CANDIDATE,
    latency_ms: Sequence[int] = (),
    day: int = 1,
) -> Run:
    """Return a run of one arm that tried cases `c00`, `c01` …; each call has an answer for each latency."""
    results = tuple(
        _case(f"c{place:02d}", letters, version=version, engine_model=engine_model, role=role, latency_ms=latency_ms)
        for place, letters in enumerate(cases)
    )
    return Run(
        id=f"202506{day:02d}-120000-ab12",
        started_at=f"2025-06-{day:02d}T12:00:00Z",
        provenance=Provenance(
            harness_version="0.1.0", transport="simulated", tier=Tier.AUDIO, latency="modelled", seed=1
        ),
        prompts=(
            PromptSnapshot(
                name="receptionist", version=version, digest=version, source=f"You are {version}.", role=role
            ),
        ),
        cases=(),
        results=results,
        planned=sum(len(result.trials) for result in results),
    )


def together(*runs: Run) -> Run:
    """Return one run with the arms of several."""
    prompts = {prompt.label: prompt for run in runs for prompt in run.prompts}
    results = tuple(result for run in runs for result in run.results)
    return replace(runs[0], prompts=tuple(prompts.values()), results=results, planned=sum(run.planned for run in runs))


def decided(run: Run) -> Decision:
    """Return what the cases of a run come to by themselves."""
    return decide(summarise(run.results, planned_trials=run.planned), None)


def costing(prices: Mapping[str, float]) -> CallCost:
    """Return what prices a call by its engine model."""
    return lambda call: prices[call.trial.engine_model]


def _case(
    name: str, letters: str, *, version: str, engine_model: str, role: ArmRole, latency_ms: Sequence[int]
) -> CaseResult:
    arm = make_arm(make_prompt(version=version), role=role, engine_model=engine_model)
    rule = PassRule(required=len(letters), of=len(letters))
    planned = Planned(suite="desk", case=make_case(id=name, pass_rule=rule), arm=arm)
    turns = tuple(
        make_turn(Role.AGENT, "Yes.", started_ms=1000 + 900 * n, latency_ms=m) for n, m in enumerate(latency_ms)
    )
    trials = []
    for attempt, letter in enumerate(letters, start=1):
        outcome = OUTCOMES[letter]
        why = () if outcome is Outcome.PASSED else ("turn 3: the agent did not say “Friday”",)
        trial = Trial.of(planned, attempt=attempt, run_seed=1)
        trials.append(TrialResult(trial=trial, outcome=outcome, reasons=why, call=make_call(*turns)))
    return fold_case(planned, trials)
