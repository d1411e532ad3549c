"""A platform of doubles with a hand on its clock, callers at the far ends of its calls, and what came of them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from harness.interfaces import Agent, Delta, StopReason, ToolCall
from harness.model.call import Event, EventKind, Role, Tier
from harness.model.platform import ToolMock
from harness.simulator.calls.leg import Digit, Leg
from harness.simulator.line.caller_leg import CallerLeg
from harness.simulator.line.hearing import Told
from harness.simulator.platform import Platform
from harness.simulator.works import PlatformOptions
from harness.testing.platform import make_equipment
from harness.testing.speech import ScriptedAgent, ToneMouth
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind, Record

AI = {"name": "desk", "engine_model": "openai.gpt-5", "init_prompt": "You are the desk of a hotel."}
HOTEL = {"type": "tel", "target": "+15550100000"}
GUEST = {"type": "tel", "target": "+15550100001"}
HOUR_MS = 3_600_000


def action(type_: str, /, *, id: str = "", next_id: str = "", **option: Any) -> dict[str, Any]:
    """Return an action's JSON."""
    envelope = {name: value for name, value in (("id", id), ("next_id", next_id)) if value}
    return {"type": type_, "option": option, **envelope}


def calling(name: str, arguments: str = "{}", *, words: str = "", id: str = "call_1") -> tuple[Delta, ...]:
    """Return the answer of an agent that calls a tool."""
    said = tuple(Delta(text=f"{word} ") for word in words.split())
    return (
        *said,
        Delta(tool_call=ToolCall(id=id, name=name, arguments=arguments)),
        Delta(stop=StopReason.TOOL_CALLS),
    )


class Line:
    """One call of a stage, seen from its far end."""

    def __init__(self, stage: "Stage", leg: Leg) -> None:
        self.leg = leg
        self.events: list[Event] = []
        self._clock = stage.clock
        leg.studio.log.watch(self.events.append)
        self._mouth = ToneMouth(pitch_hz=600, text_only=stage.tier is Tier.TEXT)
        self._mouthpiece = CallerLeg(clock=stage.clock, log=leg.studio.log, lines=leg.lines, on_speech=leg.arrived)
        leg.on_end(self._mouthpiece.cut)

    @property
    def record(self) -> Record:
        return self.leg.record

    @property
    def kinds(self) -> list[str]:
        return [event.kind.value for event in self.events]

    @property
    def entered(self) -> list[str]:
        """The actions that began, in order."""
        return [str(event.data["type"]) for event in self.of(EventKind.ACTION_ENTERED)]

    def entered_ms(self, type_: str) -> int:
        """When an action of this type began first."""
        return next(event.at_ms for event in self.of(EventKind.ACTION_ENTERED) if event.data["type"] == type_)

    def of(self, *kinds: EventKind, role: Role | None = None) -> list[Event]:
        return [event for event in self.events if event.kind in kinds and role in (None, event.role)]

    def spoken(self, role: Role = Role.AGENT) -> list[str]:
        """What a side was heard saying, turn by turn."""
        return [event.text for event in self.of(EventKind.SPEECH_STOPPED, role=role)]

    def time_of(self, kind: EventKind, *, role: Role | None = None, place: int = 0) -> int:
        return self.of(kind, role=role)[place].at_ms

    def says(self, text: str, *, at_ms: int) -> None:
        async def say() -> None:
            if not self.leg.is_over:
                await self._mouthpiece.say(await self._mouth.speak(text))

        self._clock.at(at_ms, say)

    def is_told(self, text: str, *, at_ms: int, final: bool) -> None:
        """Have the platform's recogniser tell something, whatever was said."""
        told = Told(text=text, is_final=final, number=0, word_end_ms=at_ms)
        self._clock.at(at_ms, lambda: self.leg.told_live(told))

    def presses(self, digits: str, *, at_ms: int, every_ms: int = 200) -> None:
        def press(digit: str) -> Callable[[], Awaitable[None]]:
            return lambda: self.leg.pressed(Digit(digit=digit, duration_ms=160))

        for place, digit in enumerate(digits):
            self._clock.at(at_ms + place * every_ms, press(digit))


class Stage:
    """A platform whose agent gives scripted replies; everything has a sensible default."""

    def __init__(
        self,
        *replies: str | tuple[Delta, ...],
        agent: Agent | None = None,
        mode: Mode = Mode.CURRENT,
        tier: Tier = Tier.TEXT,
        seed: int = 1,
        mocks: tuple[ToolMock, ...] = (),
        parts: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        self.tier = tier
        self.agent = ScriptedAgent(*(replies or ("Hello.", "Certainly.")))
        speaking = agent or self.agent
        equipment = make_equipment(text_only=tier is Tier.TEXT, **({"agent": lambda _: speaking} | (parts or {})))
        values: dict[str, Any] = {"mode": mode, "tier": tier, "seed": seed, "tool_mocks": mocks} | options
        self.platform = Platform(equipment=equipment, options=PlatformOptions(**values))
        self.works = self.platform.works
        self.clock = self.platform.clock
        self.world = self.platform.world

    # --- calls ---

    def incoming(self, *actions: dict[str, Any], variables: dict[str, str] | None = None, **fields: Any) -> Line:
        """Take in a call that runs these actions."""
        leg = self.works.switchboard.receive(
            self.works.activeflows.actions_of(actions),
            flow=fields.get("flow"),
            source=GUEST,
            destination=HOTEL,
            variables=variables,
        )
        return Line(self, leg)

    def placed(self, *actions: dict[str, Any], target: str = "guest@example.com", **fields: Any) -> Line:
        """Place a call that runs these actions once it is answered."""
        order: dict[str, Any] = {
            "source": HOTEL,
            "destinations": [{"type": "sip", "target": target}],
            "flow_id": "",
            "actions": actions,
            "anonymous": "",
            "variables": {},
        }
        record = self.platform.orders.place_request(**(order | fields)).calls[0]
        return self.line(record["id"])

    def line(self, id: str) -> Line:
        """Hold the far end of a call that goes on."""
        leg = self.works.legs.find(id)
        assert leg is not None
        return Line(self, leg)

    def with_ai(self, *before: dict[str, Any], then: tuple[dict[str, Any], ...] = (), **ai: Any) -> Line:
        """Take in a call that talks to an AI."""
        return self.incoming(action("answer"), *before, self.ai_talk(**ai), *then)

    def ai_talk(self, **ai: Any) -> dict[str, Any]:
        made = self.platform.ais.create({**AI, **ai})
        return action("ai_talk", assistance_type="ai", assistance_id=made["id"])

    # --- time ---

    def run(self, *, for_ms: int) -> None:
        """Let time pass."""

        async def steps(until_ms: int) -> None:
            while await self.clock.step(until_ms=until_ms):
                pass
            self.clock.pass_to(until_ms)

        asyncio.run(steps(self.clock.now_ms() + for_ms))

    def at(self, at_ms: int, happening: Callable[[], Any]) -> None:
        """Have something happen at a moment."""

        async def happen() -> None:
            waiting = happening()
            if asyncio.iscoroutine(waiting):
                await waiting

        self.clock.at(at_ms, happen)

    # --- what is kept ---

    def records(self, kind: Kind, **where: Any) -> list[Record]:
        """The resources of a kind, oldest first."""
        return list(self.world.records(kind, **where))[::-1]

    def told(self, *prefixes: str) -> list[str]:
        """The events of the platform whose names begin so, in order."""
        return [event.type for event in self.world.history if event.type.startswith(prefixes)]

    def variables(self, line: Line) -> dict[str, str]:
        """What the flow of a call knows."""
        return self.works.activeflows.variables[line.record["activeflow_id"]]

    def messages(self, *roles: str) -> list[tuple[str, str]]:
        """The stored messages of these roles, or of all but the system's."""
        wanted = roles or ("user", "assistant", "tool", "notification")
        return [(each["role"], each["content"]) for each in self.records(Kind.MESSAGE) if each["role"] in wanted]
