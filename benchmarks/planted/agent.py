"""Faults of hearing, thinking, tools and speaking."""

from benchmarks.planted.calls import PROMPT, Plant
from benchmarks.planted.cases import (
    BOOKED,
    GREETED,
    GREETING,
    HOURS,
    HOURS_CASE,
    MEASURED,
    ORDER_CASE,
    ORDERS,
    QUICK,
    TOLD,
    TWO_LINES,
    ask,
    case,
    with_tool,
)
from benchmarks.planted.doubles import (
    ConfusedEars,
    DistortedMouth,
    SlowAgent,
    SlowEars,
    SlowMouth,
    calling,
)
from harness.model.blame import Part
from harness.model.call import Tier
from harness.model.moves import Say
from harness.model.platform import FaultKind, PlannedFault, PlatformSetup, ToolMock

HEARING = (
    Plant(
        id="words taken for others",
        part=Part.HEARING,
        case=case(*TWO_LINES.moves, fault=PlannedFault(kind=FaultKind.STT_MISHEARS, value=0.5)),
    ),
    Plant(
        id="a digit taken for another",
        part=Part.HEARING,
        case=ORDER_CASE,
        prompt=ORDERS,
        ears=lambda ears, _: ConfusedEars(ears=ears, instead=(("two", "three"),)),
    ),
    Plant(
        id="eight taken for nine",
        part=Part.HEARING,
        case=case(
            Say(text="I would like a table for eight people at seven, please."),
            ask("My name is Carter.", "eight people"),
        ),
        ears=lambda ears, _: ConfusedEars(ears=ears, instead=(("eight", "nine"),)),
    ),
    Plant(
        id="one turn not recognised",
        part=Part.HEARING,
        case=TWO_LINES,
        ears=lambda ears, _: ConfusedEars(ears=ears, deaf_to="parking"),
    ),
    Plant(id="listens for another language", part=Part.HEARING, case=TWO_LINES, arm={"stt_language": "de-DE"}),
    Plant(
        id="a value lost, with sound",
        part=Part.HEARING,
        case=ORDER_CASE,
        prompt=ORDERS,
        tier=Tier.AUDIO,
        ears=lambda ears, _: ConfusedEars(
            ears=ears, instead=(("two", "three"), ("2", "3"), ("47192", "47193"), ("4-7192", "4-7193"))
        ),
    ),
    Plant(
        id="a slow recogniser",
        part=Part.HEARING,
        case=QUICK,
        latency=MEASURED,
        ears=lambda ears, clock: SlowEars(ears=ears, clock=clock, took_ms=4000),
    ),
)

THINKING = (
    Plant(
        id="a wrong fact in the prompt",
        part=Part.THINKING,
        case=HOURS_CASE,
        prompt=PROMPT.replace("until ten", "until nine"),
    ),
    Plant(
        id="a fact left out of the prompt",
        part=Part.THINKING,
        case=TWO_LINES,
        prompt=PROMPT.replace("Parking is free behind the house.\n", ""),
    ),
    Plant(
        id="a forbidden promise",
        part=Part.THINKING,
        case=case(ask(HOURS, never=("discount",))),
        replies=(GREETING, "Until ten, and you get a discount."),
    ),
    Plant(
        id="another greeting than asked for", part=Part.THINKING, case=GREETED, replies=("Good evening.", "Until ten.")
    ),
    Plant(
        id="the model hangs",
        part=Part.THINKING,
        case=case(*TWO_LINES.moves, fault=PlannedFault(kind=FaultKind.LLM_HANGS, reply=2)),
    ),
    Plant(
        id="the model's key is refused",
        part=Part.THINKING,
        case=case(ask(HOURS, "ten"), fault=PlannedFault(kind=FaultKind.LLM_KEY_INVALID)),
    ),
    Plant(
        id="the model is rate limited",
        part=Part.THINKING,
        case=case(*TWO_LINES.moves, fault=PlannedFault(kind=FaultKind.LLM_RATE_LIMITED, reply=1)),
    ),
    Plant(
        id="the model fails",
        part=Part.THINKING,
        case=case(ask(HOURS, "ten"), fault=PlannedFault(kind=FaultKind.LLM_SERVER_ERROR, reply=1)),
    ),
    Plant(
        id="a slow model",
        part=Part.THINKING,
        case=QUICK,
        latency=MEASURED,
        agent=lambda agent, clock: SlowAgent(agent=agent, clock=clock, took_ms=5000),
    ),
    Plant(
        id="the model writes nothing",
        part=Part.THINKING,
        case=TWO_LINES,
        replies=(GREETING, "We are open until ten.", ""),
    ),
    Plant(
        id="hangs up in the middle",
        part=Part.THINKING,
        case=case(*TWO_LINES.moves, platform=PlatformSetup(tools=("stop_flow",))),
        replies=(GREETING, calling("stop_flow", words="We are open until ten.")),
    ),
    Plant(
        id="a wrong fact, with sound",
        part=Part.THINKING,
        case=HOURS_CASE,
        tier=Tier.AUDIO,
        prompt=PROMPT.replace("until ten", "until nine"),
    ),
)

TOOL = (
    Plant(
        id="a tool fails",
        part=Part.TOOL,
        case=with_tool(ToolMock(name="get_variables", error="database is down")),
        replies=BOOKED,
    ),
    Plant(
        id="a tool never answers",
        part=Part.TOOL,
        case=with_tool(ToolMock(name="get_variables", times_out=True)),
        replies=BOOKED,
    ),
    Plant(
        id="a tool tells something else",
        part=Part.TOOL,
        case=with_tool(ToolMock(name="get_variables", result={"time": "seven"})),
        replies=(GREETING, calling("get_variables", TOLD), "It is booked for seven."),
    ),
    Plant(
        id="a slow tool",
        part=Part.TOOL,
        case=with_tool(ToolMock(name="get_variables", delay_ms=6000, result="eight"), within_ms=5000),
        replies=(GREETING, calling("get_variables", TOLD), "It is booked for eight."),
    ),
    Plant(
        id="arguments refused",
        part=Part.TOOL,
        case=case(ask("Please connect me.", "connecting"), platform=PlatformSetup(tools=("connect_call",))),
        replies=(GREETING, calling("connect_call", "{"), "I am sorry, I cannot."),
    ),
    Plant(
        id="a tool that was not offered",
        part=Part.TOOL,
        case=case(ask("When is my table booked for?", "eight"), platform=PlatformSetup(tools=("stop_flow",))),
        replies=BOOKED,
    ),
    Plant(
        id="a tool fails, with sound",
        part=Part.TOOL,
        tier=Tier.AUDIO,
        replies=BOOKED,
        case=with_tool(ToolMock(name="get_variables", error="database is down")),
    ),
)

SPEAKING = (
    Plant(
        id="the voice is silent",
        part=Part.SPEAKING,
        case=case(*TWO_LINES.moves, fault=PlannedFault(kind=FaultKind.TTS_SILENT, reply=1)),
    ),
    Plant(
        id="the voice does not exist",
        part=Part.SPEAKING,
        case=case(ask(HOURS, "ten"), fault=PlannedFault(kind=FaultKind.TTS_VOICE_MISSING)),
    ),
    Plant(
        id="the voice is a noise",
        part=Part.SPEAKING,
        tier=Tier.AUDIO,
        case=case(ask(HOURS, "ten"), limit=("speaking_wer", 0.25)),
        mouth=lambda mouth, _: DistortedMouth(mouth=mouth, where="ten", noise=0.4),
    ),
    Plant(
        id="one answer has no sound",
        part=Part.SPEAKING,
        tier=Tier.AUDIO,
        case=case(ask(HOURS, "ten"), limit=("speaking_wer", 0.25)),
        mouth=lambda mouth, _: DistortedMouth(mouth=mouth, where="ten"),
    ),
    Plant(
        id="a slow voice",
        part=Part.SPEAKING,
        case=QUICK,
        latency=MEASURED,
        mouth=lambda mouth, clock: SlowMouth(mouth=mouth, clock=clock, took_ms=5000),
    ),
)
