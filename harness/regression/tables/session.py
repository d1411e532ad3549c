"""Tables about the session as a whole: under which circumstances it ran, with which prompts, and what it came to."""

from collections.abc import Iterable, Iterator

from harness.model.call import Tier
from harness.model.outcome import Outcome, Tally
from harness.model.run import Run
from harness.model.snapshots import PromptSnapshot
from harness.model.stop import StopKind
from harness.model.suite import ArmRole
from harness.regression.decision import Decision
from harness.regression.judgement import Standing
from harness.regression.policy import Profile
from harness.regression.tables.shape import Column, Table, flag, integer, listed, text


def _run(run: Run, _decision: Decision) -> Iterator[Run]:
    yield run


def _decision(_run: Run, decision: Decision) -> Iterator[Decision]:
    yield decision


def _prompts(run: Run, _decision: Decision) -> Iterable[PromptSnapshot]:
    return run.prompts


def _counts(name: str, which: str) -> tuple[Column[Decision], ...]:
    """Return the columns of one of the verdict's tallies."""

    def tally(decision: Decision) -> Tally:
        found: Tally = getattr(decision.verdict, name)
        return found

    return (
        integer(f"{name}_passed", f"{which}: passed", lambda row: tally(row).passed),
        integer(f"{name}_failed", f"{which}: failed", lambda row: tally(row).failed),
        integer(f"{name}_inconclusive", f"{which}: proved nothing", lambda row: tally(row).inconclusive),
        integer(f"{name}_error", f"{which}: the line or a service broke", lambda row: tally(row).error),
    )


RUN: Table[Run] = Table(
    name="run",
    row="the session",
    items=_run,
    single=True,
    columns=(
        text("id", "Of the run", lambda row: row.id),
        text("started_at", "RFC 3339, UTC", lambda row: row.started_at),
        text("rescored", 'The run whose calls these are, judged again; else ""', lambda row: row.rescored),
        text(
            "redacted_of",
            'The run it is a copy of, without personal data; else ""',
            lambda row: "" if row.redacted is None else row.redacted.of,
        ),
        integer("planned_trials", "Trials it set out to make", lambda row: row.planned),
        text("harness_version", "Who measured", lambda row: row.provenance.harness_version),
        text("transport", "How calls came about", lambda row: row.provenance.transport),
        text("tier", "`audio` or `text`", lambda row: row.provenance.tier.value, choices=Tier),
        text("latency", "`modelled` or `measured`", lambda row: row.provenance.latency),
        integer("seed", "Of everything random", lambda row: row.provenance.seed),
        text("platform", "Which VoIPBIN was simulated", lambda row: row.provenance.platform),
        text("turn_model", "Who decided about the caller's turns", lambda row: row.provenance.turn_model),
        text("caller_voices", "Voices of the callers", lambda row: listed(row.provenance.caller_voices)),
        text("agent_voices", "Voices of the agents", lambda row: listed(row.provenance.agent_voices)),
        text("stt", "The recogniser", lambda row: row.provenance.stt),
        text("normaliser", "What makes words comparable", lambda row: row.provenance.normaliser),
        text("judge", 'Fingerprint of the judge; "" without one', lambda row: row.provenance.judge),
        text("suites", "Names of the suites", lambda row: listed(name for name, _ in row.provenance.suites)),
    ),
)

VERDICT: Table[Decision] = Table(
    name="verdict",
    row="what the run came to",
    items=_decision,
    single=True,
    columns=(
        text(
            "outcome", "`passed`, `failed`, `inconclusive` or `error`", lambda row: row.outcome.value, choices=Outcome
        ),
        integer("exit_code", "What the shell is told", lambda row: row.exit_code.value),
        text("sentence", "The answer with its numbers", lambda row: row.sentence),
        text("next_step", "What to do now", lambda row: row.next_step),
        text("warnings", "What passed and should be known all the same", lambda row: listed(row.warnings)),
        text(
            "by_cases", "What the cases come to by themselves", lambda row: row.verdict.outcome.value, choices=Outcome
        ),
        text(
            "standing",
            "What the comparisons come to, the worst of them; empty where nothing was compared",
            lambda row: None if row.judgement is None else row.judgement.standing.value,
            optional=True,
            choices=Standing,
        ),
        text(
            "profile",
            "What was asked of the comparison",
            lambda row: None if row.judgement is None else row.judgement.policy.profile.value,
            optional=True,
            choices=Profile,
        ),
        flag(
            "gates",
            "Whether it could fail the run",
            lambda row: None if row.judgement is None else row.judgement.policy.gates,
            optional=True,
        ),
        *_counts("gated", "Cases under test that decide by themselves"),
        *_counts("excused", "Cases under test that decide nothing by themselves"),
        *_counts("baseline", "Cases of baseline arms"),
        integer("unfinished", "Planned trials without a result", lambda row: row.verdict.unfinished),
        text(
            "stop",
            "What ended the run before its plan was through; empty where nothing did",
            lambda row: None if row.verdict.stop is None else row.verdict.stop.kind.value,
            optional=True,
            choices=StopKind,
        ),
        text(
            "stop_reason",
            "In words",
            lambda row: None if row.verdict.stop is None else row.verdict.stop.reason,
            optional=True,
        ),
    ),
)

PROMPTS: Table[PromptSnapshot] = Table(
    name="prompts",
    row="one prompt version in one role",
    items=_prompts,
    columns=(
        text("prompt", "`name@version`", lambda row: row.label),
        text("role", "`candidate` or `baseline`", lambda row: row.role.value, choices=ArmRole),
        text("digest", "Hash of its text", lambda row: row.digest),
        text("description", "What its author says of it", lambda row: row.description),
        text("path", 'Its file; "" for one made in Python', lambda row: row.path),
        text("source", "Its text as it stands in the file", lambda row: row.source),
    ),
)
