"""Whose account is used, and what it may do (contract section 6.6)."""

from harness.transports.voipbin.client import VoipbinClient
from harness.voipbin.resources import Record


async def show_customer(client: VoipbinClient) -> Record:
    """Return the customer, with `status` and `identity_verification_status`."""
    customer: Record = await client.get("/customer")
    return customer


async def show_billing_account(client: VoipbinClient) -> Record:
    """Return the account's `balance_token`, and `balance_credit` in millionths of a US dollar."""
    billing_account: Record = await client.get("/billing_account")
    return billing_account


async def numbers(client: VoipbinClient) -> tuple[Record, ...]:
    """Return every telephone number of the account."""
    return tuple([row async for row in client.pages("/numbers")])
