"""How `harness doctor` shows what it found: on a terminal with rich, for programs as JSON."""

import json
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.transports.voipbin.checkup import Group, Result, State
from harness.transports.voipbin.site import ACCESS_KEY, DIRECT_HASH

_MARKS: Final = {
    State.OK: ("✓", "green"),
    State.WARNING: ("!", "yellow"),
    State.FAILED: ("✗", "red"),
    State.SKIPPED: ("–", "dim"),
}
_TITLE_WIDTH: Final = 15


def show_results(results: Sequence[Result], *, console: Console) -> None:
    """Print every check in one line, with the one thing to do below those that need it."""
    for group in Group:
        of_group = [result for result in results if result.check.group is group]
        if not of_group:
            continue
        console.print(Text(group.value, style="bold"))
        table = Table.grid(padding=(0, 1))
        table.add_column(width=2, justify="right")
        table.add_column(width=_TITLE_WIDTH)
        table.add_column(overflow="fold")
        for result in of_group:
            outcome = result.outcome
            mark, style = _MARKS[outcome.state]
            dim = "dim" if outcome.state is State.SKIPPED else ""
            table.add_row(Text(mark, style=style), Text(result.check.title, style=dim), Text(_line(result), style=dim))
            if outcome.fix:
                table.add_row("", "", Text(f"→ {outcome.fix}", style=style))
        console.print(table)
    console.print()
    console.print(Text(conclusion(results)))


def conclusion(results: Sequence[Result]) -> str:
    """Return what all of it comes to, in a sentence or two."""
    failures = [result.check.title for result in results if result.outcome.state is State.FAILED]
    if failures:
        return f"Not ready: put right {', '.join(failures)} first."
    login = next((result for result in results if result.check.name == "login"), None)
    if login is not None and login.outcome.state is State.OK:
        return "Ready for real calls and for simulated ones."
    return (
        "Ready for simulated calls, which need no account: harness run suites/\n"
        f"Real calls need {ACCESS_KEY}, or {DIRECT_HASH} for one agent alone."
    )


def is_ready(results: Sequence[Result]) -> bool:
    """Return whether nothing that is needed failed."""
    return all(result.outcome.state is not State.FAILED for result in results)


def as_json(results: Sequence[Result]) -> str:
    """Return everything as a JSON document."""
    document = {
        "ready": is_ready(results),
        "conclusion": conclusion(results),
        "checks": [
            {
                "group": result.check.group.value,
                "name": result.check.name,
                "title": result.check.title,
                "state": result.outcome.state.value,
                "said": result.outcome.said,
                "fix": result.outcome.fix,
            }
            for result in results
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _line(result: Result) -> str:
    word = "" if result.outcome.state is State.OK else f"{result.outcome.state.value}: "
    return f"{word}{result.outcome.said}"
