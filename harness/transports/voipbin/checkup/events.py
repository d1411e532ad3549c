"""Does the event socket open, and may we listen to our own account?"""

import asyncio
from typing import Final

from harness.transports.voipbin.checkup.results import Outcome, fine, skipped
from harness.transports.voipbin.checkup.subject import Subject
from harness.transports.voipbin.sockets import event_feed

LISTENS_S: Final = 0.5
"""A topic is not acknowledged; one that is refused closes the socket at once (contract section 6.4)."""


async def ask_events(subject: Subject) -> Outcome:
    """Does it stay open with a topic of ours?"""
    if not subject.credentials.has_account:
        return skipped("a direct hash alone may listen to single sessions, which there are none of yet")
    topic = f"customer_id:{await subject.client.customer_id()}:call"
    async with event_feed(subject.client, [topic]) as feed:
        try:
            async with asyncio.timeout(LISTENS_S):
                await anext(feed)
        except TimeoutError:
            pass
    return fine("the socket opens and takes the topic of this account's calls")
