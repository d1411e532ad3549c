"""What a platform writes about a call beside its timeline: transcripts, recordings, the line, summaries, audits."""

from collections.abc import Mapping, Sequence
from typing import Final

from harness.transports.voipbin.addresses import path_of
from harness.transports.voipbin.collector import LATE_S, WAITS_S, Collector
from harness.transports.voipbin.kept_evidence import (
    audits_of,
    recordings_of,
    show_summary,
    sip_analysis,
    start_audits,
    summarise,
    transcribes_of,
    transcripts_of,
)
from harness.voipbin.resources import NIL_ID, Kind, Record

AUDIT_S: Final = 45.0
"""How long the platform's own evaluator is waited for, which thinks for up to 30 s (contract 4.5)."""
SIP_ANALYSIS: Final = "sip_analysis"
"""The kind of resource that tells how good the line was; the messages' own text is left out, it holds addresses."""


async def fetch_flow(collector: Collector, call: Record) -> None:
    """Keep the running of a call's flow, with every action it executed."""
    id = str(call.get("activeflow_id") or NIL_ID)
    if id != NIL_ID:
        collector.keep(Kind.ACTIVEFLOW, await collector.client.get(path_of("activeflows", id)))


async def fetch_transcripts(collector: Collector, call: Record) -> None:
    """Keep the transcriptions of a call and what they understood."""
    for transcribe in await transcribes_of(collector.client, str(call["id"])):
        collector.keep(Kind.TRANSCRIBE, transcribe)
        collector.keep(Kind.TRANSCRIPT, *await transcripts_of(collector.client, str(transcribe["id"])))


async def fetch_recordings(collector: Collector, call: Record) -> None:
    """Keep what is known of a call's recordings; not their sound."""
    collector.keep(Kind.RECORDING, *await recordings_of(collector.client, call))


async def fetch_analysis(collector: Collector, call: Record) -> None:
    """Keep how good the line was, as the platform measured it."""
    analysis = await sip_analysis(collector.client, str(call["id"]))
    sent = [each for each in analysis.get("sip_messages") or () if isinstance(each, Mapping)]
    told = [{"timestamp": each.get("timestamp"), "method": each.get("method")} for each in sent]
    fields = {"call_id": str(call["id"]), "rtcp_stats": analysis.get("rtcp_stats"), "sip_messages": told}
    collector.keep(SIP_ANALYSIS, fields)


async def fetch_summaries(collector: Collector, timeline: Sequence[Record], *, languages: Sequence[str]) -> None:
    """Keep the summaries of a call once they are done.

    Args:
        collector: Keeps them.
        timeline: Tells which the platform has begun.
        languages: Those that are asked for now, of what was transcribed.
    """
    told = [row.get("data") for row in timeline if str(row.get("event_type")).startswith("summary_")]
    ids = [str(data["id"]) for data in told if isinstance(data, Mapping) and data.get("id")]
    transcribes = collector.kept(Kind.TRANSCRIBE)
    if languages and not transcribes:
        collector.notes.append("no summary could be asked for: nothing of the call was transcribed")
    for language in languages if transcribes else ():
        id = str(transcribes[0]["id"])
        made = await summarise(collector.client, reference_type="transcribe", reference_id=id, language=language)
        ids.append(str(made["id"]))
    for id in dict.fromkeys(ids):
        await _fetch_summary(collector, id)


async def fetch_audits(collector: Collector, aicalls: Sequence[Record], *, language: str) -> None:
    """Keep the marks the platform gives the sessions of a call; they are asked for where none come by themselves."""
    for aicall in aicalls:
        await _fetch_audits(collector, str(aicall["id"]), language=language)


async def _fetch_summary(collector: Collector, id: str) -> None:
    async def done() -> Record | None:
        summary = await show_summary(collector.client, id)
        return summary if summary.get("status") == "done" else None

    summary = await collector.awaited(done)
    if summary is None:
        collector.notes.append(f"the summary {id} was not done within {LATE_S:g} s")
    else:
        collector.keep(Kind.SUMMARY, summary)


async def _fetch_audits(collector: Collector, aicall_id: str, *, language: str) -> None:
    async def begun() -> tuple[Record, ...] | None:
        return await audits_of(collector.client, aicall_id=aicall_id) or None

    async def done() -> tuple[Record, ...] | None:
        rows = await audits_of(collector.client, aicall_id=aicall_id)
        return rows if rows and all(each.get("status") != "progressing" for each in rows) else None

    if await collector.awaited(begun, within_s=WAITS_S[-1]) is None:
        await start_audits(collector.client, aicall_id, language=language)
    audits = await collector.awaited(done, within_s=AUDIT_S)
    if audits is None:
        collector.notes.append(f"the platform's audit was not done within {AUDIT_S:g} s")
    else:
        collector.keep(Kind.AUDIT, *audits)
