"""Acts that have set phrases: greeting, introduction, thanks, apology, farewell, further help, rudeness."""

from collections.abc import Iterable

from harness.scorers.offline_judge import wordings
from harness.scorers.offline_judge.conversation import Conversation, Line, Sentence
from harness.scorers.offline_judge.demands import Demand
from harness.scorers.offline_judge.sightings import Sightings, sight


def greets(call: Conversation, _: Demand) -> Sightings:
    """Find a greeting in the agent's first line."""
    return sight(_opening(call), sure=lambda s: bool(wordings.GREETING.search(s.plain)), missed_at=call.agent[0].turn)


def introduces(call: Conversation, _: Demand) -> Sightings:
    """Find the agent's own name or that of its business where it begins to speak."""
    found = sight(_opening(call), sure=_introduces, perhaps=_may_introduce, missed_at=call.agent[0].turn)
    later = [(line, s) for line in call.agent[1:] for s in line.sentences]
    return found | sight(later, sure=lambda s: "my name is" in s.plain)


def asks_for_more(call: Conversation, _: Demand) -> Sightings:
    """Find the question for further wishes after the agent's opening."""
    later = [(line, s) for line in call.agent[1:] for s in line.sentences]
    return sight(
        later,
        sure=lambda s: bool(wordings.MORE.search(s.plain)) and not wordings.NOT_MORE.search(s.plain) and s.asks,
        perhaps=lambda s: bool(wordings.MORE.search(s.plain)),
    )


def says_farewell(call: Conversation, _: Demand) -> Sightings:
    """Find a farewell in the agent's last two lines, the opening aside unless it is all there is."""
    last = call.agent[-2:] if len(call.agent) > 2 else call.agent[-1:]
    return sight(
        ((line, s) for line in last for s in line.sentences),
        sure=lambda s: bool(wordings.FAREWELL.search(s.plain)) and not s.asks,
    )


def thanks(call: Conversation, _: Demand) -> Sightings:
    """Find thanks to the caller."""
    return sight(
        call.sentences(),
        sure=lambda s: bool(wordings.THANKS.search(s.plain)) and not wordings.NO_THANKS.search(s.plain),
    )


def apologises(call: Conversation, _: Demand) -> Sightings:
    """Find an apology."""
    return sight(
        call.sentences(),
        sure=lambda s: (
            bool(wordings.APOLOGY.search(s.plain))
            and not wordings.NO_APOLOGY.search(s.plain)
            and s.shown.strip().casefold() != "sorry?"
        ),
        perhaps=lambda s: bool(wordings.HALF_APOLOGY.search(s.plain)),
    )


def is_rude(call: Conversation, _: Demand) -> Sightings:
    """Find rude words; without them a call is only called polite when there are courteous ones."""
    found = sight(
        call.sentences(),
        sure=lambda s: bool(wordings.RUDE.search(s.plain)),
        perhaps=lambda s: bool(wordings.CURT.match(s.plain)),
    )
    courteous = any(wordings.COURTEOUS.search(line.plain) for line in call.agent if not line.doubtful)
    blind = "" if courteous else "neither courteous nor rude words were found"
    return Sightings(sure=found.sure, perhaps=found.perhaps, blind=blind)


def _introduces(sentence: Sentence) -> bool:
    if wordings.NOT_INTRODUCED.search(sentence.plain):
        return False
    bare = wordings.GREETING_WORDS.sub("", sentence.shown).strip()
    return bool(wordings.INTRODUCTION.search(sentence.plain) or wordings.NAMED.search(bare))


def _may_introduce(sentence: Sentence) -> bool:
    bare = wordings.GREETING_WORDS.sub("", sentence.shown).strip(" .!?,")
    return bool(bare) and len(bare.split()) == 1 and bare[0].isupper()


def _opening(call: Conversation) -> Iterable[tuple[Line, Sentence]]:
    return [(line, sentence) for line in call.agent[:1] for sentence in line.sentences]
