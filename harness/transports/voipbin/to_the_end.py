"""Tidying up that is finished also when whoever wanted it is cancelled."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(work: Coroutine[None, None, T], *, within_s: float) -> T:
    """Do a piece of work to its end, however often the task is cancelled meanwhile; the cancellation comes after it.

    Args:
        work: What is to be done.
        within_s: After which the work itself is given up.

    Raises:
        TimeoutError: it took longer.
        CancelledError: the work is done, and the task was cancelled meanwhile.
    """
    task = asyncio.ensure_future(asyncio.wait_for(work, within_s))
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        # Whatever came of it has nobody to be told to.
        task.cancelled() or task.exception()
        raise cancelled
    return task.result()
