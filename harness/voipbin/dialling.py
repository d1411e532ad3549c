"""Whom a run may reach: rules that hold for every real call, whoever asks for it.

An agent's direct hash is free to call, and so is a SIP address of this very machine. Everybody else must be on the
allow-list; telephone numbers need the run's own word on top, are left alone in quiet hours, and those of emergency and
premium services are never called.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from fnmatch import fnmatchcase
from typing import Any, Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import PhoneNumberType, shortnumberinfo

from harness.errors import ConfigurationError
from harness.voipbin.addresses import AddressType, direct_hash_of
from harness.voipbin.hosts import is_loopback

_NUMBER = re.compile(r"\+?[0-9]+")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_WINDOW = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})\s+(\S+)")
_LONGEST_SHORT: Final = 6
"""Digits; numbers up to here are services of a country and not somebody's telephone."""
_PAID: Final = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)
_WITHIN: Final = frozenset({AddressType.NONE, AddressType.AI, AddressType.AI_TEAM, AddressType.CONFERENCE})
"""Addresses that end on the platform and ring nobody's telephone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When no telephone rings."""

    begin: time
    end: time
    zone: str
    """IANA name of the time zone of those who would be called."""

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the hours in a text such as `20:00-08:00 Europe/Berlin`. Raises ConfigurationError."""
        match = _WINDOW.fullmatch(text.strip())
        try:
            if match is None:
                raise ValueError("not hours and a time zone")
            ZoneInfo(match[5])
            begin, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
        except (ValueError, ZoneInfoNotFoundError) as error:
            raise ConfigurationError(
                f"quiet_hours = {text!r}: {error}. Write two times and a time zone: 20:00-08:00 Europe/Berlin"
            ) from error
        return cls(begin=begin, end=end, zone=match[5])

    def holds(self, now: datetime) -> bool:
        """Return whether a moment, given with its time zone, is within them."""
        here = now.astimezone(ZoneInfo(self.zone)).time()
        if self.begin <= self.end:
            return self.begin <= here < self.end
        return here >= self.begin or here < self.end

    def __str__(self) -> str:
        """Return them as they are written."""
        return f"{self.begin:%H:%M}-{self.end:%H:%M} {self.zone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiallingPolicy:
    """Whom a run may reach."""

    allow: tuple[str, ...] = ()
    """Numbers (`+15550100000`), beginnings of numbers (`+4930*`), addresses with their type (`sip:*@example.org`)."""
    quiet: QuietHours | None = None
    real_numbers: bool = False
    """Somebody said on this run's command line that telephone numbers may be called."""
    own: tuple[str, ...] = field(default=(), repr=False)
    """SIP addresses of the harness itself: the agent may call them."""


def read_policy(*, allow: str, quiet_hours: str, real_numbers: bool) -> DiallingPolicy:
    """Return the policy of settings.

    Raises:
        ConfigurationError: an entry that nobody could match, or would match everybody.
    """
    entries = tuple(entry.strip() for entry in allow.split(",") if entry.strip())
    for entry in entries:
        fault = _entry_fault(entry)
        if fault:
            raise ConfigurationError(f"allow: {entry!r} {fault}")
    return DiallingPolicy(
        allow=entries, quiet=QuietHours.read(quiet_hours) if quiet_hours else None, real_numbers=real_numbers
    )


def refusal(address: Mapping[str, Any], *, policy: DiallingPolicy, now: datetime) -> str:
    """Return why an address of the platform's API must not be called, and what to do; empty when it may."""
    kind = str(address.get("type") or "")
    target = str(address.get("target") or "").removeprefix("sip:").removeprefix("tel:")
    if kind in _WITHIN or direct_hash_of({"type": kind, "target": target}):
        return ""
    user = target.partition(";")[0].partition("@")[0]
    is_tel = kind == AddressType.TEL
    never = _never(user, is_tel=is_tel) if _NUMBER.fullmatch(user) and (is_tel or kind == AddressType.SIP) else ""
    if never:
        return f"{_shown(kind, target)} {never}: the harness never calls it"
    if kind == AddressType.SIP and (target.partition(";")[0] in policy.own or _is_here(target)):
        return ""
    if not any(_matches(entry, kind, target) for entry in policy.allow):
        return f"{_shown(kind, target)} is not on the allow-list: add it to the setting `allow` to have it called"
    if not is_tel:
        return ""
    if not _E164.fullmatch(target):
        return f"{_shown(kind, target)} is no telephone number with a country's code, such as +15550100000"
    if not policy.real_numbers:
        return (
            f"{_shown(kind, target)} is somebody's telephone: say so for this run with --yes-call-real-numbers "
            "(pytest: --harness-yes-call-real-numbers)"
        )
    if policy.quiet is not None and policy.quiet.holds(now):
        return f"{_shown(kind, target)} is not called in the quiet hours, {policy.quiet}: try again later"
    return ""


def reached_by(actions: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield every address that a flow's actions may call or write to."""
    for action in actions:
        option = action.get("option")
        if not isinstance(option, Mapping):
            continue
        destinations = option.get("destinations")
        for each in destinations if isinstance(destinations, list | tuple) else ():
            if isinstance(each, Mapping):
                yield each
        nested = option.get("actions")
        if isinstance(nested, list | tuple):
            yield from reached_by([each for each in nested if isinstance(each, Mapping)])


def _is_here(target: str) -> bool:
    """Return whether a SIP address is on this machine, where nobody's telephone is."""
    host = target.partition(";")[0].rpartition("@")[2]
    host = host.partition("]")[0].removeprefix("[") if host.startswith("[") else host.partition(":")[0]
    return is_loopback(host)


def _never(number: str, *, is_tel: bool) -> str:
    """Return what a number is that must never be called; empty for any other."""
    digits = number.lstrip("+")
    if any(shortnumberinfo.is_emergency_number(digits, region) for region in phonenumbers.SUPPORTED_REGIONS):
        return "is an emergency number"
    # At a SIP address a short number is an extension.
    if is_tel and len(digits) <= _LONGEST_SHORT and not number.startswith("+"):
        return "is a short number of the telephone network"
    try:
        parsed = phonenumbers.parse(number if number.startswith("+") else f"+{digits}")
    except phonenumbers.NumberParseException:
        return ""
    national = phonenumbers.national_significant_number(parsed)
    region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    if shortnumberinfo.is_emergency_number(national, region):
        return "is an emergency number"
    return "is a premium-rate number" if phonenumbers.number_type(parsed) in _PAID else ""


def _entry_fault(entry: str) -> str:
    if entry.startswith("+"):
        number = entry.removesuffix("*")
        if not re.fullmatch(r"\+[1-9][0-9]*", number):
            return "is no telephone number: write +15550100000, or +4930* for all that begin so"
        return "" if len(number) > 3 or not entry.endswith("*") else "would allow a whole country: write more digits"
    kind, colon, target = entry.partition(":")
    if not colon or kind not in tuple(AddressType):
        return "is neither a number such as +15550100000 nor an address such as sip:*@example.org"
    return "would allow everybody: name a host or a target" if not target.strip("*@.") else ""


def _matches(entry: str, kind: str, target: str) -> bool:
    bare = target.partition(";")[0]
    if entry.startswith("+"):
        return kind == AddressType.TEL and fnmatchcase(bare, entry)
    return fnmatchcase(f"{kind}:{bare}", entry)


def _shown(kind: str, target: str) -> str:
    return f"{kind}:{target}"
