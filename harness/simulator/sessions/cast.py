"""Who plays the platform's side of an AI session: one AI, or the members of a team one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.interfaces import Agent, Ears, Mouth, ToolSpec
from harness.model.agent import AgentConfig
from harness.voipbin.tools import Tool, transition_tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A member's way to hand over."""

    tool: Tool
    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One AI, ready to talk."""

    ai_id: str
    config: AgentConfig
    agent: Agent
    mouth: Mouth
    ears: Ears
    tools: tuple[Tool, ...] = ()
    name: str = ""
    member_id: str = ""
    """Empty for an AI on its own."""
    transitions: tuple[Transition, ...] = ()

    @property
    def offered(self) -> tuple[Tool, ...]:
        """Return every function its language model may call."""
        return (*self.tools, *(transition.tool for transition in self.transitions))

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """Return the functions as a language model is told of them."""
        return tuple(
            ToolSpec(name=tool.name, description=tool.description, parameters=tool.parameters) for tool in self.offered
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The members of a session by id, and who begins."""

    first: Member
    members: Mapping[str, Member] = field(default_factory=dict)
    """Empty for an AI on its own."""


def transition_of(document: Mapping[str, str]) -> Transition:
    """Return a transition from a team's JSON."""
    tool = transition_tool(document["function_name"], description=document.get("description", ""))
    return Transition(tool=tool, member_id=document["next_member_id"])
