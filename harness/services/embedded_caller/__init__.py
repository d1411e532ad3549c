"""`embedded.caller`: the deterministic caller that improvises from its sheet."""

from harness.services.embedded_caller.llm import EmbeddedCaller

__all__ = ["EmbeddedCaller"]
