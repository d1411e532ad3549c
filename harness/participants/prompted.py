"""The agent that is a prompt and a language model, laid out as VoIPBIN lays it out."""

from collections.abc import AsyncIterator, Sequence

from harness.interfaces import LLM, Delta, Message, MessageRole, ToolSpec
from harness.model.agent import AgentConfig
from harness.voipbin.messages import system_messages


class PromptedAgent:
    """Answers from its `init_prompt` and the conversation so far, through a language model.

    The model receives the platform's prompt, the `init_prompt` and the `parameter` as system messages, then the
    conversation; messages without content are left out, and no sampling parameter is set.
    """

    def __init__(self, llm: LLM, *, config: AgentConfig) -> None:
        """Answer as `config` says, through `llm`."""
        self._llm = llm
        self._system = tuple(
            Message(role=MessageRole.SYSTEM, content=content)
            for content in system_messages(config.init_prompt, parameter=config.parameter)
        )

    def reply(self, history: Sequence[Message], *, tools: Sequence[ToolSpec] = ()) -> AsyncIterator[Delta]:
        """Answer the conversation so far, piece by piece. Raises ServiceError and its children only."""
        return self._llm.stream((*self._system, *filter(_says_something, history)), tools=tools)


def _says_something(message: Message) -> bool:
    # A call and its result belong together, whatever the result says.
    return bool(message.content.strip() or message.tool_calls or message.tool_call_id)
