"""Cards of judges, `<reports>/judge-cards/<fingerprint>.json`: one for each judge that was ever measured here."""

from pathlib import Path

from harness.model.judge_card import JudgeCard
from harness.model.slug import slug
from harness.store.codec import decode, encode
from harness.store.files import store_errors, write_atomically


def card_path(folder: Path, fingerprint: str) -> Path:
    """Return where the card of a judge is kept."""
    return folder / f"{slug(fingerprint)}.json"


def read_card(folder: Path, fingerprint: str) -> JudgeCard | None:
    """Return the card of a judge; None when it was never measured. Raises StoreError."""
    path = card_path(folder, fingerprint)
    return _read(path) if path.is_file() else None


def write_card(folder: Path, card: JudgeCard) -> Path:
    """Keep a judge's card in place of an older one, and return where. Raises StoreError."""
    path = card_path(folder, card.fingerprint)
    write_atomically(path, encode(card, as_type=JudgeCard, path=str(path)) + "\n")
    return path


def latest_card(folder: Path, *, labels: str, other_than: str) -> JudgeCard | None:
    """Return the card that another judge got last on the same labels; None where there is none. Raises StoreError."""
    cards = [_read(path) for path in sorted(folder.glob("*.json"))]
    others = [card for card in cards if card.labels == labels and card.fingerprint != other_than]
    return max(others, key=lambda card: card.calibrated_at, default=None)


def _read(path: Path) -> JudgeCard:
    with store_errors(path, "read"):
        text = path.read_bytes()
    return decode(text, as_type=JudgeCard, path=str(path))
