import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.entity import Entity, EntityKind
from harness.model.moves import Piece
from harness.model.persona import DigitStyle, Habits, Persona, Voice
from harness.model.speaking import GROUP_PAUSE_MS, compose, read_digits, spell
from harness.model.speech_acts import Alphabet, Correction, Digits, Foreign, Pause, Spelled
from harness.scorers.entities import entity_found

ANNA = Persona(name="anna")


@pytest.mark.parametrize(
    ("digits", "style", "said"),
    [
        ("4155550123", DigitStyle.SINGLE, ("four one five five five five zero one two three",)),
        ("4155550123", DigitStyle.DOUBLE, ("four one double five double five zero one two three",)),
        ("777", DigitStyle.DOUBLE, ("triple seven",)),
        ("4210170", DigitStyle.PAIRS, ("four twenty-one zero one seventy",)),
        ("4155550123", DigitStyle.GROUPS, ("four one five", "five five five", "zero one two three")),
        ("12345", DigitStyle.GROUPS, ("one two three", "four five")),
    ],
)
def test_digits_are_read_in_a_style(digits: str, style: DigitStyle, said: tuple[str, ...]) -> None:
    assert read_digits(digits, style) == said


@pytest.mark.parametrize(
    ("value", "alphabet", "said"),
    [
        ("Meier", Alphabet.LETTERS, "M, E, I, E, R"),
        ("AB-7", Alphabet.LETTERS, "A, B, dash, seven"),
        ("Bx 4", Alphabet.NATO, "Bravo, X-ray, four"),
    ],
)
def test_names_and_codes_are_spelled(value: str, alphabet: Alphabet, said: str) -> None:
    assert spell(value, alphabet) == said


@given(digits=st.text("0123456789", min_size=1, max_size=16), style=st.sampled_from(DigitStyle))
def test_a_number_can_be_found_in_whatever_style_it_is_read(digits: str, style: DigitStyle) -> None:
    line = compose("It is", Digits(value=digits, style=style), "thanks.", persona=ANNA)
    assert entity_found(line.entities[0], hypothesis=line.text)


@given(code=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=2, max_size=10), nato=st.booleans())
def test_a_code_can_be_found_however_it_is_spelled(code: str, nato: bool) -> None:
    line = compose("Code", Spelled(value=code, alphabet=Alphabet.NATO if nato else Alphabet.LETTERS), persona=ANNA)
    assert entity_found(line.entities[0], hypothesis=line.text)


def test_a_corrected_value_knows_what_it_stands_instead_of() -> None:
    line = compose("On", Correction(first="the tenth", final="the twelfth"), "please.", persona=ANNA)
    assert line.text == "On the tenth, no, sorry, the twelfth please."
    assert line.entities == (Entity(kind=EntityKind.PHRASE, value="the twelfth", instead_of=("the tenth",)),)
    assert line.pieces == ()


def test_pauses_and_other_languages_part_a_line_into_pieces() -> None:
    line = compose(
        "One", Pause(pause_ms=900), "two", Foreign(text="por favor", language="es-ES"), "three", persona=ANNA
    )
    assert line.text == "One two por favor three"
    assert line.pieces == (
        Piece(text="One"),
        Piece(text="two", pause_ms=900),
        Piece(text="por favor", language="es-ES"),
        Piece(text="three"),
    )


def test_a_persona_reads_digits_by_its_habit_with_pauses_between_groups() -> None:
    persona = Persona(name="ben", habits=Habits(digits=DigitStyle.GROUPS))
    line = compose(Digits(value="5550123"), persona=persona)
    assert [piece.pause_ms for piece in line.pieces] == [0, GROUP_PAUSE_MS]
    assert line.text == "five five five, zero one two three"


def test_another_language_reads_figures_by_itself_and_has_no_words_for_double() -> None:
    persona = Persona(name="klaus", voice=Voice(language="de-DE"))
    assert compose(Digits(value="555"), persona=persona).text == "5 5 5"
    with pytest.raises(ValueError, match="known in English only"):
        compose(Digits(value="555", style=DigitStyle.DOUBLE), persona=persona)


@pytest.mark.parametrize("part", [Pause(pause_ms=900), "…", Digits(value="none")])
def test_a_line_needs_words(part: Pause | str | Digits) -> None:
    with pytest.raises(ValueError, match=r"no words|no digits"):
        compose(part, persona=ANNA)
