"""`harness proposal`: prompts the platform proposes, tested before they are believed."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click

from harness.cli.account import NEEDS_ACCOUNT, SITE, YES, open_account, require_yes
from harness.cli.chosen import Chosen, choose
from harness.cli.options import PATHS, SETTINGS, command_settings, with_options
from harness.cli.placing import place_and_tell
from harness.cli.proposal_answer import AFTER_TEST, Answer, Answering, answer_after, has_drifted, require_open
from harness.cli.proposal_text import named, proposal_line, proposal_lines
from harness.cli.proposed_arms import label_of_original, stand_in_for, to_its_end, with_proposal
from harness.errors import ConfigurationError
from harness.model.exit_code import ExitCode
from harness.regression.decision import Decision
from harness.runs.against import NONE, Beside, PromptVersion
from harness.settings import Settings
from harness.transports.voipbin.ais import ai_or_none, find_ai
from harness.transports.voipbin.proposals import Proposal, accept, list_proposals, read_proposal, reject
from harness.voipbin.audits import ProposalStatus
from harness.voipbin.resources import Record

ID: Final = click.argument("id", metavar="ID")


@click.group(
    help=f"""Test prompts that VoIPBIN proposes, then accept or reject them.

VoIPBIN makes a proposal from its own audits of calls. A test phones both prompts, the AI's and the proposed one, with
your suites and compares them like any two versions.

{NEEDS_ACCOUNT}
"""
)
def command() -> None:
    """Hold the verbs about proposals; the help text is above."""


@command.command(
    "list",
    help="""List the proposals of the account, the newest first.

\b
Examples:
  harness proposal list
  harness proposal list --ai "Front desk" --status completed     those that wait for an answer

\b
Exit codes:
  0  listed, also where there is none
  2  no such AI, or no account is set
  3  the platform failed
""",
)
@click.option("--ai", metavar="AI", help="Only those for this AI: its id or its name.")
@click.option(
    "--status", type=click.Choice([status.value for status in ProposalStatus]), help="Only those that stand like this."
)
@with_options(SITE)
def list_all(ai: str | None, status: str | None, **values: Any) -> None:
    """List; the help text is above."""
    found = asyncio.run(_list(command_settings(values), ai=ai, status=status or ""))
    if not found:
        click.echo("There is no such proposal. VoIPBIN makes one from audits of calls: POST /aipromptproposals")
    for each in found:
        click.echo(proposal_line(each))


@command.command(
    "show",
    help="""Show a proposal: why it was made, and what it would change.

\b
Examples:
  harness proposal show 77c0a6d2-61a0-4b0e-8a5c-2f4e9d6b1c3a

\b
Exit codes:
  0  shown
  2  no such proposal, or no account is set
  3  the platform failed
""",
)
@ID
@with_options(SITE)
def show(id: str, **values: Any) -> None:
    """Show; the help text is above."""
    proposal, ai = asyncio.run(_read(command_settings(values), id))
    click.echo("\n".join(proposal_lines(proposal, ai)))


@command.command(
    "test",
    help="""Run suites on a proposal's two prompts and say whether the proposed one is better.

The AI's prompt as it was is the baseline, the proposed one the candidate. Everything else is as in harness run: the
same options, the same comparison, the same report. Real calls (--transport voipbin) use the AI's own engine_model
unless --engine-model names another; simulated calls use the suites'.

Nothing is answered to the platform unless an option says so:

\b
  --accept-if-better   accept when the comparison proves it better
  --accept             accept when the run passes: no worse, as far as the profile asks for proof
  --reject             reject when the run fails: a case failed, or it got worse

\b
Examples:
  harness proposal test 77c0a6d2-61a0-4b0e-8a5c-2f4e9d6b1c3a suites/desk.suite.yaml
  harness proposal test 77c0a6d2-61a0-4b0e-8a5c-2f4e9d6b1c3a suites/ --as desk --accept-if-better --reject

\b
Exit codes:
  0  the proposed prompt passed
  1  it failed a case, or the comparison says regressed
  2  no such proposal, it takes no answer any more, or the set-up is wrong; no call was placed
  3  nothing was proved, or the platform took no answer: the AI's prompt changed during the test
  4  stopped by --budget before the plan was through
""",
)
@ID
@PATHS
@click.option("--as", "name", metavar="NAME", help="The suites' prompt that is this AI's, where they test several.")
@click.option(
    "--engine-model",
    "engine_models",
    multiple=True,
    metavar="ENGINE_MODEL",
    help="Put both prompts to this model. May be given several times.",
)
@with_options(AFTER_TEST)
@with_options(SETTINGS)
@click.option(
    "--resume", "ref", metavar="RUN", help="Go on with a run of this test: its id, the start of it, or latest."
)
@click.pass_context
def test(
    ctx: click.Context,
    /,
    id: str,
    paths: tuple[Path, ...],
    name: str | None,
    engine_models: tuple[str, ...],
    accept_if_better: bool,
    accept_if_passed: bool,
    reject_if_failed: bool,
    ref: str | None,
    **values: Any,
) -> None:
    """Test; the help text is above."""
    settings = command_settings(values)
    answering = Answering(better=accept_if_better, passed=accept_if_passed, failed=reject_if_failed)
    proposal, ai = asyncio.run(_read(settings, id))
    require_open(proposal, ai, answering=answering)
    if has_drifted(proposal, ai):
        click.echo("warning: the AI's prompt has changed since; the baseline is the one it was made for", err=True)
    if settings.is_live and not engine_models and ai is not None:
        engine_models = (str(ai.get("engine_model") or ""),)
    chosen = _chosen(settings, proposal, paths=paths, name=name, engine_models=engine_models)
    # An AI or an address that is called as it is would answer for both prompts.
    settings = replace(settings, ai="", dial="")
    plan = chosen.plan(settings)
    placed = place_and_tell(settings, chosen.with_arms, to_its_end(plan) if answering.better else plan, ref=ref)
    exit_code = placed.finished.exit_code
    if not placed.interrupted:
        exit_code = _conclude(settings, proposal, placed.finished.decision, answering=answering)
    ctx.exit(exit_code)


@command.command(
    "accept",
    help="""Make a proposal the AI's prompt, whatever any test said. Asks first.

\b
Exit codes:
  0  accepted
  2  no such proposal, it takes no answer any more, or the answer was no
  3  the platform failed
""",
)
@ID
@YES
@with_options(SITE)
def accept_now(id: str, yes: bool, **values: Any) -> None:
    """Accept; the help text is above."""
    settings = command_settings(values)
    proposal, ai = asyncio.run(_read(settings, id))
    require_open(proposal, ai, answering=Answering(passed=True))
    require_yes(f"Give {named(ai, proposal)} the proposed prompt?", yes=yes)
    asyncio.run(_answer(settings, proposal, accepts=True))
    click.echo(f"accepted: {named(ai, proposal)} has the proposed prompt now")


@command.command(
    "reject",
    help="""Turn a proposal down. Asks first.

\b
Exit codes:
  0  rejected
  2  no such proposal, it takes no answer any more, or the answer was no
  3  the platform failed
""",
)
@ID
@YES
@with_options(SITE)
def reject_now(id: str, yes: bool, **values: Any) -> None:
    """Reject; the help text is above."""
    settings = command_settings(values)
    proposal, ai = asyncio.run(_read(settings, id))
    require_open(proposal, None, answering=Answering(failed=True))
    require_yes(f"Reject this proposal for {named(ai, proposal)}?", yes=yes)
    asyncio.run(_answer(settings, proposal, accepts=False))
    click.echo(f"rejected: {named(ai, proposal)} keeps its prompt")


def _chosen(
    settings: Settings, proposal: Proposal, *, paths: Sequence[Path], name: str | None, engine_models: Sequence[str]
) -> Chosen:
    """Return the suites with the proposal's prompts in place of their own."""
    loaded = choose(settings, paths=paths, prompts=(), against=NONE, engine_models=engine_models)
    taken = stand_in_for(loaded.suites, name)
    return Chosen(
        suites=with_proposal(loaded.suites, proposal, name=taken),
        beside=Beside(against=PromptVersion(label_of_original(proposal, name=taken))),
    )


def _conclude(settings: Settings, proposal: Proposal, decision: Decision, *, answering: Answering) -> ExitCode:
    """Answer the platform as it was said beforehand, tell it, and return the exit code."""
    answered = answer_after(decision, answering=answering)
    if answered.answer is Answer.NOTHING:
        click.echo(f"The proposal stays {proposal.status}: {answered.why}.")
        return decision.exit_code
    try:
        asyncio.run(_answer(settings, proposal, accepts=answered.answer is Answer.ACCEPT))
    except ConfigurationError as error:
        # Too late to be a fault of the set-up: the calls are made, and the verdict stands.
        click.echo(f"error: {error}", err=True)
        return decision.exit_code if decision.exit_code is ExitCode.FAILED else ExitCode.UNPROVED
    click.echo(f"The proposal is {answered.answer.value}ed: {answered.why}.")
    return decision.exit_code


async def _list(settings: Settings, *, ai: str | None, status: str) -> Sequence[Proposal]:
    async with open_account(settings) as client:
        ai_id = "" if ai is None else str((await find_ai(client, ai))["id"])
        return await list_proposals(client, ai_id=ai_id, status=status)


async def _read(settings: Settings, id: str) -> tuple[Proposal, Record | None]:
    async with open_account(settings) as client:
        proposal = await read_proposal(client, id)
        return proposal, await ai_or_none(client, proposal.ai_id)


async def _answer(settings: Settings, proposal: Proposal, *, accepts: bool) -> None:
    async with open_account(settings) as client:
        await (accept if accepts else reject)(client, proposal)
