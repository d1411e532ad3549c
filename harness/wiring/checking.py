"""The checks of `harness doctor`: of this machine, of the platform, of the agent, of the telephone."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version

from harness.errors import ConfigurationError, MissingExtraError
from harness.model.finding import Json
from harness.model.suite import Suite
from harness.settings import Settings
from harness.sip import SipOptions, SipTransport
from harness.sip.probing import probe
from harness.transports.voipbin.checkup import (
    Check,
    Group,
    Needs,
    Outcome,
    Subject,
    failed,
    fine,
    platform_checks,
    told,
)
from harness.transports.voipbin.checkup.subject import Once
from harness.transports.voipbin.checkup.telephone import telephone_checks
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.routes import Route, unsupported
from harness.voipbin.addresses import AddressType
from harness.wiring.fitness import EXTRAS, machine_checks
from harness.wiring.live import check_live, site_of

_SIP_S = 5.0
_MOST_WAIT_S = 0.2
"""Whoever looks at a terminal does not wait for a platform to recover."""


@asynccontextmanager
async def checks_of(
    settings: Settings, suites: Sequence[Suite], *, read: Outcome, within_s: float
) -> AsyncIterator[tuple[Check, ...]]:
    """Yield every check, with the connections they need open meanwhile.

    Args:
        settings: Of the session.
        suites: What is going to be run; none where none could be read.
        read: What reading them came to.
        within_s: How long one answer may take.
    """
    machine = machine_checks(settings, suites, read=read)
    try:
        site = replace(site_of(settings), timeout_s=min(settings.timeout_s, within_s))
        client = VoipbinClient(site, sleep=_wait_briefly)
    except ConfigurationError as error:
        yield (*machine, _not_even_asked(told(str(error))))
        return
    async with client:
        subject = Subject(client, needs_of(settings, suites))
        options = SipOptions(transport=SipTransport(settings.sip_transport), ca_file=settings.ca_file)
        telephone = telephone_checks(
            subject,
            route=settings.route,
            installed=_telephone,
            probe=Once(lambda: probe(settings.sip_domain, options, within_s=min(_SIP_S, within_s))),
        )
        yield (*machine, *platform_checks(subject), _set_up(settings), *telephone)


def needs_of(settings: Settings, suites: Sequence[Suite]) -> Needs:
    """Return what calls will need of a platform."""
    sources = (source for suite in suites for case in suite.cases for source in tel_sources(list(case.platform.flow)))
    cases = [(suite.name, case) for suite in suites for case in suite.cases]
    why = ((f"{suite}::{case.id}", unsupported(case, Route(settings.route))) for suite, case in cases)
    return Needs(
        cases=len(cases),
        unfit=tuple(f"{name}: {reason}" for name, reason in why if reason),
        engine_models=tuple(dict.fromkeys(arm.engine_model for suite in suites for arm in suite.arms)),
        sources=tuple(sorted({*sources, settings.source} - {""})),
        dials_numbers=settings.dial.strip().startswith("+"),
        ai=settings.ai.strip(),
        is_live=settings.is_live,
    )


def tel_sources(value: Json) -> Iterator[str]:
    """Yield the telephone numbers that the actions of a flow place calls from, however deep they stand."""
    match value:
        case Mapping():
            source = value.get("source")
            if isinstance(source, Mapping) and source.get("type") == AddressType.TEL and source.get("target"):
                yield str(source["target"])
            for inside in value.values():
                yield from tel_sources(inside)
        case list() | tuple():
            for inside in value:
                yield from tel_sources(inside)


def _set_up(settings: Settings) -> Check:
    async def ask() -> Outcome:
        try:
            check_live(settings)
        except MissingExtraError:
            # The telephone has a check of its own.
            pass
        except ConfigurationError as error:
            return told(str(error))
        allowed = f"; besides direct hashes calls may reach {settings.allow}" if settings.allow else ""
        return fine(
            f"{settings.route}, at most {settings.most_calls} at once and {settings.max_call_s} s each{allowed}"
        )

    return Check(group=Group.TELEPHONE, name="route", title="route", ask=ask, after=("credentials",))


def _telephone() -> Outcome:
    package = EXTRAS["sip"]
    try:
        return fine(f"{package} {version(package)}")
    except PackageNotFoundError:
        return failed(
            f"the package {package} is not installed",
            fix="pip install 'voipbin-harness[sip]', or hold calls with --route media or --route text",
        )


def _not_even_asked(outcome: Outcome) -> Check:
    async def ask() -> Outcome:
        return outcome

    return Check(group=Group.PLATFORM, name="credentials", title="settings", ask=ask)


async def _wait_briefly(seconds: float) -> None:
    await asyncio.sleep(min(seconds, _MOST_WAIT_S))
