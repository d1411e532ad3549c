"""Prompt proposals: a better prompt made from audits, to be accepted or rejected before it is too old.

A proposal is bound to the prompt version its audits are about. Whatever else happens to the AI's prompt makes it
worthless: it then fails, or expires when somebody tries to accept it. Source: contract section 4.5.
"""

from collections.abc import Sequence
from typing import Final, assert_never

from harness.errors import ApiError, ServiceError
from harness.interfaces import ProposedPrompt, Proposer
from harness.simulator.kernel.world import World
from harness.simulator.records.ais import Ais
from harness.telephone.clock import Due
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.audits import AuditStatus, ProposalError, ProposalStatus, read_evaluation
from harness.voipbin.resources import Kind, Record

MAX_RUNNING: Final = 3
"""Most proposals of one customer in the making."""
MAX_AUDITS: Final = 20
LIVES_MS: Final = 168 * 3_600_000
"""How long a finished proposal may wait for an answer."""
TAKES_MS: Final = 4_000
"""How long a simulated model thinks; the simulator's own choice."""


class Proposals:
    """Starts proposals, and accepts, rejects and expires them; nothing is published, clients poll."""

    def __init__(self, world: World, *, ais: Ais, proposer: Proposer, takes_ms: int = TAKES_MS) -> None:
        """Take where the resources are kept, what sets prompts, who writes proposals, and how long that takes."""
        self._world = world
        self._ais = ais
        self._proposer = proposer
        self._takes_ms = takes_ms
        self._pending: dict[str, Due] = {}
        """What the clock will do next to each proposal: make it, or let it expire."""

    def start(
        self, ai_id: str, audit_ids: Sequence[str], *, language: str = "", customer_id: str | None = None
    ) -> Record:
        """Accept a proposal for an AI's current prompt.

        Raises:
            ApiError: 404 for an unknown AI, 400 for audits it cannot be made from, 429 when too many are in the making.
        """
        ai = self._world.require(Kind.AI, ai_id, customer_id=customer_id)
        wanted = list(dict.fromkeys(audit_ids))
        if not 1 <= len(wanted) <= MAX_AUDITS:
            raise api_error(Reason.INVALID_ARGUMENT, f"audit_ids must name 1 to {MAX_AUDITS} audits, not {len(wanted)}")
        fault = self._fault(ai, wanted)
        if fault is not None:
            raise api_error(Reason.INVALID_ARGUMENT, _FAULTS[fault])
        running = self._world.records(
            Kind.PROPOSAL, customer_id=ai["customer_id"], status=ProposalStatus.PROGRESSING.value
        )
        if len(list(running)) >= MAX_RUNNING:
            raise api_error(Reason.RATE_LIMIT_EXCEEDED, f"{MAX_RUNNING} proposals are running; wait for one to end")
        proposal = self._world.create(
            Kind.PROPOSAL,
            customer_id=ai["customer_id"],
            ai_id=ai["id"],
            audit_ids=wanted,
            basis_prompt_history_id=ai["current_prompt_history_id"],
            original_prompt=ai["init_prompt"],
        )
        spoken = language or "en-US"
        self._pending[proposal["id"]] = self._world.clock.after(
            self._takes_ms, lambda: self._make(proposal, ai, language=spoken)
        )
        return proposal

    def accept(self, id: str, *, customer_id: str | None = None) -> Record:
        """Make a proposal the AI's prompt; one that was accepted before stays as it is.

        Raises:
            ApiError: 404; 409 when it is not waiting for an answer, or the prompt has moved on, which expires it.
        """
        proposal = self._world.require(Kind.PROPOSAL, id, customer_id=customer_id)
        if proposal["status"] == ProposalStatus.ACCEPTED:
            return proposal
        self._check_waiting(proposal)
        ai = self._world.find(Kind.AI, proposal["ai_id"])
        if ai is None or self._has_drifted(proposal, ai):
            self._settle(proposal, ProposalStatus.EXPIRED, error=ProposalError.PROMPT_VERSION_DRIFTED)
            raise api_error(Reason.STATE_INVALID, f"the prompt of the ai moved on since the proposal {id!r} was made")
        self._ais.set_prompt(ai, proposal["proposed_prompt"], proposal_id=proposal["id"])
        proposal["applied_prompt_history_id"] = ai["current_prompt_history_id"]
        return self._settle(proposal, ProposalStatus.ACCEPTED)

    def reject(self, id: str, *, customer_id: str | None = None) -> Record:
        """Turn a proposal down.

        Raises:
            ApiError: 404; 409 when it is not waiting for an answer.
        """
        proposal = self._world.require(Kind.PROPOSAL, id, customer_id=customer_id)
        self._check_waiting(proposal)
        return self._settle(proposal, ProposalStatus.REJECTED)

    def delete(self, id: str, *, customer_id: str | None = None) -> Record:
        """Delete a proposal; one in the making is cancelled.

        Raises:
            ApiError: 404.
        """
        proposal = self._world.require(Kind.PROPOSAL, id, customer_id=customer_id)
        if proposal["status"] == ProposalStatus.PROGRESSING:
            self._settle(proposal, ProposalStatus.FAILED, error=ProposalError.CANCELLED)
        if due := self._pending.pop(proposal["id"], None):
            due.cancel()
        return self._world.delete(proposal)

    async def _make(self, proposal: Record, ai: Record, *, language: str) -> None:
        # Looked at before and after the model has thought: meanwhile anything may have happened.
        fault = self._drift_or_fault(proposal, ai)
        answer = fault or await self._answer(proposal, language=language)
        if proposal["status"] != ProposalStatus.PROGRESSING:
            return
        match self._drift_or_fault(proposal, ai) or answer:
            case ProposalError() as error:
                self._settle(proposal, ProposalStatus.FAILED, error=error)
            case ProposedPrompt() as proposed:
                self._world.change(
                    proposal,
                    proposed_prompt=proposed.prompt,
                    rationale=proposed.rationale,
                    status=ProposalStatus.COMPLETED.value,
                )
                self._pending[proposal["id"]] = self._world.clock.after(LIVES_MS, lambda: self._expire(proposal))
            case _ as never:
                assert_never(never)

    async def _answer(self, proposal: Record, *, language: str) -> ProposedPrompt | ProposalError:
        audits = [self._world.require(Kind.AUDIT, id) for id in proposal["audit_ids"]]
        evaluations = [read_evaluation(audit["evaluation"]) for audit in audits]
        original = proposal["original_prompt"]
        try:
            proposed = await self._proposer.propose(original, evaluations=evaluations, language=language)
        except ServiceError:
            return ProposalError.EVALUATOR_UNAVAILABLE
        if proposed.prompt.strip() in ("", original.strip()) or not proposed.rationale.strip():
            return ProposalError.INVALID_EVALUATOR_RESPONSE
        return proposed

    def _drift_or_fault(self, proposal: Record, ai: Record) -> ProposalError | None:
        if self._has_drifted(proposal, ai):
            return ProposalError.PROMPT_VERSION_DRIFTED
        return self._fault(ai, proposal["audit_ids"])

    def _fault(self, ai: Record, audit_ids: Sequence[str]) -> ProposalError | None:
        """Return why a proposal for an AI's current prompt cannot be made from these audits."""
        audits = [self._world.find(Kind.AUDIT, id) for id in audit_ids]
        for audit in audits:
            if (
                audit is None
                or audit["tm_delete"] is not None
                or audit["status"] != AuditStatus.COMPLETED
                or (audit["customer_id"], audit["ai_id"]) != (ai["customer_id"], ai["id"])
            ):
                return ProposalError.INVALID_AUDIT_SET
        current = ai["current_prompt_history_id"]
        if current is None or any(audit and audit["prompt_history_id"] != current for audit in audits):
            return ProposalError.AUDIT_PROMPT_VERSION_MISMATCH
        return None

    def _has_drifted(self, proposal: Record, ai: Record) -> bool:
        moved_on: bool = ai["current_prompt_history_id"] != proposal["basis_prompt_history_id"]
        return moved_on or ai["tm_delete"] is not None

    def _expire(self, proposal: Record) -> None:
        self._settle(proposal, ProposalStatus.EXPIRED)

    def _settle(self, proposal: Record, status: ProposalStatus, *, error: ProposalError | None = None) -> Record:
        if due := self._pending.pop(proposal["id"], None):
            due.cancel()
        return self._world.change(proposal, status=status.value, error=error.value if error else "")

    @staticmethod
    def _check_waiting(proposal: Record) -> None:
        if proposal["status"] != ProposalStatus.COMPLETED:
            raise _not_waiting(proposal)


_FAULTS = {
    ProposalError.INVALID_AUDIT_SET: "audit_ids must name completed audits of this ai, and nothing else",
    ProposalError.AUDIT_PROMPT_VERSION_MISMATCH: "every audit must be about the prompt the ai has now",
}


def _not_waiting(proposal: Record) -> ApiError:
    return api_error(
        Reason.STATE_INVALID, f"the proposal {proposal['id']!r} is {proposal['status']}; only a completed one is open"
    )
