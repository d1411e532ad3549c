"""What the agent must say and must never say: `says` and `never_says` of a suite file.

Phrases are looked for in the words that were really played, as whole words in a row; a number counts in words or in
figures. What a recogniser made of the agent's voice plays no part here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.model.score import Better, Evidence, Quote, Score, Scored, Unscored
from harness.scorers.moments import Moment, moments, quoted
from harness.scorers.normalise import compares_characters, normalize_basic
from harness.scorers.spoken import Place, atoms, find_all


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseScorer:
    """One score per group of `says` and per phrase of `never_says`."""

    name: str = "phrases"

    async def score(self, evidence: Evidence) -> Sequence[Scored]:
        """Check every expectation of the case in its place."""
        scores: list[Scored] = []
        for moment in moments(evidence):
            scores += [_says(group, moment=moment, evidence=evidence) for group in moment.expectation.says]
            scores += [_never_says(words, moment=moment, evidence=evidence) for words in moment.expectation.never_says]
        return scores


def find_phrase(phrase: str, *, text: str, lang: str) -> str | None:
    """Return the words of a text in which a phrase occurs, or None.

    Languages written without spaces are searched by characters.
    """
    place = next(phrase_places(phrase, text=text, lang=lang), None)
    return None if place is None else place.text


def phrase_places(phrase: str, *, text: str, lang: str) -> Iterator[Place]:
    """Yield every place where a phrase occurs in a text, in order; none overlaps another."""
    if not compares_characters(lang):
        yield from find_all(atoms(phrase, lang), among=atoms(text, lang))
        return
    wanted = normalize_basic(phrase, lang).replace(" ", "")
    among = normalize_basic(text, lang).replace(" ", "")
    start = among.find(wanted) if wanted else -1
    while start >= 0:
        end = start + len(wanted)
        yield Place(start=start, end=end, text=phrase)
        start = among.find(wanted, end)


def _says(group: Sequence[str], *, moment: Moment, evidence: Evidence) -> Scored:
    wanted = " or ".join(quoted(phrase) for phrase in group)
    lang = evidence.arm.voice.language
    empty = [phrase for phrase in group if not atoms(phrase, lang)]
    if empty or not group:
        return _unscored("says", moment, reason=f"{wanted or 'an empty group'} has no words to look for")
    if moment.missed and not moment.missed.by_agent:
        return _unscored("says", moment, reason=f"{wanted} {moment.place} could not be checked: {moment.missed.reason}")
    hits = _find_all(group, moment=moment, evidence=evidence)
    if hits:
        return _score("says", moment, passed=True, quotes=hits, reason=f"said {quoted(hits[0].text)} {moment.place}")
    found = moment.missed.reason if moment.missed else _what_it_said(moment, evidence)
    return _score(
        "says",
        moment,
        passed=False,
        reason=f"expected the agent to say {wanted} {moment.place}, {found}",
        quotes=tuple(Quote(turn=i, text=evidence.call.turns[i].spoken) for i in moment.answer[:1]),
        missing=tuple(group),
    )


def _never_says(phrase: str, *, moment: Moment, evidence: Evidence) -> Scored:
    if not atoms(phrase, evidence.arm.voice.language):
        return _unscored("never_says", moment, reason=f"{quoted(phrase)} has no words to look for")
    if moment.missed:
        reason = f"{quoted(phrase)} {moment.place} could not be checked: {moment.missed.reason}"
        return _unscored("never_says", moment, reason=reason)
    hits = _find_all((phrase,), moment=moment, evidence=evidence)
    if hits:
        said = quoted(evidence.call.turns[hits[0].turn].spoken)
        reason = f"the agent must never say {quoted(phrase)} {moment.place}, it said: {said}"
        return _score("never_says", moment, passed=False, quotes=hits, reason=reason, turn=hits[0].turn)
    nothing = "" if moment.answer else ", but then the agent said nothing at all"
    reason = f"did not say {quoted(phrase)} {moment.place}{nothing}"
    return _score("never_says", moment, passed=True, reason=reason)


def _find_all(phrases: Sequence[str], *, moment: Moment, evidence: Evidence) -> tuple[Quote, ...]:
    """Return where any of the phrases was said.

    An answer cut into several turns by a pause is also read as one; the quote then stands at its first turn.
    """
    turns, lang = evidence.call.turns, evidence.arm.voice.language
    hits: list[Quote] = []
    for phrase in phrases:
        for index in moment.answer:
            text = find_phrase(phrase, text=turns[index].spoken, lang=lang)
            if text is not None:
                hits.append(Quote(turn=index, text=text))
        if not hits and len(moment.answer) > 1 and not moment.whole_call:
            joined = " ".join(turns[index].spoken for index in moment.answer)
            text = find_phrase(phrase, text=joined, lang=lang)
            if text is not None:
                hits.append(Quote(turn=moment.answer[0], text=text))
    return tuple(hits)


def _what_it_said(moment: Moment, evidence: Evidence) -> str:
    turns = [evidence.call.turns[i] for i in moment.answer]
    if not turns:
        return "the agent did not answer" if moment.asked is not None else "it said nothing"
    if moment.whole_call:
        return f"it never did in its {len(turns)} turn{'s' if len(turns) > 1 else ''}"
    verb = "it was interrupted after" if turns[-1].interrupted else "it said"
    return f"{verb}: {quoted(' '.join(turn.spoken for turn in turns))}"


def _score(
    name: str,
    moment: Moment,
    *,
    passed: bool,
    reason: str,
    quotes: tuple[Quote, ...] = (),
    missing: tuple[str, ...] = (),
    turn: int | None = None,
) -> Score:
    return Score(
        name=name,
        value=float(passed),
        better=Better.HIGHER,
        turn=moment.turn if turn is None else turn,
        passed=passed,
        required=True,
        reason=reason,
        because=moment.expectation.because,
        missing=missing,
        quotes=quotes,
    )


def _unscored(name: str, moment: Moment, *, reason: str) -> Unscored:
    return Unscored(name=name, turn=moment.turn, reason=reason, required=True)
