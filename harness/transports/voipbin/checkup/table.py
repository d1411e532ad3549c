"""Every check of a platform, in the order they are shown: the one visible table."""

from collections.abc import Awaitable, Callable
from functools import partial

from harness.transports.voipbin.checkup.account import ask_balance, ask_customer, ask_login, ask_numbers, ask_set
from harness.transports.voipbin.checkup.agent import (
    ask_arms,
    ask_cases,
    ask_direct_hash,
    ask_engine_model,
    ask_recogniser,
    ask_voice,
)
from harness.transports.voipbin.checkup.events import ask_events
from harness.transports.voipbin.checkup.reach import ask_clock, ask_reach
from harness.transports.voipbin.checkup.results import Check, Group, Outcome
from harness.transports.voipbin.checkup.subject import Subject

_Ask = Callable[[Subject], Awaitable[Outcome]]

_PLATFORM: tuple[tuple[Group, str, str, _Ask, tuple[str, ...]], ...] = (
    (Group.PLATFORM, "credentials", "credentials", ask_set, ()),
    (Group.PLATFORM, "reach", "API", ask_reach, ("credentials",)),
    (Group.PLATFORM, "clock", "clock", ask_clock, ("reach",)),
    (Group.PLATFORM, "login", "login", ask_login, ("reach",)),
    (Group.PLATFORM, "account", "account", ask_customer, ("login",)),
    (Group.PLATFORM, "balance", "balance", ask_balance, ("login",)),
    (Group.PLATFORM, "numbers", "numbers", ask_numbers, ("login",)),
    (Group.PLATFORM, "events", "event socket", ask_events, ("login",)),
    (Group.AGENT, "arms", "suites' models", ask_arms, ("credentials",)),
    (Group.AGENT, "cases", "suites' cases", ask_cases, ("credentials",)),
    (Group.AGENT, "engine_model", "AI's model", ask_engine_model, ("login",)),
    (Group.AGENT, "voice", "AI's voice", ask_voice, ("login",)),
    (Group.AGENT, "recogniser", "AI's recogniser", ask_recogniser, ("login",)),
    (Group.AGENT, "direct_hash", "direct hash", ask_direct_hash, ("login",)),
)


def platform_checks(subject: Subject) -> tuple[Check, ...]:
    """Return the checks of a platform and of the agent on it."""
    return tuple(
        Check(group=group, name=name, title=title, ask=partial(ask, subject), after=after)
        for group, name, title, ask, after in _PLATFORM
    )
