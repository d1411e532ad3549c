"""What a run was asked to prove, kept in its folder so that its verdict can be made again without files or options."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from harness.model.snapshots import Provenance
from harness.regression.facts import ArmFacts
from harness.regression.policy import Policy, Profile, policy_of
from harness.settings import Settings
from harness.store.codec import decode, encode
from harness.store.files import store_errors, write_atomically

FILE = "asked.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReference:
    """A baseline that was measured before: from a baseline file or a stored run."""

    source: str
    """`baseline NAME` or `run ID`."""
    arms: tuple[ArmFacts, ...]
    provenance: Provenance

    def within(self, suites: Collection[str]) -> "StoredReference":
        """Return it with the cases of some suites only: a run of fewer suites is compared with no others."""
        arms = (arm.within(suites) for arm in self.arms)
        return replace(self, arms=tuple(arm for arm in arms if arm.cases))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a run's comparison must prove, and with what it is compared beside its own baseline arms."""

    policy: Policy
    stored: tuple[StoredReference, ...] = ()


NOTHING = Asked(policy=policy_of(Profile.SMOKE))
"""Of runs of versions that compared nothing."""


def policy_from(settings: Settings, *, against: bool) -> Policy:
    """Return what the settings ask of a comparison.

    Args:
        settings: Of the session.
        against: Whether a baseline was asked for in so many words, which is what the profile `auto` goes by.

    Raises:
        ConfigurationError: a margin that proves nothing, or a metric nobody knows.
    """
    profile = (Profile.PULL_REQUEST if against else Profile.SMOKE) if settings.profile == "auto" else settings.profile
    return policy_of(
        Profile(profile),
        margin=settings.margin,
        gated=settings.gate,
        trials=settings.trials,
        max_trials=settings.max_trials,
    )


def write_asked(folder: Path, asked: Asked) -> None:
    """Keep what a run was asked. Raises StoreError."""
    path = folder / FILE
    write_atomically(path, encode(asked, as_type=Asked, path=str(path)) + "\n")


def read_asked(folder: Path) -> Asked:
    """Return what a run was asked. Raises StoreError."""
    path = folder / FILE
    if not path.is_file():
        return NOTHING
    with store_errors(path, "read"):
        text = path.read_bytes()
    return decode(text, as_type=Asked, path=str(path))
