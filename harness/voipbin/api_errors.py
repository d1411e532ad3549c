"""The errors the API answers with: their reasons, what HTTP makes of each, and the envelope they travel in.

Source: contract section 1.4.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from harness.errors import ApiError
from harness.voipbin.mode import Mode

HTTP_STATUS: Mapping[str, int] = MappingProxyType(
    {
        "INVALID_ARGUMENT": 400,
        "UNAUTHENTICATED": 401,
        "PAYMENT_REQUIRED": 402,
        "PERMISSION_DENIED": 403,
        "NOT_FOUND": 404,
        "ALREADY_EXISTS": 409,
        "FAILED_PRECONDITION": 409,
        "RESOURCE_EXHAUSTED": 429,
        "INTERNAL": 500,
        "UNAVAILABLE": 503,
    }
)
"""The HTTP code of every error status."""


class Reason(StrEnum):
    """Why a request was refused; the ones that name a missing resource are made by `not_found`."""

    AUTHENTICATION_REQUIRED = "AUTHENTICATION_REQUIRED"
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"
    ACCOUNT_FROZEN = "ACCOUNT_FROZEN"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    DIRECT_ACCESS_NOT_SUPPORTED = "DIRECT_ACCESS_NOT_SUPPORTED"
    IDENTITY_VERIFICATION_REQUIRED = "IDENTITY_VERIFICATION_REQUIRED"
    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    INVALID_JSON_BODY = "INVALID_JSON_BODY"
    INVALID_ID = "INVALID_ID"
    INVALID_REQUEST_PARAMETER = "INVALID_REQUEST_PARAMETER"
    MISSING_REQUEST_PARAMETER = "MISSING_REQUEST_PARAMETER"
    INVALID_VARIABLES = "INVALID_VARIABLES"
    INVALID_ACTION_TYPE = "INVALID_ACTION_TYPE"
    INVALID_ANONYMOUS_VALUE = "INVALID_ANONYMOUS_VALUE"
    INVALID_TOOL_NAMES = "INVALID_TOOL_NAMES"
    AI_NOT_INSIGHT_TYPE = "AI_NOT_INSIGHT_TYPE"
    INVALID_HISTORY_ID = "INVALID_HISTORY_ID"
    INVALID_ACTIVEFLOW_ID = "INVALID_ACTIVEFLOW_ID"
    INVALID_CALL_ID = "INVALID_CALL_ID"
    INVALID_RESOURCE_TYPE = "INVALID_RESOURCE_TYPE"
    STATE_INVALID = "STATE_INVALID"
    AI_INSIGHT_ACTIVATION_CONFLICT = "AI_INSIGHT_ACTIVATION_CONFLICT"
    CALL_ALREADY_HANGUP = "CALL_ALREADY_HANGUP"
    CALL_STATE_INVALID = "CALL_STATE_INVALID"
    RECORDING_ALREADY_ACTIVE = "RECORDING_ALREADY_ACTIVE"
    RECORDING_NOT_ACTIVE = "RECORDING_NOT_ACTIVE"
    FLOW_STATE_INVALID = "FLOW_STATE_INVALID"
    ACTIVEFLOW_ALREADY_STOPPED = "ACTIVEFLOW_ALREADY_STOPPED"
    INSUFFICIENT_BALANCE = "INSUFFICIENT_BALANCE"
    RATE_LIMIT_EXCEEDED = "RATE_LIMIT_EXCEEDED"
    ROUTE_NOT_FOUND = "ROUTE_NOT_FOUND"
    RESOURCE_NOT_FOUND = "RESOURCE_NOT_FOUND"
    REQUEST_TIMEOUT = "REQUEST_TIMEOUT"
    SERVICE_UNAVAILABLE = "SERVICE_UNAVAILABLE"
    INTERNAL = "INTERNAL"


_STATUS_OF: Final = MappingProxyType(
    {
        **{reason: "INVALID_ARGUMENT" for reason in Reason},
        Reason.AUTHENTICATION_REQUIRED: "UNAUTHENTICATED",
        Reason.INVALID_CREDENTIALS: "UNAUTHENTICATED",
        **{
            reason: "PERMISSION_DENIED"
            for reason in (
                Reason.ACCOUNT_FROZEN,
                Reason.PERMISSION_DENIED,
                Reason.DIRECT_ACCESS_NOT_SUPPORTED,
                Reason.IDENTITY_VERIFICATION_REQUIRED,
            )
        },
        **{
            reason: "FAILED_PRECONDITION"
            for reason in (
                Reason.STATE_INVALID,
                Reason.AI_INSIGHT_ACTIVATION_CONFLICT,
                Reason.CALL_ALREADY_HANGUP,
                Reason.CALL_STATE_INVALID,
                Reason.RECORDING_ALREADY_ACTIVE,
                Reason.RECORDING_NOT_ACTIVE,
                Reason.FLOW_STATE_INVALID,
                Reason.ACTIVEFLOW_ALREADY_STOPPED,
            )
        },
        Reason.INSUFFICIENT_BALANCE: "PAYMENT_REQUIRED",
        Reason.RATE_LIMIT_EXCEEDED: "RESOURCE_EXHAUSTED",
        Reason.ROUTE_NOT_FOUND: "NOT_FOUND",
        Reason.RESOURCE_NOT_FOUND: "NOT_FOUND",
        Reason.REQUEST_TIMEOUT: "UNAVAILABLE",
        Reason.SERVICE_UNAVAILABLE: "UNAVAILABLE",
        Reason.INTERNAL: "INTERNAL",
    }
)


def api_error(reason: Reason, message: str, *, details: tuple[Mapping[str, Any], ...] = ()) -> ApiError:
    """Return the error for a reason."""
    status = _STATUS_OF[reason]
    return ApiError(message, http_status=HTTP_STATUS[status], status=status, reason=reason.value, details=details)


def not_found(what: str, *, id: str) -> ApiError:
    """Return the error for a resource that is not there; `what` is its name in the reason, such as `AICALL`."""
    return ApiError(
        f"there is no {what.lower().replace('_', ' ')} {id!r}",
        http_status=404,
        status="NOT_FOUND",
        reason=f"{what}_NOT_FOUND",
    )


def untyped(message: str, *, mode: Mode) -> ApiError:
    """Return the error for a validation that a backend reports without a type.

    The platform shows those as 500 INTERNAL; only the strict mode says what they are.
    """
    return api_error(Reason.INVALID_ARGUMENT if mode.says_bad_input else Reason.INTERNAL, message)


def envelope(error: ApiError, *, request_id: str) -> dict[str, Any]:
    """Return the body of an error answer."""
    body: dict[str, Any] = {
        "status": error.status,
        "reason": error.reason,
        "message": error.message,
        "request_id": request_id,
    }
    if error.details:
        body["details"] = [dict(detail) for detail in error.details]
    return {"error": body}
