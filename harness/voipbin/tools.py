"""The functions the platform offers an AI's language model, and the protocol of their calls and results."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

from harness.errors import UnknownNameError

ToolSchema: TypeAlias = Mapping[str, Any]
"""A JSON Schema, of which only `type`, `properties`, `required` and `items` are used."""

ALL_TOOLS = "all"
RUN_LLM = "run_llm"
"""The argument of every tool that says whether the model speaks again after the result; no tool ever sees it."""
REACHING = frozenset({"connect_call", "create_call", "send_email", "send_message"})
"""With these an agent phones or writes to people by itself."""
SESSION_ENDING = frozenset({"connect_call", "stop_service", "stop_flow"})
"""Tools after which the AI's part in the call is over."""

_RUN_LLM_SCHEMA = {"type": "boolean", "description": "Whether to speak again once the result is there."}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """One function for the language model."""

    name: str
    description: str
    parameters: ToolSchema
    runs_llm: bool = False
    """Whether the model runs again on the result when the call does not say."""
    insight: bool = False
    """Only for an AI of type `insight`, which has no others."""


class ToolArgumentError(ValueError):
    """A call's arguments do not fit the tool; the text is a sentence for the model, naming the argument."""


class ToolArguments(NamedTuple):
    """A call's arguments as the tool gets them, and whether the model runs again afterwards."""

    arguments: dict[str, Any]
    run_llm: bool


def tool_specs(names: Sequence[str], *, has_rag: bool, insight: bool = False) -> tuple[Tool, ...]:
    """Return the tools an AI's `tool_names` stand for, in the platform's order.

    Args:
        names: tool names, or ALL_TOOLS among them.
        has_rag: whether the AI has a knowledge base; without one there is nothing to search.
        insight: whether the AI's type is `insight`, which has a set of its own.

    Raises:
        UnknownNameError: a name the platform does not have.
    """
    known = (ALL_TOOLS, *(tool.name for tool in TOOLS))
    for name in names:
        if name not in known:
            raise UnknownNameError(kind="tool", name=name, known=known)
    return tuple(
        tool
        for tool in TOOLS
        if (ALL_TOOLS in names or tool.name in names)
        and tool.insight == insight
        and (has_rag or tool.name != "search_knowledge")
    )


def transition_tool(function_name: str, *, description: str) -> Tool:
    """Return the function that hands the conversation to another member of a team."""
    return Tool(name=function_name, description=description, parameters=_object({}), runs_llm=True)


def check_arguments(tool: Tool, arguments: str) -> dict[str, Any]:
    """Return the arguments a model wrote for a tool.

    Raises:
        ToolArgumentError: they are not JSON, no object, or do not fit the tool's schema.
    """
    try:
        document = json.loads(arguments)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ToolArgumentError(f"The arguments of {tool.name} are not valid JSON: {error}.") from error
    if not isinstance(document, dict):
        raise ToolArgumentError(f"The arguments of {tool.name} must be an object, not {_kind(document)}.")
    _check(document, tool.parameters, tool=tool.name, place="")
    return document


def split_run_llm(tool: Tool, arguments: Mapping[str, Any]) -> ToolArguments:
    """Take `run_llm` out of checked arguments; without it the tool's default holds."""
    rest = {name: value for name, value in arguments.items() if name != RUN_LLM}
    return ToolArguments(arguments=rest, run_llm=bool(arguments.get(RUN_LLM, tool.runs_llm)))


def llm_result(status: Literal["ok", "error"], content: object) -> str:
    """Return the JSON the model reads as a call's result: `content` is its data, or the error's text."""
    key = "data" if status == "ok" else "error"
    return json.dumps({"status": status, key: content}, ensure_ascii=False)


def stored_result(
    tool_call_id: str, *, ok: bool, message: str, resource_type: str = "", resource_id: str = ""
) -> dict[str, str]:
    """Return what the platform keeps as a tool message."""
    return {
        "tool_call_id": tool_call_id,
        "result": "success" if ok else "failed",
        "message": message,
        "resource_type": resource_type,
        "resource_id": resource_id,
    }


_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "array": (list,),
    "object": (dict,),
    "boolean": (bool,),
    "integer": (int,),
}
_KINDS = {
    "string": "a string",
    "array": "an array",
    "object": "an object",
    "boolean": "a boolean",
    "integer": "an integer",
}


def _check(value: object, schema: ToolSchema, *, tool: str, place: str) -> None:
    wanted = schema.get("type", "")
    # In Python a bool is an int.
    if wanted and (not isinstance(value, _TYPES[wanted]) or (wanted == "integer" and isinstance(value, bool))):
        raise ToolArgumentError(f"The argument {place!r} of {tool} must be {_KINDS[wanted]}, not {_kind(value)}.")
    if isinstance(value, dict):
        for name in schema.get("required", ()):
            if name not in value:
                raise ToolArgumentError(f"The argument {_inside(place, name)!r} of {tool} is missing.")
        for name, part in schema.get("properties", {}).items():
            if name in value:
                _check(value[name], part, tool=tool, place=_inside(place, name))
    if isinstance(value, list):
        for position, item in enumerate(value):
            _check(item, schema.get("items", {}), tool=tool, place=f"{place}[{position}]")


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"


def _object(properties: Mapping[str, ToolSchema], *, required: Sequence[str] = ()) -> ToolSchema:
    return {"type": "object", "properties": dict(properties), "required": list(required)}


def _string(description: str) -> ToolSchema:
    return {"type": "string", "description": description}


def _list(description: str, items: ToolSchema) -> ToolSchema:
    return {"type": "array", "description": description, "items": items}


def _tool(
    name: str,
    description: str,
    *required: str,
    runs_llm: bool = False,
    insight: bool = False,
    **arguments: ToolSchema,
) -> Tool:
    parameters = _object({**arguments, RUN_LLM: _RUN_LLM_SCHEMA}, required=required)
    return Tool(name=name, description=description, parameters=parameters, runs_llm=runs_llm, insight=insight)


_ADDRESS = _object(
    {
        "type": _string("Kind of address: tel, sip, extension, agent, email or another kind the platform knows."),
        "target": _string("The address itself, such as +15551234567."),
        "target_name": _string("Name shown for it."),
    }
)
_DESTINATIONS = _list("Who is to be reached.", _ADDRESS)
_VARIABLES: ToolSchema = {"type": "object", "description": "Names and values, both texts."}

TOOLS: tuple[Tool, ...] = (
    _tool(
        "connect_call",
        "Connects the caller to somebody else; your part in the conversation ends.",
        "destinations",
        source=_ADDRESS,
        destinations=_DESTINATIONS,
    ),
    _tool(
        "create_call",
        "Places a new outgoing call, which runs on its own, by a flow or a list of actions.",
        "destinations",
        flow_id=_string("Id of the flow the new call follows."),
        actions=_list("Actions the new call follows instead of a flow.", {"type": "object"}),
        source=_ADDRESS,
        destinations=_DESTINATIONS,
        anonymous=_string("Whether the caller's number is hidden: yes, no or auto."),
        variables=_VARIABLES,
        runs_llm=True,
    ),
    _tool("get_variables", "Reads the variables of the running flow."),
    _tool("set_variables", "Stores variables for later steps of the flow.", "variables", variables=_VARIABLES),
    _tool(
        "get_aicall_messages",
        "Reads the messages of an AI conversation.",
        "aicall_id",
        aicall_id=_string("Id of the conversation."),
    ),
    _tool(
        "send_email",
        "Sends an email.",
        "destinations",
        "subject",
        "content",
        destinations=_DESTINATIONS,
        subject=_string("Subject line."),
        content=_string("Body of the email."),
        attachments=_list("Files the platform has, to be sent along.", {"type": "object"}),
    ),
    _tool(
        "send_message",
        "Sends a text message (SMS).",
        "destinations",
        "text",
        source=_ADDRESS,
        destinations=_DESTINATIONS,
        text=_string("Words of the message."),
    ),
    _tool("stop_media", "Stops what is being played to the caller."),
    _tool("stop_service", "Ends your part in the call; the flow goes on with its next step."),
    _tool("stop_flow", "Ends the whole flow, and the call with it."),
    _tool(
        "search_knowledge",
        "Looks something up in the knowledge base.",
        "query",
        query=_string("What to look for."),
        runs_llm=True,
    ),
    _tool(
        "get_correlation",
        "Finds what belongs together with a resource, such as the calls and conversations of one flow.",
        resource_id=_string("Id of the resource; the running flow's when left out."),
        runs_llm=True,
    ),
    _tool(
        "get_resource",
        "Reads one resource of the platform.",
        "resource_type",
        "resource_id",
        resource_type=_string("Kind of resource, such as call."),
        resource_id=_string("Id of the resource."),
        runs_llm=True,
    ),
    _tool(
        "describe_action",
        "Explains a flow action and its options.",
        "action_type",
        action_type=_string("Type of the action."),
        runs_llm=True,
    ),
    _tool("case_create", "Opens a case for people to work on.", detail=_string("What it is about."), runs_llm=True),
    _tool("get_contact_interactions", "Reads a contact's earlier interactions.", insight=True, runs_llm=True),
    _tool("get_conversation_content", "Reads what was said in a conversation.", insight=True, runs_llm=True),
    _tool("get_related_cases", "Finds cases related to this one.", insight=True, runs_llm=True),
    _tool("get_case_notes", "Reads the notes of a case.", insight=True, runs_llm=True),
)
"""Every tool there is, in the platform's order."""
