"""The messages of an AI call as the platform stores them, each told to the call's log as it is made."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness.interfaces import MessageRole, ToolCall
from harness.model.call import EventKind, Fact
from harness.simulator.kernel.latency import Latency
from harness.simulator.kernel.world import World
from harness.simulator.sessions.intermediate import intermediates
from harness.simulator.sessions.writing import Written
from harness.telephone.log import EventLog
from harness.voipbin.resources import Kind, Record


class MessageBook:
    """Stores what was said to and by the AI of one AI call."""

    def __init__(self, *, world: World, aicall: Record, log: EventLog | None) -> None:
        """Take the AI call; `log` is the phone call's, None in a text chat."""
        self._world = world
        self._aicall = aicall
        self._log = log
        self.active_ai_id: str | None = None
        """Who of a team speaks."""

    def system(self, content: str) -> Record:
        """Store an instruction."""
        return self._store(MessageRole.SYSTEM, content, direction="outgoing")

    def user(self, content: str) -> Record:
        """Store what the caller said, pressed or wrote."""
        return self._store(MessageRole.USER, content, direction="outgoing")

    def assistant(self, content: str, *, calls: Sequence[ToolCall] = (), reply: int | None = None) -> Record:
        """Store an answer, with the tools it calls."""
        return self._store(
            MessageRole.ASSISTANT,
            content,
            direction="incoming",
            data={} if reply is None else {"reply": reply},
            tool_calls=[
                {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
                for call in calls
            ],
        )

    def tool(self, result: Mapping[str, object], *, call_id: str) -> Record:
        """Store what a tool answered."""
        content = json.dumps(result, ensure_ascii=False)
        return self._store(MessageRole.TOOL, content, direction="outgoing", tool_call_id=call_id)

    def notification(self, content: str) -> Record:
        """Store that another member of the team took over."""
        return self._store("notification", content, direction="outgoing")

    def foresee(
        self, written: Written, *, number: int, latency: Latency, begun_ms: int, is_wanted: Callable[[], bool]
    ) -> None:
        """Tell those who watch the platform an answer piece by piece while it is written (contract 4.3, 5.4)."""
        if not self._world.is_watched or not written.arrivals_ms:
            return
        offsets_ms = latency.words_ms(number, arrivals_ms=written.arrivals_ms)
        now_ms = self._world.clock.now_ms()
        for piece in intermediates(written, offsets_ms=offsets_ms):
            document = {"aicall_id": self._aicall["id"], "customer_id": self._aicall["customer_id"], **piece.document}

            def publish(document: Mapping[str, Any] = document) -> None:
                if is_wanted():
                    self._world.publish("aimessage_intermediate", document, keeps=False)

            self._world.clock.at(max(begun_ms + piece.offset_ms, now_ms), publish)

    def _store(
        self,
        role: str,
        content: str,
        *,
        direction: str,
        data: Mapping[str, Fact] | None = None,
        tool_calls: Sequence[Mapping[str, object]] = (),
        tool_call_id: str = "",
    ) -> Record:
        aicall = self._aicall
        record = self._world.create(
            Kind.MESSAGE,
            event="aimessage_created",
            customer_id=aicall["customer_id"],
            aicall_id=aicall["id"],
            activeflow_id=aicall["activeflow_id"],
            active_ai_id=self.active_ai_id,
            role=str(role),
            content=content,
            direction=direction,
            tool_calls=list(tool_calls),
            tool_call_id=tool_call_id,
        )
        if self._log is not None:
            self._log.add(EventKind.MESSAGE_CREATED, text=content, data={"role": str(role), **(data or {})})
        return record
