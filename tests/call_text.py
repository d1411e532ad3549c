"""Calls written as text, a line for each thing that happens: the form `docs/checks.md` explains."""

import re
from dataclasses import dataclass, field

from harness.model.call import Call, EndReason, Event, EventKind, Role, Tier, Turn
from harness.model.checks import Check
from harness.model.finding import Resource
from harness.model.moves import Move, Press, Say
from harness.model.persona import Voice
from harness.model.score import Evidence
from harness.testing.builders import make_arm, make_call, make_case, make_turn

TURN_MS = 1000
GAP_MS = 500
_LINE = re.compile(r"(?:@(?P<at>\d+)(?:\+(?P<long>\d+))? )?(?P<what>[a-z ]+)(?P<checked>\*?)(?:: ?(?P<rest>.*))?")
_TOOL = re.compile(r"(\w+)(?: (.*?))?(?: -> (.*))?")


@dataclass(slots=True)
class _Writer:
    now_ms: int = 0
    log: bool = True
    language: str = "en-US"
    tier: Tier = Tier.AUDIO
    end: EndReason = EndReason.CALLER_HANGUP
    turns: list[Turn] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    unmade: list[Move] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)

    def add(self, kind: EventKind, text: str = "", *, role: Role | None = None, **data: str | bool) -> None:
        self.events.append(Event(at_ms=self.now_ms, kind=kind, text=text, role=role, data=data))

    def line(self, written: str, checks: tuple[Check, ...]) -> None:
        match = _LINE.fullmatch(written)
        assert match, f"not a line of a call: {written!r}"
        rest, mine = match["rest"] or "", checks if match["checked"] else ()
        self.now_ms = int(match["at"]) if match["at"] else self.now_ms
        match match["what"]:
            case "caller" | "agent" as side:
                self.speak(Role(side), rest, long_ms=int(match["long"] or TURN_MS), checks=mine)
            case "unmade":
                self.unmade.append(Say(text=rest, checks=mine))
            case "keys":
                self.press(rest, checks=mine)
            case "tool":
                self.use_tool(rest)
            case "connect":
                target, _, how = rest.partition(" ")
                self.add(EventKind.CONNECTING, target=target)
                self.add(EventKind.CONNECTED if how == "answered" else EventKind.CONNECT_ENDED, target=target)
            case "hangup":
                self.add(EventKind.CALL_HANGUP, by=rest)
                self.end = EndReason.AGENT_HANGUP if rest == "agent" else EndReason.CALLER_HANGUP
            case "variables":
                pairs = dict(pair.split("=") for pair in rest.split())
                self.resources.append(Resource(kind="variables", fields=pairs))
            case "billing":
                self.resources.append(Resource(kind="billing", fields={"amount_credit": int(rest)}))
            case "end":
                self.end = EndReason(rest)
            case "language":
                self.language = rest
            case "text tier":
                self.tier = Tier.TEXT
            case "no log":
                self.log = False
            case what:
                raise AssertionError(f"nothing happens by {what!r}")

    def speak(self, role: Role, words: str, *, long_ms: int, checks: tuple[Check, ...]) -> None:
        before = self.turns[-1] if self.turns else None
        answers = role is Role.AGENT and before is not None and before.role is Role.CALLER
        move = None
        if role is Role.CALLER:
            move = len(self.moves)
            self.moves.append(Say(text=words, checks=checks))
        turn = Turn(
            role=role,
            started_ms=self.now_ms,
            ended_ms=self.now_ms + long_ms,
            meant=words,
            spoken=words,
            move=move,
            latency_ms=self.now_ms - before.ended_ms if answers and before else None,
        )
        self.turns.append(turn)
        self.now_ms = turn.ended_ms + GAP_MS

    def press(self, keys: str, *, checks: tuple[Check, ...]) -> None:
        for key in keys:
            self.add(EventKind.DTMF, key, role=Role.CALLER)
        shown = f"[keys {keys}]"
        ended_ms = self.now_ms + len(keys) * 100
        turn = make_turn(Role.CALLER, shown, started_ms=self.now_ms, ended_ms=ended_ms, keys=keys, move=len(self.moves))
        self.turns.append(turn)
        self.moves.append(Press(digits=keys, checks=checks))
        self.now_ms = ended_ms + GAP_MS

    def use_tool(self, written: str) -> None:
        match = _TOOL.fullmatch(written)
        assert match, f"not a call of a tool: {written!r}"
        number = str(sum(event.kind is EventKind.TOOL_CALLED for event in self.events))
        self.add(EventKind.TOOL_CALLED, match[1], id=number, arguments=match[2] or "{}")
        if match[3] is not None:
            self.add(EventKind.TOOL_RETURNED, match[3], id=number, name=match[1], ok=not match[3].startswith("error"))


def is_on_turn(text: str) -> bool:
    """Return whether a line of a call has the star that says where the checks stand."""
    return re.search(r"^(?:@\S+ )?[a-z]+\*:", text, re.MULTILINE) is not None


def read_call(text: str, checks: tuple[Check, ...] = ()) -> Evidence:
    """Return the call a text tells; `checks` stand on its lines with a star, and on the case where there is none.

    A second of speech and half a second of silence a turn, unless `@<ms>` or `@<ms>+<length>` says otherwise.
    """
    writer = _Writer()
    on_turn = is_on_turn(text)
    for line in text.strip().splitlines():
        writer.line(line, checks if on_turn else ())
    if writer.log:
        writer.events.insert(0, Event(at_ms=0, kind=EventKind.AICALL_PROGRESSING))
    call: Call = make_call(
        *writer.turns,
        events=tuple(writer.events),
        moves=tuple(writer.moves),
        unmade=tuple(writer.unmade),
        resources=tuple(writer.resources),
        end_reason=writer.end,
        tier=writer.tier,
        duration_ms=max([writer.now_ms, *(turn.ended_ms for turn in writer.turns)]),
    )
    arm = make_arm(voice=Voice(language=writer.language))
    return Evidence(case=make_case(checks=() if on_turn else checks), arm=arm, call=call)
