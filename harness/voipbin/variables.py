"""The variables of a flow execution: their names, their substitution, and the limits on those a caller brings along.

Source: contract sections 2.1 and 3.7.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from harness.voipbin.addresses import ADDRESS_FIELDS
from harness.voipbin.resources import Record

PREFIX: Final = "voipbin."
"""Names that begin so are the platform's own; a request cannot set them."""
DIGITS: Final = "voipbin.call.digits"
REFERENCE_DATA: Final = "voipbin.flow.reference_data"
"""Made when it is asked for: the JSON of the call."""
SUMMARY_CONTENT: Final = "voipbin.ai_summary.content"
VOICE_ID: Final = "voipbin.tts.elevenlabs.voice_id"

MAX_KEYS: Final = 100
MAX_TOTAL_BYTES: Final = 64 * 1024
MAX_VALUE_BYTES: Final = 32 * 1024

_REFERENCE = re.compile(r"\$\{(.+?)\}", re.DOTALL)


def substitute(text: str, variables: Mapping[str, str]) -> str:
    """Return the text with every `${name}` replaced; an unknown name becomes nothing."""
    if "${" not in text:
        return text
    return _REFERENCE.sub(lambda match: variables.get(match[1].strip(), ""), text)


def substitute_all(value: Any, variables: Mapping[str, str]) -> Any:
    """Return a JSON value with every text in it substituted, however deep; names of fields are left alone."""
    match value:
        case str():
            return substitute(value, variables)
        case Mapping():
            return {name: substitute_all(item, variables) for name, item in value.items()}
        case list() | tuple():
            return [substitute_all(item, variables) for item in value]
    return value


def variables_fault(variables: object) -> str:
    """Return what is wrong with the variables of a request; empty when nothing is."""
    if not isinstance(variables, Mapping):
        return "variables must be an object of texts"
    wrong = next((name for name, value in variables.items() if not isinstance(value, str)), None)
    if wrong is not None:
        return f"the variable {wrong!r} is not a text"
    if len(variables) > MAX_KEYS:
        return f"{len(variables)} variables are too many; {MAX_KEYS} is the limit"
    long = next((name for name, value in variables.items() if _bytes(value) > MAX_VALUE_BYTES), None)
    if long is not None:
        return f"the variable {long!r} is longer than {MAX_VALUE_BYTES // 1024} KB"
    if sum(_bytes(name) + _bytes(value) for name, value in variables.items()) > MAX_TOTAL_BYTES:
        return f"the variables are larger than {MAX_TOTAL_BYTES // 1024} KB in all"
    return ""


def own_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables a request may set: those with the platform's prefix are dropped."""
    return {name: value for name, value in variables.items() if not name.startswith(PREFIX)}


def activeflow_variables(record: Record, *, complete_count: int) -> dict[str, str]:
    """Return what a flow execution says of itself."""
    names = ("id", "reference_type", "reference_id", "reference_activeflow_id", "flow_id")
    facts = {f"voipbin.activeflow.{name}": str(record.get(name) or "") for name in names}
    return {**facts, "voipbin.activeflow.complete_count": str(complete_count)}


def call_variables(record: Record) -> dict[str, str]:
    """Return what a call says of itself."""
    facts = {f"voipbin.call.{name}": str(record.get(name) or "") for name in ("id", "direction", "master_call_id")}
    for side in ("source", "destination"):
        address = record.get(side) or {}
        facts |= {f"voipbin.call.{side}.{name}": str(address.get(name) or "") for name in ADDRESS_FIELDS}
    return {**facts, DIGITS: ""}


def aicall_variables(record: Record, *, ai_id: str) -> dict[str, str]:
    """Return what an AI call says of itself; `ai_id` is the AI that begins."""
    return {
        "voipbin.aicall.id": record["id"],
        "voipbin.aicall.ai_id": ai_id,
        "voipbin.aicall.ai_engine_model": record["ai_engine_model"],
        "voipbin.aicall.confbridge_id": str(record.get("confbridge_id") or ""),
        "voipbin.aicall.stt_language": record["stt_language"],
        "voipbin.aicall.pipecatcall_id": str(record["metadata"].get("pipecatcall_id") or ""),
    }


def summary_variables(record: Record) -> dict[str, str]:
    """Return what a summary says of itself."""
    names = ("id", "reference_type", "reference_id", "language", "content")
    return {f"voipbin.ai_summary.{name}": str(record.get(name) or "") for name in names}


def recording_variables(record: Record, *, filenames: str) -> dict[str, str]:
    """Return what a recording says of itself."""
    facts = {
        f"voipbin.recording.{name}": str(record.get(name) or "")
        for name in ("id", "reference_type", "reference_id", "format")
    }
    return {
        **facts,
        "voipbin.recording.recording_name": f"{record['reference_type']}_{record['reference_id']}",
        "voipbin.recording.filenames": filenames,
    }


def transcribe_variables(record: Record) -> dict[str, str]:
    """Return what a transcription says of itself."""
    return {f"voipbin.transcribe.{name}": str(record.get(name) or "") for name in ("id", "language", "direction")}


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
