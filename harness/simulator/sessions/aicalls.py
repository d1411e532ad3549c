"""AI calls: an AI's part in a phone call, from `initiating` to `terminated`."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from harness.errors import HarnessError
from harness.model.call import EventKind, Role
from harness.model.platform import ToolMock
from harness.simulator.calls.leg import Leg
from harness.simulator.flows.flow import Activeflow
from harness.simulator.kernel.equipment import Equipment
from harness.simulator.kernel.world import World
from harness.simulator.sessions.book import MessageBook
from harness.simulator.sessions.cast import Cast
from harness.simulator.sessions.casting import Casting
from harness.simulator.sessions.chats import Chats
from harness.simulator.sessions.session import SessionEnd
from harness.simulator.sessions.talk import AITalk, SessionSetup
from harness.simulator.sessions.toolbox import Toolbox, Workbench
from harness.voipbin.resources import Kind, Record
from harness.voipbin.variables import REFERENCE_DATA, aicall_variables

BenchFactory = Callable[[AITalk, Activeflow], Workbench]


class AICalls:
    """Keeps the AI calls that are going on."""

    def __init__(
        self,
        *,
        world: World,
        equipment: Equipment,
        casting: Casting,
        setup: SessionSetup,
        mocks: tuple[ToolMock, ...],
        bench: BenchFactory,
        on_terminated: Callable[[Record], None],
        slow_ms: Callable[[], int],
    ) -> None:
        """Take what sessions are made of.

        Args:
            world: Keeps the records.
            equipment: Thinks, speaks and hears.
            casting: Makes members of stored AIs.
            setup: How sessions listen.
            mocks: Tools that answer what a suite says.
            bench: Makes what does the tools of a session.
            on_terminated: Told when an AI call is over.
            slow_ms: Says how much longer than usual a session takes to start.
        """
        self._world = world
        self._equipment = equipment
        self._casting = casting
        self._setup = setup
        self._mocks = mocks
        self._bench = bench
        self._on_terminated = on_terminated
        self._slow_ms = slow_ms
        self._talks: dict[str, AITalk] = {}
        self.chats = Chats(world=world, casting=casting, equipment=equipment, on_terminated=on_terminated)

    def begin(
        self,
        leg: Leg,
        flow: Activeflow,
        *,
        assistance_type: str,
        assistance_id: str,
        half_duplex: bool,
        on_over: Callable[[SessionEnd], Awaitable[None] | None],
    ) -> AITalk | None:
        """Make an AI call on a phone call; it talks once `start` is called.

        Returns:
            None when the session cannot start, which the call's log says.
        """
        leg.studio.log.add(EventKind.AICALL_INITIALIZING)
        try:
            cast = self._casting.cast(
                assistance_type=assistance_type, assistance_id=assistance_id, variables=flow.known_to(REFERENCE_DATA)
            )
            return self._talk(leg, flow, cast, (assistance_type, assistance_id), half_duplex, on_over)
        except HarnessError as error:
            # The platform accepts much that its runner cannot start: no session, and no fallback action either.
            leg.studio.log.add(
                EventKind.SERVICE_FAILED,
                role=Role.AGENT,
                text=str(error),
                data={"service": self._engine_of(assistance_id), "stage": "session"},
            )
            return None

    def run_task(
        self,
        flow: Activeflow,
        *,
        assistance_type: str,
        assistance_id: str,
        on_over: Callable[[], Awaitable[None]],
    ) -> None:
        """Have an AI work for a flow that has no call; `on_over` is told when it is done.

        Raises:
            CallError: there is no such AI or team, or it cannot be started.
        """
        cast = self._casting.cast(
            assistance_type=assistance_type, assistance_id=assistance_id, variables=flow.known_to(REFERENCE_DATA)
        )
        record = aicall_of(
            self._world,
            cast,
            assistance=(assistance_type, assistance_id),
            flow_id=flow.id,
            call_id=None,
            reference_type="task",
        )
        flow.variables |= aicall_variables(record, ai_id=cast.first.ai_id)
        self.chats.run_task(record, cast, on_over=on_over)

    def find_talk(self, leg_id: str) -> AITalk | None:
        """Return the AI's part in a call that is going on; None when there is none."""
        return next((talk for talk in self._talks.values() if talk.leg.id == leg_id), None)

    def terminate(self, id: str) -> Record:
        """End an AI call; the flow of its phone call goes on. Raises ApiError when there is none."""
        record = self._world.require(Kind.AICALL, id)
        talk = self._talks.get(id)
        if talk is not None:
            talk.stop()
        else:
            self.chats.terminate(record)
        return record

    def send(self, id: str, *, content: str, spawn: Callable[[Callable[[], Awaitable[None]]], None]) -> Record:
        """Send a written message into an AI call and return it as stored.

        Raises:
            ApiError: there is no such AI call, it is over, or the last message is too recent.
        """
        aicall = self._world.require(Kind.AICALL, id)
        self.chats.check(aicall)
        talk = self._talks.get(id)
        if talk is None:
            return self.chats.send(aicall, content)
        stored = MessageBook(world=self._world, aicall=aicall, log=talk.leg.studio.log).user(content)
        spawn(lambda: talk.inject(content))
        return stored

    def _talk(
        self,
        leg: Leg,
        flow: Activeflow,
        cast: Cast,
        assistance: tuple[str, str],
        half_duplex: bool,
        on_over: Callable[[SessionEnd], Awaitable[None] | None],
    ) -> AITalk:
        record = aicall_of(self._world, cast, assistance=assistance, flow_id=flow.id, call_id=leg.id)
        flow.variables |= aicall_variables(record, ai_id=cast.first.ai_id)
        talk = AITalk(
            leg=leg,
            aicall=record,
            cast=cast,
            setup=self._setup,
            half_duplex=half_duplex,
            activity=self._equipment.activity,
            toolbox=lambda talk, book: Toolbox(
                studio=leg.studio, book=book, bench=self._bench(talk, flow), mocks=self._mocks
            ),
            on_over=on_over,
            on_terminated=partial(self._terminated, record),
            slow_ms=self._slow_ms(),
        )
        self._talks[record["id"]] = talk
        return talk

    def _terminated(self, record: Record) -> None:
        self._talks.pop(record["id"], None)
        self._on_terminated(record)

    def _engine_of(self, ai_id: str) -> str:
        ai = self._world.find(Kind.AI, ai_id)
        return str(ai["engine_model"]) if ai else "ai_talk"


def aicall_of(
    world: World,
    cast: Cast,
    *,
    assistance: tuple[str, str],
    flow_id: str | None,
    call_id: str | None,
    reference_type: str = "",
) -> Record:
    """Return a new AI call with exactly which prompts it will run (contract 4.2).

    Args:
        world: Keeps it.
        cast: Who takes it.
        assistance: `ai` or `team`, and its id.
        flow_id: The flow execution it is part of.
        call_id: The phone call it is part of.
        reference_type: What else it is part of.
    """
    first = cast.first
    ai: Mapping[str, Any] = world.find(Kind.AI, first.ai_id) or {}
    members = list(cast.members.values()) or [first]
    snapshots = [
        {
            "ai_id": member.ai_id,
            "prompt_history_id": (world.find(Kind.AI, member.ai_id) or {}).get("current_prompt_history_id"),
            "prompt": member.config.init_prompt,
            "member_id": member.member_id,
        }
        for member in members
    ]
    confbridge = world.create(Kind.CONFBRIDGE, reference_type="ai", reference_id=call_id) if call_id else None
    kind, id = assistance
    return world.create(
        Kind.AICALL,
        event="aicall_status_initializing",
        assistance_type=kind,
        assistance_id=id,
        ai_engine_model=first.config.engine_model,
        ai_tts_type=ai.get("tts_type", ""),
        ai_tts_voice_id=ai.get("tts_voice_id", ""),
        ai_stt_type=ai.get("stt_type", ""),
        ai_vad_config=ai.get("vad_config"),
        ai_smart_turn_enabled=ai.get("smart_turn_enabled", False),
        parameter=dict(first.config.parameter),
        activeflow_id=flow_id,
        reference_type="call" if call_id else reference_type,
        reference_id=call_id,
        confbridge_id=confbridge["id"] if confbridge else None,
        current_member_id=first.member_id or None,
        stt_language=first.config.stt_language,
        metadata={
            "prompt_snapshots": snapshots,
            "auto_audit_enabled": bool(ai.get("auto_aicall_audit_enabled", False)),
            "pipecatcall_id": world.new_id(),
        },
    )
