"""Asks every question, those side by side that do not wait for each other, and never longer than agreed."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from harness.errors import HarnessError
from harness.transports.voipbin.checkup.results import Check, Outcome, Result, State, failed, outcome_of, skipped

_NEEDS: Final = "needs "


async def run_checks(
    checks: Sequence[Check], *, within_s: float, on_done: Callable[[Result], None] = lambda _: None
) -> tuple[Result, ...]:
    """Return what every check found, in the order they are given.

    A check is skipped where one that it needs failed or was skipped itself.

    Args:
        checks: Each stands behind those it needs.
        within_s: After so many seconds whatever has no answer failed.
        on_done: Told of each as it is done.
    """
    tasks: dict[str, asyncio.Task[Outcome]] = {}
    titles = {check.name: check.title for check in checks}
    for check in checks:
        needed = {titles[name]: tasks[name] for name in check.after}
        tasks[check.name] = asyncio.create_task(_asked(check, needed=needed, within_s=within_s))
    results = {}
    try:
        for done in asyncio.as_completed([_named(check, tasks[check.name]) for check in checks]):
            result = await done
            results[result.check.name] = result
            on_done(result)
    finally:
        for task in tasks.values():
            task.cancel()
    return tuple(results[check.name] for check in checks)


async def _named(check: Check, task: asyncio.Task[Outcome]) -> Result:
    return Result(check=check, outcome=await task)


async def _asked(check: Check, *, needed: dict[str, asyncio.Task[Outcome]], within_s: float) -> Outcome:
    started_s = asyncio.get_running_loop().time()
    for title, task in needed.items():
        found = await asyncio.shield(task)
        if found.state in (State.FAILED, State.SKIPPED):
            # What began a row of them is what to look at.
            return found if found.said.startswith(_NEEDS) else skipped(f"{_NEEDS}{title}")
    left_s = within_s - (asyncio.get_running_loop().time() - started_s)
    try:
        async with asyncio.timeout(left_s):
            return await check.ask()
    except TimeoutError:
        return failed(f"no answer within {within_s:g} s", fix="try again, or allow more time with --within")
    except HarnessError as error:
        return outcome_of(error)
