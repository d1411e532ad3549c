"""Whether two sources were measured alike, so that what differs can be the prompt (evaluation.md, section 2.6)."""

import re
from collections.abc import Collection, Iterator, Sequence

from harness.model.snapshots import Provenance
from harness.regression.facts import ArmFacts

SHOWN_DIGEST = 12
"""Characters of a digest that people are shown."""

_DIGEST = re.compile(r"[0-9a-f]{13,}")


def differences(theirs: Provenance, ours: Provenance, *, suites: Collection[str]) -> tuple[str, ...]:
    """Return what forbids a comparison, one `field: baseline this, candidate that` each; empty where nothing does.

    The harness's version and the seed forbid nothing.

    Args:
        theirs: Of the run the baseline comes from.
        ours: Of the run under test.
        suites: Names of the suites that both were tried with.
    """
    compared = zip(_fields(theirs, suites=suites), _fields(ours, suites=suites), strict=True)
    return tuple(
        f"{field}: baseline {_shown(baseline)}, candidate {_shown(candidate)}"
        for (field, baseline), (_, candidate) in compared
        if not _agree(baseline, candidate)
    )


def same_label_two_texts(theirs: Sequence[ArmFacts], ours: Sequence[ArmFacts]) -> tuple[str, ...]:
    """Return a sentence for each prompt label that stands for another text in each source."""
    known = {arm.prompt: arm.digest for arm in theirs if arm.digest}
    told = {
        arm.prompt: f"{arm.prompt} is two texts: baseline {_shown(known[arm.prompt])}, candidate {_shown(arm.digest)}"
        for arm in ours
        if arm.digest and known.get(arm.prompt, arm.digest) != arm.digest
    }
    return tuple(told.values())


def suites_of(arms: Sequence[ArmFacts]) -> frozenset[str]:
    """Return the names of the suites that arms were tried with."""
    return frozenset(suite for arm in arms for suite in arm.suites)


def _agree(baseline: str | tuple[str, ...], candidate: str | tuple[str, ...]) -> bool:
    """Return whether a field agrees: the voices of a run of more suites hold those of a run of fewer."""
    if isinstance(baseline, str) or isinstance(candidate, str):
        return baseline == candidate
    theirs, ours = set(baseline), set(candidate)
    return bool(theirs) == bool(ours) and (theirs <= ours or ours <= theirs)


def _fields(of: Provenance, *, suites: Collection[str]) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    digests = dict(of.suites)
    for suite in sorted(suites):
        yield f"suite {suite}", digests.get(suite, "")
    yield "judge", of.judge
    yield "caller voices", of.caller_voices
    yield "agent voices", of.agent_voices
    yield "stt", of.stt
    yield "normaliser", of.normaliser
    yield "tier", of.tier.value
    yield "transport", of.transport
    yield "platform", of.platform
    yield "turn_model", of.turn_model
    yield "latency", of.latency


def _shown(value: str | tuple[str, ...]) -> str:
    text = value if isinstance(value, str) else ", ".join(value)
    return _DIGEST.sub(lambda found: found[0][:SHOWN_DIGEST], text) or "none"
