"""What a run is asked to prove about a candidate, and what becomes of it when it can't (evaluation.md, section 2.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from harness.errors import ConfigurationError, UnknownNameError
from harness.regression.gate import ALPHA, require_margin
from harness.regression.spending import Spending, spending

PASS_RATE: Final = "pass_rate"
LATENCY: Final = "latency"
HEARING_WER: Final = "hearing_wer"


class Profile(StrEnum):
    """How much is asked."""

    SMOKE = "smoke"
    """Hard gates only: differences are reported and never gated."""
    PULL_REQUEST = "pull_request"
    RELEASE = "release"


class Undecided(StrEnum):
    """What becomes of a comparison that the planned trials could not decide."""

    REPORT = "report"
    """It is shown and gates nothing."""
    WARN = "warn"
    """The run passes, with a warning."""
    FAIL = "fail"
    """The run proves nothing, which is not a pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """A metric that must not get worse by more than a margin."""

    metric: str
    """A name of `METRIC_MARGINS`."""
    margin: float
    """The largest drop that may still ship: points of a rate, or a share of a latency (0.2: a fifth slower)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is asked of a comparison."""

    profile: Profile
    gated: tuple[Gated, ...]
    """At least one; the pass rate first."""
    cases: int
    """Cases the profile is made for; fewer are planned as they are, and told."""
    trials: int
    """Trials of each case in each arm."""
    max_trials: int
    """Trials an undecided comparison is extended to; equal to `trials`: it is not."""
    undecided: Undecided
    alpha: float = ALPHA
    watched: bool = False
    """Whether evidence may end the comparison after any pair; it takes its share of alpha (`spending.py`)."""

    @property
    def gates(self) -> bool:
        """Return whether a difference can fail the run."""
        return self.profile is not Profile.SMOKE

    @property
    def looks(self) -> int:
        """Return how often the comparison is judged: once, or once more after an extension."""
        return 2 if self.max_trials > self.trials else 1

    @property
    def spending(self) -> Spending:
        """Return how alpha is shared among the ways the comparison may end."""
        return spending(alpha=self.alpha, looks=self.looks, watched=self.watched)


METRIC_MARGINS: Mapping[str, float] = MappingProxyType({PASS_RATE: 0.10, LATENCY: 0.20, HEARING_WER: 0.05})
"""Metrics that can be gated, and the margin of those that name none."""

_PROFILES: Mapping[Profile, Policy] = MappingProxyType(
    {
        Profile.SMOKE: Policy(
            profile=Profile.SMOKE,
            gated=(Gated(metric=PASS_RATE, margin=0.10),),
            cases=0,
            trials=1,
            max_trials=1,
            undecided=Undecided.REPORT,
        ),
        Profile.PULL_REQUEST: Policy(
            profile=Profile.PULL_REQUEST,
            gated=(Gated(metric=PASS_RATE, margin=0.10),),
            cases=40,
            trials=3,
            max_trials=3,
            undecided=Undecided.WARN,
        ),
        Profile.RELEASE: Policy(
            profile=Profile.RELEASE,
            gated=(Gated(metric=PASS_RATE, margin=0.05),),
            cases=80,
            trials=5,
            max_trials=5,
            undecided=Undecided.FAIL,
        ),
    }
)


def policy_of(profile: Profile, *, margin: str = "", gated: str = "", trials: int = 0, max_trials: int = 0) -> Policy:
    """Return a profile with what the settings change of it.

    Args:
        profile: Its name.
        margin: Of the pass rate, as a number; empty: the profile's.
        gated: Metrics gated beside the pass rate, with commas between them: `latency, hearing_wer=0.03`.
        trials: Of each case in each arm; 0: the profile's.
        max_trials: Trials an undecided comparison is extended to; 0: it is not extended.

    Raises:
        ConfigurationError: a margin that proves nothing, a metric nobody knows, or fewer trials at most than at least.
    """
    made = _PROFILES[profile]
    rate = Gated(metric=PASS_RATE, margin=_margin(margin, of=PASS_RATE) if margin.strip() else made.gated[0].margin)
    others = [_gated(item) for item in gated.split(",") if item.strip()]
    least = trials or made.trials
    most = max_trials or least
    if trials < 0 or max_trials < 0 or most < least:
        raise ConfigurationError(
            f"max_trials {most} is less than the {least} trials a case is tried at first: name more, or none"
        )
    named = {each.metric: each for each in (rate, *others)}
    return Policy(
        profile=profile,
        gated=tuple(named.values()),
        cases=made.cases,
        trials=least,
        max_trials=most,
        undecided=made.undecided,
    )


def _gated(text: str) -> Gated:
    metric, _, margin = (part.strip() for part in text.partition("="))
    if metric not in METRIC_MARGINS:
        raise UnknownNameError(kind="metric to gate", name=metric, known=tuple(METRIC_MARGINS))
    return Gated(metric=metric, margin=_margin(margin, of=metric) if margin else METRIC_MARGINS[metric])


def _margin(text: str, *, of: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise ConfigurationError(f"margin {text!r} of {of} is no number; write 0.05 for five points") from error
    require_margin(value, below=1.0)
    return value
