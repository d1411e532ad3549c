"""One simulated VoIPBIN: what can be asked of it, as its API names things.

The transport uses one per call, in process; the server one for everybody. Time passes when `clock.step` is awaited.
Every method raises ApiError for what the platform refuses, and returns records as the platform keeps them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from harness.errors import UnknownNameError
from harness.simulator.calls.call_control import CallControl
from harness.simulator.exchange.transcribes import Terms
from harness.simulator.kernel.equipment import Equipment
from harness.simulator.sessions.aicalls import aicall_of
from harness.simulator.works import PlatformOptions, Works
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind, Record
from harness.voipbin.variables import own_variables, variables_fault


class Platform:
    """A VoIPBIN on a virtual clock."""

    def __init__(self, *, equipment: Equipment, options: PlatformOptions) -> None:
        """Build one that holds nothing but its first customer."""
        self.works = Works(equipment=equipment, options=options)
        self.clock = self.works.clock
        self.world = self.works.world
        self.ais = self.works.ais
        self.teams = self.works.teams
        self.flows = self.works.flows
        self.summaries = self.works.summaries
        self.audits = self.works.audits
        self.proposals = self.works.proposals
        self.timelines = self.works.timelines
        self.orders = self.works.orders
        self.speakings = self.works.speakings
        self.transcribes = self.works.transcribes
        self.recordings = self.works.recordings

    def leg(self, call_id: str) -> CallControl:
        """Return what a request can do with a call that is going on."""
        works = self.works
        return CallControl(
            works.legs.require(call_id),
            legs=works.legs,
            recordings=works.recordings,
            mouth=works.equipment.mouth,
            live=works.live,
        )

    async def start_transcribe(
        self,
        *,
        reference_type: str,
        reference_id: str,
        language: str,
        direction: str,
        provider: str,
        on_end_flow_id: str | None,
    ) -> Record:
        """Transcribe a call from now on, or a finished recording at once."""
        terms = Terms(language=language, direction=direction, provider=provider, on_end_flow_id=on_end_flow_id or None)
        match reference_type:
            case "call":
                leg = self.works.legs.require_talking(reference_id)
                return self.works.transcribes.begin(leg, terms, activeflow_id=leg.record["activeflow_id"])
            case "recording":
                return await self.works.transcribes.of_recording(reference_id, terms, activeflow_id=None)
            case _:
                raise api_error(Reason.INVALID_ARGUMENT, "reference_type must be call or recording")

    def start_activeflow(
        self,
        *,
        id: str,
        flow_id: str,
        actions: Sequence[Mapping[str, Any]],
        variables: Mapping[str, str],
        webhook_uri: str,
        webhook_method: str,
    ) -> Record:
        """Start a flow without a call.

        Raises:
            ApiError: 400 for an action or variables the platform refuses or an id that is taken, 404 without the flow.
        """
        fault = variables_fault(variables)
        if fault:
            raise api_error(Reason.INVALID_VARIABLES, fault)
        if id and self.world.find(Kind.ACTIVEFLOW, id) is not None:
            raise api_error(Reason.INVALID_ACTIVEFLOW_ID, f"there is an activeflow {id!r} already")
        flow = self.world.require(Kind.FLOW, flow_id) if flow_id else None
        try:
            parsed = self.works.activeflows.actions_of(flow["actions"] if flow else actions)
        except UnknownNameError as error:
            raise api_error(Reason.INVALID_ACTION_TYPE, str(error)) from error
        started = self.works.activeflows.start(
            parsed,
            flow=flow,
            variables=own_variables(variables),
            id=id or None,
            webhook_uri=webhook_uri,
            webhook_method=webhook_method,
        )
        return started.record

    def stop_activeflow(self, id: str) -> Record:
        """Stop a flow, and its call. Raises ApiError."""
        return self.works.activeflows.stop(id)

    def start_aicall(
        self, *, assistance_type: str, assistance_id: str, reference_type: str, reference_id: str
    ) -> Record:
        """Start a text chat with an AI or a team. Raises ApiError."""
        kind = assistance_type or "ai"
        return self.works.aicalls.chats.start(
            assistance_type=kind,
            assistance_id=assistance_id,
            make=lambda cast: aicall_of(self.world, cast, assistance=(kind, assistance_id), flow_id=None, call_id=None),
        )

    def send_message(self, aicall_id: str, *, role: str, content: str) -> Record:
        """Send a written message into an AI call; it is the user's, whatever role is asked for. Raises ApiError."""
        return self.works.aicalls.send(aicall_id, content=content, spawn=self.works.spawn)

    def terminate_aicall(self, id: str) -> Record:
        """End an AI call. Raises ApiError."""
        return self.works.aicalls.terminate(id)
