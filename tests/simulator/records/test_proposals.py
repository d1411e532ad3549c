"""Prompt proposals: what they are made from, and every race between them and the prompt they would replace."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from harness.errors import ApiError, ServiceError
from harness.interfaces import ProposedPrompt
from harness.model.audit import Dimension, Evaluation, Mark
from harness.services.rule_proposer import RuleProposer
from harness.simulator.kernel.world import World
from harness.simulator.records.ais import Ais
from harness.simulator.records.proposals import LIVES_MS, TAKES_MS, Proposals
from harness.telephone.clock import VirtualClock
from harness.voipbin.audits import evaluation_document
from harness.voipbin.resources import NIL_ID, Kind, Record
from tests.api_document import check_record

HOUR_MS = 3_600_000


class Writes:
    """A proposer with one answer, which may do something first."""

    name = "writes"

    def __init__(self) -> None:
        self.answer: ProposedPrompt | None = ProposedPrompt(prompt="Be kinder.", rationale="It was rude.")
        self.meanwhile: Any = lambda: None

    async def propose(self, prompt: str, *, evaluations: Sequence[Evaluation], language: str) -> ProposedPrompt:
        self.meanwhile()
        if self.answer is None:
            raise ServiceError("is down", service="writes")
        return self.answer


class Desk:
    """A world with one AI, its audits, and proposals."""

    def __init__(self) -> None:
        self.world = World(clock=VirtualClock(), seed=1)
        self.ais = Ais(self.world)
        self.proposer = Writes()
        self.proposals = Proposals(self.world, ais=self.ais, proposer=self.proposer)
        self.ai = self.new_ai()

    def new_ai(self) -> Record:
        return self.ais.create({"engine_model": "openai.gpt-5", "init_prompt": "Be kind."})

    def edit(self, prompt: str) -> None:
        self.ais.replace(self.ai["id"], {"engine_model": "openai.gpt-5", "init_prompt": prompt})

    def audit(self, **fields: Any) -> Record:
        marks = {dimension: Mark(score=3, reason="So so.") for dimension in Dimension}
        document = evaluation_document(Evaluation(overall_score=3, marks=marks, summary="So so."))
        given: dict[str, Any] = {
            "ai_id": self.ai["id"],
            "prompt_history_id": self.ai["current_prompt_history_id"],
            "status": "completed",
            "evaluation": document,
        }
        return self.world.create(Kind.AUDIT, **(given | fields))

    def start(self, *audits: Record) -> Record:
        return self.proposals.start(self.ai["id"], [audit["id"] for audit in audits or [self.audit()]])

    def completed(self) -> Record:
        proposal = self.start()
        self.pass_time(TAKES_MS)
        assert proposal["status"] == "completed"
        return proposal

    def pass_time(self, ms: int) -> None:
        async def go() -> None:
            over = False

            def stop() -> None:
                nonlocal over
                over = True

            self.world.clock.after(ms, stop)
            while not over:
                await self.world.clock.step()

        asyncio.run(go())


@pytest.fixture
def desk() -> Desk:
    return Desk()


def refusal(call: Any, *args: Any) -> tuple[int, str]:
    with pytest.raises(ApiError) as refused:
        call(*args)
    return refused.value.http_status, refused.value.reason


def test_a_proposal_is_accepted_at_once_and_written_later(desk: Desk) -> None:
    proposal = desk.start()
    assert (proposal["status"], proposal["proposed_prompt"], proposal["original_prompt"]) == (
        "progressing",
        "",
        "Be kind.",
    )
    check_record(proposal, "AIManagerAIPromptProposal")
    desk.pass_time(TAKES_MS)
    assert (proposal["status"], proposal["proposed_prompt"]) == ("completed", "Be kinder.")
    check_record(proposal, "AIManagerAIPromptProposal")


def test_accepting_makes_a_prompt_version_that_names_the_proposal(desk: Desk) -> None:
    proposal = desk.completed()
    desk.proposals.accept(proposal["id"])
    row = desk.world.require(Kind.PROMPT_HISTORY, proposal["applied_prompt_history_id"])
    assert (row["prompt"], row["proposal_id"]) == ("Be kinder.", proposal["id"])
    assert desk.ai["init_prompt"] == "Be kinder."
    assert desk.ai["current_prompt_history_id"] == row["id"]
    check_record(proposal, "AIManagerAIPromptProposal")


def test_accepting_twice_is_accepting_once(desk: Desk) -> None:
    proposal = desk.completed()
    desk.proposals.accept(proposal["id"])
    desk.edit("Something else.")
    assert desk.proposals.accept(proposal["id"])["status"] == "accepted"
    assert desk.ai["init_prompt"] == "Something else."
    assert len(list(desk.world.records(Kind.PROMPT_HISTORY))) == 3


@pytest.mark.parametrize("edits", [["Be quick."], ["Be quick.", "Be kind."], [""]], ids=str)
def test_a_proposal_whose_prompt_moved_on_expires_when_accepted(desk: Desk, edits: list[str]) -> None:
    proposal = desk.completed()
    for prompt in edits:
        desk.edit(prompt)
    assert refusal(desk.proposals.accept, proposal["id"]) == (409, "STATE_INVALID")
    assert (proposal["status"], proposal["error"]) == ("expired", "prompt_version_drifted")
    assert desk.ai["init_prompt"] == edits[-1]


def test_a_change_of_anything_but_the_prompt_does_not_matter(desk: Desk) -> None:
    proposal = desk.completed()
    desk.ais.replace(desk.ai["id"], {"engine_model": "grok.grok-3", "init_prompt": "Be kind.", "name": "New"})
    assert desk.proposals.accept(proposal["id"])["status"] == "accepted"


def test_a_proposal_whose_ai_is_gone_expires_when_accepted(desk: Desk) -> None:
    proposal = desk.completed()
    desk.ais.delete(desk.ai["id"])
    assert refusal(desk.proposals.accept, proposal["id"])[0] == 409
    assert proposal["status"] == "expired"


def test_of_two_proposals_for_one_version_only_the_first_can_be_accepted(desk: Desk) -> None:
    first, second = desk.start(), desk.start()
    desk.pass_time(TAKES_MS)
    desk.proposals.accept(first["id"])
    assert refusal(desk.proposals.accept, second["id"])[0] == 409


@pytest.mark.parametrize(
    "settle",
    [
        lambda desk, id: desk.proposals.reject(id),
        lambda desk, id: desk.proposals.accept(id),
        lambda desk, id: desk.pass_time(168 * HOUR_MS),
    ],
    ids=["rejected", "accepted", "expired"],
)
def test_what_is_settled_cannot_be_rejected(desk: Desk, settle: Any) -> None:
    proposal = desk.completed()
    settle(desk, proposal["id"])
    assert refusal(desk.proposals.reject, proposal["id"]) == (409, "STATE_INVALID")


def test_a_proposal_waits_a_week_and_no_longer(desk: Desk) -> None:
    proposal = desk.completed()
    desk.pass_time(168 * HOUR_MS - 1)
    assert proposal["status"] == "completed"
    desk.pass_time(1)
    assert proposal["status"] == "expired"
    assert refusal(desk.proposals.accept, proposal["id"])[0] == 409


def test_an_unfinished_proposal_can_be_neither_accepted_nor_rejected(desk: Desk) -> None:
    proposal = desk.start()
    assert refusal(desk.proposals.accept, proposal["id"])[0] == 409
    assert refusal(desk.proposals.reject, proposal["id"])[0] == 409
    assert proposal["status"] == "progressing"


@pytest.mark.parametrize(
    "audits",
    [
        lambda desk: [],
        lambda desk: [desk.audit()["id"] for _ in range(21)],
        lambda desk: [NIL_ID],
        lambda desk: [desk.audit(status="progressing")["id"]],
        lambda desk: [desk.audit(status="failed")["id"]],
        lambda desk: [desk.audit()["id"], desk.audit(ai_id=desk.new_ai()["id"])["id"]],
        lambda desk: [desk.audit(prompt_history_id=NIL_ID)["id"]],
        lambda desk: [desk.world.delete(desk.audit())["id"]],
        lambda desk: [desk.audit(customer_id=NIL_ID)["id"]],
    ],
    ids=["none", "too-many", "unknown", "running", "failed", "other-ai", "other-version", "deleted", "other-customer"],
)
def test_a_proposal_needs_completed_audits_of_the_current_prompt(desk: Desk, audits: Any) -> None:
    assert refusal(desk.proposals.start, desk.ai["id"], audits(desk)) == (400, "INVALID_ARGUMENT")
    assert not list(desk.world.records(Kind.PROPOSAL))


def test_twenty_audits_are_not_too_many(desk: Desk) -> None:
    assert len(desk.start(*(desk.audit() for _ in range(20)))["audit_ids"]) == 20


def test_an_ai_without_a_prompt_has_nothing_to_improve(desk: Desk) -> None:
    desk.edit("")
    assert refusal(desk.proposals.start, desk.ai["id"], [desk.audit()["id"]])[0] == 400


def test_an_unknown_ai_has_no_proposals(desk: Desk) -> None:
    assert refusal(desk.proposals.start, NIL_ID, [desk.audit()["id"]]) == (404, "AI_NOT_FOUND")


def test_three_proposals_run_at_a_time_and_no_more(desk: Desk) -> None:
    for _ in range(3):
        desk.start()
    assert refusal(desk.start) == (429, "RATE_LIMIT_EXCEEDED")
    desk.pass_time(TAKES_MS)
    desk.start()


@pytest.mark.parametrize("when", ["before", "meanwhile"])
@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        (lambda desk, proposal, audit: desk.edit("New."), "failed", "prompt_version_drifted"),
        (lambda desk, proposal, audit: desk.ais.delete(desk.ai["id"]), "failed", "prompt_version_drifted"),
        (lambda desk, proposal, audit: desk.world.delete(audit), "failed", "invalid_audit_set"),
        (lambda desk, proposal, audit: desk.proposals.delete(proposal["id"]), "failed", "cancelled"),
        (
            lambda desk, proposal, audit: desk.world.change(audit, prompt_history_id=NIL_ID),
            "failed",
            "audit_prompt_version_mismatch",
        ),
    ],
    ids=["edited", "ai-deleted", "audit-deleted", "deleted", "audit-of-other-version"],
)
def test_what_changes_while_a_proposal_is_written_fails_it(
    desk: Desk, change: Any, status: str, error: str, when: str
) -> None:
    audit = desk.audit()
    proposal = desk.start(audit)
    if when == "before":
        change(desk, proposal, audit)
    else:
        desk.proposer.meanwhile = lambda: change(desk, proposal, audit)
    desk.pass_time(TAKES_MS)
    assert (proposal["status"], proposal["error"], proposal["proposed_prompt"]) == (status, error, "")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (None, "evaluator_unavailable"),
        (ProposedPrompt(prompt=" ", rationale="r"), "invalid_evaluator_response"),
        (ProposedPrompt(prompt="Be kind.", rationale="r"), "invalid_evaluator_response"),
        (ProposedPrompt(prompt="New.", rationale=""), "invalid_evaluator_response"),
    ],
    ids=["down", "empty", "unchanged", "no-reason"],
)
def test_a_proposer_that_fails_proposes_nothing(desk: Desk, answer: ProposedPrompt | None, error: str) -> None:
    desk.proposer.answer = answer
    proposal = desk.start()
    desk.pass_time(TAKES_MS)
    assert (proposal["status"], proposal["error"]) == ("failed", error)
    check_record(proposal, "AIManagerAIPromptProposal")


def test_a_deleted_proposal_is_not_found_and_never_expires(desk: Desk) -> None:
    proposal = desk.completed()
    desk.proposals.delete(proposal["id"])
    assert refusal(desk.proposals.accept, proposal["id"])[0] == 404
    desk.pass_time(LIVES_MS)
    assert proposal["status"] == "completed"


def test_the_offline_proposer_can_be_used(desk: Desk) -> None:
    proposals = Proposals(desk.world, ais=desk.ais, proposer=RuleProposer())
    proposal = proposals.start(desk.ai["id"], [desk.audit()["id"]])
    desk.pass_time(TAKES_MS)
    proposals.accept(proposal["id"])
    assert desk.ai["init_prompt"].startswith("Be kind.\n")


class AnyOrder(RuleBasedStateMachine):
    """Accepting, rejecting, editing, deleting and waiting in any order."""

    proposals = Bundle("proposals")

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.seen: dict[str, str] = {}
        self.edits = 0

    @precondition(lambda self: bool(self.desk.ai["init_prompt"]))
    @rule(target=proposals)
    def start(self) -> Record | None:
        running = [each for each in self.desk.world.records(Kind.PROPOSAL) if each["status"] == "progressing"]
        self.desk.proposer.answer = ProposedPrompt(prompt=f"Better {self.edits}.", rationale="It was rude.")
        if len(running) == 3:
            assert refusal(self.desk.start)[0] == 429
            return None
        return self.desk.start()

    @rule(proposal=proposals)
    def accept(self, proposal: Record | None) -> None:
        if proposal is None:
            return
        before, prompt = proposal["status"], self.desk.ai["current_prompt_history_id"]
        fits = before == "completed" and proposal["basis_prompt_history_id"] == prompt
        try:
            self.desk.proposals.accept(proposal["id"])
        except ApiError:
            assert not fits or proposal["tm_delete"] is not None
            assert self.desk.ai["current_prompt_history_id"] == prompt
        else:
            assert before == "accepted" or fits
            if before == "completed":
                assert self.desk.ai["current_prompt_history_id"] == proposal["applied_prompt_history_id"] != prompt

    @rule(proposal=proposals)
    def reject(self, proposal: Record | None) -> None:
        if proposal is None:
            return
        may = proposal["status"] == "completed" and proposal["tm_delete"] is None
        try:
            self.desk.proposals.reject(proposal["id"])
        except ApiError:
            assert not may
        else:
            assert may

    @rule(proposal=proposals)
    def delete(self, proposal: Record | None) -> None:
        if proposal is not None and proposal["tm_delete"] is None:
            self.desk.proposals.delete(proposal["id"])
            # What happens to a deleted one any more is nobody's business.
            self.seen.pop(proposal["id"], None)

    @rule(is_cleared=st.booleans())
    def edit(self, is_cleared: bool) -> None:
        self.edits += 1
        self.desk.edit("" if is_cleared else f"Edit {self.edits}.")

    @rule(ms=st.sampled_from([1, TAKES_MS, HOUR_MS, LIVES_MS]))
    def wait(self, ms: int) -> None:
        self.desk.pass_time(ms)

    @invariant()
    def no_state_is_left_that_is_final(self) -> None:
        for proposal in self.desk.world.records(Kind.PROPOSAL):
            before = self.seen.get(proposal["id"], "progressing")
            assert before in ("progressing", "completed") or proposal["status"] == before
            assert proposal["status"] != "progressing" or before == "progressing"
            self.seen[proposal["id"]] = proposal["status"]

    @invariant()
    def what_is_told_fits_the_state(self) -> None:
        for proposal in self.desk.world.records(Kind.PROPOSAL):
            status = proposal["status"]
            assert bool(proposal["applied_prompt_history_id"]) == (status == "accepted")
            assert bool(proposal["proposed_prompt"]) == (status not in ("progressing", "failed"))
            assert bool(proposal["error"]) or status != "failed"

    @invariant()
    def the_current_version_is_the_current_prompt(self) -> None:
        current = self.desk.ai["current_prompt_history_id"]
        if current is None:
            assert self.desk.ai["init_prompt"] == ""
        else:
            assert self.desk.world.require(Kind.PROMPT_HISTORY, current)["prompt"] == self.desk.ai["init_prompt"]


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=40, stateful_step_count=25)
