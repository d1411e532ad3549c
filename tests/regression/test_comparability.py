from dataclasses import replace

import pytest

from harness.model.call import Tier
from harness.model.snapshots import Provenance
from harness.regression.comparability import differences, same_label_two_texts, suites_of
from tests.compared_arms import arm

OURS = Provenance(
    harness_version="0.1.0",
    transport="simulated",
    tier=Tier.AUDIO,
    latency="modelled",
    seed=1,
    caller_voices=("espeak-en", "espeak-de"),
    agent_voices=("espeak-en",),
    stt="lossy-1",
    normaliser="basic-1",
    judge="offline-3",
    suites=(("desk", "a" * 64), ("safety", "b" * 64)),
)


@pytest.mark.parametrize(
    ("theirs", "sentence"),
    [
        pytest.param(
            replace(OURS, suites=(("desk", "c" * 64), ("safety", "b" * 64))),
            "suite desk: baseline cccccccccccc, candidate aaaaaaaaaaaa",
            id="suite",
        ),
        pytest.param(
            replace(OURS, suites=(("safety", "b" * 64),)),
            "suite desk: baseline none, candidate aaaaaaaaaaaa",
            id="unknown suite",
        ),
        pytest.param(replace(OURS, judge=""), "judge: baseline none, candidate offline-3", id="judge"),
        pytest.param(
            replace(OURS, caller_voices=("piper",)),
            "caller voices: baseline piper, candidate espeak-en, espeak-de",
            id="caller voices",
        ),
        pytest.param(
            replace(OURS, agent_voices=("piper",)),
            "agent voices: baseline piper, candidate espeak-en",
            id="agent voices",
        ),
        pytest.param(replace(OURS, stt="whisper"), "stt: baseline whisper, candidate lossy-1", id="stt"),
        pytest.param(
            replace(OURS, normaliser="basic-0"), "normaliser: baseline basic-0, candidate basic-1", id="normaliser"
        ),
        pytest.param(replace(OURS, tier=Tier.TEXT), "tier: baseline text, candidate audio", id="tier"),
        pytest.param(
            replace(OURS, transport="voipbin"), "transport: baseline voipbin, candidate simulated", id="transport"
        ),
        pytest.param(replace(OURS, platform="strict"), "platform: baseline strict, candidate seed", id="platform"),
        pytest.param(
            replace(OURS, turn_model="vad"), "turn_model: baseline vad, candidate transcript", id="turn model"
        ),
        pytest.param(replace(OURS, latency="measured"), "latency: baseline measured, candidate modelled", id="latency"),
    ],
)
def test_each_field_that_must_agree_is_told_when_it_does_not(theirs: Provenance, sentence: str) -> None:
    assert differences(theirs, OURS, suites=["desk"]) == (sentence,)


@pytest.mark.parametrize(
    "theirs",
    [
        pytest.param(OURS, id="the same"),
        pytest.param(replace(OURS, harness_version="0.0.9"), id="another version of the harness"),
        pytest.param(replace(OURS, seed=2), id="another seed"),
        pytest.param(replace(OURS, suites=(("desk", "a" * 64), ("safety", "c" * 64))), id="a suite not compared"),
    ],
)
def test_what_leaves_the_measurement_alone_forbids_nothing(theirs: Provenance) -> None:
    assert differences(theirs, OURS, suites=["desk"]) == ()


def test_one_label_for_two_texts_is_told() -> None:
    theirs = [arm("desk@v1", "P", digest="a" * 64), arm("desk@v2", "P", digest="c" * 64)]
    ours = [arm("desk@v1", "P", digest="b" * 64), arm("desk@v2", "P", digest="c" * 64), arm("desk@v3", "P")]
    assert same_label_two_texts(theirs, ours) == (
        "desk@v1 is two texts: baseline aaaaaaaaaaaa, candidate bbbbbbbbbbbb",
    )


def test_suites_of_arms_are_read_off_their_cases() -> None:
    assert suites_of([arm("desk@v1", "P", "P")]) == {"desk"}
