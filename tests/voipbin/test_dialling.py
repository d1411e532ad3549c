"""Whom a run may reach."""

from datetime import UTC, datetime
from typing import Any

import pytest

from harness.errors import ConfigurationError
from harness.voipbin.dialling import DiallingPolicy, QuietHours, reached_by, read_policy, refusal

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)


def policy(allow: str = "", *, quiet: str = "", real: bool = False) -> DiallingPolicy:
    return read_policy(allow=allow, quiet_hours=quiet, real_numbers=real)


def tel(number: str) -> dict[str, str]:
    return {"type": "tel", "target": number}


def sip(target: str) -> dict[str, str]:
    return {"type": "sip", "target": target}


@pytest.mark.parametrize(
    "address",
    [
        sip("direct.0123456789ab@sip.voipbin.net"),
        sip("sip:direct.0123456789ab@127.0.0.1:5060;transport=tcp"),
        sip("sip:echo@127.0.0.1:5080"),
        sip("echo@[::1]:5080;transport=tcp"),
        {"type": "ai", "target": "6b1c"},
        {"type": "conference", "target": "6b1c"},
    ],
    ids=["hash", "hash as uri", "this machine", "this machine, IPv6", "ai", "conference"],
)
def test_what_rings_nobodys_telephone_is_free_to_call(address: dict[str, str]) -> None:
    assert refusal(address, policy=policy(), now=NIGHT) == ""


@pytest.mark.parametrize(
    ("address", "says"),
    [
        (tel("112"), "emergency"),
        (tel("911"), "emergency"),
        (tel("+1911"), "emergency"),
        (tel("+49112"), "emergency"),
        (sip("999@sip.voipbin.net"), "emergency"),
        (tel("+19005551234"), "premium"),
        (tel("+499001234567"), "premium"),
        (tel("22456"), "short number"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["target"],
)
def test_emergency_and_premium_numbers_are_never_called(address: dict[str, str], says: str) -> None:
    everything = DiallingPolicy(allow=("+*", "tel:*", "sip:*"), real_numbers=True)
    assert says in refusal(address, policy=everything, now=NOON)
    assert "never" in refusal(address, policy=everything, now=NOON)


@pytest.mark.parametrize(
    ("address", "allow"),
    [
        (tel("+4930901820"), "+15550100000"),
        (sip("desk@example.org"), "sip:*@example.com"),
        ({"type": "extension", "target": "2000"}, "extension:2001"),
        ({"type": "email", "target": "a@example.org"}, "sip:*@example.org"),
    ],
    ids=["number", "sip", "extension", "mail"],
)
def test_who_is_not_on_the_allow_list_is_not_called(address: dict[str, str], allow: str) -> None:
    assert "allow-list" in refusal(address, policy=policy(allow, real=True), now=NOON)


@pytest.mark.parametrize(
    ("address", "allow"),
    [
        (tel("+4930901820"), "+4930*"),
        (tel("+4930901820"), "+15550100000, +4930901820"),
        (sip("desk@example.org;transport=tls"), "sip:*@example.org"),
        ({"type": "extension", "target": "2000"}, "extension:2000"),
        (sip("1000@pbx.example.org"), "sip:*@pbx.example.org"),
    ],
    ids=["beginning", "number", "sip", "extension", "extension of an exchange"],
)
def test_who_is_on_the_allow_list_is_called(address: dict[str, str], allow: str) -> None:
    assert refusal(address, policy=policy(allow, real=True), now=NOON) == ""


def test_a_telephone_number_needs_the_word_of_this_run() -> None:
    assert "--yes-call-real-numbers" in refusal(tel("+4930901820"), policy=policy("+4930901820"), now=NOON)


def test_no_telephone_rings_in_quiet_hours() -> None:
    asleep = policy("+4930*", quiet="20:00-08:00 Europe/Berlin", real=True)
    assert refusal(tel("+4930901820"), policy=asleep, now=NOON) == ""
    assert "20:00-08:00 Europe/Berlin" in refusal(tel("+4930901820"), policy=asleep, now=NIGHT)


@pytest.mark.parametrize(
    ("text", "hour", "is_quiet"),
    [
        ("09:00-17:00 UTC", 9, True),
        ("09:00-17:00 UTC", 17, False),
        ("22:00-06:00 UTC", 23, True),
        ("22:00-06:00 UTC", 5, True),
        ("22:00-06:00 UTC", 6, False),
    ],
)
def test_quiet_hours_may_go_over_midnight(text: str, hour: int, is_quiet: bool) -> None:
    assert QuietHours.read(text).holds(datetime(2026, 3, 2, hour, tzinfo=UTC)) is is_quiet


@pytest.mark.parametrize("text", ["22-6 UTC", "25:00-06:00 UTC", "22:00-06:00", "22:00-06:00 Mars/Base"])
def test_hours_nobody_understands_are_told(text: str) -> None:
    with pytest.raises(ConfigurationError, match="20:00-08:00 Europe/Berlin"):
        policy(quiet=text)


@pytest.mark.parametrize("allow", ["*", "+*", "+4*", "sip:*", "sip:*@*", "5550100", "post:me", "+49x"])
def test_an_allow_list_cannot_allow_everybody(allow: str) -> None:
    with pytest.raises(ConfigurationError, match="allow"):
        policy(allow)


def test_our_own_telephone_may_be_called() -> None:
    own = DiallingPolicy(own=("harness@127.0.0.1:5070",))
    assert refusal(sip("sip:harness@127.0.0.1:5070;transport=udp"), policy=own, now=NOON) == ""


def test_everybody_a_flow_reaches_is_found() -> None:
    flow: list[dict[str, Any]] = [
        {"type": "answer"},
        {"type": "connect", "option": {"destinations": [tel("+1")]}},
        {"type": "call", "option": {"actions": [{"type": "connect", "option": {"destinations": [tel("+2")]}}]}},
    ]
    assert [each["target"] for each in reached_by(flow)] == ["+1", "+2"]
