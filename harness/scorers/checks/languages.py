"""Which language an answer is in: the only door to `py3langid`. `docs/checks.md` says how often it is right."""

from functools import cache
from typing import TYPE_CHECKING, Final

from harness.model.check_kinds import Speaks
from harness.model.score import Quote
from harness.scorers.checks.ruling import Ruling, broken, kept, unknown
from harness.scorers.checks.scope import Scope
from harness.scorers.moments import quoted
from harness.scorers.normalise import primary_language

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SURE: Final = 0.4
"""A language this likely is the one."""
RULED_OUT: Final = 0.05
"""A language no likelier than this is not; between the two nobody can tell."""
_SAME: Final = {"cmn": "zh", "nb": "no", "iw": "he", "in": "id", "arb": "ar", "fil": "tl"}


def likelihoods(text: str) -> dict[str, float]:
    """Return how likely each language is, by its primary tag; the likeliest first."""
    return dict(_identifier().rank(text))


def rule_language(question: Speaks, *, scope: Scope) -> Ruling:
    """Rule on the language of every answer; those too short to tell are left out and counted."""
    wanted = {_SAME.get(primary_language(tag), primary_language(tag)) for tag in question.languages}
    named = " or ".join(question.languages)
    strange = wanted - set(_identifier().labels)
    if strange:
        return unknown(f"nobody here can tell {' and '.join(sorted(strange))} from other languages")
    told = unsure = 0
    for exchange in scope.exchanges:
        text = " ".join(turn.spoken for turn in scope.own_turns(exchange))
        if not text:
            continue
        ranked = likelihoods(text)
        share, best = sum(ranked.get(tag, 0.0) for tag in wanted), next(iter(ranked))
        if share >= SURE:
            told += 1
        elif share <= RULED_OUT and ranked[best] >= SURE:
            quotes = (Quote(turn=exchange.answer[0], text=text),)
            return broken(f"expected {named} {scope.place}, this is {best}: {quoted(text)}", quotes=quotes)
        else:
            unsure += 1
    left_out = f"; {unsure} too short to tell" if unsure else ""
    if told:
        return kept(f"{told} answer{'s' if told > 1 else ''} in {named} {scope.place}{left_out}")
    if unsure:
        return unknown(f"what the agent said {scope.place} is too short to tell its language: {scope.what_it_said()}")
    return broken(f"expected {named} {scope.place}, {scope.what_it_said()}", empty=True)


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
