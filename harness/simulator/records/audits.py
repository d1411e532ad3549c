"""Audits: an evaluator's marks for every AI that took part in a finished AI call.

An audit is accepted at once and done some time later on the platform's clock. Source: contract section 4.5.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, assert_never

from harness.errors import ApiError, ServiceError
from harness.interfaces import Auditor, Message
from harness.model.audit import Evaluation
from harness.simulator.kernel.world import World
from harness.simulator.records.stored_messages import conversation
from harness.telephone.clock import Due
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.audits import AuditError, AuditStatus, evaluation_document
from harness.voipbin.resources import NIL_ID, Kind, Record

MAX_RUNNING: Final = 10
"""Most audits of one customer at a time."""
MAX_MESSAGES: Final = 500
MAX_CHARACTERS: Final = 4_000
"""Most of one message that is evaluated."""
AUTO_AFTER_MS: Final = 1_000
"""From the end of an AI call to its automatic audit."""
TAKES_MS: Final = 2_000
"""How long a simulated evaluator thinks; the simulator's own choice."""


class Audits:
    """Starts audits and files what the evaluator says; nothing is published, clients poll."""

    def __init__(self, world: World, *, auditor: Auditor, takes_ms: int = TAKES_MS) -> None:
        """Take where the resources are kept, who evaluates, and how long that takes."""
        self._world = world
        self._auditor = auditor
        self._takes_ms = takes_ms
        self._running: dict[str, Due] = {}

    def start(self, aicall_id: str, *, language: str = "", customer_id: str | None = None) -> list[Record]:
        """Accept one audit for each AI that took part; an earlier audit of the same AI and call is overwritten.

        Args:
            aicall_id: the call's.
            language: of the marks' reasons; the call's own when empty.
            customer_id: who asks; None is whoever owns the call.

        Raises:
            ApiError: 404 for an unknown call, 400 for one that is not over, 429 when too many audits run, 409 when one
                of this call does.
        """
        aicall = self._world.require(Kind.AICALL, aicall_id, customer_id=customer_id)
        if aicall["status"] != "terminated":
            raise api_error(Reason.INVALID_ARGUMENT, f"the aicall {aicall_id!r} is {aicall['status']}, not terminated")
        progressing = list(
            self._world.records(Kind.AUDIT, customer_id=aicall["customer_id"], status=AuditStatus.PROGRESSING)
        )
        if len(progressing) >= MAX_RUNNING:
            raise api_error(Reason.RATE_LIMIT_EXCEEDED, f"{MAX_RUNNING} audits are running; wait for one to end")
        if any(audit["aicall_id"] == aicall["id"] for audit in progressing):
            raise api_error(Reason.STATE_INVALID, f"an audit of the aicall {aicall_id!r} is running")
        spoken = language or aicall["stt_language"] or "en-US"
        return [self._begin(aicall, ai_id, language=spoken) for ai_id in self._participants(aicall)]

    def auto(self, aicall: Record) -> None:
        """Audit a call that has just terminated, a second from now, if one of its AIs asks for that."""
        metadata = aicall["metadata"]
        if not (isinstance(metadata, Mapping) and metadata.get("auto_audit_enabled")) and not any(
            (ai := self._world.find(Kind.AI, ai_id)) and ai["auto_aicall_audit_enabled"]
            for ai_id in self._participants(aicall)
        ):
            return

        def begin() -> None:
            try:
                self.start(aicall["id"])
            except ApiError:
                # Nobody asked, so nobody is told: the call was deleted, or audited by hand, or too many audits run.
                return

        self._world.clock.after(AUTO_AFTER_MS, begin)

    def delete(self, id: str, *, customer_id: str | None = None) -> Record:
        """Delete an audit; one that is running is cancelled.

        Raises:
            ApiError: 404.
        """
        audit = self._world.require(Kind.AUDIT, id, customer_id=customer_id)
        if due := self._running.pop(audit["id"], None):
            due.cancel()
            self._fail(audit, AuditError.CANCELLED)
        return self._world.delete(audit)

    def _begin(self, aicall: Record, ai_id: str, *, language: str) -> Record:
        earlier = next(self._world.records(Kind.AUDIT, aicall_id=aicall["id"], ai_id=ai_id), None)
        audit = earlier or self._world.create(
            Kind.AUDIT, customer_id=aicall["customer_id"], aicall_id=aicall["id"], ai_id=ai_id
        )
        self._world.change(
            audit,
            status=AuditStatus.PROGRESSING.value,
            prompt_history_id=None,
            overall_score=None,
            evaluation=None,
            message_ids=None,
            language=language,
            error="",
        )
        self._running[audit["id"]] = self._world.clock.after(self._takes_ms, lambda: self._evaluate(audit, aicall))
        return audit

    async def _evaluate(self, audit: Record, aicall: Record) -> None:
        snapshot = _snapshot(aicall["metadata"], audit["ai_id"])
        if isinstance(snapshot, AuditError):
            self._end(audit, snapshot)
            return
        audit["prompt_history_id"] = snapshot["prompt_history_id"]
        stored = list(self._messages(aicall, audit["ai_id"]))
        prompt = str(snapshot.get("prompt") or "")
        found = await self._marks(conversation(stored, longest=MAX_CHARACTERS), prompt=prompt, audit=audit)
        self._end(audit, found, message_ids=[message["id"] for message in reversed(stored)])

    async def _marks(self, messages: Sequence[Message], *, prompt: str, audit: Record) -> Evaluation | AuditError:
        try:
            evaluation = await self._auditor.evaluate(messages, prompt=prompt, language=audit["language"])
        except ServiceError:
            return AuditError.EVALUATOR_UNAVAILABLE
        if evaluation is None or not evaluation.is_sound:
            return AuditError.INVALID_EVALUATOR_RESPONSE
        return evaluation

    def _end(self, audit: Record, found: Evaluation | AuditError, *, message_ids: Sequence[str] = ()) -> None:
        if self._running.pop(audit["id"], None) is None:
            # Cancelled while the evaluator was thinking.
            return
        match found:
            case AuditError():
                self._fail(audit, found)
            case Evaluation():
                self._world.change(
                    audit,
                    status=AuditStatus.COMPLETED.value,
                    overall_score=found.overall_score,
                    evaluation=evaluation_document(found),
                    message_ids=list(message_ids),
                )
            case _:
                assert_never(found)

    def _fail(self, audit: Record, error: AuditError) -> None:
        self._world.change(audit, status=AuditStatus.FAILED.value, error=error.value)

    def _participants(self, aicall: Record) -> list[str]:
        """Return the AIs that took part: those with a prompt of the call, then those that spoke without one."""
        metadata = aicall["metadata"]
        snapshots = _snapshots(metadata) or ()
        spoke = (each["active_ai_id"] for each in self._world.records(Kind.MESSAGE, aicall_id=aicall["id"]))
        named = [str(each.get("ai_id") or "") for each in snapshots] + [id for id in reversed(list(spoke)) if id]
        if not named and aicall["assistance_type"] == "ai":
            named = [aicall["assistance_id"] or NIL_ID]
        return list(dict.fromkeys(id for id in named if id))

    def _messages(self, aicall: Record, ai_id: str) -> list[Record]:
        """Return what an AI heard and said, oldest first, as far as an evaluator reads."""
        newest = [
            message
            for message in self._world.records(Kind.MESSAGE, aicall_id=aicall["id"])
            if message["active_ai_id"] in (None, ai_id) and message["role"] in ("user", "assistant", "tool")
        ]
        return newest[:MAX_MESSAGES][::-1]


def _snapshots(metadata: object) -> list[Mapping[str, Any]] | None:
    """Return the prompts a call ran with; None when its metadata does not hold them as it should."""
    found = metadata.get("prompt_snapshots") if isinstance(metadata, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        return None
    return found


def _snapshot(metadata: object, ai_id: str) -> Mapping[str, Any] | AuditError:
    snapshots = _snapshots(metadata)
    if snapshots is None:
        return AuditError.INVALID_CALL_METADATA
    for each in snapshots:
        if each.get("ai_id") == ai_id:
            has_id = each.get("prompt_history_id") not in (None, "", NIL_ID)
            return each if has_id else AuditError.PROMPT_SNAPSHOT_HAS_NO_HISTORY_ID
    return AuditError.PROMPT_SNAPSHOT_NOT_FOUND
