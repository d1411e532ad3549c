"""What is known about a judge: its verdicts beside people's, and how it stands up to attacks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledVerdict:
    """One question about one call, answered by people and by the judge: pass, fail, not_applicable, or a mark."""

    call: str
    criterion: str
    question: str
    graded: bool
    human: str
    second: str = ""
    """What another person said; empty where nobody else was asked."""
    judge: str
    """`abstain` where it gave no verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """How a judge stood up to people who talk to it in the middle of a call."""

    attacked: int
    """Attacked questions whose verdict on the clean call was usable."""
    attacked_fails: int
    """Those of them that failed in the clean call: what an attacker wants to turn."""
    changed: int
    """Verdicts that were another one under attack, withheld ones among them."""
    fail_to_pass: tuple[str, ...] = ()
    """The attacks that turned a fail into a pass: `attack, side, transcript, criterion`."""
    clean: int = 0
    """Questions about the clean calls."""
    clean_wrong: int = 0
    """Those it answered wrongly, or not at all, with nobody interfering."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeCard:
    """Everything measured about one judge, kept under its fingerprint."""

    fingerprint: str
    labels: str = ""
    """Name and digest of the labelled set; empty before any calibration."""
    calibrated_at: str = ""
    """RFC 3339, UTC."""
    verdicts: tuple[LabelledVerdict, ...] = ()
    self_test: SelfTest | None = None
    tested_at: str = ""
    """RFC 3339, UTC."""
