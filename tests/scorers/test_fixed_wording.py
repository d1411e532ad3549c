import asyncio

import pytest

from harness.model.call import Call, EndReason, Role, Turn
from harness.model.moves import Expectation, Say
from harness.model.persona import Voice
from harness.model.score import Score, Scored, Unscored
from harness.scorers.fixed_wording import FixedWordingScorer
from harness.testing.builders import make_arm, make_call, make_case, make_evidence, make_turn

NOTICE = "This call may be recorded."


def scores(
    *agent: str,
    wording: str = NOTICE,
    max_wer: float = 0.0,
    end: EndReason = EndReason.CALLER_HANGUP,
    lang: str = "en-US",
) -> list[Scored]:
    case = make_case(greeting=(Expectation(wording=wording, max_wer=max_wer, because="the law wants it"),))
    turns = [make_turn(Role.AGENT, text, started_ms=2000 * place) for place, text in enumerate(agent)]
    call = make_call(*turns, end_reason=end)
    evidence = make_evidence(case, call, arm=make_arm(voice=Voice(language=lang)))
    return list(asyncio.run(FixedWordingScorer().score(evidence)))


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        pytest.param("This call may be recorded.", 0, id="as it stands"),
        pytest.param("this call may be recorded", 0, id="case and full stop"),
        pytest.param(
            "Bella's, good evening. This call may be recorded. How can I help?", 0, id="among other sentences"
        ),
        pytest.param("This call might be recorded.", 1, id="another word"),
        pytest.param("This call may be recorded for training.", 2, id="more words in the sentence"),
        pytest.param("Good evening, how can I help?", 5, id="not at all"),
    ],
)
def test_the_sentences_that_come_closest_are_compared(said: str, errors: int) -> None:
    whole, score = scores(said)
    assert isinstance(score, Score)
    assert isinstance(whole, Score)
    assert score.counts is not None
    assert (score.name, score.counts.errors, score.counts.reference_words) == ("response_wer", errors, 5)
    assert (score.passed, score.required, score.because) == (errors == 0, True, "the law wants it")
    assert (whole.turn, whole.passed, whole.value) == (None, None, errors / 5)


def test_wording_cut_in_two_by_a_pause_is_one() -> None:
    assert isinstance(score := scores("This call may", "be recorded.")[-1], Score)
    assert score.passed


def test_the_author_says_how_many_words_may_be_wrong() -> None:
    assert isinstance(score := scores("This call might be recorded.", max_wer=0.2)[-1], Score)
    assert score.passed
    assert [word.hypothesis for word in score.alignment if word.edit != "equal"] == ["might"]


def test_an_agent_that_says_nothing_has_every_word_wrong() -> None:
    assert isinstance(score := scores()[-1], Score)
    assert (score.value, score.passed) == (1.0, False)
    assert score.reason == f'5 of 5 words wrong of "{NOTICE}" in its greeting: the agent said nothing'


def test_numbers_of_a_wording_count_in_words_and_in_figures() -> None:
    assert isinstance(score := scores("Press one for help.", wording="Press 1 for help.")[-1], Score)
    assert score.passed


def test_wording_in_a_language_without_spaces_is_compared_by_characters() -> None:
    assert isinstance(
        score := scores("この通話は録音されます。", wording="この通話は録音されます", lang="ja-JP")[-1], Score
    )
    assert score.passed
    assert score.counts is not None
    assert score.counts.reference_words == 11


def test_wording_for_the_whole_call_is_looked_for_in_every_turn() -> None:
    turns: list[Turn] = [make_turn(Role.AGENT, "Hello."), make_turn(Role.AGENT, "Goodbye. " + NOTICE, started_ms=2000)]
    case = make_case(expect=(Expectation(wording=NOTICE),))
    found = asyncio.run(FixedWordingScorer().score(make_evidence(case, make_call(*turns))))
    assert isinstance(score := found[-1], Score)
    assert (score.passed, score.turn) == (True, 1)


def test_wording_after_a_line_that_was_never_said_is_unscored() -> None:
    say = Say(text="Are you recording?", expect=(Expectation(wording=NOTICE),))
    call: Call = make_call(end_reason=EndReason.LINE_DROPPED)
    (score,) = asyncio.run(FixedWordingScorer().score(make_evidence(make_case(moves=(say,)), call)))
    assert isinstance(score, Unscored)
    assert score.required


def test_a_case_without_wordings_has_no_score() -> None:
    call = make_call(make_turn(Role.AGENT, "Hello."))
    assert asyncio.run(FixedWordingScorer().score(make_evidence(make_case(), call))) == []
