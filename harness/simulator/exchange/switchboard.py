"""Calls come about here: placed by a request, a flow or a tool, or coming in to a direct hash (contract 2, 7)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from harness.errors import CallError
from harness.model.call import EndReason, Role, Tier
from harness.model.persona import Surroundings, Voice
from harness.model.platform import Answering, Callee
from harness.simulator.calls.callee import FarEnd
from harness.simulator.calls.gates import Gates, account_fault, telephone_fault
from harness.simulator.calls.leg import Leg
from harness.simulator.calls.legs import Legs
from harness.simulator.calls.loop import Loop
from harness.simulator.exchange.activeflows import Activeflows
from harness.simulator.kernel.equipment import Equipment
from harness.simulator.kernel.studio import Studio
from harness.simulator.kernel.world import World
from harness.simulator.line.lines import Lines
from harness.telephone.log import EventLog
from harness.voipbin.actions import Action, ActionType
from harness.voipbin.addresses import AddressType, direct_hash_of, own_fields
from harness.voipbin.calls import CallStatus, Direction, HangupCause
from harness.voipbin.resources import Kind, Record

Address: TypeAlias = Mapping[str, Any]

EVERYONE: Final = Callee(target="*")
"""Who answers where nobody was named: somebody who says nothing."""
CALLEE_VOICE: Final = Voice(name="auto")
"""Everyone the platform phones speaks with the platform side's own voice; there is no third timbre."""
_AI_KINDS: Final = {Kind.AI: ("ai", AddressType.AI), Kind.TEAM: ("team", AddressType.AI_TEAM)}
"""Who takes a call by an `ai_talk`: what that action calls them, and what the call's destination does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A call that is to be placed."""

    source: Address
    destination: Address
    actions: tuple[Action, ...]
    flow: Record | None = None
    variables: Mapping[str, str]
    groupcall_id: str | None = None
    master_call_id: str | None = None
    early: bool = False
    """Whether the flow begins while it rings."""


class Trunk(Protocol):
    """A line to telephones outside of this platform."""

    def dial(self, leg: Leg, target: str, /) -> bool:
        """Phone somebody for a placed call, which follows from now on; False for who is not reached this way."""
        ...


class Switchboard:
    """Places calls and takes them in."""

    def __init__(
        self,
        *,
        world: World,
        equipment: Equipment,
        legs: Legs,
        activeflows: Activeflows,
        callees: Sequence[Callee],
        gates: Gates,
        tier: Tier,
        on_opened: Callable[[Leg], None],
    ) -> None:
        """Take who can be phoned and what is checked before; `on_opened` is told of every call."""
        self._world = world
        self._equipment = equipment
        self._legs = legs
        self._activeflows = activeflows
        self._callees = {callee.target: callee for callee in callees}
        self.gates = gates
        self._tier = tier
        self._on_opened = on_opened
        self._placed = 0
        self.trunk: Trunk | None = None
        """Reaches telephones outside, while there is one; everybody else whom the platform phones is simulated."""

    def place(self, order: Order) -> Leg:
        """Place one call to a `sip` or `tel` destination; its far end is simulated, or another call of this platform.

        Raises:
            CallError: the account or the destination does not allow it.
        """
        leg = self._dial(order)
        self.attach_flow(leg, order)
        self._reach(leg, order)
        return leg

    def place_for(self, master: Leg, order: Order) -> Leg:
        """Place a call without a flow of its own, to be bridged with `master`. Raises CallError, as `place`."""
        leg = self._dial(order)
        self._world.change(leg.record, activeflow_id=master.record["activeflow_id"])
        self._reach(leg, order)
        return leg

    def attach_flow(self, leg: Leg, order: Order) -> None:
        """Give a call its flow, which begins when the call is answered."""
        flow = self._activeflows.create_for_call(leg, order.actions, flow=order.flow, variables=order.variables)
        begins = {CallStatus.PROGRESSING, *((CallStatus.RINGING,) if order.early else ())}
        begun = False

        def moved(status: CallStatus, _: Mapping[str, str]) -> None:
            nonlocal begun
            if status in begins and not begun:
                begun = True
                self._activeflows.begin(flow)

        leg.phone.watch(moved)

    def take_in(self, hash_: str, *, source: Address) -> Leg:
        """Take a call in that dials a direct hash: it rings, and its flow begins at once.

        Raises:
            CallError: nobody has this hash.
        """
        kind, id = self._world.hashes.get(hash_, (None, ""))
        source = {**own_fields(source), "type": AddressType.TEL.value}
        if kind in _AI_KINDS:
            assistance_type, address_type = _AI_KINDS[kind]
            assistance = {"assistance_type": assistance_type, "assistance_id": id}
            actions = self._activeflows.actions_of(
                [{"type": ActionType.ANSWER.value}, {"type": ActionType.AI_TALK.value, "option": assistance}]
            )
            return self.receive(
                actions, flow=None, source=source, destination={"type": address_type.value, "target": id}
            )
        if kind is Kind.EXTENSION:
            return self._take_in_for_extension(id, source=source)
        flow = self._world.find(Kind.FLOW, id) if kind is Kind.FLOW else None
        if flow is None:
            raise CallError(f"nobody has the direct hash {hash_!r} (404)")
        actions = self._activeflows.actions_of(flow["actions"])
        return self.receive(actions, flow=flow, source=source, destination={"type": "tel", "target": id})

    def _take_in_for_extension(self, id: str, *, source: Address) -> Leg:
        name = str((self._world.find(Kind.EXTENSION, id) or {}).get("extension", ""))
        extension = {"type": AddressType.EXTENSION.value, "target": name, "target_name": name}
        connect = {"type": ActionType.CONNECT.value, "option": {"source": dict(source), "destinations": [extension]}}
        actions = self._activeflows.actions_of([connect])
        return self.receive(actions, flow=None, source=source, destination=extension)

    def receive(
        self,
        actions: tuple[Action, ...],
        *,
        flow: Record | None,
        source: Address,
        destination: Address,
        variables: Mapping[str, str] | None = None,
        seed: int | None = None,
        surroundings: Surroundings | None = None,
    ) -> Leg:
        """Take a call in and begin its flow."""
        leg = self.open(
            born=CallStatus.RINGING,
            direction=Direction.INCOMING,
            source=source,
            destination=destination,
            seed=seed,
            surroundings=surroundings,
        )
        self._activeflows.begin(self._activeflows.create_for_call(leg, actions, flow=flow, variables=variables or {}))
        return leg

    def open(
        self,
        *,
        born: CallStatus,
        direction: Direction,
        source: Address,
        destination: Address,
        groupcall_id: str | None = None,
        master_call_id: str | None = None,
        seed: int | None = None,
        surroundings: Surroundings | None = None,
    ) -> Leg:
        """Return a new call without a flow or a far end.

        Args:
            born: Its first state.
            direction: Who placed it, seen from the platform.
            source: From where.
            destination: To where.
            groupcall_id: The group call it is part of.
            master_call_id: The call it was placed for.
            seed: Of its line and delays; follows from the platform's when left out.
            surroundings: What its far end's line does to sound.
        """
        number = self._placed
        self._placed += 1
        record = self._world.create(
            Kind.CALL,
            event="call_created",
            status=born.value,
            direction=direction.value,
            source=dict(source),
            destination=dict(destination),
            groupcall_id=groupcall_id,
            master_call_id=master_call_id,
            tm_ringing=self._world.clock.now_ms() if born is CallStatus.RINGING else None,
        )
        seed = self._world.seed + number if seed is None else seed
        studio = Studio.of(
            self._equipment,
            clock=self._world.clock,
            log=EventLog(self._world.clock),
            seed=seed,
        )
        lines = Lines(seed=seed, surroundings=surroundings or Surroundings(), tier=self._tier, clock=self._world.clock)
        leg = Leg(record=record, world=self._world, studio=studio, lines=lines, born=born)
        self._legs.add(leg)
        leg.phone.watch(lambda status, _: self._legs.drop(leg) if status is CallStatus.HANGUP else None)
        self._on_opened(leg)
        return leg

    def callee_of(self, target: str) -> Callee:
        """Return who answers at a number or address."""
        return self._callees.get(target) or self._callees.get("*") or EVERYONE

    def ring(self, leg: Leg, callee: Callee) -> None:
        """Have somebody's telephone ring at the far end of a placed call."""
        FarEnd(callee, leg=leg, mouth=self._equipment.mouth(CALLEE_VOICE)).ring(number=self._placed)

    def _dial(self, order: Order) -> Leg:
        destination = own_fields(order.destination)
        target = str(destination.get("target") or "")
        fault = account_fault(self._world, self._world.customer_id, self.gates)
        if not fault and destination["type"] == "tel":
            fault = telephone_fault(self._world, self.gates, source=order.source, target=target)
        if fault or not target:
            raise CallError(fault or "the destination has no target")
        return self.open(
            born=CallStatus.DIALING,
            direction=Direction.OUTGOING,
            source=own_fields(order.source),
            destination=destination,
            groupcall_id=order.groupcall_id,
            master_call_id=order.master_call_id,
        )

    def _reach(self, leg: Leg, order: Order) -> None:
        hash_, target = direct_hash_of(order.destination), str(order.destination["target"])
        if hash_ is not None:
            self._loop(leg, hash_, source=order.source)
            return
        is_sip = order.destination.get("type") == AddressType.SIP
        if not (is_sip and self.trunk is not None and self.trunk.dial(leg, target)):
            self.ring(leg, self.callee_of(target))

    def _loop(self, leg: Leg, hash_: str, *, source: Address) -> None:
        """Dial ourselves: the far end is a call that comes in to one of our own hashes."""
        try:
            far = self.take_in(hash_, source=source)
        except CallError:
            self.ring(leg, Callee(target=hash_, answering=Answering.REJECTS, ring_ms=0))
            return
        leg.ring()

        def moved(status: CallStatus, _: Mapping[str, str]) -> None:
            if status is CallStatus.PROGRESSING:
                leg.answer()
                Loop(leg, far)
            elif status is CallStatus.HANGUP and leg.is_talking:
                leg.end(EndReason.CALLER_HANGUP, by=Role.CALLER)
            elif status is CallStatus.HANGUP:
                leg.end(EndReason.NOT_ANSWERED, by=Role.CALLER, cause=HangupCause.NO_ANSWER)

        far.phone.watch(moved)
        leg.on_end(lambda: far.end(EndReason.CALLER_HANGUP, by=Role.CALLER))
