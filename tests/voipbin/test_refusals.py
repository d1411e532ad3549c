import pytest

from harness.model.finding import FindingName
from harness.voipbin.api_errors import Reason
from harness.voipbin.refusals import refusal, remedy
from harness.voipbin.troubleshooting import ADVICE


@pytest.mark.parametrize(
    ("http_status", "finding"),
    [
        (400, FindingName.REQUEST_REFUSED),
        (401, FindingName.CREDENTIALS_REFUSED),
        (402, FindingName.INSUFFICIENT_BALANCE),
        (403, FindingName.CREDENTIALS_REFUSED),
        (404, FindingName.REQUEST_REFUSED),
        (409, FindingName.REQUEST_REFUSED),
        (418, FindingName.REQUEST_REFUSED),
        (429, FindingName.PLATFORM_LIMIT),
        (500, FindingName.PLATFORM_FAILED),
        (503, FindingName.PLATFORM_FAILED),
    ],
)
def test_every_code_is_a_finding(http_status: int, finding: FindingName) -> None:
    assert refusal(http_status) is finding


@pytest.mark.parametrize("http_status", [400, 402, 429, 500])
def test_the_tutorials_own_advice_is_given(http_status: int) -> None:
    advice = ADVICE[refusal(http_status)]
    assert remedy(http_status, "WHATEVER") == (advice.cause, advice.fix)


@pytest.mark.parametrize(
    ("http_status", "reason", "fix"),
    [
        (404, Reason.ROUTE_NOT_FOUND, "without /v1.0"),
        (404, "AI_NOT_FOUND", "look the id up"),
        (409, Reason.STATE_INVALID, "look at it again"),
        (403, Reason.DIRECT_ACCESS_NOT_SUPPORTED, "VOIPBIN_ACCESS_KEY"),
        (403, Reason.IDENTITY_VERIFICATION_REQUIRED, "verified"),
        (400, Reason.INVALID_ACTION_TYPE, "ai_talk"),
    ],
)
def test_a_reason_that_says_more_gets_advice_of_its_own(http_status: int, reason: str, fix: str) -> None:
    assert fix in remedy(http_status, reason).fix
