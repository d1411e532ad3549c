import pytest

from harness.services.spelling import spell_ids


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("Order AB7429, please.", "Order A, B, 7 4 2 9, please."),
        ("Order #AB7429.", "Order A, B, 7 4 2 9."),
        ("AB-7429-X", "A, B, 7 4 2 9, X"),
        ("code Q12", "code Q, 1 2"),
        ("7429AB", "7 4 2 9, A, B"),
    ],
)
def test_ids_are_spelled(text: str, spelled: str) -> None:
    assert spell_ids(text) == spelled


@pytest.mark.parametrize(
    "text",
    [
        "at 10AM or 10PM",
        "COVID-19",
        "an MP3 on A4 paper",
        "Call 555-231-8804",
        "$45.50 in 1990",
        "the 14th of March",
        "iPhone15",
        "Order #4471",
        "THANK YOU",
        "",
    ],
)
def test_what_is_no_id_is_left_alone(text: str) -> None:
    assert spell_ids(text) == text
