from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.suitefile import KnownVersion, as_in_a_file, new_file, open_prompt, with_note

KNOWN = KnownVersion(ai="0a1b", version="77", digest="d" * 64, engine_model="openai.gpt-5-mini", tts_voice_id="null")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("desk") / "v1.md"


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", newline="")


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")).filter(lambda text: text.strip())


@given(text=TEXTS, description=TEXTS)
@example(text="{{ name }} {% raw %}{% endraw %} {{{#", description='"quoted": \\ #\t\x07')
@example(text="---\r\nYou are {{ shop }}.\n---\n", description="{x}")
def test_a_pulled_prompt_reads_back_as_it_was(file: Path, text: str, description: str) -> None:
    write(file, new_file(text, known=KNOWN, description=description, language="de-DE"))

    found = open_prompt(file)

    assert found.prompt.text == as_in_a_file(text)
    assert (found.known, found.language) == (KNOWN, "de-DE")


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("You are {{ shop }}.\n", id="no front matter"),
        pytest.param('---\nvariables: {shop: "A: b"}\n---\n\nYou are {{ shop }}.\n', id="none yet"),
        pytest.param(
            "---\nvoipbin:\n  ai: x\n\n  version: y\nvariables:\n  shop: z\n---\nYou are {{ shop }}.\n", id="a block"
        ),
        pytest.param("---\r\nvoipbin: {ai: x}\r\n---\r\nYou are {{ shop }}.\r\n", id="one line, ends of Windows"),
        pytest.param("---\n---\nYou are {{ shop }}.\n", id="empty"),
    ],
)
def test_a_note_is_replaced_and_nothing_else_changes(file: Path, before: str) -> None:
    after = with_note(before, KNOWN)
    write(file, after)

    assert open_prompt(file, variables={"shop": "s"}).known == KNOWN
    assert with_note(after, KNOWN) == after
    kept = [line for line in before.splitlines() if line.startswith(("variables", "  shop", "You"))]
    assert [line for line in after.splitlines() if line in kept] == kept
    assert after.count("voipbin:") == 1
