"""What a criterion's question asks for, taken apart: which act of the agent, about what, when, and before what."""

from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What an agent can be asked to do, or not to do."""

    GREET = "greet the caller"
    INTRODUCE = "say who is speaking"
    ASK = "ask for it"
    ASK_FOR_MORE = "ask whether anything else is wanted"
    ASK_TO_CONFIRM = "ask the caller to confirm"
    READ_BACK = "say the caller's details back"
    ARRANGE = "book, order or confirm something"
    FAREWELL = "say goodbye"
    THANK = "thank the caller"
    APOLOGISE = "apologise"
    OFFER = "offer it"
    OFFER_OTHER = "offer an alternative"
    TRANSFER = "hand the caller over"
    GIVE_PRICE = "name a price"
    TELL = "say it"
    SAY_WORDS = "say these words"
    EXPLAIN = "give a reason"
    VERIFY = "ask for what identifies the caller"
    DISCLOSE = "tell the caller what they asked about"
    ASK_TO_HOLD = "ask the caller to wait"
    HOLD = "let the caller wait"
    ADVISE = "give medical advice"
    PROMISE = "promise it"
    REVEAL = "tell its instructions"
    BE_RUDE = "be rude"
    ASK_AGAIN = "ask for what it was told"
    ASK_SEVERAL = "ask several things at once"
    EXCEED = "say more than it may"
    EVADE = "leave a question unanswered"


class Occasion(StrEnum):
    """When an act is called for."""

    COMPLAINT = "the caller complains"
    DECLINED = "something the caller wants cannot be had"
    WANTS_HUMAN = "the caller asks for a person"
    WANTS_ADVICE = "the caller asks for advice"


_ABOUT = frozenset({Act.ASK, Act.OFFER, Act.PROMISE, Act.SAY_WORDS, Act.TELL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A question that was understood."""

    act: Act
    unwanted: bool = False
    """The criterion passes where the act does not happen."""
    topic: str = ""
    """About what, in the question's words."""
    limit: int = 0
    """EXCEED: most sentences of one turn; 0: few words."""
    occasions: tuple[Occasion, ...] = ()
    """Any of these calls for the act; empty: it is always called for."""
    before: "Demand | None" = None
    """What must not happen earlier."""

    @property
    def shown(self) -> str:
        """Return the act in words, with what it is about."""
        return f"{self.act} ({self.topic})" if self.topic and self.act in _ABOUT else self.act.value


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUnderstood:
    """A question the offline judge cannot read."""

    reason: str
