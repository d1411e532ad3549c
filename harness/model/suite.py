"""A file of conversations, crossed with what is compared."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from harness.model.agent import AgentConfig
from harness.model.case import Case
from harness.model.persona import Voice
from harness.model.prompt import Prompt
from harness.model.rubric import Rubric


class ArmRole(StrEnum):
    """Why an arm is run."""

    CANDIDATE = "candidate"
    """Under test: its failures fail the run."""
    BASELINE = "baseline"
    """Compared with: measured and shown, never fails the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """What is compared: one prompt with one engine_model."""

    prompt: Prompt
    engine_model: str
    role: ArmRole = ArmRole.CANDIDATE
    voice: Voice = field(default_factory=Voice)
    """The agent's voice."""
    stt_language: str = "en-US"

    @property
    def label(self) -> str:
        """Return `prompt@version-engine_model`, unique within a suite."""
        return f"{self.prompt.label}-{self.engine_model}"

    @property
    def agent(self) -> AgentConfig:
        """Return the AI that takes this arm's calls."""
        return AgentConfig(
            engine_model=self.engine_model,
            init_prompt=self.prompt.text,
            voice=self.voice,
            stt_language=self.stt_language,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One cell of the matrix: a case to be tried with an arm."""

    suite: str
    case: Case
    arm: Arm
    at_least: int = 0
    """Trials that are made whatever the case's pass rule needs; 0: none is made once that rule is decided."""
    compared: bool = False
    """Whether a comparison of arms that gates the run reads it."""
    expired: bool = False
    """Whether its quarantine was over when the run was planned, so that it fails."""

    @property
    def trials(self) -> int:
        """Return how many trials are planned, before any that extend a comparison."""
        return max(self.at_least, self.case.trials)

    @property
    def id(self) -> str:
        """Return `suite::case[arm]`, unique within a run."""
        return f"{self.suite}::{self.case.id}[{self.arm.label}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Cases and the arms they are run with."""

    name: str
    """The file's stem without `.suite`."""
    path: str
    cases: tuple[Case, ...]
    arms: tuple[Arm, ...]
    """Candidates in the order written, then baselines."""
    digest: str = ""
    """SHA-256 over cases, personas and rubrics: two runs are comparable only if it agrees."""
    description: str = ""
    rubrics: tuple[Rubric, ...] = ()
    """Every rubric the file and its includes define, whether a case has it or not."""
    notes: tuple[str, ...] = ()
    """What whoever runs it should know of its arms: which prompt has no baseline although one was asked for."""

    def matrix(self) -> Iterator[Planned]:
        """Yield every (case, arm) pair, all arms of a case together."""
        for case in self.cases:
            for arm in self.arms:
                yield Planned(suite=self.name, case=case, arm=arm)
