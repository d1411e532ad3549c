"""The network as the flow action `fetch` asks it: for a list of actions (contract section 3.3)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from harness.errors import CallError
from harness.simulator.server.posting import Hook, HttpPoster

_MOST_BYTES: Final = 1024 * 1024


class HttpFetch:
    """Asks over HTTP."""

    def __init__(self, *, allow_loopback: bool) -> None:
        """Take whether this machine itself may be asked; other private addresses never are."""
        self._allow_loopback = allow_loopback

    async def __call__(self, url: str, method: str, body: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Return the actions a URL answers with.

        Raises:
            CallError: there was no answer, or it was no list of actions.
        """
        hook = Hook(uri=url, method=method or "POST", body=json.dumps(body).encode())
        async with HttpPoster(allow_loopback=self._allow_loopback) as poster:
            posted = await poster.post(hook, reads=_MOST_BYTES)
        if posted.status != 200:
            raise CallError(f"{hook.place} gave no actions: {posted.reason}")
        try:
            actions = json.loads(posted.content)
        except (ValueError, RecursionError) as error:
            raise CallError(f"{hook.place} answered with something that is no JSON") from error
        if not isinstance(actions, list) or not all(isinstance(action, dict) for action in actions):
            raise CallError(f"{hook.place} answered with something that is no list of actions")
        return actions
