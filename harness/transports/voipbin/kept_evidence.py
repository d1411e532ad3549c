"""What the real platform keeps of a call, as it shows it: nothing is interpreted here (contract 4.5, 4.8, 6)."""

from typing import Final

from harness.transports.voipbin.addresses import path_of
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.paging import rows_of
from harness.voipbin.resources import NIL_ID, Record

_EVENTS_PAGE: Final = 1_000


async def events_of(client: VoipbinClient, *, call_id: str = "", activeflow_id: str = "") -> tuple[Record, ...]:
    """Return `{timestamp, event_type, data}` of all that a call's flow touched, oldest first.

    Args:
        client: Who asks.
        call_id: The call; exactly one of the two is to be named.
        activeflow_id: The running of a flow.
    """
    assert bool(call_id) != bool(activeflow_id), "name a call or an activeflow"
    pages = client.pages("/aggregated-events", call_id=call_id, activeflow_id=activeflow_id, page_size=_EVENTS_PAGE)
    return tuple(reversed([row async for row in pages]))


async def sip_analysis(client: VoipbinClient, call_id: str) -> Record:
    """Return a call's `sip_messages`, and `rtcp_stats` with MOS, jitter and loss; those may be null."""
    analysis: Record = await client.get(path_of("timelines", "calls", call_id, "sip-analysis"))
    return analysis


async def recordings_of(client: VoipbinClient, call: Record) -> tuple[Record, ...]:
    """Return the recordings of a call, which is given as the platform shows it."""
    ids = dict.fromkeys([*(call.get("recording_ids") or ()), call.get("recording_id")])
    wanted = [str(id) for id in ids if id not in (None, "", NIL_ID)]
    return tuple([await client.get(path_of("recordings", id)) for id in wanted])


async def recording_archive(client: VoipbinClient, recording_id: str) -> bytes:
    """Return an archive with one file per direction."""
    return await client.download(path_of("recordingfiles", recording_id))


async def transcribes_of(client: VoipbinClient, call_id: str) -> tuple[Record, ...]:
    """Return every transcription of a call, newest first."""
    rows = client.pages("/transcribes", reference_type="call", reference_id=call_id)
    return tuple([row async for row in rows if row.get("reference_id") == call_id])


async def transcripts_of(client: VoipbinClient, transcribe_id: str) -> tuple[Record, ...]:
    """Return what one transcription heard, oldest first; `tm_transcript` counts from its beginning."""
    newest_first = [row async for row in client.pages("/transcripts", transcribe_id=transcribe_id)]
    return tuple(reversed(newest_first))


async def summarise(client: VoipbinClient, *, reference_type: str, reference_id: str, language: str) -> Record:
    """Have a transcription or recording summed up, or return the summary there is; `call` is done after hang-up.

    Raises:
        ApiError: the platform refuses.
    """
    body = {
        "reference_type": reference_type,
        "reference_id": reference_id,
        "language": language,
        "on_end_flow_id": NIL_ID,
    }
    summary: Record = await client.post("/aisummaries", body)
    return summary


async def show_summary(client: VoipbinClient, summary_id: str) -> Record:
    """Return a summary as it is now; its `status` says whether it is `done`."""
    summary: Record = await client.get(path_of("aisummaries", summary_id))
    return summary


async def start_audits(client: VoipbinClient, aicall_id: str, *, language: str = "") -> tuple[Record, ...]:
    """Have the platform mark a terminated session: one audit for each AI that took part.

    Raises:
        ApiError: 400 for a session that goes on, 409 while one is being marked, 429 for more than ten at once.
    """
    body = {"aicall_id": aicall_id} | ({"language": language} if language else {})
    return tuple(rows_of(await client.post("/aiaudits", body)))


async def audits_of(client: VoipbinClient, *, aicall_id: str = "", ai_id: str = "") -> tuple[Record, ...]:
    """Return the audits of a session or of an AI, newest first."""
    return tuple([row async for row in client.pages("/aiaudits", aicall_id=aicall_id, ai_id=ai_id)])
