"""What a call says to one claim of its summary, decided without a language model (evaluation.md, section 8).

Only what can be compared is decided: words taken over, values, denials, who promised what. A claim that is told in
other words than the call's is left open: nothing is guessed, and whoever asks learns how many were.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.call import Role
from harness.model.score import Quote
from harness.model.summary import Standing
from harness.scorers.normalise import compares_characters, normalize_basic
from harness.scorers.spoken import has_spoken_forms
from harness.scorers.summary_call import Conversation
from harness.scorers.summary_evidence import weigh
from harness.scorers.summary_statement import read_claim, subject_of
from harness.scorers.summary_values import words_of
from harness.scorers.summary_words import FUNCTION_WORDS, PEOPLE, TELLING_WORDS

_NOTHING = re.compile(
    r"\b(?:no conversation|nothing (?:was )?(?:said|spoken|discussed|to summari[sz]e)|said nothing|did not (?:say|"
    r"speak|respond|answer)|didn't (?:say|speak|respond|answer)|remained silent|was silent|no (?:content|response from "
    r"the caller|speech)|nobody (?:spoke|said|answered|talked)|no one (?:spoke|said|answered|talked)|without (?:any )?"
    r"conversation|(?:call|conversation) (?:was|is) empty|keine? gespräch|sagte nichts)\b",
    re.IGNORECASE,
)
_ABOUT_AGENT = re.compile(r"\b(?:agent|assistant|nobody answered|no one answered)\b", re.IGNORECASE)
_QUOTATION = re.compile(r"[\"“„«]([^\"“”„«»]+)[\"”“»]")
_FEWEST_WORDS_OF_A_QUOTE = 2
_FEWEST_WORDS_TAKEN_OVER = 4
_KNOWN_SHARE = 0.4
"""A claim with fewer words that English summaries, or this call, are made of is in another language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What a call says to a claim, and what shows it."""

    standing: Standing | None
    """None: left open."""
    quote: Quote | None = None
    why: str = ""
    """Reads on from the claim; empty where nothing need be said."""


OPEN = Ruling(standing=None)


def rule(claim: str, *, conversation: Conversation, lang: str) -> Ruling:
    """Return what a conversation says to a claim.

    Args:
        claim: One claim of a summary.
        conversation: The call.
        lang: BCP-47 tag of the call.
    """
    if _NOTHING.search(claim):
        return _silence(claim, conversation)
    found = _taken_over(claim, conversation, lang) or _weighed(claim, conversation, lang)
    if conversation.is_empty and found.standing is not Standing.SUPPORTED:
        return Ruling(standing=Standing.CONTRADICTED, why="is invented: the caller said nothing in this call")
    return found


def _silence(claim: str, conversation: Conversation) -> Ruling:
    """Decide about a claim that nothing was said: by the caller, unless it names the agent."""
    names_agent = _ABOUT_AGENT.search(claim) is not None and subject_of(words_of(claim)) is not Role.CALLER
    role = Role.AGENT if names_agent else Role.CALLER
    spoken = next((line for line in conversation.lines if line[1] is role), None)
    if spoken is None:
        return Ruling(standing=Standing.SUPPORTED)
    return Ruling(
        standing=Standing.CONTRADICTED,
        quote=Quote(turn=spoken[0], text=spoken[2]),
        why=f"says that nothing was said, and the {role.value} spoke",
    )


def _taken_over(claim: str, conversation: Conversation, lang: str) -> Ruling | None:
    """Decide about words the summary took over: in quotation marks, or all of it."""
    outside = _QUOTATION.sub(" ", claim)
    pieces = [piece.strip(" …") for piece in _QUOTATION.findall(claim)]
    pieces = [each for each in pieces if len(each.split()) >= _FEWEST_WORDS_OF_A_QUOTE or compares_characters(lang)]
    if not pieces and len(claim.split()) >= _FEWEST_WORDS_TAKEN_OVER:
        pieces, outside = [claim], ""
    if not pieces:
        return None
    who = subject_of([word for word in words_of(outside) if word not in ("the", "a")])
    quotes: list[Quote] = []
    for piece in pieces:
        places = list(_places(piece, conversation, lang))
        own = [place for place in places if who in (None, place[1])]
        if places and not own:
            wrong = Quote(turn=places[0][0], text=piece)
            why = f"has the {who.value if who else ''} say what the other side said"
            return Ruling(standing=Standing.CONTRADICTED, quote=wrong, why=why)
        if not places:
            return None
        quotes.append(Quote(turn=own[0][0], text=piece))
    return Ruling(standing=Standing.SUPPORTED, quote=quotes[0])


def _places(piece: str, conversation: Conversation, lang: str) -> Iterator[tuple[int, Role]]:
    wanted = normalize_basic(piece, lang)
    for (turn, role, _), said in zip(conversation.lines, conversation.normal, strict=True):
        if compares_characters(lang):
            found = wanted.replace(" ", "") in said.replace(" ", "")
        else:
            found = f" {wanted} " in f" {said} "
        if wanted and found:
            yield turn, role


def _weighed(claim: str, conversation: Conversation, lang: str) -> Ruling:
    if not has_spoken_forms(lang):
        return OPEN
    read = read_claim(claim)
    if not _is_known(read.words, conversation):
        # In another language than the call: its numbers would be compared without knowing of what.
        return OPEN
    found = weigh(read, conversation)
    if found is None:
        return OPEN
    clause = found.clause
    quote = None if clause is None else Quote(turn=clause.turn, text=clause.text)
    return Ruling(standing=found.standing, quote=quote, why=found.why)


def _is_known(words: frozenset[str], conversation: Conversation) -> bool:
    letters = {word for word in words if word.isalpha()}
    said = frozenset().union(*(clause.words for clause in conversation.clauses))
    known = letters & (FUNCTION_WORDS | TELLING_WORDS | PEOPLE | said)
    return len(known) >= _KNOWN_SHARE * len(letters)
