"""`harness prompts`: the prompts of real AIs, as files of ours and back."""

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from harness.cli.account import NEEDS_ACCOUNT, SITE, YES, open_account, require_yes
from harness.cli.options import command_settings, with_options
from harness.cli.prompt_drift import kept_as
from harness.cli.pulled_file import note_version, pulled_file, put_down, settings_lines
from harness.cli.text_diff import diff_lines
from harness.errors import ConfigurationError, UnknownNameError
from harness.model.prompt import prompt_digest
from harness.settings import Settings
from harness.suitefile import PromptFile, as_in_a_file, open_prompt
from harness.transports.voipbin.ais import PromptVersion, find_ai, id_of, prompt_versions, set_prompt
from harness.voipbin.ai_changes import ENGINE_KEY, loses_unseen_key
from harness.voipbin.resources import Record

AI: Final = click.argument("ai", metavar="AI")
CURRENT: Final = "current"
_SHORT: Final = 8
"""Letters of an id or a digest that a table shows."""


@click.group(
    help=f"""Bring prompts from real AIs into files, and files to real AIs.

AI is an AI's id, or its name where only one has it. {NEEDS_ACCOUNT}

\b
A round:
  harness prompts pull "Front desk" --to suites/prompts/desk/v1.md
  cp suites/prompts/desk/v1.md suites/prompts/desk/v2.md      and edit v2.md
  harness run suites/ --prompt desk@v2 --against desk@v1
  harness prompts push suites/prompts/desk/v2.md "Front desk"
"""
)
def command() -> None:
    """Hold the verbs about prompts of real AIs; the help text is above."""


@command.command(
    "pull",
    help="""Write an AI's prompt as a prompt file.

The file gives exactly that prompt, and notes in its front matter which version it is and what else the AI is set to;
the AI's engine_key is never written anywhere. Without --to the file is printed.

A file that is there is replaced only where nothing of it is lost: it holds what was pulled before. --force replaces
it whatever it holds.

\b
Examples:
  harness prompts pull "Front desk" --to suites/prompts/desk/v1.md
  harness prompts pull 5e9c6a1e-3d47-4c0c-9b51-0d4e3f6a2b18

\b
Exit codes:
  0  written, or there already
  2  no such AI, it has no prompt, the file holds something else, or no account is set
  3  the platform failed
""",
)
@AI
@click.option("--to", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
@click.option("--force", is_flag=True, help="Replace what FILE holds.")
@with_options(SITE)
def pull(ai: str, to: Path | None, force: bool, **values: Any) -> None:
    """Pull; the help text is above."""
    record = asyncio.run(_find(command_settings(values), ai))
    file = pulled_file(record)
    if to is None:
        click.echo(file, nl=False)
    else:
        click.echo(put_down(file, record, to, force=force))
    click.echo("\n".join(settings_lines(record)), err=to is None)


@command.command(
    "push",
    help=f"""Give an AI the prompt of a file, and change nothing else of it.

Shows what would change and asks. Refused where the AI's prompt now is neither the version FILE was made from nor
another version beside FILE: somebody changed it, and a push would lose their words. --force overwrites it all the same.

Templates are filled with the file's own variables and those given with --set. Afterwards FILE notes the version the
platform made of it; commit that.

The platform replaces an AI whole. Where it shows the AI's engine_key masked, the push is refused until the key is in
the environment variable {ENGINE_KEY}; it is never shown.

\b
Examples:
  harness prompts push suites/prompts/desk/v2.md "Front desk"
  harness prompts push suites/prompts/desk/v2.md "Front desk" --set shop="Corner Books" --yes

\b
Exit codes:
  0  pushed, or the AI has this prompt already
  2  no such AI, the AI's prompt has drifted, the answer was no, or FILE has faults: nothing was changed
  3  the platform failed
""",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@AI
@click.option("--set", "pairs", multiple=True, metavar="NAME=VALUE", help="A variable of the template.")
@click.option("--force", is_flag=True, help="Overwrite a prompt that is kept nowhere else.")
@YES
@with_options(SITE)
def push(file: Path, ai: str, pairs: tuple[str, ...], force: bool, yes: bool, **values: Any) -> None:
    """Push; the help text is above."""
    settings, variables = command_settings(values), _variables(pairs)
    ours = open_prompt(file, variables=variables)
    record = asyncio.run(_find(settings, ai))
    named = f"{record.get('name') or 'AI'} ({record['id']})"
    if as_in_a_file(str(record.get("init_prompt") or "")) == ours.prompt.text:
        click.echo(f"{named} has this prompt already: nothing to push")
        _note(record, file)
        return
    _require_kept(record, ours, file=file, variables=variables, named=named, force=force)
    engine_key = os.environ.get(ENGINE_KEY, "").strip()
    click.echo("\n".join(_change(record, ours, file=file)))
    if loses_unseen_key(record, engine_key=engine_key):
        click.echo(
            "The platform shows no engine_key for this AI. If it has one of its own, the push clears it and the "
            f"platform's own is used; set {ENGINE_KEY} to keep it.",
            err=True,
        )
    require_yes(f"Give {named} this prompt?", yes=yes)
    after = asyncio.run(_push(settings, record, ours.prompt.text, engine_key=engine_key))
    click.echo(f"pushed: {named} has version {id_of(after, 'current_prompt_history_id')} now")
    _note(after, file)


@command.command(
    "history",
    help="""List every prompt an AI had, the newest first.

A version is named by its id, the start of it, the start of its digest, or current.

\b
Examples:
  harness prompts history "Front desk"
  harness prompts history "Front desk" --diff 1b2c current

\b
Exit codes:
  0  listed
  2  no such AI or version, or no account is set
  3  the platform failed
""",
)
@AI
@click.option("--diff", nargs=2, metavar="A B", help="Show what changed from version A to version B.")
@with_options(SITE)
def history(ai: str, diff: tuple[str, str] | None, **values: Any) -> None:
    """List or compare; the help text is above."""
    record, versions = asyncio.run(_history(command_settings(values), ai))
    current = id_of(record, "current_prompt_history_id")
    if diff:
        old, new = (_version(ref, versions, current=current) for ref in diff)
        lines = list(diff_lines(old.prompt, new.prompt, old=_label(old), new=_label(new)))
        click.echo("\n".join(lines) if lines else "the two are alike")
        return
    click.echo("\n".join(_rows(record, versions, current=current)))


async def _find(settings: Settings, ai: str) -> Record:
    async with open_account(settings) as client:
        return await find_ai(client, ai)


async def _push(settings: Settings, record: Record, prompt: str, *, engine_key: str) -> Record:
    async with open_account(settings) as client:
        return await set_prompt(client, record, prompt, engine_key=engine_key)


async def _history(settings: Settings, ai: str) -> tuple[Record, tuple[PromptVersion, ...]]:
    async with open_account(settings) as client:
        record = await find_ai(client, ai)
        return record, await prompt_versions(client, str(record["id"]))


def _note(record: Record, file: Path) -> None:
    """Note in a file what the AI has now; that it cannot be written is no failure of what was done before."""
    try:
        note_version(record, file)
    except ConfigurationError as error:
        click.echo(
            f"warning: the version is not noted in the file, so that the next push may need --force: {error}", err=True
        )


def _variables(pairs: Sequence[str]) -> Mapping[str, str]:
    wrong = [pair for pair in pairs if "=" not in pair]
    if wrong:
        raise ConfigurationError(f"--set takes NAME=VALUE, not {wrong[0]!r}")
    return dict(pair.split("=", 1) for pair in pairs)


def _require_kept(
    record: Record, ours: PromptFile, *, file: Path, variables: Mapping[str, str], named: str, force: bool
) -> None:
    theirs = str(record.get("init_prompt") or "")
    if force or kept_as(theirs, ours, path=file, variables=variables) is not None:
        return
    version = id_of(record, "current_prompt_history_id") or "without an id"
    other = file.with_name("platform.md")
    raise ConfigurationError(
        f"the prompt of {named} has drifted: its version {version} ({_first_line(theirs)}) is neither what {file} was "
        f"made from nor another version beside it, so that a push would lose it. Look at it with: harness prompts pull "
        f"{record['id']} --to {other}, bring the two together, and push again; or overwrite it with --force"
    )


def _change(record: Record, ours: PromptFile, *, file: Path) -> Iterator[str]:
    before = as_in_a_file(str(record.get("init_prompt") or ""))
    version = id_of(record, "current_prompt_history_id") or "no version"
    yield from diff_lines(
        before, ours.prompt.text, old=f"{record.get('name') or record['id']} {version}", new=str(file)
    )


def _version(ref: str, versions: Sequence[PromptVersion], *, current: str) -> PromptVersion:
    if ref == CURRENT and not current:
        raise ConfigurationError("the AI has no prompt at present")
    wanted = current if ref == CURRENT else ref.lower()
    found = [
        each
        for each in versions
        if each.id.startswith(wanted) or prompt_digest(as_in_a_file(each.prompt)).startswith(wanted)
    ]
    if not found:
        raise UnknownNameError(kind="version", name=ref, known=(CURRENT, *(each.id for each in versions)))
    if len({each.prompt for each in found}) > 1:
        ids = ", ".join(each.id for each in found)
        raise ConfigurationError(f"{ref!r} fits more than one version; say more of it: {ids}")
    return found[0]


def _rows(record: Record, versions: Sequence[PromptVersion], *, current: str) -> Iterator[str]:
    number = len(versions)
    yield f"{record.get('name') or 'AI'} ({record['id']}): {number} version{'' if number == 1 else 's'}"
    if not current:
        yield "  it has no prompt at present"
    for each in versions:
        mark = "*" if each.id == current else " "
        source = f"  [proposal {each.proposal[:_SHORT]}]" if each.proposal else ""
        digest = prompt_digest(as_in_a_file(each.prompt))[:_SHORT]
        yield f"{mark} {_when(each.made)}  {each.id}  {digest}  {_first_line(each.prompt)}{source}"
    if versions:
        yield "* the version it has now; after the id, the digest as prompt files have it"


def _label(version: PromptVersion) -> str:
    return f"{version.id} {_when(version.made)}"


def _when(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "unknown date    "


def _first_line(prompt: str) -> str:
    first = next((line.strip() for line in prompt.splitlines() if line.strip()), "empty")
    return first if len(first) <= 60 else f"{first[:59]}…"
