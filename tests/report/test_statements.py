import pytest

from harness.report.statements import Rewording, compare_statements, statements

LIST = """## Bookings

- To book a table, ask for the day and the time.
- Always read the booking back before you confirm it.
- If you do not know, say "I am sorry. I do not know that."
- Keep every answer under 40 words.
"""
PROSE = """To book a table, ask for the day and
the time. Keep every answer short, under 40 words. If you do not know, say "I am sorry. I do
not know that."
"""


def test_a_rewrite_that_loses_a_rule_names_the_rule() -> None:
    changes = compare_statements(LIST, PROSE)
    assert changes.lost == ("Always read the booking back before you confirm it.",)
    assert changes.gained == ()
    assert changes.reworded == (
        Rewording(old="Keep every answer under 40 words.", new="Keep every answer short, under 40 words."),
    )


def test_a_mere_rewrapping_changes_nothing() -> None:
    assert compare_statements(LIST, LIST.replace("- ", "\n").replace(" the ", " the\n")).size == 0


def test_the_other_way_round_what_was_lost_is_gained() -> None:
    assert compare_statements(PROSE, LIST).gained == ("Always read the booking back before you confirm it.",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("One. Two! Three?", ["One.", "Two!", "Three?"], id="sentences"),
        pytest.param('Say "Hi. Bye." Then stop.', ['Say "Hi. Bye."', "Then stop."], id="quotes"),
        pytest.param("Say “Hi. Bye.” Then stop.", ["Say “Hi. Bye.”", "Then stop."], id="curly quotes"),
        pytest.param("We close at 10 p.m. on Mondays.", ["We close at 10 p.m. on Mondays."], id="abbreviation"),
        pytest.param("1. One\n2) Two\n* Three", ["One", "Two", "Three"], id="list items"),
        pytest.param("# Title\nText", ["Text"], id="heading"),
        pytest.param("こんにちは。ご予約ですか？", ["こんにちは。", "ご予約ですか？"], id="japanese"),
        pytest.param("", [], id="nothing"),
        pytest.param('An open "quote. Never closed', ['An open "quote. Never closed'], id="open quote"),
    ],
)
def test_a_text_is_taken_apart_into(text: str, found: list[str]) -> None:
    assert list(statements(text)) == found
