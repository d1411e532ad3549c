from hypothesis import given
from hypothesis import strategies as st

from harness.model.score import Edit, WordCounts
from harness.scorers.wer import Unit, align, alternatives, character_errors, corpus, pipeline, word_errors

SENTENCES = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=8).map(" ".join)
PAIRS = st.lists(st.tuples(SENTENCES, SENTENCES), min_size=1, max_size=5)


@given(reference=SENTENCES, hypothesis=SENTENCES)
def test_counts_add_up_and_errors_stay_in_their_bounds(reference: str, hypothesis: str) -> None:
    found = word_errors(reference, hypothesis=hypothesis)
    n_ref, n_hyp = len(reference.split()), len(hypothesis.split())
    assert found.counts.reference_words == n_ref
    assert found.hypothesis_words == n_hyp
    assert abs(n_ref - n_hyp) <= found.counts.errors <= max(n_ref, n_hyp)
    assert 0 <= found.match_error_rate <= 1
    assert 0 <= found.information_kept <= 1


@given(text=SENTENCES)
def test_a_text_has_no_errors_against_itself(text: str) -> None:
    assert word_errors(text, hypothesis=text).counts.errors == 0


@given(reference=SENTENCES, hypothesis=SENTENCES)
def test_alignment_spells_both_texts_and_agrees_with_the_counts(reference: str, hypothesis: str) -> None:
    found = word_errors(reference, hypothesis=hypothesis)
    assert [s.reference for s in found.steps if s.edit is not Edit.INSERT] == reference.split()
    assert [s.hypothesis for s in found.steps if s.edit is not Edit.DELETE] == hypothesis.split()
    assert sum(s.edit is Edit.EQUAL for s in found.steps) == found.counts.hits


@given(pairs=PAIRS)
def test_corpus_rate_is_pooled_counts_divided_once(pairs: list[tuple[str, str]]) -> None:
    found = corpus(pairs)
    each = [word_errors(reference, hypothesis=hypothesis).counts for reference, hypothesis in pairs]
    assert found.counts == sum(each, WordCounts())
    rates = [counts.rate for counts in each if counts.rate is not None and counts.reference_words]
    if found.rate is not None and rates and not found.empty_reference_insertions:
        assert min(rates) <= found.rate <= max(rates)


def test_what_is_compared_and_what_is_shown_may_differ() -> None:
    spelled = [Unit(key="47192", shown="four seven one nine two")]
    found = align(spelled, hypothesis=[Unit(key="47192", shown="47192")])
    assert found.counts.errors == 0
    assert (found.steps[0].reference, found.steps[0].hypothesis) == ("four seven one nine two", "47192")


def test_korean_is_compared_by_characters_whatever_the_spaces() -> None:
    found = pipeline("주문 번호는?", hypothesis="주문번호는", lang="ko-KR")
    assert (found.counts.errors, found.counts.reference_words) == (0, 5)


def test_character_errors_take_line_separators_for_no_characters() -> None:
    assert character_errors("a\u2028b", hypothesis="ab").counts.errors == 0


def test_equally_good_references_prefer_the_longer() -> None:
    assert alternatives(["ok", "o k"], hypothesis="no good").index == 1
