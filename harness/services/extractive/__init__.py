"""`embedded.extractive`: the deterministic agent that answers only from its prompt."""

from harness.services.extractive.llm import ExtractiveLLM

__all__ = ["ExtractiveLLM"]
