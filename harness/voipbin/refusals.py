"""What a refused request means: which finding it is, its usual cause, and what helps (contract section 1.4)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from harness.errors import ApiError, UnreachableError
from harness.model.finding import FindingName
from harness.voipbin.api_errors import Reason
from harness.voipbin.troubleshooting import ADVICE

_FINDINGS: Final[Mapping[int, FindingName]] = MappingProxyType(
    {
        401: FindingName.CREDENTIALS_REFUSED,
        402: FindingName.INSUFFICIENT_BALANCE,
        403: FindingName.CREDENTIALS_REFUSED,
        429: FindingName.PLATFORM_LIMIT,
    }
)


LINE: Final = "line"
"""The stage of what the network or the far end did to a call."""


class Remedy(NamedTuple):
    """Why a request is usually refused like this, and what helps."""

    cause: str
    fix: str


_MISSING: Final = Remedy(
    "there is no such thing: the id is mistyped, it was deleted, or it belongs to another account",
    "look the id up in the list of its kind, and check whose credentials are set",
)
_STATE: Final = Remedy(
    "it is not in a state for this, or somebody else changed it first",
    "look at it again and ask anew where it still makes sense",
)
_REMEDIES: Final[Mapping[str, Remedy]] = MappingProxyType(
    {
        Reason.ROUTE_NOT_FOUND: Remedy(
            "this server has no such path: api_url names something else, or an older VoIPBIN",
            "set api_url to the scheme, host and port of a VoIPBIN, without /v1.0",
        ),
        Reason.AUTHENTICATION_REQUIRED: Remedy(
            "the request came without a credential",
            "set VOIPBIN_ACCESS_KEY, or VOIPBIN_USERNAME and VOIPBIN_PASSWORD",
        ),
        Reason.ACCOUNT_FROZEN: Remedy(
            "the account has asked to be deleted",
            "recover the account at the recovery_endpoint in the answer's details",
        ),
        Reason.DIRECT_ACCESS_NOT_SUPPORTED: Remedy(
            "a direct hash alone opens written chats with its agent, nothing else",
            "set VOIPBIN_ACCESS_KEY, or VOIPBIN_USERNAME and VOIPBIN_PASSWORD, for everything that needs an account",
        ),
        Reason.IDENTITY_VERIFICATION_REQUIRED: Remedy(
            "calls to telephone numbers need a verified identity",
            "have the account verified, or call a SIP address instead, which needs no verification",
        ),
        Reason.INVALID_ACTION_TYPE: Remedy(
            "a flow action has a type this platform does not know; the tutorial's `ai` is one of them",
            "use ai_talk with an assistance_id, and check the spelling of the others",
        ),
    }
)


def refusal(http_status: int) -> FindingName:
    """Return the finding that an error answer is."""
    default = FindingName.PLATFORM_FAILED if http_status >= 500 else FindingName.REQUEST_REFUSED
    return _FINDINGS.get(http_status, default)


def failed_stage(error: Exception) -> str:
    """Return the stage at which an error broke a call, as a SERVICE_FAILED event tells it: a finding, or `line`."""
    match error:
        case ApiError():
            return refusal(error.http_status).value
        case UnreachableError():
            return FindingName.PLATFORM_UNREACHABLE.value
        case _:
            return LINE


def remedy(http_status: int, reason: str) -> Remedy:
    """Return why a request is usually refused like this, and what helps."""
    if reason in _REMEDIES:
        return _REMEDIES[reason]
    match http_status:
        case 404:
            return _MISSING
        case 409:
            return _STATE
        case _:
            advice = ADVICE[refusal(http_status)]
            return Remedy(advice.cause, advice.fix)
