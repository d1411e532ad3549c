"""The requests that must succeed, one of each operation and more where it takes several forms."""

from dataclasses import dataclass

from harness.voipbin.resources import Kind
from tests.simulator.server.document import SPELLED
from tests.simulator.server.stage import AI, SIP, SOURCE, WAIT

MISSING = "11111111-2222-4333-8444-555555555555"
CUSTOMER = dict.fromkeys(("name", "detail", "phone_number", "address"), "x") | {
    "email": "desk@example.com",
    "webhook_method": "POST",
    "webhook_uri": "https://example.com/hook",
}
CALL = {"source": SOURCE, "destinations": [SIP], "actions": [WAIT]}
RECORDING = {"format": "wav", "end_of_silence": 0, "end_of_key": "", "duration": 0, "on_end_flow_id": ""}
NAMED = {"name": "new", "detail": "d"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happy:
    """A request that must succeed; `{kind}` stands for the id of the furnished platform's resource."""

    method: str
    path: str
    """As the operation has it."""
    asked: str = ""
    """The path asked for, when the ids in it are not those of the collection's kind."""
    body: object = None
    status: int = 200
    first: tuple[str, str, object] | None = None
    """A request that has to come before."""

    @property
    def documented(self) -> str:
        """The path as the document has it."""
        return SPELLED.get(self.path, self.path)


HAPPY = (
    Happy(method="GET", path="/accesskeys"),
    Happy(method="POST", path="/accesskeys", body={**NAMED, "expire": 86_400}),
    Happy(method="GET", path="/accesskeys/{id}"),
    Happy(method="PUT", path="/accesskeys/{id}", body=NAMED),
    Happy(method="DELETE", path="/accesskeys/{id}"),
    Happy(method="GET", path="/activeflows"),
    Happy(method="POST", path="/activeflows", body={"flow_id": "{flow}", "variables": {"a": "b"}}),
    Happy(method="GET", path="/activeflows/{id}"),
    Happy(method="DELETE", path="/activeflows/{id}", status=204),
    Happy(method="POST", path="/activeflows/{id}/stop"),
    Happy(method="GET", path="/aggregated-events", asked="/aggregated-events?call_id={call}"),
    Happy(method="GET", path="/aiaudits"),
    Happy(method="POST", path="/aiaudits", body={"aicall_id": "{over}"}, status=202),
    Happy(method="GET", path="/aiaudits/{id}"),
    Happy(method="DELETE", path="/aiaudits/{id}"),
    Happy(method="GET", path="/aicalls"),
    Happy(
        method="POST",
        path="/aicalls",
        body={"assistance_type": "ai", "assistance_id": "{ai}", "reference_type": "", "reference_id": ""},
    ),
    Happy(method="GET", path="/aicalls/{id}"),
    Happy(method="DELETE", path="/aicalls/{id}"),
    Happy(method="POST", path="/aicalls/{id}/terminate"),
    Happy(method="GET", path="/aicalls/{id}/participants"),
    Happy(method="GET", path="/aimessages", asked="/aimessages?aicall_id={aicall}"),
    Happy(method="POST", path="/aimessages", body={"aicall_id": "{aicall}", "role": "user", "content": "Hello?"}),
    Happy(method="GET", path="/aimessages/{id}"),
    Happy(method="DELETE", path="/aimessages/{id}"),
    Happy(method="GET", path="/aipromptproposals"),
    Happy(method="POST", path="/aipromptproposals", body={"ai_id": "{ai}", "audit_ids": ["{aiaudit}"]}, status=202),
    Happy(method="GET", path="/aipromptproposals/{id}"),
    Happy(method="DELETE", path="/aipromptproposals/{id}"),
    Happy(method="POST", path="/aipromptproposals/{id}/accept"),
    Happy(method="POST", path="/aipromptproposals/{id}/reject"),
    Happy(method="GET", path="/ais"),
    Happy(method="POST", path="/ais", body={**AI, "engine_key": "sk-secret", "tool_names": ["all"]}),
    Happy(method="GET", path="/ais/{id}"),
    Happy(method="PUT", path="/ais/{id}", body=AI),
    Happy(method="DELETE", path="/ais/{id}"),
    Happy(method="POST", path="/ais/{id}/activate_insight", asked="/ais/{insight}/activate_insight"),
    Happy(method="POST", path="/ais/{id}/direct-hash-regenerate"),
    Happy(method="GET", path="/ais/{id}/participants"),
    Happy(method="GET", path="/ais/{id}/prompt_histories"),
    Happy(method="GET", path="/ais/{id}/prompt_histories/{history_id}", asked="/ais/{ai}/prompt_histories/{history}"),
    Happy(method="GET", path="/aisummaries"),
    Happy(
        method="POST",
        path="/aisummaries",
        body={"reference_type": "call", "reference_id": "{call}", "language": "en-US", "on_end_flow_id": ""},
    ),
    Happy(method="GET", path="/aisummaries/{id}"),
    Happy(method="DELETE", path="/aisummaries/{id}"),
    Happy(method="GET", path="/billing_account"),
    Happy(method="PUT", path="/billing_account", body=NAMED),
    Happy(method="GET", path="/billing_accounts"),
    Happy(method="GET", path="/billing_accounts/{id}", asked="/billing_accounts/{account}"),
    Happy(method="GET", path="/billings"),
    Happy(method="GET", path="/billings/{id}"),
    Happy(method="GET", path="/calls"),
    Happy(method="POST", path="/calls", body=CALL),
    Happy(method="GET", path="/calls/{id}"),
    Happy(method="DELETE", path="/calls/{id}"),
    Happy(method="POST", path="/calls/{id}/hangup"),
    Happy(method="POST", path="/calls/{id}/talk", body={"text": "One moment.", "language": "en-US"}),
    *(
        Happy(method=method, path=f"/calls/{{id}}/{what}")
        for what in ("hold", "mute", "moh", "silence")
        for method in ("POST", "DELETE")
    ),
    Happy(
        method="POST",
        path="/calls/{id}/recording_start",
        body=RECORDING,
    ),
    Happy(
        method="POST",
        path="/calls/{id}/recording_stop",
        first=("POST", "/calls/{call}/recording_start", RECORDING),
    ),
    Happy(method="GET", path="/customer"),
    Happy(method="PUT", path="/customer", body=CUSTOMER),
    Happy(method="PUT", path="/customer/metadata", body={"rtp_debug": True}),
    Happy(method="PUT", path="/customer/billing_account_id", body={"billing_account_id": "{account}"}),
    Happy(method="GET", path="/extensions"),
    Happy(method="POST", path="/extensions", body={**NAMED, "extension": "2001", "password": "p"}),
    Happy(method="GET", path="/extensions/{id}"),
    Happy(method="PUT", path="/extensions/{id}", body={**NAMED, "password": "p"}),
    Happy(method="DELETE", path="/extensions/{id}"),
    Happy(method="POST", path="/extensions/{id}/direct-hash-regenerate"),
    Happy(method="GET", path="/flows"),
    Happy(method="POST", path="/flows", body={**NAMED, "actions": [{"type": "answer"}, WAIT]}),
    Happy(method="GET", path="/flows/{id}"),
    Happy(method="PUT", path="/flows/{id}", body={**NAMED, "actions": []}),
    Happy(method="DELETE", path="/flows/{id}"),
    Happy(method="POST", path="/flows/{id}/direct-hash-regenerate"),
    Happy(method="GET", path="/groupcalls"),
    Happy(
        method="POST", path="/groupcalls", body={**CALL, "ring_method": "ring_all", "answer_method": "hangup_others"}
    ),
    Happy(method="GET", path="/groupcalls/{id}"),
    Happy(method="DELETE", path="/groupcalls/{id}"),
    Happy(method="POST", path="/groupcalls/{id}/hangup"),
    Happy(method="GET", path="/me"),
    Happy(method="GET", path="/numbers"),
    Happy(
        method="POST",
        path="/numbers",
        body={**NAMED, "number": "+15551230000", "call_flow_id": "{flow}", "message_flow_id": ""},
    ),
    Happy(method="GET", path="/numbers/{id}"),
    Happy(method="PUT", path="/numbers/{id}", body={**NAMED, "call_flow_id": "{flow}", "message_flow_id": "{flow}"}),
    Happy(method="DELETE", path="/numbers/{id}"),
    Happy(method="PUT", path="/numbers/{id}/flow_ids", body={"call_flow_id": "{flow}", "message_flow_id": "{flow}"}),
    Happy(method="PUT", path="/numbers/{id}/metadata", body={"rtp_debug": True}),
    Happy(method="GET", path="/recordingfiles/{id}", asked="/recordingfiles/{recording}", status=307),
    Happy(method="GET", path="/recordings"),
    Happy(method="GET", path="/recordings/{id}"),
    Happy(method="DELETE", path="/recordings/{id}"),
    Happy(method="GET", path="/speakings"),
    Happy(
        method="POST",
        path="/speakings",
        body={"reference_type": "call", "reference_id": "{other}", "direction": "out"},
        status=201,
    ),
    Happy(method="GET", path="/speakings/{id}"),
    Happy(method="DELETE", path="/speakings/{id}"),
    Happy(method="POST", path="/speakings/{id}/say", body={"text": "Hello."}),
    Happy(method="POST", path="/speakings/{id}/flush"),
    Happy(method="POST", path="/speakings/{id}/stop"),
    Happy(method="GET", path="/teams"),
    Happy(
        method="POST",
        path="/teams",
        body={**NAMED, "start_member_id": MISSING, "members": [{"id": MISSING, "name": "m", "ai_id": "{ai}"}]},
    ),
    Happy(method="GET", path="/teams/{id}"),
    Happy(
        method="PUT",
        path="/teams/{id}",
        body={**NAMED, "start_member_id": MISSING, "members": [{"id": MISSING, "name": "m", "ai_id": "{ai}"}]},
    ),
    Happy(method="DELETE", path="/teams/{id}"),
    Happy(method="POST", path="/teams/{id}/direct-hash-regenerate"),
    Happy(method="GET", path="/timeline-analyses"),
    Happy(method="POST", path="/timeline-analyses", body={"activeflow_id": "{ended}"}),
    Happy(method="GET", path="/timeline-analyses/{id}"),
    Happy(method="DELETE", path="/timeline-analyses/{id}"),
    *(
        Happy(
            method="GET",
            path="/timelines/{resource_type}/{resource_id}/events",
            asked=f"/timelines/{kind}s/{{{kind}}}/events",
        )
        for kind in ("call", "flow", "activeflow")
    ),
    Happy(method="GET", path="/timelines/calls/{call_id}/sip-analysis", asked="/timelines/calls/{call}/sip-analysis"),
    Happy(method="GET", path="/timelines/calls/{call_id}/pcap", asked="/timelines/calls/{call}/pcap"),
    Happy(method="GET", path="/transcribes"),
    Happy(
        method="POST",
        path="/transcribes",
        body={"reference_type": "call", "reference_id": "{call}", "language": "en-US"},
    ),
    Happy(method="GET", path="/transcribes/{id}"),
    Happy(method="DELETE", path="/transcribes/{id}"),
    Happy(method="POST", path="/transcribes/{id}/stop"),
    Happy(method="GET", path="/transcripts", asked="/transcripts?transcribe_id={transcribe}"),
    Happy(method="POST", path="/auth/boot", body={"direct_hash": "{hash}"}),
    Happy(method="POST", path="/auth/signup", body={"email": "eve@example.com", "accepted_tos": True}),
    Happy(method="POST", path="/auth/unregister", body={"confirmation_phrase": "delete"}),
    Happy(method="DELETE", path="/auth/unregister"),
)
COLLECTIONS = {
    "accesskeys": Kind.ACCESSKEY,
    "activeflows": Kind.ACTIVEFLOW,
    "aiaudits": Kind.AUDIT,
    "aicalls": Kind.AICALL,
    "aimessages": Kind.MESSAGE,
    "aipromptproposals": Kind.PROPOSAL,
    "ais": Kind.AI,
    "aisummaries": Kind.SUMMARY,
    "billings": Kind.BILLING,
    "calls": Kind.CALL,
    "extensions": Kind.EXTENSION,
    "flows": Kind.FLOW,
    "groupcalls": Kind.GROUPCALL,
    "numbers": Kind.NUMBER,
    "recordings": Kind.RECORDING,
    "speakings": Kind.SPEAKING,
    "teams": Kind.TEAM,
    "timeline-analyses": Kind.TIMELINE_ANALYSIS,
    "transcribes": Kind.TRANSCRIBE,
}
