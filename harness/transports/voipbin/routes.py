"""The ways into the real platform, and which cases can go which of them."""

from enum import StrEnum
from typing import Final, assert_never

from harness.model.case import Case
from harness.model.moves import Backchannel, Disturbance, Press, Say, Tones
from harness.model.script import all_steps

_SIMULATED: Final = "run it with --transport simulated"


class Route(StrEnum):
    """How an agent is reached."""

    SIP = "sip"
    """By telephone, over SIP: as a caller reaches it."""
    MEDIA = "media"
    """By a call the platform places, its sound over a WebSocket."""
    TEXT = "text"
    """In writing."""


def unsupported(case: Case, route: Route) -> str:
    """Return why a case cannot go a route of the real platform, with what to do; empty when it can."""
    setup = case.platform
    for asked, why in (
        (setup.faults, "faults: nobody can make a real platform fail"),
        (setup.callees, "callees: whoever is phoned in a real call is a person or a machine of their own"),
        (setup.tool_mocks, "tool_mocks: the tools of a real AI do what they do"),
        (setup.vad, "vad: the platform takes no settings of its detector (contract 4.1)"),
        (setup.smart_turn, "smart_turn: the platform takes no such setting (contract 4.1)"),
        (setup.turn_model, "turn_model: who decides about turns is the real platform's business"),
    ):
        if asked:
            return f"it has {why}; {_SIMULATED}"
    match route:
        case Route.TEXT:
            return _not_in_writing(case)
        case Route.SIP:
            return _not_by_telephone(case)
        case Route.MEDIA:
            return _not_by_telephone(case) or _not_by_media(case)
        case _:
            assert_never(route)


def _not_by_telephone(case: Case) -> str:
    if case.persona.surroundings.agent_echo is not None:
        return f"its persona sends the agent's voice back, which only a simulated line can; {_SIMULATED}"
    return ""


def _not_by_media(case: Case) -> str:
    if case.platform.outgoing:
        return "the platform calls its persona, and route media has no telephone that could ring; use route sip"
    steps = tuple(all_steps(case.moves))
    if any(isinstance(step, Press) and step.tones is Tones.RFC4733 for step in steps):
        return "its caller presses keys, and a stream of sound carries none; use route sip"
    return ""


def _not_in_writing(case: Case) -> str:
    steps = tuple(all_steps(case.moves))
    habits = case.persona.habits
    use = f"use route sip, or {_SIMULATED}"
    if case.platform.flow or case.platform.outgoing:
        return f"it has a flow or is called, and a chat in writing is with the AI alone; {use}"
    if case.greeting:
        return f"it expects a greeting, and in a chat in writing the AI does not speak first; {use}"
    if any(isinstance(step, Press) for step in steps):
        return f"its caller presses keys, and a chat in writing has none; {use}"
    if habits.interrupts or any(isinstance(step, Say) and step.interrupts for step in steps):
        return f"its caller interrupts, and nobody can in a chat in writing; {use}"
    if habits.backchannels or any(isinstance(step, Backchannel | Disturbance) for step in steps):
        return f"its caller makes sounds that are no turn, and a chat in writing has none; {use}"
    return ""
