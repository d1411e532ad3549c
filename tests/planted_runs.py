"""Runs whose outcomes are known: `p` passed, `f` failed, `i` inconclusive, a letter a trial."""

from collections.abc import Mapping, Sequence

from harness.model.call import Role, Tier
from harness.model.outcome import Outcome
from harness.model.persona import Persona
from harness.model.quarantine import Quarantine
from harness.model.run import CaseResult, Run
from harness.model.score import Scored
from harness.model.snapshots import CaseSnapshot, PromptSnapshot, Provenance
from harness.model.suite import Arm, ArmRole, Planned
from harness.runner.outcome import fold_case
from harness.testing.builders import make_arm, make_call, make_case, make_prompt, make_result, make_turn

OUTCOMES = {"p": Outcome.PASSED, "f": Outcome.FAILED, "i": Outcome.INCONCLUSIVE}


def planted_arm(version: str = "v1", engine_model: str = "a.one", *, role: ArmRole = ArmRole.CANDIDATE) -> Arm:
    return make_arm(make_prompt(f"You are {version}.", version=version), engine_model=engine_model, role=role)


def planted_case(
    name: str,
    outcomes: str,
    *,
    arm: Arm | None = None,
    persona: str = "tester",
    latency_ms: int | None = None,
    scores: Sequence[Scored] = (),
    suite: str = "desk",
) -> CaseResult:
    arm = arm or planted_arm()
    planned = Planned(suite=suite, case=make_case(id=name, persona=Persona(name=persona)), arm=arm)
    turns = () if latency_ms is None else (make_turn(Role.AGENT, "yes", latency_ms=latency_ms),)
    trials = [
        make_result(OUTCOMES[letter], attempt=place, planned=planned, call=make_call(*turns), scores=tuple(scores))
        for place, letter in enumerate(outcomes, start=1)
    ]
    return fold_case(planned, trials)


def planted_arm_results(
    outcomes: Sequence[str] | Mapping[str, str], *, arm: Arm | None = None, latency_ms: int | None = None
) -> tuple[CaseResult, ...]:
    named = outcomes if isinstance(outcomes, Mapping) else {f"c{i:02}": text for i, text in enumerate(outcomes)}
    return tuple(planted_case(name, text, arm=arm, latency_ms=latency_ms) for name, text in named.items())


def planted_run(
    *results: CaseResult,
    run_id: str = "20260101-120000-0000",
    voices: Mapping[str, str] | None = None,
    quarantined: Mapping[str, Quarantine] | None = None,
) -> Run:
    """Return a run; `voices` and `quarantined` are by the case's id."""
    cases = dict.fromkeys((r.suite, r.case, r.trials[0].trial.persona) for r in results)
    prompts = dict.fromkeys((r.prompt, r.role) for r in results)
    return Run(
        id=run_id,
        started_at="2026-01-01T12:00:00Z",
        provenance=Provenance(harness_version="0", transport="simulated", tier=Tier.TEXT, latency="modelled", seed=1),
        prompts=tuple(
            PromptSnapshot(
                name=label.partition("@")[0],
                version=label.partition("@")[2],
                digest=label,
                source=label,
                role=role,
            )
            for label, role in prompts
        ),
        cases=tuple(
            CaseSnapshot(
                suite=suite,
                id=case,
                description="",
                persona=persona,
                manner="",
                tags=(),
                source="",
                voice=(voices or {}).get(case, "auto"),
                quarantine=(quarantined or {}).get(case),
            )
            for suite, case, persona in cases
        ),
        results=results,
        planned=sum(len(r.trials) for r in results),
    )
