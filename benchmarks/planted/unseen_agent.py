"""Faults of hearing, thinking, tools and speaking that were written after the rules and in another setting."""

from benchmarks.planted.calls import Plant
from benchmarks.planted.cases import MEASURED, TOLD, ask, case, on_line
from benchmarks.planted.doubles import ConfusedEars, DistortedMouth, SlowMouth, calling
from harness.model.blame import Part
from harness.model.call import Tier
from harness.model.entity import Entity, EntityKind
from harness.model.moves import Expectation, Say, Trigger, TriggerKind
from harness.model.platform import FaultKind, PlannedFault, PlatformSetup, ToolMock

PROMPT = """You are Nora, the assistant of Swift Parcels.
Greet the caller with "Swift Parcels, good morning."
The depot is in Harbour Street.
A parcel may weigh twenty kilos.
Returns are free within fourteen days.
To book a pickup, ask for the name and the day.
Always repeat the booking back before you confirm it."""
HELLO = "Swift Parcels, good morning."
TALK = "The depot is in Harbour Street, next to the old mill and behind the station. The code of the gate is marigold."
DEPOT = ask("Where is your depot, please?", "Harbour")
WEIGHT = ask("How much may a parcel weigh?", "twenty")
RETURNS = ask("Are returns free of charge?", "fourteen")
CARTER = Entity(kind=EntityKind.PHRASE, value="Carter")
PICKUP = (
    Say(text="I would like to book a pickup on Monday."),
    Say(text="My name is Carter.", entities=(CARTER,)),
    Say(text="Yes, thank you."),
)
INTO = Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=1800)
LATER = Expectation(says=(("marigold",),))


HEARING = (
    Plant(
        id="a third of the words misheard",
        part=Part.HEARING,
        prompt=PROMPT,
        case=case(DEPOT, WEIGHT, RETURNS, fault=PlannedFault(kind=FaultKind.STT_MISHEARS, value=0.35)),
    ),
    Plant(
        id="the one word that matters",
        part=Part.HEARING,
        prompt=PROMPT,
        case=case(ask("Could you please tell me where I can find the depot?", "Harbour")),
        ears=lambda ears, _: ConfusedEars(ears=ears, instead=(("depot", "people"),)),
    ),
    Plant(
        id="a name taken for another",
        part=Part.HEARING,
        prompt=PROMPT,
        case=case(*PICKUP, entities=(CARTER,)),
        ears=lambda ears, _: ConfusedEars(ears=ears, instead=(("carter", "carver"),)),
    ),
    Plant(
        id="deaf to one question of the whole call",
        part=Part.HEARING,
        prompt=PROMPT,
        tier=Tier.AUDIO,
        case=case(Say(text="Where is your depot?"), WEIGHT, expect=(Expectation(says=(("Harbour",),)),)),
        ears=lambda ears, _: ConfusedEars(ears=ears, deaf_to="depot"),
    ),
)

THINKING = (
    Plant(
        id="a rule the prompt lacks",
        part=Part.THINKING,
        prompt=PROMPT,
        case=case(WEIGHT, expect=(Expectation(says=(("anything else",),)),)),
    ),
    Plant(
        id="an order to say what is forbidden",
        part=Part.THINKING,
        prompt=PROMPT.replace("twenty kilos", "twenty kilos, and we guarantee delivery tomorrow"),
        case=case(WEIGHT, expect=(Expectation(never_says=("guarantee",)),)),
    ),
    Plant(
        id="a wrong fact beside a small mishearing",
        part=Part.THINKING,
        prompt=PROMPT.replace("Harbour", "Market"),
        case=case(ask("Could you please tell me where I can find the depot?", "Harbour")),
        ears=lambda ears, _: ConfusedEars(ears=ears, instead=(("could", "would"),)),
    ),
    Plant(
        id="a wrong fact on a noisy line",
        part=Part.THINKING,
        tier=Tier.AUDIO,
        prompt=PROMPT.replace("twenty", "thirty"),
        case=case(WEIGHT, persona=on_line(snr_db=15)),
    ),
    Plant(
        id="forgets the name",
        part=Part.THINKING,
        replies=(HELLO, "What is your name?", "Thank you, that is noted.", "Goodbye."),
        case=case(*PICKUP, entities=(CARTER,)),
    ),
)

TOOL = (
    Plant(
        id="a tool that knows nothing",
        part=Part.TOOL,
        replies=(HELLO, calling("get_variables", TOLD), "I am sorry, I have found nothing."),
        case=case(
            ask("Where is my parcel?", "Harbour"),
            platform=PlatformSetup(tools=("get_variables",), tool_mocks=(ToolMock(name="get_variables", result={}),)),
        ),
    ),
    Plant(
        id="a tool fails, asked of the whole call",
        part=Part.TOOL,
        replies=(HELLO, "One moment.", calling("get_variables", TOLD), "I cannot see that.", "Goodbye."),
        case=case(
            Say(text="I have a question."),
            Say(text="Where is my parcel?"),
            Say(text="A pity."),
            expect=(Expectation(says=(("Harbour",),)),),
            platform=PlatformSetup(tools=("get_variables",), tool_mocks=(ToolMock(name="get_variables", error="503"),)),
        ),
    ),
    Plant(
        id="a slow tool breaks a limit",
        part=Part.TOOL,
        replies=(HELLO, calling("get_variables", TOLD), "It is in Harbour Street."),
        case=case(
            ask("Where is my parcel?", "Harbour"),
            limit=("latency_ms", 3000),
            platform=PlatformSetup(
                tools=("get_variables",), tool_mocks=(ToolMock(name="get_variables", delay_ms=4000),)
            ),
        ),
    ),
    Plant(
        id="a tool with old data, with sound",
        part=Part.TOOL,
        tier=Tier.AUDIO,
        replies=(HELLO, calling("get_variables", TOLD), "Your parcel is in Market Street."),
        case=case(
            ask("Where is my parcel?", "Harbour"),
            platform=PlatformSetup(
                tools=("get_variables",), tool_mocks=(ToolMock(name="get_variables", result={"at": "Market Street"}),)
            ),
        ),
    ),
)

SPEAKING = (
    Plant(
        id="a slow voice breaks a limit",
        part=Part.SPEAKING,
        prompt=PROMPT,
        case=case(DEPOT, WEIGHT, limit=("latency_ms", 2500)),
        latency=MEASURED,
        mouth=lambda mouth, clock: SlowMouth(mouth=mouth, clock=clock, took_ms=3000),
    ),
    Plant(
        id="no voice in the whole call",
        part=Part.SPEAKING,
        prompt=PROMPT,
        case=case(DEPOT, fault=PlannedFault(kind=FaultKind.TTS_SILENT)),
    ),
    Plant(
        id="one of two answers is garbled",
        part=Part.SPEAKING,
        prompt=PROMPT,
        tier=Tier.AUDIO,
        case=case(DEPOT, WEIGHT, limit=("speaking_wer", 0.2)),
        mouth=lambda mouth, _: DistortedMouth(mouth=mouth, where="twenty", noise=0.5),
    ),
    Plant(
        id="the greeting has no sound",
        part=Part.SPEAKING,
        prompt=PROMPT,
        tier=Tier.AUDIO,
        case=case(DEPOT, WEIGHT, limit=("speaking_wer", 0.2)),
        mouth=lambda mouth, _: DistortedMouth(mouth=mouth, where="swift"),
    ),
)
