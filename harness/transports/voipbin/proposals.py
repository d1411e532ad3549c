"""Prompt proposals of the platform: read, accepted, rejected, with its refusals in plain words (contract 4.5)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from harness.errors import ApiError, ConfigurationError
from harness.transports.voipbin.ais import id_of
from harness.transports.voipbin.client import VoipbinClient
from harness.voipbin.audits import ProposalStatus
from harness.voipbin.resources import Record
from harness.voipbin.times import read_time


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A better prompt the platform proposes for an AI."""

    id: str
    ai_id: str
    status: str
    """As the platform says; one of ProposalStatus as far as is known."""
    error: str
    """Why it failed or expired; empty where it did not."""
    basis: str
    """The version of the AI's prompt it was made for."""
    original: str = field(repr=False)
    proposed: str = field(repr=False)
    """Empty until it is there."""
    rationale: str = field(repr=False)
    audits: tuple[str, ...]
    made: datetime | None

    @property
    def is_open(self) -> bool:
        """Return whether it waits for an answer."""
        return self.status == ProposalStatus.COMPLETED

    @classmethod
    def of(cls, record: Record) -> Self:
        """Return the API's record as a value."""
        return cls(
            id=str(record["id"]),
            ai_id=id_of(record, "ai_id"),
            status=str(record.get("status") or ""),
            error=str(record.get("error") or ""),
            basis=id_of(record, "basis_prompt_history_id"),
            original=str(record.get("original_prompt") or ""),
            proposed=str(record.get("proposed_prompt") or ""),
            rationale=str(record.get("rationale") or ""),
            audits=tuple(str(id) for id in record.get("audit_ids") or ()),
            made=read_time(record.get("tm_create")),
        )


async def list_proposals(client: VoipbinClient, *, ai_id: str = "", status: str = "") -> tuple[Proposal, ...]:
    """Return the account's proposals, newest first; of one AI or status where it is named. Raises ApiError."""
    asked = {name: value for name, value in (("ai_id", ai_id), ("status", status)) if value}
    return tuple([Proposal.of(row) async for row in client.pages("/aipromptproposals", **asked)])


async def read_proposal(client: VoipbinClient, id: str) -> Proposal:
    """Return one proposal.

    Raises:
        ConfigurationError: there is none of this id.
        ApiError: the platform refused.
    """
    try:
        return Proposal.of(await client.get(f"/aipromptproposals/{id}"))
    except ApiError as error:
        if error.http_status not in (400, 404):
            raise
        raise ConfigurationError(
            f"this account has no proposal {id!r}. harness proposal list shows those there are"
        ) from error


async def accept(client: VoipbinClient, proposal: Proposal) -> Proposal:
    """Make a proposal the AI's prompt and return it as it is then.

    Raises:
        ConfigurationError: it is not open any more, or the AI's prompt has moved on, which expires it.
        ApiError: the platform refused for another reason.
    """
    return await _answer(client, proposal, "accept")


async def reject(client: VoipbinClient, proposal: Proposal) -> Proposal:
    """Turn a proposal down and return it as it is then. Raises as `accept`."""
    return await _answer(client, proposal, "reject")


async def _answer(client: VoipbinClient, proposal: Proposal, verb: str) -> Proposal:
    try:
        return Proposal.of(await client.post(f"/aipromptproposals/{proposal.id}/{verb}", None))
    except ApiError as error:
        if error.http_status != 409:
            raise
        now = await read_proposal(client, proposal.id)
        raise ConfigurationError(f"the platform did not {verb} proposal {proposal.id}: {closed(now)}") from error


def closed(proposal: Proposal) -> str:
    """Return why a proposal takes no answer, and what to do instead."""
    match proposal.status:
        case ProposalStatus.PROGRESSING:
            return "it is still being made; ask again in a minute"
        case ProposalStatus.ACCEPTED:
            return "it was accepted before, and is the AI's prompt or was"
        case ProposalStatus.REJECTED:
            return "it was rejected before; have a new one made"
        case ProposalStatus.EXPIRED if proposal.error == "prompt_version_drifted":
            return (
                "the AI's prompt has changed since the proposal was made, so that it is no longer a step from what is "
                "there. It is expired now: audit calls with the prompt of today, and have a new one made"
            )
        case ProposalStatus.EXPIRED:
            return "it waited longer than the 168 hours a proposal lives; have a new one made"
        case ProposalStatus.FAILED:
            return f"it could not be made ({proposal.error or 'no reason given'}); have a new one made"
        case _:
            return f"it is {proposal.status or 'in no known state'}"
