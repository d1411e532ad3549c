"""What makes a thing on the platform for a while and takes it away again, whatever happens in between."""

import sys
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias

from harness.errors import ApiError, HarnessError
from harness.model.finding import Json
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.marks import Mark
from harness.transports.voipbin.rate import Sleep
from harness.transports.voipbin.to_the_end import to_the_end
from harness.voipbin.resources import Record

Tell: TypeAlias = Callable[[str], None]
"""Told in a sentence what a user must know and no result shows."""

PATHS: Final = {"AI": "/ais", "flow": "/flows"}
"""Where what the harness makes is kept, by what it is called in texts."""
_TRIES: Final = 3
_FIRST_WAIT_S: Final = 0.5
_TIDY_S: Final = 30.0
"""Longest wait until something is gone."""


def to_stderr(text: str) -> None:
    """Tell a user who has a terminal, beside whatever else is printed."""
    print(text, file=sys.stderr)


class Lodgers:
    """Makes and deletes the marked things of one run."""

    def __init__(self, client: VoipbinClient, *, run_id: str, tell: Tell) -> None:
        """Take where they live, and whose they are."""
        self._client = client
        self._run_id = run_id
        self._tell = tell

    async def make(self, kind: str, body: Callable[[Mark], dict[str, Json]], *, mark: Mark) -> Record:
        """Make something; what was made in spite of an error or a cancellation is deleted again.

        Args:
            kind: A key of PATHS.
            body: Writes the request with a mark.
            mark: Whose it is, and until when.

        Raises:
            ApiError: the platform refuses it.
            UnreachableError: it does not answer.
        """
        mark = replace(mark, key=uuid.uuid4().hex[:12])
        try:
            made: Record = await self._client.post(PATHS[kind], body(mark))
        except BaseException as error:
            # A request that was refused has made nothing; any other may have been carried out before it was lost.
            if not (isinstance(error, ApiError) and error.http_status < 500):
                await self._tidy(kind, mark)
            raise
        return made

    async def _tidy(self, kind: str, mark: Mark) -> None:
        try:
            await to_the_end(self._forget(kind, mark), within_s=_TIDY_S)
        except TimeoutError:
            self._unsure(kind, "it took too long to answer")

    async def delete(self, kind: str, id: str) -> None:
        """Delete something. What cannot be deleted is told, and left to `harness sweep`."""
        try:
            await to_the_end(self._delete(kind, id), within_s=_TIDY_S)
        except (HarnessError, TimeoutError) as error:
            why = "the platform took too long" if isinstance(error, TimeoutError) else str(error)
            self._tell(
                f"the {kind} {id} was made for this run and could not be deleted ({why}). "
                f"Delete it with: harness sweep --run {self._run_id}"
            )

    async def _delete(self, kind: str, id: str) -> None:
        await again(partial(self._client.delete, f"{PATHS[kind]}/{id}"), sleep=self._client.sleep)

    async def _forget(self, kind: str, mark: Mark) -> None:
        """Delete what carries a mark, if anything does."""
        try:
            async for record in self._client.pages(PATHS[kind]):
                found = Mark.of(record)
                if found is not None and found.key == mark.key:
                    return await self._delete(kind, str(record["id"]))
        except HarnessError as error:
            self._unsure(kind, str(error))

    def _unsure(self, kind: str, why: str) -> None:
        self._tell(
            f"nobody knows whether {'an' if kind == 'AI' else 'a'} {kind} was made for this run before the platform "
            f"failed ({why}). Look with: harness sweep --run {self._run_id} --dry-run"
        )


async def again(delete: Callable[[], Awaitable[Json]], *, sleep: Sleep) -> None:
    """Delete or end something that may be gone already, trying again while the platform fails.

    Raises:
        ApiError: it is refused, or fails every time.
        UnreachableError: nobody answers.
    """
    for tries in range(1, _TRIES + 1):
        try:
            await delete()
            return
        except ApiError as error:
            if error.http_status in (404, 409):
                return
            if error.http_status < 500 or tries == _TRIES:
                raise
        await sleep(_FIRST_WAIT_S * 2 ** (tries - 1))
