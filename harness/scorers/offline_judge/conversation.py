"""A call as the offline judge reads it: turns in sentences, each as bare lower-case words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.call import Role, Turn
from harness.model.fencing import visible
from harness.model.score import Quote
from harness.scorers.normalise import normalize_basic
from harness.scorers.untrusted import suspicious_turn

_TITLE = re.compile(r"\b(Mr|Mrs|Ms|Dr|St|No)\.")
_SENTENCE = re.compile(r"[^.!?…]*(?:[.!?…](?=\w)[^.!?…]*)*[.!?…]*")
_LONGEST_TURN = 4_000
"""Characters of one turn that are read: minutes of speech."""
_ASKS = re.compile(
    r"^(?:(?:and|so|okay|ok|sure|well|then|certainly|great|thanks|thank you|please) )*(?:what|whats|when|where|"
    r"which|who|"
    r"whos|whom|how|may i|can i|could i|could you|can you|would you|will you|do you|did i|shall i|should i|"
    r"is that|are you)\b"
)
_COMMON_WORDS = """
the a an and or but of to for with at by from is are was were be been am i im you your youre we our it its that thats
this there not no yes can cant could would will do does did dont have has had what when where who how why please thank
thanks hello my me us they their he she his her if so as on in up about
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_SHARED_WITH_OTHERS = frozenset(
    ("a", "am", "an", "in", "so", "was", "me", "no", "he", "as", "do", "by", "on", "is", "of", "we")
)
"""Words other European languages have as well."""
_ENGLISH_SHARE = 0.18
_FEW_WORDS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of a turn."""

    shown: str
    plain: str
    """Lower-case words without punctuation or apostrophes: `dont`, `im`."""

    @property
    def asks(self) -> bool:
        """Return whether it is a question, by its mark or by how it begins."""
        return self.shown.rstrip().endswith("?") or bool(_ASKS.match(self.plain))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One turn with words."""

    turn: int
    """Index into the call's turns."""
    role: Role
    shown: str
    plain: str
    sentences: tuple[Sentence, ...]
    doubtful: bool
    """It may be meant for whoever judges the call: nothing good is believed of it."""

    @property
    def asks(self) -> bool:
        """Return whether any of it is a question."""
        return any(sentence.asks for sentence in self.sentences)

    def quote(self, text: str = "") -> Quote:
        """Return words of it, all when none are given, as evidence."""
        return Quote(turn=self.turn, text=(text or self.shown).strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The turns in which somebody said something."""

    lines: tuple[Line, ...]

    @property
    def agent(self) -> tuple[Line, ...]:
        """Return the agent's lines."""
        return tuple(line for line in self.lines if line.role is Role.AGENT)

    @property
    def caller(self) -> tuple[Line, ...]:
        """Return the caller's lines."""
        return tuple(line for line in self.lines if line.role is Role.CALLER)

    def about(self, turn: int) -> "Conversation":
        """Return what is known when one turn of the agent is looked at: that turn, and what the caller said before."""
        return Conversation(
            lines=tuple(
                line for line in self.lines if line.turn == turn or (line.turn < turn and line.role is Role.CALLER)
            )
        )

    def agent_after(self, turn: int) -> tuple[Line, ...]:
        """Return the agent's lines after a turn."""
        return tuple(line for line in self.agent if line.turn > turn)

    def answer_to(self, line: Line) -> tuple[Line, ...]:
        """Return the agent's lines between a line of the caller and the caller's next."""
        following = [other for other in self.lines if other.turn > line.turn]
        end = next((other.turn for other in following if other.role is Role.CALLER), None)
        return tuple(other for other in following if end is None or other.turn < end)

    def sentences(self) -> Iterator[tuple[Line, Sentence]]:
        """Yield the agent's sentences in order."""
        for line in self.agent:
            for sentence in line.sentences:
                yield line, sentence


def read_conversation(turns: Sequence[Turn]) -> Conversation:
    """Return the turns of a call that hold words meant to be understood."""
    lines = (_line(index, turn) for index, turn in enumerate(turns) if turn.has_words)
    return Conversation(lines=tuple(line for line in lines if line.plain))


def plain(text: str) -> str:
    """Return a text as bare lower-case words."""
    return normalize_basic(text, "en")


def is_english(text: str) -> bool:
    """Return whether the words of a text are English, as far as its small words tell."""
    words = plain(text).split()
    if any(ord(character) > 0x24F and character.isalpha() for character in text):
        return False
    known = sum(word in _COMMON for word in words)
    telling = {word for word in words if word in _COMMON - _SHARED_WITH_OTHERS}
    return known >= _ENGLISH_SHARE * len(words) and (bool(telling) or len(words) <= _FEW_WORDS)


def _line(index: int, turn: Turn) -> Line:
    shown = visible(turn.spoken)[:_LONGEST_TURN].strip()
    pieces = (piece.strip() for piece in _SENTENCE.findall(_TITLE.sub(r"\1", shown)))
    sentences = (Sentence(shown=piece, plain=plain(piece)) for piece in pieces)
    return Line(
        turn=index,
        role=turn.role,
        shown=shown,
        plain=plain(shown),
        sentences=tuple(sentence for sentence in sentences if sentence.plain),
        doubtful=suspicious_turn((turn,)) is not None,
    )
