"""What the platform itself makes of finished calls: summaries, audits, proposals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from harness.interfaces.language import Message
from harness.model.audit import Evaluation
from harness.model.call import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenLine:
    """Words of one side of a call, as a recogniser wrote them down."""

    speaker: Role
    text: str


class Summariser(Protocol):
    """Sums a finished call up for the platform's summaries."""

    @property
    def name(self) -> str:
        """Return what it is and its model, for provenance."""
        ...

    async def summarise(self, lines: Sequence[SpokenLine], *, language: str) -> str:
        """Return one short paragraph; a call without words gets a sentence that says so. Raises ServiceError."""
        ...


class Auditor(Protocol):
    """Marks how well an agent kept to its prompt, for the platform's audits."""

    @property
    def name(self) -> str:
        """Return what it is and its model, for provenance."""
        ...

    async def evaluate(self, messages: Sequence[Message], *, prompt: str, language: str) -> Evaluation | None:
        """Mark a conversation, oldest message first; None when the answer could not be read. Raises ServiceError.

        Whoever asked checks the marks, since a model may have given them.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedPrompt:
    """A better prompt, and why it should be better."""

    prompt: str
    rationale: str


class Proposer(Protocol):
    """Improves a prompt from what audits found, for the platform's prompt proposals."""

    @property
    def name(self) -> str:
        """Return what it is and its model, for provenance."""
        ...

    async def propose(self, prompt: str, *, evaluations: Sequence[Evaluation], language: str) -> ProposedPrompt:
        """Return another prompt. Raises ServiceError."""
        ...
