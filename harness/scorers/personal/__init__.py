"""Personal data in texts, written or spoken: where it stands, and what gives it away elsewhere."""

from harness.scorers.personal.finding import Span, learned, masked, personal_spans
from harness.scorers.personal.known import NOTHING_KNOWN, Known

__all__ = ["NOTHING_KNOWN", "Known", "Span", "learned", "masked", "personal_spans"]
