"""The platform's resources as it stores and shows them: kinds, fields with their unset values, and their JSON.

A record is a plain dictionary with the field names of the API. Inside, a time is an integer, milliseconds of the
platform's clock; `shown` writes it as the API does and leaves out what is unset, as the platform does.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeAlias

Record: TypeAlias = dict[str, Any]
"""A resource by field name."""

NIL_ID: Final = "00000000-0000-0000-0000-000000000000"
"""The id that means "none"."""
EPOCH: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When a simulated platform's clock starts, so that the same seed shows the same times."""
_OFFSET_ORIGIN: Final = datetime(1, 1, 1, tzinfo=UTC)
_OFFSETS = frozenset({"tm_transcript"})
"""Times that are counted from the start of what they belong to."""
_VERBATIM = frozenset({"arguments", "evaluation", "metadata", "option", "parameter", "result"})
"""Fields whose inside is not the platform's own: shown exactly as it came."""


class Kind(StrEnum):
    """Every kind of resource, named as its events begin."""

    ACCESSKEY = "accesskey"
    ACTIVEFLOW = "activeflow"
    AGENT = "agent"
    """A person with a login."""
    AI = "ai"
    AICALL = "aicall"
    AUDIT = "aiaudit"
    BILLING = "billing"
    BILLING_ACCOUNT = "account"
    CALL = "call"
    CONFBRIDGE = "confbridge"
    CUSTOMER = "customer"
    EXTENSION = "extension"
    FLOW = "flow"
    GROUPCALL = "groupcall"
    MESSAGE = "aimessage"
    NUMBER = "number"
    PROMPT_HISTORY = "aiprompthistory"
    PROPOSAL = "aipromptproposal"
    RECORDING = "recording"
    SPEAKING = "speaking"
    SUMMARY = "summary"
    TEAM = "team"
    TIMELINE_ANALYSIS = "timelineanalysis"
    TRANSCRIBE = "transcribe"
    TRANSCRIPT = "transcript"


def _fields(names: str, /, **unset: Callable[[], object] | str | int | bool) -> Mapping[str, object]:
    return MappingProxyType({**dict.fromkeys(names.split()), **unset})


FIELDS: Mapping[Kind, Mapping[str, object]] = MappingProxyType(
    {
        Kind.ACCESSKEY: _fields("token_prefix tm_expire", name="", detail=""),
        Kind.ACTIVEFLOW: _fields(
            "flow_id reference_id reference_activeflow_id on_complete_flow_id current_action forward_action_id",
            status="running",
            reference_type="api",
            webhook_uri="",
            webhook_method="",
            executed_actions=list,
        ),
        Kind.AGENT: _fields(
            "",
            username="",
            name="",
            detail="",
            ring_method="ringall",
            status="available",
            permission=64,
            tag_ids=list,
            addresses=list,
        ),
        Kind.AI: _fields(
            "rag_id current_prompt_history_id vad_config direct_hash",
            name="",
            detail="",
            type="normal",
            is_insight_active=False,
            engine_model="",
            parameter=dict,
            engine_key="",
            init_prompt="",
            tts_type="",
            tts_voice_id="",
            stt_type="",
            stt_language="",
            smart_turn_enabled=False,
            auto_aicall_audit_enabled=False,
            tool_names=list,
        ),
        Kind.AICALL: _fields(
            "assistance_id ai_vad_config activeflow_id reference_id confbridge_id current_member_id tm_end",
            assistance_type="ai",
            ai_engine_model="",
            ai_tts_type="",
            ai_tts_voice_id="",
            ai_stt_type="",
            ai_smart_turn_enabled=False,
            parameter=dict,
            reference_type="",
            status="initiating",
            stt_language="",
            metadata=dict,
        ),
        Kind.AUDIT: _fields(
            "aicall_id ai_id prompt_history_id overall_score evaluation message_ids",
            status="progressing",
            language="en-US",
            error="",
        ),
        Kind.BILLING: _fields(
            "account_id reference_id tm_billing_start tm_billing_end",
            transaction_type="usage",
            status="end",
            reference_type="call",
            cost_type="",
            usage_duration=0,
            billable_units=0,
            rate_token_per_unit=0,
            rate_credit_per_unit=0,
            amount_token=0,
            amount_credit=0,
            balance_token_snapshot=0,
            balance_credit_snapshot=0,
        ),
        Kind.BILLING_ACCOUNT: _fields(
            "tm_last_topup tm_next_topup",
            name="",
            detail="",
            plan_type="free",
            plan_status="active",
            balance_credit=0,
            balance_token=0,
            payment_type="prepaid",
            payment_method="",
        ),
        Kind.CALL: _fields(
            "owner_id flow_id activeflow_id master_call_id recording_id groupcall_id source destination action "
            "tm_progressing tm_ringing tm_hangup",
            owner_type="",
            type="flow",
            chained_call_ids=list,
            recording_ids=list,
            status="dialing",
            metadata=dict,
            direction="outgoing",
            mute_direction="",
            hangup_by="",
            hangup_reason="",
        ),
        Kind.CONFBRIDGE: _fields("reference_id", type="connect", reference_type="", status="progressing"),
        Kind.CUSTOMER: _fields(
            "billing_account_id tm_deletion_scheduled",
            name="",
            detail="",
            email="",
            phone_number="",
            address="",
            webhook_method="",
            webhook_uri="",
            metadata=dict,
            email_verified=True,
            status="active",
            identity_verification_status="verified",
        ),
        Kind.EXTENSION: _fields(
            "direct_hash", name="", detail="", extension="", domain_name="", username="", password=""
        ),
        Kind.FLOW: _fields("direct_hash on_complete_flow_id", type="flow", name="", detail="", actions=list),
        Kind.GROUPCALL: _fields(
            "owner_id flow_id source master_call_id master_groupcall_id answer_call_id answer_groupcall_id",
            owner_type="",
            status="progressing",
            destinations=list,
            ring_method="ring_all",
            answer_method="hangup_others",
            call_ids=list,
            groupcall_ids=list,
            call_count=0,
            groupcall_count=0,
            dial_index=0,
        ),
        Kind.MESSAGE: _fields(
            "aicall_id activeflow_id active_ai_id", role="", content="", direction="", tool_calls=list, tool_call_id=""
        ),
        Kind.NUMBER: _fields(
            "call_flow_id message_flow_id tm_purchase tm_renew",
            number="",
            type="normal",
            name="",
            detail="",
            status="active",
            t38_enabled=False,
            emergency_enabled=False,
            metadata=dict,
        ),
        Kind.PROMPT_HISTORY: _fields("ai_id proposal_id", prompt=""),
        Kind.PROPOSAL: _fields(
            "ai_id basis_prompt_history_id applied_prompt_history_id",
            audit_ids=list,
            original_prompt="",
            proposed_prompt="",
            rationale="",
            status="progressing",
            error="",
        ),
        Kind.RECORDING: _fields(
            "owner_id reference_id activeflow_id on_end_flow_id tm_start tm_end",
            owner_type="",
            reference_type="call",
            status="initiating",
            format="wav",
        ),
        Kind.SPEAKING: _fields(
            "reference_id",
            reference_type="call",
            language="",
            provider="elevenlabs",
            voice_id="",
            direction="",
            status="initiating",
        ),
        Kind.SUMMARY: _fields(
            "activeflow_id on_end_flow_id reference_id",
            reference_type="call",
            status="progressing",
            language="en-US",
            content="",
        ),
        Kind.TEAM: _fields("direct_hash", name="", detail="", start_member_id=NIL_ID, members=list, parameter=dict),
        Kind.TIMELINE_ANALYSIS: _fields("activeflow_id result", status="progressing", error=""),
        Kind.TRANSCRIBE: _fields(
            "activeflow_id on_end_flow_id reference_id",
            reference_type="call",
            status="progressing",
            language="en-US",
            direction="both",
            provider="",
        ),
        Kind.TRANSCRIPT: _fields("transcribe_id tm_transcript", direction="in", message=""),
    }
)
"""Every field beside `id`, `customer_id` and the three times all have; None is unset, a callable makes the value."""


def new_record(kind: Kind, given: Mapping[str, object], /) -> Record:
    """Return a record with every field of its kind, `given` laid over the unset values."""
    record: Record = {name: value() if callable(value) else value for name, value in FIELDS[kind].items()}
    unknown = given.keys() - record.keys() - {"id", "customer_id", "token"}
    assert not unknown, f"{kind} has no field {sorted(unknown)}"
    record.update(given)
    return record


def shown(record: Mapping[str, Any]) -> Record:
    """Return a record as the API shows it: times written out, unset fields left out, nothing of it shared."""
    return {name: _shown(name, value) for name, value in record.items() if value is not None}


def platform_time(moment: datetime) -> int:
    """Return a moment on a platform's clock, in milliseconds; the other way round from `written_time`."""
    return int((moment - EPOCH) / timedelta(milliseconds=1))


def written_time(at_ms: int) -> str:
    """Return a moment of the platform's clock as the API writes it: RFC 3339, UTC, microseconds."""
    return _write(EPOCH + timedelta(milliseconds=at_ms))


def _shown(name: str, value: Any) -> Any:
    match value:
        case bool():
            return value
        case dict() | list() if name in _VERBATIM:
            return deepcopy(value)
        case int() if name.startswith("tm_"):
            if name in _OFFSETS:
                return _write(_OFFSET_ORIGIN + timedelta(milliseconds=value))
            return written_time(value)
        case dict():
            return shown(value)
        case list() | tuple():
            return [_shown("", item) for item in value]
    return value


def _write(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
