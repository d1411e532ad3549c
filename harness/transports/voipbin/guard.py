"""Asked before anything that could make a telephone ring; the client asks it for every request, whoever makes it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from harness.errors import CallError
from harness.model.finding import Json
from harness.voipbin.addresses import AddressType
from harness.voipbin.dialling import DiallingPolicy, reached_by, refusal

_DIALS = ("/calls", "/groupcalls")
_HOLDS_ACTIONS = ("/calls", "/groupcalls", "/flows", "/activeflows")


def _now() -> datetime:
    return datetime.now(UTC)


class Guard:
    """Holds a policy, and our own telephones, which the platform may call."""

    def __init__(self, policy: DiallingPolicy | None = None, *, now: Callable[[], datetime] = _now) -> None:
        """Take the policy; without one, only what ends on the platform may be reached."""
        self._policy = policy or DiallingPolicy()
        self._now = now

    def admit_own(self, contact: str) -> None:
        """Let the platform call a telephone of ours."""
        target = contact.removeprefix("sip:").partition(";")[0]
        self._policy = replace(self._policy, own=(*self._policy.own, target))

    def check(self, address: Mapping[str, Any]) -> None:
        """Refuse an address that must not be called. Raises CallError."""
        why = refusal(address, policy=self._policy, now=self._now())
        if why:
            raise CallError(f"no call was placed: {why}")

    def check_request(self, method: str, path: str, body: Json) -> None:
        """Refuse a request that would call somebody, or lay down that somebody is called. Raises CallError."""
        place = path.partition("?")[0]
        if method in ("POST", "PUT") and isinstance(body, Mapping):
            for address in _addresses(place, body):
                self.check(address)


def _addresses(place: str, body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if place in _DIALS:
        destinations = body.get("destinations")
        for each in destinations if isinstance(destinations, Sequence) else ():
            # Whatever is no address the platform refuses by itself.
            if isinstance(each, Mapping):
                yield each
    actions = body.get("actions")
    if place.startswith(_HOLDS_ACTIONS) and isinstance(actions, Sequence):
        yield from reached_by([each for each in actions if isinstance(each, Mapping)])


def sip_address(uri: str) -> Mapping[str, str]:
    """Return a SIP URI as an address of the platform's API."""
    return {"type": AddressType.SIP.value, "target": uri}
