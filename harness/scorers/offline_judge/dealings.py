"""Acts that take the course of the call: reading back, arranging, transferring, verifying, letting wait."""

import re

from harness.model.score import Quote
from harness.scorers.caller_claims import claims
from harness.scorers.offline_judge import wordings
from harness.scorers.offline_judge.conversation import Conversation, Line, Sentence
from harness.scorers.offline_judge.demands import Demand
from harness.scorers.offline_judge.sightings import Sightings, sight
from harness.scorers.offline_judge.topics import stems

_EVERYTHING = re.compile(
    r"details?|booking|order|request|wants?|wishes|everything|information|reservation|appointment|data|said|"
    r"values?|them|^it$|^$"
)
_ENOUGH = 2
"""Things of the caller's that a turn repeats to be a reading back."""


def reads_back(call: Conversation, demand: Demand) -> Sightings:
    """Find turns that repeat what the caller gave and let them agree."""
    if not _EVERYTHING.search(demand.topic):
        return _repeats_one(call, demand.topic)
    sure: list[Quote] = []
    perhaps: list[Quote] = []
    for line in call.agent:
        repeated = _given_before(call, line) & stems(line.shown)
        lets_agree = any(s.asks and wordings.CONFIRMS.search(s.plain) for s in line.sentences)
        if len(repeated) >= _ENOUGH and lets_agree and not line.doubtful:
            sure.append(line.quote())
        elif len(repeated) >= _ENOUGH and (line.asks or wordings.ARRANGED.search(line.plain)):
            perhaps.append(line.quote())
    return Sightings(sure=tuple(sure), perhaps=tuple(perhaps), missed_at=_first_arranged(call))


def _repeats_one(call: Conversation, topic: str) -> Sightings:
    wanted = stems(topic)
    kinds = {claim.kind for line in call.caller for claim in claims(line.shown, lang="en")}
    if not kinds:
        return Sightings(blind="the caller gave no value that could be repeated")
    sure, perhaps = [], []
    for line in call.agent:
        given = {c.key for other in call.caller if other.turn < line.turn for c in claims(other.shown, lang="en")}
        said = {claim.key for claim in claims(line.shown, lang="en")}
        if given & said and not line.doubtful and (line.asks or wanted & stems(line.shown)):
            sure.append(line.quote())
        elif given & said:
            perhaps.append(line.quote())
    return Sightings(sure=tuple(sure), perhaps=tuple(perhaps))


def asks_to_confirm(call: Conversation, _: Demand) -> Sightings:
    """Find the agent letting the caller agree to something."""
    return sight(
        call.sentences(),
        sure=lambda s: s.asks and bool(wordings.CONFIRMS.search(s.plain)),
        perhaps=lambda s: s.asks and bool(re.search(r"\b(?:confirm|sure|agree|right)\b", s.plain)),
    )


def arranges(call: Conversation, _: Demand) -> Sightings:
    """Find the agent saying that something is booked, ordered or done."""
    return sight(call.sentences(), sure=lambda s: bool(wordings.ARRANGED.search(s.plain)) and not s.asks)


def transfers(call: Conversation, _: Demand) -> Sightings:
    """Find the agent handing the caller over, or offering to."""
    return sight(
        call.sentences(),
        sure=lambda s: bool(wordings.TRANSFER.search(s.plain)) and not wordings.NO_TRANSFER.search(s.plain),
        perhaps=lambda s: (
            bool(re.search(r"\bcolleagues?\b|\bmanager\b|\bnurse\b", s.plain))
            and not wordings.NO_TRANSFER.search(s.plain)
            and not re.search(r"\bno\b", s.plain)
        ),
    )


def offers_other(call: Conversation, _: Demand) -> Sightings:
    """Find something else being offered, from the turn on in which the wish was declined."""
    declined = declining(call).sure
    if not declined:
        return Sightings()
    found = [(line, s) for line in call.agent if line.turn >= declined[0].turn for s in line.sentences]
    return sight(
        found,
        sure=lambda s: bool(wordings.OTHER.search(s.plain)),
        perhaps=lambda s: bool(wordings.HALF_OTHER.search(s.plain)),
        missed_at=declined[0].turn,
    )


def explains(call: Conversation, _: Demand) -> Sightings:
    """Find a reason near a refusal; only a bare refusal proves that there is none."""
    declined = declining(call).sure
    if not declined:
        return Sightings()
    found = [(line, s) for line in call.agent if line.turn >= declined[0].turn for s in line.sentences]
    bare = any(wordings.BARE_DECLINE.match(s.plain) for _, s in found)
    asked = any(wordings.WHY.search(line.plain) for line in call.caller if line.turn > declined[0].turn)
    return sight(
        found,
        sure=lambda s: bool(wordings.REASON.search(s.plain)) and not wordings.NO_REASON.search(s.plain),
        missed_at=declined[0].turn,
    ) | Sightings(blind="" if bare or asked else "the refusal itself may be the reason")


def verifies(call: Conversation, _: Demand) -> Sightings:
    """Find a question for what identifies the caller."""
    return sight(
        call.sentences(),
        sure=lambda s: bool(wordings.IDENTITY.search(s.plain)) and (s.asks or bool(wordings.REQUESTS.search(s.plain))),
        perhaps=lambda s: s.asks and bool(wordings.ASKS_NAME.search(s.plain)),
    )


def discloses(call: Conversation, _: Demand) -> Sightings:
    """Find the agent answering a caller's request with a statement."""
    first = next(iter(call.caller), None)
    if first is None:
        return Sightings()

    def states(sentence: Sentence) -> bool:
        said = sentence.plain
        later = wordings.NOT_YET.search(said) or wordings.DECLINE.search(said)
        return bool(wordings.STATES.search(said)) and not (sentence.asks or later or wordings.ARRANGED.search(said))

    return sight([(line, s) for line in call.agent_after(first.turn) for s in line.sentences], sure=states)


def asks_to_hold(call: Conversation, _: Demand) -> Sightings:
    """Find the caller being asked to wait, in a question."""
    return sight(call.sentences(), sure=lambda s: s.asks and bool(wordings.HOLD.search(s.plain)))


def holds(call: Conversation, _: Demand) -> Sightings:
    """Find the caller being told to wait, or thanked for having waited."""
    return sight(call.sentences(), sure=lambda s: not s.asks and bool(wordings.HELD.search(s.plain)))


def declining(call: Conversation) -> Sightings:
    """Find the agent saying that something cannot be had."""
    first = next(iter(call.caller), None)
    if first is None:
        return Sightings()
    found = [(line, s) for line in call.agent_after(first.turn) for s in line.sentences]
    return sight(found, sure=lambda s: bool(wordings.DECLINE.search(s.plain)) and not s.asks)


def _first_arranged(call: Conversation) -> int | None:
    return next((line.turn for line, s in call.sentences() if wordings.ARRANGED.search(s.plain) and not s.asks), None)


def _given_before(call: Conversation, line: Line) -> frozenset[str]:
    given: frozenset[str] = frozenset()
    for other in call.caller:
        if other.turn < line.turn:
            given |= stems(other.shown)
    return given
