"""What one kind of call needs on the platform: which AIs and which flow are to be made, and what comes of them.

Nothing is asked of the platform here.
"""

from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from harness.errors import ConfigurationError
from harness.model.case import Case
from harness.model.suite import Arm
from harness.transports.voipbin.ai_request import AiRequest, ai_request
from harness.transports.voipbin.flow_request import AI_ID, FlowRequest, filled_prompt, flow_request
from harness.transports.voipbin.lodged import Expected, Lodged
from harness.transports.voipbin.marks import Mark
from harness.transports.voipbin.site import Site
from harness.voipbin.actions import ActionType
from harness.voipbin.hashes import prefixed
from harness.voipbin.hosts import is_loopback
from harness.voipbin.resources import Record

BILLED: Final = "a flow is phoned by its own hash: VoIPBIN charges for each minute, as it does not for an AI's hash"
"""Said of a call that costs money."""
_DIRECT_CALL: Final = (
    {"type": ActionType.ANSWER.value},
    {"type": ActionType.AI_TALK.value, "option": {"assistance_type": "ai", "assistance_id": f"${{{AI_ID}}}"}},
)
"""What a call of an AI executes, for calls that the platform places."""


def check_arm(arm: Arm, case: Case, *, site: Site, is_chat: bool = False) -> None:
    """Refuse what cannot be lodged, before any request. Raises ConfigurationError."""
    LodgingPlan.of(arm, case, is_simulated=is_here(site), is_chat=is_chat)


def is_here(site: Site) -> bool:
    """Return whether the far end is on this machine: a simulated platform, which runs engine_models of the harness."""
    return is_loopback(urlsplit(site.api_url).hostname or "")


@dataclass(slots=True)
class Room:
    """What was made for the calls of one kind."""

    mark: Mark
    ais: list[Record] = field(default_factory=list)
    flow: Record | None = None
    calls: set[str] = field(default_factory=set)
    """Those that were held with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LodgingPlan:
    """What one kind of call needs on the platform."""

    arm: Arm
    case: Case
    ais: tuple[AiRequest, ...]
    """To be made: the agent first where the call or the flow names it, then those the flow describes."""
    flow: FlowRequest | None
    """None: the AI itself is phoned, or written to."""
    has_agent: bool
    """Whether the first of `ais` is the agent itself."""
    known: Lodged | None = None
    """The agent where it exists already."""

    @classmethod
    def of(cls, arm: Arm, case: Case, *, is_simulated: bool, is_chat: bool) -> "LodgingPlan":
        """Return what an arm's calls of a case need; a chat has no flow. Raises ConfigurationError."""
        setup = case.platform
        flow = None if is_chat else flow_request(case, arm)
        has_agent = flow is None or f"${{{AI_ID}}}" in str(flow.actions)
        # Nothing on the platform can set a variable of a call to an AI's hash, or of a chat.
        own = (
            filled_prompt(arm.prompt.text, setup.variables) if flow is None and (is_chat or not setup.outgoing) else ""
        )
        ais = [ai_request(arm, setup=setup, is_simulated=is_simulated, prompt=own or None)] if has_agent else []
        for inline in flow.ais if flow is not None else ():
            voice = inline.voice_id
            ais.append(ai_request(arm, setup=setup, is_simulated=is_simulated, prompt=inline.prompt, voice_id=voice))
        return cls(arm=arm, case=case, ais=tuple(ais), flow=flow, has_agent=has_agent)

    def with_known(self, known: Lodged) -> "LodgingPlan":
        """Return the plan with the agent that exists in the place of one to be made. Raises ConfigurationError."""
        flow = self.flow
        if flow is None:
            return replace(self, ais=(), has_agent=False, known=known)
        if not known.is_provable:
            raise ConfigurationError(
                f"the case {self.case.id} has a flow, and without an account no flow can be made: set credentials, or "
                "leave the case out"
            )
        described = zip(self.ais[self.has_agent :], flow.ais, strict=True)
        others = tuple(request for request, inline in described if not inline.is_under_test)
        return replace(self, ais=others, has_agent=False, known=known)

    @property
    def needs_flow(self) -> bool:
        """Return whether a flow is to be made: one that is phoned."""
        return self.flow is not None and not self.case.platform.outgoing

    @property
    def label(self) -> str:
        """Return what its flow is called for people."""
        return f"{self.arm.prompt.label} {self.case.id}"

    @property
    def key(self) -> str:
        """Return what two calls must agree in to use the same things."""
        flow = str(self.flow.actions) if self.flow is not None and self.needs_flow else ""
        known = self.known.ai_id if self.known else ""
        return "\n".join([known, *(request.key for request in self.ais), flow])

    def actions(self, room: Room) -> list[Record]:
        """Return what the call executes, with the ids of what was made."""
        flow = self.flow or FlowRequest(actions=_DIRECT_CALL)
        made = [str(ai["id"]) for ai in room.ais]
        if self.known is None:
            return flow.filled(ai_id=made[0] if self.has_agent else "", inline=made[self.has_agent :])
        rest = iter(made)
        inline = [self.known.ai_id if each.is_under_test else next(rest) for each in flow.ais]
        return flow.filled(ai_id=self.known.ai_id, inline=inline)

    def lodged(self, room: Room) -> Lodged:
        """Return what a call is told of what was made for it."""
        known, setup, expected = self.known, self.case.platform, self._expected(room)
        notes = [*(known.notes if known else ()), *(note for request in self.ais for note in request.notes)]
        notes += [*(self.flow.notes if self.flow else ()), *([BILLED] if room.flow else [])]
        return Lodged(
            ai_id=expected[0].ai_id if expected else (known.ai_id if known else ""),
            direct_hash=self._hash(room),
            is_temporary=known is None,
            prompt_digest=known.prompt_digest if known else self.arm.prompt.digest,
            flow_id=str(room.flow["id"]) if room.flow else "",
            actions=tuple(self.actions(room)) if setup.outgoing else (),
            variables=dict(setup.variables) if setup.outgoing else {},
            expected=expected,
            is_provable=known is None or known.is_provable,
            seen_calls=room.calls if known is None or room.flow is not None else known.seen_calls,
            summaries=tuple(each.language for each in self.flow.summaries) if self.flow else (),
            mark=room.mark,
            is_billed=room.flow is not None,
            is_exclusive=room.flow is not None or known is None,
            notes=tuple(dict.fromkeys(notes)),
        )

    def _hash(self, room: Room) -> str:
        if room.flow is not None:
            return prefixed(str(room.flow.get("direct_hash") or ""))
        if self.known is not None:
            return self.known.direct_hash
        return prefixed(str(room.ais[0].get("direct_hash") or "")) if room.ais else ""

    def _expected(self, room: Room) -> tuple[Expected, ...]:
        if self.known is not None:
            return self.known.expected
        under_test = [True] * self.has_agent + [each.is_under_test for each in (self.flow.ais if self.flow else ())]
        return tuple(
            Expected(
                ai_id=str(ai["id"]),
                prompt=str(request.fields["init_prompt"]),
                engine_model=str(request.fields["engine_model"]),
                prompt_history_id=str(ai.get("current_prompt_history_id") or ""),
            )
            for ai, request, counts in zip(room.ais, self.ais, under_test, strict=True)
            if counts
        )
