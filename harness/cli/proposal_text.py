"""How `harness proposal` shows a proposal."""

from collections.abc import Iterator

from harness.cli.proposal_answer import has_drifted
from harness.cli.text_diff import diff_lines
from harness.report.numbers import count
from harness.suitefile import as_in_a_file
from harness.transports.voipbin.proposals import Proposal, closed
from harness.voipbin.resources import Record


def named(ai: Record | None, proposal: Proposal) -> str:
    """Return a proposal's AI as sentences name it."""
    return f"{(ai or {}).get('name') or 'the AI'} ({proposal.ai_id})"


def proposal_line(proposal: Proposal) -> str:
    """Return a proposal as one line of a list."""
    why = f"  ({proposal.error})" if proposal.error else ""
    return f"{proposal.id}  {_made(proposal):16}  {proposal.status:11}  AI {proposal.ai_id}{why}"


def proposal_lines(proposal: Proposal, ai: Record | None) -> Iterator[str]:
    """Yield a proposal as it is shown alone; `ai` is None where its AI is gone."""
    yield f"proposal   {proposal.id}"
    yield f"for        {named(ai, proposal)}"
    yield f"status     {proposal.status}{'' if proposal.is_open else f': {closed(proposal)}'}"
    if ai is None:
        yield "           the AI is gone"
    elif proposal.is_open and has_drifted(proposal, ai):
        yield "           the AI's prompt has changed since: the platform will not accept it any more"
    yield f"made       {_made(proposal)}, from {count(len(proposal.audits), 'audit')}"
    if proposal.rationale:
        yield ""
        yield proposal.rationale.strip()
    if proposal.proposed:
        yield ""
        before, after = as_in_a_file(proposal.original), as_in_a_file(proposal.proposed)
        yield from diff_lines(before, after, old="original", new="proposed")


def _made(proposal: Proposal) -> str:
    return f"{proposal.made:%Y-%m-%d %H:%M}" if proposal.made else "unknown date"
