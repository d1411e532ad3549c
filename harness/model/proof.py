"""Whether the agent that took a call was the one under test, by what the platform says it ran.

A proof is kept among a call's resources, so that a stored run can be judged again.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Self

from harness.model.finding import Resource

KIND = "proof"
"""The kind of resource a proof is kept as."""


class Proved(StrEnum):
    """What is known of who took a call."""

    MATCHES = "matches"
    """Prompt and engine_model were the arm's."""
    DIFFERS = "differs"
    UNKNOWN = "unknown"
    """The platform was to say, and did not."""
    UNPROVABLE = "unprovable"
    """Without an account nobody can ask."""
    NOBODY = "nobody"
    """The call had no AI under test in it, and none was due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was found out about who took a call."""

    proved: Proved
    why: str = ""
    """A sentence without its full stop; empty when everything matches."""
    served_prompt_digest: str = ""
    """SHA-256 of the prompt the platform says it ran; empty when it did not say."""
    prompt_history_id: str = ""
    engine_model: str = ""

    @property
    def matches(self) -> bool:
        """Return whether the agent under test is known to have taken the call."""
        return self.proved is Proved.MATCHES

    @property
    def resource(self) -> Resource:
        """Return the proof as it is kept with the call."""
        return Resource(kind=KIND, fields={**asdict(self), "proved": self.proved.value})

    @classmethod
    def of(cls, resources: Iterable[Resource]) -> Self | None:
        """Return the proof among a call's resources; None where nobody looked, as in a simulated call."""
        kept = next((each for each in resources if each.kind == KIND), None)
        if kept is None:
            return None
        texts = {name: kept.text(name) for name in ("why", "served_prompt_digest", "prompt_history_id", "engine_model")}
        return cls(proved=Proved(kept.text("proved")), **texts)
