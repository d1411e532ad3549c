"""How well languages are told apart: twelve sentences of an agent in each of thirteen languages, all against all."""

import json
from collections import Counter
from pathlib import Path

import pytest

from harness.model.check_kinds import Speaks
from harness.model.patterns import Searcher
from harness.scorers.checks.languages import rule_language
from harness.scorers.checks.ruling import Ruling
from harness.scorers.checks.scope import whole_call
from tests.call_text import read_call

DATA = Path(__file__).parents[2] / "data" / "spoken_languages.json"
SENTENCES: dict[str, list[str]] = json.loads(DATA.read_text(encoding="utf-8"))


def ruling(sentence: str, *languages: str) -> Ruling:
    evidence = read_call(f"agent: {sentence}")
    return rule_language(Speaks(languages=languages), scope=whole_call(evidence, searcher=Searcher()))


def test_one_sentence_in_a_hundred_and_fifty_passes_for_another_language_and_few_stay_open() -> None:
    own = Counter(ruling(sentence, lang).passed for lang, said in SENTENCES.items() for sentence in said)
    others = Counter(
        ruling(sentence, other).passed
        for lang, said in SENTENCES.items()
        for sentence in said
        for other in SENTENCES
        if other != lang
    )

    assert own == {True: 152, None: 4}
    assert others == {False: 1827, None: 44, True: 1}


@pytest.mark.parametrize("short", ["Okay.", "Ja.", "471", "?!", "\ud800\ud800"])
def test_what_is_too_short_to_tell_is_unscored(short: str) -> None:
    assert ruling(short, "de").passed is None


def test_any_one_of_several_languages_will_do() -> None:
    assert ruling("Guten Tag, wie kann ich Ihnen helfen?", "en-US", "de-DE").passed


def test_a_language_nobody_here_knows_is_unscored() -> None:
    assert "can tell tlh" in ruling("nuqneH, what do you want from me?", "tlh").reason
