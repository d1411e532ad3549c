"""Faults of turn-taking, network, caller and harness that were written after the rules and in another setting."""

from benchmarks.planted.calls import Plant
from benchmarks.planted.cases import ask, case, on_line
from benchmarks.planted.doubles import ConfusedListener, DistortedMouth, NumberlessScorer
from benchmarks.planted.unseen_agent import CARTER, DEPOT, HELLO, INTO, LATER, PICKUP, PROMPT, RETURNS, TALK, WEIGHT
from harness.model.blame import Part
from harness.model.call import Tier
from harness.model.moves import Disturbance, Expectation, Interruption, Piece, Say, Sound
from harness.model.platform import FaultKind, PlannedFault, PlatformSetup, TurnModelName, VadConfig
from harness.scorers.phrases import PhraseScorer

TURN_TAKING = (
    Plant(
        id="cut off, asked of the whole call",
        part=Part.TURN_TAKING,
        replies=(HELLO, TALK, "Alright."),
        case=case(
            Say(text="How do I get in?"),
            Say(text="Excuse me, one thing.", trigger=INTO, interrupts=Interruption.QUESTION),
            expect=(LATER,),
        ),
    ),
    Plant(
        id="a voice in the room stops the agent",
        part=Part.TURN_TAKING,
        replies=(HELLO, TALK, "Pardon?"),
        tier=Tier.AUDIO,
        case=case(
            ask("How do I get in?", "marigold"),
            Disturbance(sound=Sound.SPEAKER, text="Have you seen my keys anywhere?", level_db=0, trigger=INTO),
        ),
    ),
    Plant(
        id="waits for a sentence to be complete",
        part=Part.TURN_TAKING,
        prompt=PROMPT,
        turn_model=TurnModelName.VAD,
        case=case(
            ask("Where is your depot and", "Harbour", within_ms=2500),
            platform=PlatformSetup(vad=VadConfig(stop_secs=0.2), smart_turn=True),
        ),
    ),
    Plant(
        id="answers in a pause and cuts in",
        part=Part.TURN_TAKING,
        replies=(HELLO, "How much does it weigh, please tell me that first?", "Goodbye."),
        tier=Tier.AUDIO,
        case=case(
            Say(
                text="I have a parcel that weighs sixteen kilos for Berlin.",
                pieces=(
                    Piece(text="I have a parcel that weighs"),
                    Piece(text="sixteen kilos for Berlin.", pause_ms=3000),
                ),
                expect=(Expectation(says=(("sixteen",),)),),
            )
        ),
    ),
)

NETWORK = (
    Plant(
        id="frames come too late",
        part=Part.NETWORK,
        prompt=PROMPT,
        tier=Tier.AUDIO,
        case=case(DEPOT, WEIGHT, persona=on_line(jitter_ms=70)),
    ),
    Plant(
        id="the line drops in an answer",
        part=Part.NETWORK,
        prompt=PROMPT,
        case=case(DEPOT, WEIGHT, RETURNS, fault=PlannedFault(kind=FaultKind.CALL_DROPS, at_ms=15_000)),
    ),
    Plant(
        id="the pipeline idles out",
        part=Part.NETWORK,
        prompt=PROMPT,
        case=case(DEPOT, WEIGHT, RETURNS, fault=PlannedFault(kind=FaultKind.PIPELINE_IDLES, at_ms=12_000)),
    ),
    Plant(
        id="a fifth of the packets lost",
        part=Part.NETWORK,
        prompt=PROMPT,
        tier=Tier.AUDIO,
        case=case(DEPOT, WEIGHT, RETURNS, fault=PlannedFault(kind=FaultKind.PACKET_LOSS, value=0.25)),
    ),
)

CALLER = (
    Plant(
        id="babble around the caller",
        part=Part.CALLER,
        prompt=PROMPT,
        tier=Tier.AUDIO,
        case=case(DEPOT, WEIGHT, persona=on_line(snr_db=-6)),
    ),
    Plant(
        id="a garbled name",
        part=Part.CALLER,
        prompt=PROMPT,
        tier=Tier.AUDIO,
        case=case(*PICKUP, entities=(CARTER,)),
        voice=lambda mouth: DistortedMouth(mouth=mouth, where="carter", noise=0.5),
    ),
    Plant(
        id="a case with too little time", part=Part.CALLER, prompt=PROMPT, case=case(DEPOT, WEIGHT, max_call_ms=14_000)
    ),
)

HARNESS = (
    Plant(
        id="our recogniser mishears the agent",
        part=Part.HARNESS,
        prompt=PROMPT,
        tier=Tier.AUDIO,
        case=case(DEPOT, limit=("speaking_wer", 0.2)),
        listener=lambda listener: ConfusedListener(
            listener=listener, instead=(("harbour", "arbor"), ("street", "sweet"), ("morning", "warning"))
        ),
    ),
    Plant(
        id="our recogniser mishears everybody",
        part=Part.HARNESS,
        prompt=PROMPT,
        tier=Tier.AUDIO,
        case=case(DEPOT, WEIGHT, limit=("speaking_wer", 0.2)),
        listener=lambda listener: ConfusedListener(
            listener=listener, instead=(("depot", "teapot"), ("parcel", "castle"), ("is", "was"), ("street", "sweet"))
        ),
    ),
    Plant(
        id="a score that is no number",
        part=Part.HARNESS,
        prompt=PROMPT,
        case=case(DEPOT),
        scorers=(PhraseScorer(), NumberlessScorer()),
    ),
)
