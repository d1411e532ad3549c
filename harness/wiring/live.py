"""The real platform, from settings."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Final

from harness.errors import ConfigurationError
from harness.interfaces import EarsFactory, MouthFactory
from harness.model.case import Case
from harness.model.suite import Planned, Suite
from harness.settings import Settings
from harness.transports.voipbin.site import ACCESS_KEY, DIRECT_HASH, PASSWORD, USERNAME, Credentials, Site

if TYPE_CHECKING:  # loaded where a call is real
    from harness.sip import SipOptions, SipPhone
    from harness.transports.voipbin.transport import Session, VoipbinTransport
    from harness.voipbin.dialling import DiallingPolicy

_NAMES: Final = count(1)
"""All telephones of a process share one SIP stack, hence need names that differ."""


def site_of(settings: Settings) -> Site:
    """Return which VoIPBIN the settings name, with the credentials of the environment.

    Raises:
        ConfigurationError: an address nobody could ask.
    """
    return Site(
        api_url=settings.api_url.rstrip("/"),
        sip_domain=settings.sip_domain,
        ca_file=settings.ca_file,
        credentials=Credentials.from_environment(os.environ),
        rate_share=settings.rate_share,
        timeout_s=settings.timeout_s,
    )


def unfit(settings: Settings, case: Case) -> str:
    """Return why a case cannot be held with these settings; empty when it can."""
    if not settings.is_live:
        return ""
    from harness.transports.voipbin.routes import Route, unsupported

    return unsupported(case, Route(settings.route)) or _reaches_people(settings, case)


def _reaches_people(settings: Settings, case: Case) -> str:
    """Return why a case's agent may do what nobody allowed it; empty where it cannot, or somebody did."""
    from harness.transports.voipbin.lodging_plan import is_here
    from harness.voipbin.tools import ALL_TOOLS, REACHING

    if settings.ai or settings.call_real_numbers == "yes" or is_here(site_of(settings)):
        return ""
    has = set(REACHING) if ALL_TOOLS in case.platform.tools else REACHING.intersection(case.platform.tools)
    if not has:
        return ""
    return (
        f"its agent would have {', '.join(sorted(has))}, and may phone or write to real people: say so for this run "
        "with --yes-call-real-numbers (pytest: --harness-yes-call-real-numbers), or run it with --transport simulated"
    )


def only_fit(settings: Settings, suites: Sequence[Suite]) -> tuple[Suite, ...]:
    """Return suites without the cases that cannot be held, each of which a note tells of.

    Raises:
        ConfigurationError: none could be held.
    """
    fit = tuple(_fit(settings, suite) for suite in suites)
    if any(suite.cases for suite in suites) and not any(suite.cases for suite in fit):
        notes = "\n".join(f"  {note}" for suite in fit for note in suite.notes)
        raise ConfigurationError(f"no case can go by route {settings.route}; no call was placed:\n{notes}")
    return fit


def check_live(settings: Settings) -> None:
    """Refuse what would keep every real call from coming about. Raises ConfigurationError and its children."""
    from harness.transports.voipbin.client import VoipbinClient

    site = site_of(settings)
    credentials = site.credentials
    if not credentials.has_account and not credentials.direct_hash:
        raise ConfigurationError(
            f"real calls need to know whose agent they call: set {ACCESS_KEY} (or {USERNAME} and {PASSWORD}) for an "
            f"account, or {DIRECT_HASH} for one agent. `harness doctor` says what works; without any of them, leave "
            "out the transport"
        )
    if settings.route == "media" and not credentials.has_account:
        raise ConfigurationError(f"route media has VoIPBIN place the calls, for which it needs {ACCESS_KEY}")
    if settings.dial and not (settings.ai and credentials.has_account):
        raise ConfigurationError(
            "dial names whom to call, and nothing could prove which prompt answered there: set `ai` to the id of the "
            f"AI behind it, and {ACCESS_KEY}"
        )
    if settings.dial.startswith("+") and settings.route != "media":
        raise ConfigurationError(f"a telephone number ({settings.dial}) is called by VoIPBIN: use route media")
    VoipbinClient(site)
    _policy(settings)
    if settings.route == "sip":
        import importlib.util

        from harness.errors import MissingExtraError
        from harness.sip.phone import PACKAGE

        if importlib.util.find_spec("baresip") is None:
            raise MissingExtraError(what="route sip", package=PACKAGE, extra="sip")
        _options(settings, name="check")


def check_cell(settings: Settings, planned: Planned) -> None:
    """Refuse an arm or a case that could not be had on the platform. Raises ConfigurationError."""
    from harness.transports.voipbin.lodging_plan import check_arm

    check_arm(planned.arm, planned.case, site=site_of(settings), is_chat=settings.route == "text")


def live_transport(settings: Settings, *, run_id: str, ears: EarsFactory, mouth: MouthFactory) -> "VoipbinTransport":
    """Return what holds calls through the real platform; nothing is opened before the first.

    Args:
        settings: Which platform, which route, whom a call may reach.
        run_id: Marks what is made on the platform, so that a sweep finds it.
        ears: Recognise what an agent said, for callers who go on by it, where the platform does not tell.
        mouth: How long words take to say in a written chat.
    """
    from harness.transports.voipbin.routes import Route
    from harness.transports.voipbin.transport import VoipbinTransport

    return VoipbinTransport(
        Route(settings.route),
        open_session=lambda: _session(settings, run_id=run_id),
        ears=ears,
        mouth=mouth,
        most_calls=settings.most_calls,
        longest_s=settings.max_call_s,
        dial=settings.dial,
        source=settings.source,
    )


@asynccontextmanager
async def _session(settings: Settings, *, run_id: str) -> "AsyncIterator[Session]":
    from harness.sip import SipPhone
    from harness.transports.voipbin.client import VoipbinClient
    from harness.transports.voipbin.guard import Guard
    from harness.transports.voipbin.lodging import KEPT_FOR, Lodgings
    from harness.transports.voipbin.transport import Session

    policy = _policy(settings)

    def telephone(name: str) -> "SipPhone":
        return SipPhone(_options(settings, name=name), policy=policy)

    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(VoipbinClient(site_of(settings), guard=Guard(policy)))
        lodgings = await stack.enter_async_context(
            Lodgings(client, run_id=run_id, expires=datetime.now(UTC) + KEPT_FOR, ai_id=settings.ai)
        )
        by_sip = settings.route == "sip"
        own = await stack.enter_async_context(telephone(f"harness-{next(_NAMES)}")) if by_sip else None
        yield Session(client=client, lodgings=lodgings, telephone=own, telephones=telephone if by_sip else None)


def _policy(settings: Settings) -> "DiallingPolicy":
    from harness.voipbin.dialling import read_policy

    return read_policy(
        allow=settings.allow, quiet_hours=settings.quiet_hours, real_numbers=settings.call_real_numbers == "yes"
    )


def _options(settings: Settings, *, name: str) -> "SipOptions":
    from harness.sip import SipOptions, SipTransport, Srtp

    return SipOptions(
        user=name,
        domain=settings.sip_domain,
        transport=SipTransport(settings.sip_transport),
        srtp=Srtp(settings.srtp),
        ca_file=settings.ca_file,
    )


def _fit(settings: Settings, suite: Suite) -> Suite:
    why = {case.id: unfit(settings, case) for case in suite.cases}
    notes = tuple(f"{suite.name}::{name} is left out: {reason}" for name, reason in why.items() if reason)
    return replace(suite, cases=tuple(case for case in suite.cases if not why[case.id]), notes=(*suite.notes, *notes))
