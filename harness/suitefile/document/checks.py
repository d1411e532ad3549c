"""Shapes of checks: one kind each, put together as the author likes."""

from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from harness.model.patterns import check_pattern
from harness.suitefile.document.base import Shape
from harness.suitefile.document.bounds import BoundsShape, CountShape
from harness.suitefile.document.check_values import (
    Confirmed,
    Greeting,
    Languages,
    Number,
    Phrases,
    Pressed,
    SeveralWords,
    ToolCall,
    Tools,
    ToolsInOrder,
    Transfer,
    Variable,
    WordsInOrder,
)
from harness.suitefile.document.fields import AsWhole, Duration, Flag, Text, Words, Yes

_CALL_ONLY: Final = frozenset({"greets", "hung_up_by", "call_ms", "turns", "cost_usd", "turn"})
_LASTING: Final = frozenset(
    {
        "never_says",
        "not_tool",
        "count",
        "language",
        "confirmed",
        "plain_speech",
        "latency_ms",
        "reply_ms",
        "reply_words",
        "words_per_minute",
        "questions",
        "call_ms",
        "turns",
        "cost_usd",
        "never",
    }
)
"""Kinds that are so over a stretch of the call, at no moment of it."""
_NEGATIVE: Final = {"never": "leave both out", "never_says": "write says", "not_tool": "write tool"}


class RepromptShape(Shape):
    """How long the caller may be left in silence."""

    within_ms: Duration = Field(description="The agent speaks again at the latest after so many milliseconds.")


class QuestionShape(Shape):
    """One question about an answer, or about the whole call."""

    says: Words | None = Field(default=None, description="The agent says it.")
    never_says: Phrases | None = Field(default=None, description="The agent says none of it.")
    one_of: SeveralWords | None = Field(default=None, description="The agent says any one of them.")
    regex: Annotated[Text, AfterValidator(check_pattern)] | None = Field(
        default=None, description="A regular expression that finds something in the agent's words."
    )
    order: WordsInOrder | None = Field(default=None, description="The agent says all of them, one after the other.")
    count: CountShape | None = Field(default=None, description="How often the agent says or calls something.")
    number: Number | None = Field(default=None, description="The agent says a number of this value.")
    language: Languages | None = Field(default=None, description="Every answer is in it.")
    asks: Phrases | None = Field(default=None, description="The agent asks a question with any one of them in it.")
    questions: BoundsShape | None = Field(default=None, description="Questions in an answer.")
    confirmed: Confirmed | None = Field(
        default=None, description="Before it calls the tool the agent asks, and the caller answers."
    )
    tool: ToolCall | None = Field(default=None, description="The agent calls the tool.")
    not_tool: Tools | None = Field(default=None, description="The agent calls none of the tools.")
    tool_order: ToolsInOrder | None = Field(
        default=None, description="The agent calls all of them, one after the other."
    )
    variable: Variable | None = Field(default=None, description="A variable of the flow is set.")
    transfer: Transfer | None = Field(
        default=None, description="The platform phones somebody: a number or address, or `any`."
    )
    hung_up_by: Literal["caller", "agent", "platform"] | None = Field(default=None, description="Who ends the call.")
    dtmf: Pressed | None = Field(default=None, description="Keys that are pressed in a row.")
    reprompt: RepromptShape | None = Field(default=None, description="To a silent caller the agent speaks again.")
    plain_speech: Yes | None = Field(default=None, description="No markdown, HTML or web address is read aloud.")
    greets: Greeting | None = Field(
        default=None, description="The agent speaks first: true, or a list of words any one of which it says."
    )
    latency_ms: BoundsShape | None = Field(default=None, description="Time to the answer.")
    reply_ms: BoundsShape | None = Field(default=None, description="Length of the answer in milliseconds of speech.")
    reply_words: BoundsShape | None = Field(default=None, description="Length of the answer in words.")
    words_per_minute: BoundsShape | None = Field(default=None, description="Pace of the answer.")
    call_ms: BoundsShape | None = Field(default=None, description="Length of the call.")
    turns: BoundsShape | None = Field(default=None, description="Turns of the caller.")
    cost_usd: BoundsShape | None = Field(default=None, description="What the platform took for the call.")
    never: "QuestionShape | None" = Field(default=None, description="It is so at no moment.")
    eventually: "QuestionShape | None" = Field(default=None, description="One answer is so by itself.")
    before: "BeforeShape | None" = Field(default=None, description="Both happen, one before the other.")
    within: "WithinShape | None" = Field(default=None, description="It happens early enough.")
    turn: "AtTurnShape | None" = Field(default=None, description="The answer to one turn of the caller is so.")
    all_: Annotated[tuple["QuestionShape", ...], Field(min_length=1)] | None = Field(
        default=None, alias="all", description="All of them are so."
    )
    any_: Annotated[tuple["QuestionShape", ...], Field(min_length=1)] | None = Field(
        default=None, alias="any", description="At least one of them is so."
    )

    @property
    def kind(self) -> str:
        """Return the one kind that was written."""
        return self._kinds()[0].rstrip("_")

    def _kinds(self) -> list[str]:
        return [name for name in QuestionShape.model_fields if name in self.model_fields_set]

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        kinds = [name.rstrip("_") for name in self._kinds()]
        if len(kinds) > 1:
            raise ValueError(f"a check is of one kind; this one is {' and '.join(kinds)}: write them as two")
        if not kinds:
            raise ValueError("a check needs a kind, such as {says: confirmed} or {reply_words: {at_most: 40}}")
        return self

    @model_validator(mode="after")
    def _is_negated_once(self) -> Self:
        if self.never is not None and self.never._kinds()[0] in _NEGATIVE:
            kind = self.never.kind
            raise ValueError(f"never and {kind} cancel each other out; {_NEGATIVE[kind]}")
        return self


class BeforeShape(Shape):
    """Two things that happen, the earlier one first."""

    first: QuestionShape = Field(description="What has to happen first.")
    then: QuestionShape = Field(description="What has to happen later.")

    @model_validator(mode="after")
    def _happen(self) -> Self:
        _check_happens(self.first, what="before")
        _check_happens(self.then, what="before")
        return self


class WithinShape(Shape):
    """How early something happens."""

    ms: Duration | None = Field(
        default=None, description="From the end of the caller's turn, or for a call from its beginning."
    )
    turns: Annotated[int, Field(ge=1, le=200), AsWhole] | None = Field(
        default=None, description="In the answers to the caller's first turns, so many; the greeting counts too."
    )
    of: QuestionShape = Field(description="What has to happen.")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.ms is None) == (self.turns is None):
            raise ValueError("within needs ms or turns, and not both")
        if self.ms is not None:
            _check_happens(self.of, what="within")
        return self


class AtTurnShape(Shape):
    """The answer to one turn of the caller."""

    index: Annotated[int, Field(ge=-200, le=200), AsWhole] = Field(
        description="1 is the caller's first turn, 0 the greeting, -1 the caller's last turn."
    )
    of: QuestionShape = Field(description="What the answer has to be.")


class CheckShape(QuestionShape):
    """A check."""

    required: Flag = Field(default=True, description="Broken, it fails the trial; false: it is only shown.")
    because: Text = Field(default="", description="The rule behind it in your words; shown when it breaks.")


def _check_happens(question: QuestionShape, *, what: str) -> None:
    lasting = next((each.kind for each in _leaves(question) if each.kind in _LASTING), None)
    if lasting is not None:
        raise ValueError(f"{what} needs what happens at a moment, such as says or tool; {lasting} does not")


def _leaves(question: QuestionShape) -> list[QuestionShape]:
    """Return the questions that decide when a question came true."""
    inner = [question.eventually, *(part.of for part in (question.within, question.turn) if part is not None)]
    parts = [*(each for each in inner if each is not None), *(question.all_ or ()), *(question.any_ or ())]
    return [leaf for part in parts for leaf in _leaves(part)] if parts else [question]


def _about_an_answer(check: CheckShape) -> CheckShape:
    for question in _everything(check):
        if question.kind in _CALL_ONLY:
            raise ValueError(f"{question.kind} is about the whole call; write it under the case's checks")
        if question.within is not None and question.within.turns is not None:
            raise ValueError("within turns is about the whole call; write it under the case's checks, or use ms")
    return check


def _everything(question: QuestionShape) -> list[QuestionShape]:
    inner = [question.never, question.eventually, *(question.all_ or ()), *(question.any_ or ())]
    inner += [part.of for part in (question.within, question.turn) if part is not None]
    inner += [question.before.first, question.before.then] if question.before is not None else []
    return [question, *(deeper for each in inner if each is not None for deeper in _everything(each))]


for _shape in (QuestionShape, BeforeShape, WithinShape, AtTurnShape, CheckShape):
    _shape.model_rebuild()

Checks: TypeAlias = Annotated[tuple[CheckShape, ...], Field(min_length=1)]
"""About a whole call."""
AnswerChecks: TypeAlias = Annotated[
    tuple[Annotated[CheckShape, AfterValidator(_about_an_answer)], ...], Field(min_length=1)
]
"""About an answer to one turn of the caller."""
