"""The agent under test as it is on the platform: who is phoned, and what must be found running there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.finding import Json
from harness.transports.voipbin.marks import Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """An AI under test, and what it must run."""

    ai_id: str
    prompt: str
    engine_model: str
    prompt_history_id: str = ""
    """The version of its prompt when the call was placed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lodged:
    """The agent under test, for one call."""

    ai_id: str
    """Empty where only a hash is known that nobody could look up."""
    direct_hash: str = field(repr=False)
    """Who is phoned: the AI, or the case's flow; as `direct.` and 12 digits. Empty where nobody is: outgoing calls."""
    is_temporary: bool
    """Whether it was made for this run."""
    prompt_digest: str
    """Of the prompt it was given or has; empty where nobody can know."""
    flow_id: str = ""
    """The flow that was made for the case."""
    actions: tuple[Mapping[str, Json], ...] = ()
    """What the call executes, with ids in place, for calls the platform places; empty: only the AI answers."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """What a call the platform places starts with."""
    expected: tuple[Expected, ...] = ()
    """Every AI under test; none where a flow has none, or nobody could look the agent up."""
    is_provable: bool = True
    """Whether the platform must tell what it ran; without an account it may not."""
    seen_calls: set[str] = field(default_factory=set, repr=False, compare=False)
    """Calls, and sessions, to this agent that are known to be others than the one that is looked for."""
    deleted: set[str] = field(default_factory=set, repr=False, compare=False)
    """Ids of AIs that were found to be gone after the call: nobody is phoned there again."""
    summaries: tuple[str, ...] = ()
    """Languages in which a summary is to be asked for after the call."""
    mark: Mark | None = None
    """The run's; calls that the platform places for it carry it too."""
    is_billed: bool = False
    """Whether the platform charges for each minute: a flow's hash costs as a call from the telephone network does, an
    AI's is free (contract 6.6)."""
    is_exclusive: bool = False
    """Whether no other call of this run reaches it meanwhile, so that the newest call to it is this one."""
    notes: tuple[str, ...] = ()
    """What is not as the suite says, in words for a report."""

    def marked(self, address: Mapping[str, str]) -> dict[str, str]:
        """Return the source of a call the platform places for this one, so that a sweep can hang it up."""
        return dict(address) if self.mark is None else self.mark.on(dict(address))
