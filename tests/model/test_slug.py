import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.slug import slug


@pytest.mark.parametrize("name", ["receptionist", "v3-draft", "gpt-4o.mini", "a_b"])
def test_a_safe_name_stays_as_it_is(name: str) -> None:
    assert slug(name) == name


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "a\\b", "CON", "aux.html", "Desk", "日本語", "-x", "x."]
)
def test_any_other_name_gets_a_hash(name: str) -> None:
    segment = slug(name)
    assert segment != name
    assert set(segment) <= set(string.ascii_letters + string.digits + "._-")
    assert segment[0] not in ".-"


def test_a_reserved_name_gets_a_hash() -> None:
    assert slug("index.html") == "index.html"
    assert slug("index.html", reserved=("index.html",)) != "index.html"


@given(st.text(max_size=200), st.text(max_size=200))
def test_two_names_never_share_a_segment_even_where_case_does_not_count(first: str, second: str) -> None:
    assert first == second or slug(first).lower() != slug(second).lower()


@given(st.text(max_size=300))
def test_a_segment_is_never_too_long_for_a_file_system(name: str) -> None:
    assert 0 < len(slug(name)) <= 100
