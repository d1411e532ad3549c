"""AIs of an account and the prompts they ever had: found, read, and given another prompt.

Nothing here creates or deletes one: `lodging.py` does that for the throw-away AIs of a run.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from harness.errors import ApiError, ConfigurationError, UnknownNameError
from harness.transports.voipbin.addresses import path_of
from harness.transports.voipbin.client import VoipbinClient
from harness.voipbin.ai_changes import differing, with_prompt
from harness.voipbin.resources import NIL_ID, Record
from harness.voipbin.times import read_time

_MOST_SEARCHED: Final = 1000
"""AIs whose names are looked at; an account with more of them is asked by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptVersion:
    """One prompt an AI had."""

    id: str
    prompt: str = field(repr=False)
    made: datetime | None
    """None where the platform does not say."""
    proposal: str = ""
    """The accepted proposal it came from; empty: somebody wrote it."""

    @classmethod
    def of(cls, row: Record) -> Self:
        """Return a row of the API's history as a value."""
        return cls(
            id=str(row.get("id") or ""),
            prompt=str(row.get("prompt") or ""),
            made=read_time(row.get("tm_create")),
            proposal=id_of(row, "proposal_id"),
        )


def id_of(record: Record, field_name: str) -> str:
    """Return an id of a record; empty where it is unset or the nil id."""
    value = str(record.get(field_name) or "")
    return "" if value == NIL_ID else value


async def is_deleted(client: VoipbinClient, id: str) -> bool:
    """Return whether an AI is not there any more. Raises ApiError where the platform does not tell."""
    try:
        ai: Record = await client.get(path_of("ais", id))
    except ApiError as error:
        if error.http_status in (404, 409):
            return True
        raise
    return read_time(ai.get("tm_delete")) is not None


async def find_ai(client: VoipbinClient, ref: str) -> Record:
    """Return an AI by its id, or by its name where only one has it.

    Raises:
        ConfigurationError: there is none, or more than one.
        ApiError: the platform refused.
    """
    try:
        id = str(UUID(ref))
    except ValueError:
        return await _named(client, ref)
    ai = await ai_or_none(client, id)
    if ai is None:
        raise ConfigurationError(
            f"this account has no AI with the id {id}: it is mistyped, was deleted, or is another account's"
        )
    return ai


async def ai_or_none(client: VoipbinClient, id: str) -> Record | None:
    """Return an AI by its id; None where there is none any more. Raises ApiError."""
    try:
        ai: Record = await client.get(f"/ais/{id}")
    except ApiError as error:
        if error.http_status not in (404, 409):
            raise
        return None
    return None if read_time(ai.get("tm_delete")) else ai


async def prompt_versions(client: VoipbinClient, ai_id: str) -> tuple[PromptVersion, ...]:
    """Return every prompt an AI had, newest first. Raises ApiError."""
    return tuple([PromptVersion.of(row) async for row in client.pages(f"/ais/{ai_id}/prompt_histories")])


async def set_prompt(client: VoipbinClient, ai: Record, prompt: str, *, engine_key: str = "") -> Record:
    """Give an AI another prompt and return it as it is then.

    Args:
        client: Of the AI's account.
        ai: As it was when somebody agreed to the change.
        prompt: The new one.
        engine_key: The AI's own key, for where the platform does not show it.

    Raises:
        ConfigurationError: the AI was changed meanwhile, or its key would be lost: nothing was sent.
        ApiError: the platform refused, or did something else than it was asked.
    """
    body = with_prompt(ai, prompt, engine_key=engine_key)
    path = f"/ais/{ai['id']}"
    now: Record = await client.get(path)
    changed = differing(ai, now)
    if changed:
        raise ConfigurationError(f"somebody changed {', '.join(changed)} of this AI in the meantime; look at it again")
    await client.put(path, body)
    after: Record = await client.get(path)
    # What is shown of a key that was given says nothing about it.
    strayed = tuple(name for name in differing({**now, "init_prompt": prompt}, after) if name != "engine_key")
    if strayed or (not engine_key and after.get("engine_key") != now.get("engine_key")):
        raise ApiError(
            f"the platform took the new prompt and now shows another {', '.join(strayed) or 'engine_key'} than it was "
            "sent. Look at the AI before it takes a call",
            http_status=200,
            status="OK",
            reason="NOT_AS_SENT",
        )
    return after


async def regenerate_hash(client: VoipbinClient, ai_id: str) -> str:
    """Give an AI a new direct hash and return it; the old one leads nowhere from now on. Raises ApiError."""
    ai: Record = await client.post(f"/ais/{ai_id}/direct-hash-regenerate", None)
    return str(ai.get("direct_hash") or "")


async def _named(client: VoipbinClient, name: str) -> Record:
    known: list[str] = []
    found: list[Record] = []
    async for ai in _searched(client):
        known.append(str(ai.get("name") or ""))
        if known[-1] == name:
            found.append(ai)
    match found:
        case [ai]:
            return ai
        case []:
            raise UnknownNameError(kind="AI", name=name, known=tuple(sorted({each for each in known if each})))
        case _:
            ids = ", ".join(str(ai["id"]) for ai in found)
            raise ConfigurationError(f"{len(found)} AIs are named {name!r}; say which by its id: {ids}")


async def _searched(client: VoipbinClient) -> AsyncIterator[Record]:
    left = _MOST_SEARCHED
    async for ai in client.pages("/ais"):
        yield ai
        left -= 1
        if not left:
            return
