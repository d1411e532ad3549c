"""What a report of a redacted copy says about itself."""

from harness.model.redaction import PersonalKind, Redaction
from harness.report.numbers import count, seconds

_NOUNS = {
    PersonalKind.PHONE: ("telephone number", "telephone numbers"),
    PersonalKind.EMAIL: ("mail address", "mail addresses"),
    PersonalKind.NUMBER: ("other number", "other numbers"),
    PersonalKind.NAME: ("name", "names"),
    PersonalKind.DATE: ("date of birth", "dates of birth"),
}


def redaction_sentence(redaction: Redaction) -> str:
    """Return what was masked in a copy of a run, by number of places."""
    masks = [
        count(redaction.masks[kind], one, plural=more)
        for kind, (one, more) in _NOUNS.items()
        if kind in redaction.masks
    ]
    texts = ", ".join(masks) or "nothing"
    beeps = f"{count(redaction.beeps, 'place')} ({seconds(redaction.beeped_ms)})" if redaction.beeps else "nothing"
    return f"Redacted copy of {redaction.of}: masked in texts: {texts}; beeped in recordings: {beeps}"
