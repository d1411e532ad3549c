"""AI sessions of the real platform, in writing or on the telephone, and what was said in them (contract 4.2, 4.3)."""

from typing import Final

from harness.errors import ApiError
from harness.transports.voipbin.addresses import path_of
from harness.transports.voipbin.client import VoipbinClient
from harness.voipbin.resources import Record

_MOST_SEARCHED: Final = 500
"""Sessions, newest first, among which that of a call is looked for: the platform cannot be asked for it."""


async def start_chat(client: VoipbinClient, *, assistance_id: str, assistance_type: str = "ai") -> Record:
    """Begin a written chat with an AI (`ai`) or a team (`team`); a direct hash is enough for its own agent.

    Raises:
        ApiError: the platform refuses.
    """
    body = {
        "assistance_type": assistance_type,
        "assistance_id": assistance_id,
        "reference_type": "",
        "reference_id": "",
    }
    aicall: Record = await client.post("/aicalls", body)
    return aicall


async def show_aicall(client: VoipbinClient, aicall_id: str) -> Record:
    """Return a session as it is now."""
    aicall: Record = await client.get(path_of("aicalls", aicall_id))
    return aicall


async def aicall_of_call(client: VoipbinClient, call_id: str) -> Record | None:
    """Return the newest session of a call; None while there is none."""
    searched = 0
    async for aicall in client.pages("/aicalls"):
        if aicall.get("reference_id") == call_id:
            return aicall
        searched += 1
        if searched >= _MOST_SEARCHED:
            break
    return None


async def end_aicall(client: VoipbinClient, aicall_id: str) -> None:
    """Terminate a session; nothing when it is over already, or gone."""
    try:
        await client.post(path_of("aicalls", aicall_id, "terminate"), harmless=True)
    except ApiError as error:
        if error.http_status not in (404, 409):
            raise


async def send_message(client: VoipbinClient, aicall_id: str, *, text: str) -> Record:
    """Say something in writing; the answer comes as a message of its own.

    Raises:
        ApiError: the platform refuses: 500 when less than 3 s have passed since the session last changed.
    """
    message: Record = await client.post("/aimessages", {"aicall_id": aicall_id, "role": "user", "content": text})
    return message


async def messages_of(client: VoipbinClient, aicall_id: str) -> tuple[Record, ...]:
    """Return everything that was said and done in a session, oldest first."""
    newest_first = [row async for row in client.pages("/aimessages", aicall_id=aicall_id)]
    return tuple(reversed(newest_first))
