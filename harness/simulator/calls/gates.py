"""What an account must have before the platform places a call for it (contract 2.3); each can be switched off."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from harness.simulator.kernel.world import World
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind, Record

LEAST_CREDIT: Final = 10_000
"""Millionths of a US dollar without which no call is placed, unless there are tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """Which of the checks are made. All of them is what the platform does; a fresh account passes none of `tel`'s."""

    balance: bool = True
    identity: bool = False
    countries: tuple[str, ...] | None = None
    """Prefixes that may be called by telephone, such as `+1`; None lets every country be called."""
    own_number: bool = False
    """Whether a telephone call needs a number of the account's own as its source."""


def account_fault(world: World, customer_id: str, gates: Gates) -> str:
    """Return why an account may place no calls at all; empty when it may."""
    customer = world.find(Kind.CUSTOMER, customer_id)
    if customer is None or customer["status"] != "active":
        return "the account is not active"
    return "" if _is_funded(world, customer, gates) else "the account has no balance"


def require_balance(world: World, customer_id: str, gates: Gates) -> None:
    """Refuse calls of an account that cannot pay, as the platform documents it.

    Raises:
        ApiError: 402. Today's code never does; there, every destination fails instead (contract section 8, row 26).
    """
    customer = world.find(Kind.CUSTOMER, customer_id)
    if customer is not None and not _is_funded(world, customer, gates):
        raise api_error(Reason.INSUFFICIENT_BALANCE, "the account has no balance; look at /billing_account")


def _is_funded(world: World, customer: Record, gates: Gates) -> bool:
    account = world.find(Kind.BILLING_ACCOUNT, customer["billing_account_id"])
    funded = account is not None and (account["balance_token"] > 0 or account["balance_credit"] >= LEAST_CREDIT)
    return funded or not gates.balance


def require_identity(world: World, customer_id: str, gates: Gates) -> None:
    """Refuse a telephone call of an account that is not verified.

    Raises:
        ApiError: 403.
    """
    customer = world.find(Kind.CUSTOMER, customer_id) or {}
    if gates.identity and customer.get("identity_verification_status") != "verified":
        raise api_error(
            Reason.IDENTITY_VERIFICATION_REQUIRED, "telephone calls need a verified identity; sip calls do not"
        )


def telephone_fault(world: World, gates: Gates, *, source: Mapping[str, Any], target: str) -> str:
    """Return why this number cannot be called by telephone; empty when it can."""
    if gates.countries is not None and not any(target.startswith(prefix) for prefix in gates.countries):
        return f"the country of {target} is not on the account's list"
    number = str(source.get("target") or "")
    owned = any(True for _ in world.records(Kind.NUMBER, number=number, status="active", type="normal"))
    return "" if owned or not gates.own_number else f"{number or 'the source'} is no number of this account"
