"""The platform's own evaluation: audits of AI calls, proposals for better prompts, summaries."""

from typing import Final

from harness.simulator.server.answers import Answer, answer
from harness.simulator.server.fields import choice
from harness.simulator.server.operations import Operation, Reads
from harness.simulator.server.routes.plain import deleting, listing, showing
from harness.simulator.server.visit import Visit
from harness.voipbin import bodies
from harness.voipbin.resources import NIL_ID, Kind

_SUMMARY: Final = ("on_end_flow_id", "reference_type", "reference_id", "language")


async def start_audits(visit: Visit) -> Answer:
    """Have an AI call judged, once for each AI that took part."""
    audits = visit.platform.audits.start(
        bodies.id_or_none(visit.body, "aicall_id") or "",
        language=bodies.text(visit.body, "language"),
        customer_id=visit.identity.customer_id,
    )
    return answer({"result": [visit.public(audit) for audit in audits]}, status=202)


async def list_audits(visit: Visit) -> Answer:
    """List audits, of one AI call or AI if it is named."""
    return visit.page(Kind.AUDIT, where=visit.asked("aicall_id", "ai_id"))


async def delete_audit(visit: Visit) -> Answer:
    """Cancel an audit that is running, and delete it."""
    return visit.show(visit.platform.audits.delete(visit.id, customer_id=visit.identity.customer_id))


async def propose(visit: Visit) -> Answer:
    """Have a better prompt proposed."""
    proposal = visit.platform.proposals.start(
        bodies.id_or_none(visit.body, "ai_id") or "",
        bodies.texts(visit.body, "audit_ids"),
        language=bodies.text(visit.body, "language"),
        customer_id=visit.identity.customer_id,
    )
    return visit.show(proposal, status=202)


async def list_proposals(visit: Visit) -> Answer:
    """List proposals, of one AI or status if it is named."""
    return visit.page(Kind.PROPOSAL, where=visit.asked("ai_id", "status"))


async def accept(visit: Visit) -> Answer:
    """Give the AI the proposed prompt."""
    return visit.show(visit.platform.proposals.accept(visit.id, customer_id=visit.identity.customer_id))


async def reject(visit: Visit) -> Answer:
    """Turn a proposal down."""
    return visit.show(visit.platform.proposals.reject(visit.id, customer_id=visit.identity.customer_id))


async def delete_proposal(visit: Visit) -> Answer:
    """Cancel a proposal that is being made, and delete it."""
    return visit.show(visit.platform.proposals.delete(visit.id, customer_id=visit.identity.customer_id))


async def summarise(visit: Visit) -> Answer:
    """Have a call, a transcription or a recording summarised."""
    body = visit.body
    summary = await visit.platform.summaries.start(
        reference_type=choice(body, "reference_type", ("call", "conference", "transcribe", "recording")) or "call",
        reference_id=bodies.id_or_none(body, "reference_id") or NIL_ID,
        language=bodies.text(body, "language"),
        on_end_flow_id=bodies.id_or_none(body, "on_end_flow_id"),
        customer_id=visit.identity.customer_id,
    )
    return visit.show(summary)


OPERATIONS: Final = (
    Operation(method="GET", path="/aiaudits", handler=list_audits),
    Operation(method="POST", path="/aiaudits", handler=start_audits, reads=Reads.OBJECT, required=("aicall_id",)),
    Operation(method="GET", path="/aiaudits/{id}", handler=showing(Kind.AUDIT)),
    Operation(method="DELETE", path="/aiaudits/{id}", handler=delete_audit),
    Operation(method="GET", path="/aipromptproposals", handler=list_proposals),
    Operation(
        method="POST",
        path="/aipromptproposals",
        handler=propose,
        reads=Reads.OBJECT,
        required=("ai_id", "audit_ids"),
    ),
    Operation(method="GET", path="/aipromptproposals/{id}", handler=showing(Kind.PROPOSAL)),
    Operation(method="DELETE", path="/aipromptproposals/{id}", handler=delete_proposal),
    Operation(method="POST", path="/aipromptproposals/{id}/accept", handler=accept),
    Operation(method="POST", path="/aipromptproposals/{id}/reject", handler=reject),
    Operation(method="GET", path="/aisummaries", handler=listing(Kind.SUMMARY)),
    Operation(method="POST", path="/aisummaries", handler=summarise, reads=Reads.OBJECT, required=_SUMMARY),
    Operation(method="GET", path="/aisummaries/{id}", handler=showing(Kind.SUMMARY)),
    Operation(method="DELETE", path="/aisummaries/{id}", handler=deleting(Kind.SUMMARY, event="summary_deleted")),
)
