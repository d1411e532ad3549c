"""What is taken for a secret, and what is left alone."""

import pytest

from harness.services.scrubbing import Scrubber

ENVIRON = {
    "OPENAI_API_KEY": "sk-short-but-set-1",
    "AWS_BEARER_TOKEN_BEDROCK": "bedrock-0123456789",
    "MY_SERVICE_TOKEN": "tok-0123456789-longer",
    "OTHER_TOKEN": "tok-0123456789",
    "GROQ_API_KEY": "test",
    "SPEECH_SECRET": "used books and maps",
    "HOME": "/home/somebody-else",
}


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        pytest.param("key sk-short-but-set-1!", "key [secret]!", id="a provider's key"),
        pytest.param("bedrock-0123456789", "[secret]", id="a key of another name"),
        pytest.param("tok-0123456789-longer", "[secret]", id="a secret that begins with another"),
        pytest.param("a test of used books and maps", "a test of used books and maps", id="values that are words"),
        pytest.param("/home/somebody-else", "/home/somebody-else", id="a variable that is no secret"),
        pytest.param(f"sk-proj-{'a1B2' * 10}", "[secret]", id="form of an OpenAI key"),
        pytest.param(f"gsk_{'a1B2' * 10}.", "[secret].", id="form of a Groq key"),
        pytest.param(f"Authorization: Bearer {'a1B2' * 10}", "Authorization: Bearer [secret]", id="bearer"),
        pytest.param("AKIAIOSFODNN7EXAMPLE", "[secret]", id="form of an AWS key"),
        pytest.param("sk-canary-17 and task-list-for-the-whole-of-next-week-1", None, id="canary and plain words"),
        pytest.param("the bearer of this letter", None, id="bearer of a letter"),
    ],
)
def test_secrets_are_replaced_and_nothing_else(text: str, clean: str | None) -> None:
    scrubber = Scrubber(ENVIRON)

    assert scrubber.text(text) == (text if clean is None else clean)
    assert scrubber.text(scrubber.text(text)) == scrubber.text(text)


def test_every_text_of_a_document_is_scrubbed_and_nothing_else_changes() -> None:
    document = {"a": ["tok-0123456789", 3, None, True], "b": {"c": "bedrock-0123456789"}}

    assert Scrubber(ENVIRON).document(document) == {"a": ["[secret]", 3, None, True], "b": {"c": "[secret]"}}
