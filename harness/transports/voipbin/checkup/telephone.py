"""Does the telephone work, and does anybody answer where it will ring?"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeAlias

from harness.sip.probing import SipAnswer
from harness.transports.voipbin.checkup.results import Check, Group, Outcome, failed, fine, skipped, warned
from harness.transports.voipbin.checkup.subject import Subject

PCMU: Final = "PCMU"
"""What VoIPBIN speaks inside; every other codec is converted on the way and costs time."""
_UNFIT: Final = frozenset({503})
"""Answers that say the server is there and takes nothing now."""


Probe: TypeAlias = Callable[[], Awaitable[SipAnswer]]
"""Asks the SIP server of the site with OPTIONS, which rings nobody. Raises CallError, with cause and fix."""


def telephone_checks(
    subject: Subject, *, route: str, installed: Callable[[], Outcome], probe: Probe
) -> tuple[Check, ...]:
    """Return the checks of the telephone.

    Args:
        subject: What is examined.
        route: How calls will be held; only `sip` needs a telephone of ours.
        installed: Whether ours is installed.
        probe: Asks the far one.
    """
    asks = (
        ("sip_extra", "telephone", partial(_ask_installed, route, installed), ("credentials",)),
        ("sip", "SIP", partial(_ask_sip, subject, route, probe), ("credentials",)),
        ("codec", "codec", partial(_ask_codec, probe), ("sip",)),
    )
    return tuple(
        Check(group=Group.TELEPHONE, name=name, title=title, ask=ask, after=after) for name, title, ask, after in asks
    )


async def _ask_installed(route: str, installed: Callable[[], Outcome]) -> Outcome:
    return installed() if route == "sip" else skipped(f"route {route} needs no telephone here")


async def _ask_sip(subject: Subject, route: str, probe: Probe) -> Outcome:
    if route != "sip":
        return skipped(f"route {route} sends no SIP from here")
    answer = await probe()
    said = f"{subject.client.site.sip_domain} answers {answer.status} {answer.reason} in {1000 * answer.took_s:.0f} ms"
    if answer.status in _UNFIT:
        return failed(f"{said}: it takes no calls now", fix="try again later")
    return fine(said)


async def _ask_codec(probe: Probe) -> Outcome:
    answer = await probe()
    if not answer.codecs:
        return skipped("the server names its codecs in a call only; PCMU is offered first there")
    said = f"it offers {', '.join(answer.codecs)}"
    if any(codec.upper().startswith(PCMU) for codec in answer.codecs):
        return fine(said)
    return warned(f"{said}, and not PCMU", fix="expect other sound and later answers than on VoIPBIN's own telephones")
