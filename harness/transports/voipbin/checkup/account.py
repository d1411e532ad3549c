"""Who asks, and may they place calls?"""

from typing import Final

from harness.transports.voipbin.checkup.results import Outcome, failed, fine, skipped, warned
from harness.transports.voipbin.checkup.subject import Subject
from harness.transports.voipbin.site import ACCESS_KEY, DIRECT_HASH, PASSWORD, TOKEN, USERNAME
from harness.voipbin.resources import Record

LEAST_CREDIT: Final = 10_000
"""Millionths of a US dollar without which no call is placed, where there are no tokens (contract section 6.6)."""
_LOW_CREDIT: Final = 1_000_000
_ONLY_A_HASH: Final = "a direct hash alone shows nothing of the account"


async def ask_set(subject: Subject) -> Outcome:
    """Are there any credentials? Asks nobody."""
    has = subject.credentials
    if has.has_account:
        return fine(_way(subject))
    if has.direct_hash:
        return fine(f"{DIRECT_HASH} alone: calls and chats with one agent, and no evidence of them")
    missing = "no credentials are set"
    fix = f"for real calls set {ACCESS_KEY}, or {USERNAME} and {PASSWORD}; {DIRECT_HASH} alone reaches one agent"
    return failed(missing, fix=fix) if subject.needs.is_live else skipped(f"{missing}; {fix}")


async def ask_login(subject: Subject) -> Outcome:
    """Do they open the account, or at least one agent?"""
    if subject.credentials.has_account:
        customer = await subject.customer()
        return fine(f"opens the account of {customer.get('name') or customer.get('id')}")
    booted = await subject.booted()
    kind = "AI" if booted.resource_type == "ai" else booted.resource_type
    return fine(f"opens the {kind} {booted.resource_id}")


async def ask_customer(subject: Subject) -> Outcome:
    """Is the customer active, and verified where that is needed?"""
    if not subject.credentials.has_account:
        return skipped(_ONLY_A_HASH)
    customer = await subject.customer()
    status = str(customer.get("status") or "active")
    if status != "active":
        return failed(
            f"the account is {status}: the platform places and takes no calls for it",
            fix="recover the account in VoIPBIN's console, or use another",
        )
    verified = str(customer.get("identity_verification_status") or "unknown")
    if subject.needs.dials_numbers and verified != "verified":
        return failed(
            f"the account's identity is {verified}: telephone numbers cannot be called",
            fix="have the identity verified in VoIPBIN's console, or call a SIP address, which needs none",
        )
    return fine(f"active; identity {verified}{'' if verified == 'verified' else ', enough for SIP'}")


async def ask_balance(subject: Subject) -> Outcome:
    """Is there enough for a call to be placed at all?"""
    if not subject.credentials.has_account:
        return skipped(_ONLY_A_HASH)
    account = await subject.billing()
    tokens, credit = _whole(account, "balance_token"), _whole(account, "balance_credit")
    # Cut, not rounded: what is too little must not look like enough.
    usd = credit // 100 / 10_000
    said = f"{tokens:,} tokens and {usd:,.{4 if 0 < credit < _LOW_CREDIT else 2}f} USD of credit"
    if tokens <= 0 and credit < LEAST_CREDIT:
        return failed(f"{said}: the platform places no call", fix="top the account up in VoIPBIN's console")
    if tokens <= 0 and credit < _LOW_CREDIT:
        return warned(f"{said} is little", fix="top the account up before a long run")
    return fine(said)


async def ask_numbers(subject: Subject) -> Outcome:
    """Are the telephone numbers that calls are placed from ours?"""
    wanted = subject.needs.sources
    if not (wanted or subject.needs.dials_numbers):
        return skipped("no suite and no setting places calls from a telephone number")
    if not subject.credentials.has_account:
        return skipped(_ONLY_A_HASH)
    rows = await subject.numbers()
    usable = sorted(
        str(row.get("number")) for row in rows if row.get("type") != "virtual" and row.get("status") == "active"
    )
    strange = [number for number in wanted if number not in usable]
    if strange or not usable:
        named = f"{', '.join(strange)} is no active, non-virtual number" if strange else "there is no such number"
        have = f"it has {', '.join(usable[:3])}" if usable else "it has none"
        return failed(
            f"{named} of this account ({have}): the platform places no call from it",
            fix="buy the number in VoIPBIN's console, or name one of the account's as the source",
        )
    return fine(f"{', '.join(wanted or usable[:3])} of this account")


def _way(subject: Subject) -> str:
    has = subject.credentials
    if has.access_key:
        return ACCESS_KEY
    return TOKEN if has.token else f"the login {has.username}"


def _whole(account: Record, name: str) -> int:
    value = account.get(name)
    return value if isinstance(value, int) else 0
