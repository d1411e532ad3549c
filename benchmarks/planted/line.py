"""Faults of turn-taking, of the network, of our caller and of our measurement."""

from typing import Any

from benchmarks.planted.calls import Plant
from benchmarks.planted.cases import (
    GREETING,
    HOURS,
    HOURS_CASE,
    LONG,
    TWO_LINES,
    ask,
    case,
    on_line,
)
from benchmarks.planted.doubles import (
    AbsentJudge,
    BrokenListener,
    BrokenScorer,
    ConfusedListener,
    DistortedMouth,
    FailingVoice,
)
from harness.model.blame import Part
from harness.model.call import Tier
from harness.model.moves import Backchannel, Expectation, Hangup, Interruption, Piece, Say, Trigger, TriggerKind
from harness.model.platform import FaultKind, PlannedFault, PlatformSetup, TurnModelName, VadConfig
from harness.model.rubric import Criterion, Rubric
from harness.scorers.phrases import PhraseScorer
from harness.scorers.rubric import RubricScorer
from harness.testing.activity import ScriptedActivity

NOT_A_TURN = ScriptedActivity(0.0)
PAUSING = (Piece(text="I would like to book a table for"), Piece(text="nine people at seven, please.", pause_ms=4000))
CUTTING_IN = Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=2500)
TURN_TAKING = (
    Plant(
        id="the caller pauses and is answered",
        part=Part.TURN_TAKING,
        replies=(GREETING, "For how many people would you like to book, please?", "Alright, goodbye."),
        tier=Tier.AUDIO,
        case=case(ask(" ".join(piece.text for piece in PAUSING), "nine people", pieces=PAUSING)),
    ),
    Plant(
        id="the caller cuts the answer off",
        part=Part.TURN_TAKING,
        replies=(GREETING, LONG, "Alright."),
        case=case(
            ask("What is the password of your network?", "bluebird"),
            Say(text="Wait, I have another question.", trigger=CUTTING_IN, interrupts=Interruption.IMPATIENCE),
        ),
    ),
    Plant(
        id="a sound of attention stops the agent",
        part=Part.TURN_TAKING,
        replies=(GREETING, LONG, "Alright."),
        case=case(
            ask("What is the password of your network?", "bluebird"), Backchannel(text="Mm-hm.", trigger=CUTTING_IN)
        ),
    ),
    Plant(
        id="the agent does not give way",
        part=Part.TURN_TAKING,
        replies=(GREETING, LONG, "Alright."),
        turn_model=TurnModelName.HALF_DUPLEX,
        case=case(
            Say(text="What is there?"),
            Say(text="Wait, I have another question.", trigger=CUTTING_IN, interrupts=Interruption.QUESTION),
            limit=("overlap_ms", 800),
        ),
    ),
    Plant(
        id="waits long for more",
        part=Part.TURN_TAKING,
        turn_model=TurnModelName.VAD,
        case=case(ask(HOURS, "ten", within_ms=3000), platform=PlatformSetup(vad=VadConfig(stop_secs=4.0))),
    ),
    Plant(
        id="the slower end of turn of a recogniser",
        part=Part.TURN_TAKING,
        case=case(ask(HOURS, "ten", within_ms=2000), platform=PlatformSetup(stt_type="google")),
    ),
)

NETWORK = (
    Plant(
        id="the line drops",
        part=Part.NETWORK,
        case=case(*TWO_LINES.moves, fault=PlannedFault(kind=FaultKind.CALL_DROPS, at_ms=9000)),
    ),
    Plant(
        id="nothing of the caller arrives",
        part=Part.NETWORK,
        case=case(ask(HOURS, "ten"), fault=PlannedFault(kind=FaultKind.ONE_WAY_IN)),
    ),
    Plant(
        id="nothing of the caller arrives, with sound",
        part=Part.NETWORK,
        tier=Tier.AUDIO,
        case=case(*TWO_LINES.moves, fault=PlannedFault(kind=FaultKind.ONE_WAY_IN)),
    ),
    Plant(
        id="nothing of the agent arrives",
        part=Part.NETWORK,
        tier=Tier.AUDIO,
        case=case(*TWO_LINES.moves, fault=PlannedFault(kind=FaultKind.ONE_WAY_OUT), limit=("speaking_wer", 0.25)),
    ),
    Plant(
        id="a third of the packets lost",
        part=Part.NETWORK,
        tier=Tier.AUDIO,
        case=case(*TWO_LINES.moves, fault=PlannedFault(kind=FaultKind.PACKET_LOSS, value=0.35)),
    ),
    Plant(
        id="packets lost in bursts",
        part=Part.NETWORK,
        tier=Tier.AUDIO,
        case=case(*TWO_LINES.moves, persona=on_line(lost_frames=0.4, burst_frames=8)),
    ),
    Plant(
        id="the session starts late",
        part=Part.NETWORK,
        case=case(
            Say(text=HOURS),
            greeting=(Expectation(within_ms=4000),),
            fault=PlannedFault(kind=FaultKind.SLOW_START, value=7000),
        ),
    ),
    Plant(
        id="the session dies",
        part=Part.NETWORK,
        case=case(*TWO_LINES.moves, fault=PlannedFault(kind=FaultKind.PIPELINE_DIES, at_ms=9000)),
    ),
    Plant(
        id="the account is empty",
        part=Part.NETWORK,
        case=case(ask(HOURS, "ten"), fault=PlannedFault(kind=FaultKind.NO_BALANCE)),
    ),
)

CALLER = (
    Plant(
        id="the caller's room is too loud",
        part=Part.CALLER,
        tier=Tier.AUDIO,
        case=case(*TWO_LINES.moves, persona=on_line(snr_db=-12)),
    ),
    Plant(
        id="the caller is hardly audible",
        part=Part.CALLER,
        tier=Tier.AUDIO,
        case=case(*TWO_LINES.moves, persona=on_line(gain_db=-45, comfort_noise_db=-45)),
    ),
    Plant(
        id="the caller's voice is a noise",
        part=Part.CALLER,
        tier=Tier.AUDIO,
        case=TWO_LINES,
        voice=lambda mouth: DistortedMouth(mouth=mouth, noise=0.4),
    ),
    Plant(
        id="the caller's voice fails in one line",
        part=Part.CALLER,
        tier=Tier.AUDIO,
        case=TWO_LINES,
        voice=lambda mouth: DistortedMouth(mouth=mouth, where="parking"),
    ),
    Plant(id="the caller's voice engine is gone", part=Part.CALLER, case=TWO_LINES, voice=lambda _: FailingVoice()),
    Plant(
        id="the caller hangs up before its last line",
        part=Part.CALLER,
        case=case(ask(HOURS, "ten"), Hangup(), ask("And is there any parking?", "free")),
    ),
)

ASKED = Rubric(name="r", criteria=(Criterion(id="polite", question="Is the agent polite?"),))
HARNESS = (
    Plant(id="a scorer breaks", part=Part.HARNESS, case=HOURS_CASE, scorers=(PhraseScorer(), BrokenScorer())),
    Plant(
        id="the judge cannot be reached",
        part=Part.HARNESS,
        case=case(ask(HOURS, "ten"), rubric=ASKED),
        scorers=(PhraseScorer(), RubricScorer(judge=AbsentJudge())),
    ),
    Plant(
        id="our recogniser fails",
        part=Part.HARNESS,
        tier=Tier.AUDIO,
        case=HOURS_CASE,
        listener=lambda _: BrokenListener(),
    ),
    Plant(
        id="our recogniser mishears the caller",
        part=Part.HARNESS,
        tier=Tier.AUDIO,
        case=HOURS_CASE,
        listener=lambda listener: ConfusedListener(
            listener=listener, instead=(("until", "and"), ("open", "pen"), ("evening", "morning"))
        ),
    ),
    Plant(
        id="nobody measured the caller's voice",
        part=Part.HARNESS,
        tier=Tier.AUDIO,
        case=HOURS_CASE,
        scorers=(PhraseScorer(),),
    ),
    Plant(id="a bug in an extension", part=Part.HARNESS, case=HOURS_CASE, agent=lambda agent, _: _broken()),
)


def _broken() -> Any:
    raise ZeroDivisionError("division by zero")
