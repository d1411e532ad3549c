import asyncio
import os
import subprocess
import sys

import pytest

from harness.errors import ServiceRejectedError
from harness.interfaces import LLM, Delta, Message, MessageRole, Schema, StopReason
from harness.services.extractive import ExtractiveLLM

PROMPT = "You are Mia, the receptionist of Bella. We open at nine. Our owner is called Bob."


def deltas(*messages: Message, schema: Schema | None = None, max_tokens: int | None = None) -> list[Delta]:
    llm: LLM = ExtractiveLLM()

    async def collect() -> list[Delta]:
        return [delta async for delta in llm.stream(messages, schema=schema, max_tokens=max_tokens)]

    return asyncio.run(collect())


def message(role: MessageRole, content: str) -> Message:
    return Message(role=role, content=content)


SYSTEM = message(MessageRole.SYSTEM, PROMPT)
QUESTION = message(MessageRole.USER, "When do you open?")


def test_it_streams_word_by_word_and_says_when_it_is_done() -> None:
    assert deltas(SYSTEM, QUESTION) == [
        Delta(text="We "),
        Delta(text="open "),
        Delta(text="at "),
        Delta(text="nine."),
        Delta(stop=StopReason.END),
    ]


def test_a_token_limit_cuts_the_answer_and_says_so() -> None:
    assert deltas(SYSTEM, QUESTION, max_tokens=2)[1:] == [Delta(text="open "), Delta(stop=StopReason.LENGTH)]


def test_without_a_user_message_it_greets() -> None:
    text = "".join(delta.text for delta in deltas(SYSTEM))

    assert text == "Hello, this is Mia, the receptionist of Bella. How can I help you?"


def test_the_last_system_message_is_the_prompt() -> None:
    platform = message(MessageRole.SYSTEM, "We open at seven.")

    assert "nine." in [delta.text for delta in deltas(platform, SYSTEM, QUESTION)]


def test_without_any_prompt_it_knows_nothing() -> None:
    assert "".join(delta.text for delta in deltas(QUESTION)) == "I am sorry, I do not know that."


def test_a_caller_without_words_is_asked_again() -> None:
    text = "".join(delta.text for delta in deltas(SYSTEM, message(MessageRole.USER, "...")))

    assert text == "I am sorry, I did not catch that."


def test_it_refuses_to_answer_in_a_schema() -> None:
    with pytest.raises(ServiceRejectedError, match="cannot answer in a schema"):
        deltas(SYSTEM, QUESTION, schema=Schema(name="verdict", document={"type": "object"}))


def test_it_is_named_as_suites_name_it() -> None:
    assert ExtractiveLLM().model == "embedded.extractive"


SCRIPT = """
from harness.services.extractive.dialogue import Exchange
from harness.services.extractive.prompt_reader import read_prompt
from harness.services.extractive.replies import reply
prompt = ("We open at nine. We close at ten. Our lamps are red, blue or green. Red lamps cost ten euros. "
          "To book a table, ask for the time and the day. If the caller asks about lamps or tables, say \\"Lamps.\\"")
for line in ("When do you open or close?", "red blue green lamps", "a tabel at 8", "lapms and tables", "oepn"):
    print(reply(read_prompt(prompt), [Exchange(before="Hello.", said=line)]).text)
"""


def test_the_same_conversation_gives_the_same_words_in_every_process() -> None:
    answers = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(answers) == 1
    assert answers.pop().count("\n") == 5
