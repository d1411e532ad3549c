"""Requests the state or the rules refuse: the contract's error, and nothing changed."""

import json
from dataclasses import dataclass

import pytest

from harness.simulator.platform import Platform
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind
from tests.simulator.server.conftest import Client, ClientMaker
from tests.simulator.server.happy import MISSING
from tests.simulator.server.stage import AI, SIP, SOURCE, WAIT, filled, furnish

CALL = {"source": SOURCE, "destinations": [SIP], "actions": [WAIT]}
LEAPS = {"type": "leap"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """A request that must be refused; `{name}` stands for an id of the furnished platform."""

    id: str
    asks: tuple[str, str]
    body: object = None
    refusal: tuple[int, str]
    first: tuple[tuple[str, str, object], ...] = ()


BAD = (
    Bad(
        id="too many variables",
        asks=("POST", "/calls"),
        body={**CALL, "variables": {str(n): "" for n in range(101)}},
        refusal=(400, "INVALID_VARIABLES"),
    ),
    Bad(
        id="a variable that is too long",
        asks=("POST", "/calls"),
        body={**CALL, "variables": {"a": "x" * 32_769}},
        refusal=(400, "INVALID_VARIABLES"),
    ),
    Bad(
        id="variables that are too large together",
        asks=("POST", "/activeflows"),
        body={"actions": [], "variables": {"a": "x" * 32_768, "b": "x" * 32_768, "c": "x"}},
        refusal=(400, "INVALID_VARIABLES"),
    ),
    Bad(
        id="a variable that is no text",
        asks=("POST", "/calls"),
        body={**CALL, "variables": {"a": 1}},
        refusal=(400, "INVALID_JSON_BODY"),
    ),
    Bad(
        id="an address that is no text",
        asks=("POST", "/calls"),
        body={**CALL, "destinations": [{"type": "sip", "target": 5}]},
        refusal=(400, "INVALID_JSON_BODY"),
    ),
    Bad(
        id="a type of address that there is not",
        asks=("POST", "/groupcalls"),
        body={**CALL, "destinations": [{"type": "pigeon", "target": "x"}]},
        refusal=(400, "INVALID_ARGUMENT"),
    ),
    Bad(
        id="an anonymous that there is not",
        asks=("POST", "/calls"),
        body={**CALL, "anonymous": "perhaps"},
        refusal=(400, "INVALID_ANONYMOUS_VALUE"),
    ),
    Bad(
        id="an unknown action in a call",
        asks=("POST", "/calls"),
        body={**CALL, "actions": [WAIT, LEAPS]},
        refusal=(400, "INVALID_ACTION_TYPE"),
    ),
    Bad(
        id="an unknown action in a flow",
        asks=("POST", "/flows"),
        body={"name": "f", "actions": [WAIT, LEAPS]},
        refusal=(400, "INVALID_ACTION_TYPE"),
    ),
    Bad(
        id="a flow that there is not",
        asks=("POST", "/calls"),
        body={**CALL, "flow_id": MISSING},
        refusal=(404, "FLOW_NOT_FOUND"),
    ),
    Bad(
        id="an execution's id that is taken",
        asks=("POST", "/activeflows"),
        body={"id": "{activeflow}", "actions": []},
        refusal=(400, "INVALID_ACTIVEFLOW_ID"),
    ),
    Bad(
        id="an assistant that there is not",
        asks=("POST", "/aicalls"),
        body={"assistance_type": "ai", "assistance_id": MISSING},
        refusal=(404, "AI_NOT_FOUND"),
    ),
    Bad(
        id="tools that there are not",
        asks=("POST", "/ais"),
        body={**AI, "tool_names": ["teleport"]},
        refusal=(400, "INVALID_TOOL_NAMES"),
    ),
    Bad(
        id="insight of an AI that talks",
        asks=("POST", "/ais/{ai}/activate_insight"),
        refusal=(400, "AI_NOT_INSIGHT_TYPE"),
    ),
    Bad(
        id="hanging up twice",
        asks=("POST", "/calls/{call}/hangup"),
        first=(("POST", "/calls/{call}/hangup", None),),
        refusal=(409, "CALL_ALREADY_HANGUP"),
    ),
    Bad(
        id="talking into a call that is over",
        asks=("POST", "/calls/{call}/talk"),
        body={"text": "Hello?"},
        first=(("POST", "/calls/{call}/hangup", None),),
        refusal=(409, "CALL_ALREADY_HANGUP"),
    ),
    Bad(
        id="reading a call that was deleted",
        asks=("GET", "/calls/{call}"),
        first=(("DELETE", "/calls/{call}", None),),
        refusal=(409, "STATE_INVALID"),
    ),
    Bad(
        id="stopping a recording that there is not",
        asks=("POST", "/calls/{call}/recording_stop"),
        refusal=(409, "RECORDING_NOT_ACTIVE"),
    ),
    Bad(
        id="recording twice",
        asks=("POST", "/calls/{call}/recording_start"),
        body={"format": "wav"},
        first=(("POST", "/calls/{call}/recording_start", {"format": "wav"}),),
        refusal=(409, "RECORDING_ALREADY_ACTIVE"),
    ),
    Bad(
        id="a recording format that there is not",
        asks=("POST", "/calls/{call}/recording_start"),
        body={"format": "mp3"},
        refusal=(400, "INVALID_ARGUMENT"),
    ),
    Bad(
        id="writing to an AI call that is over",
        asks=("POST", "/aimessages"),
        body={"aicall_id": "{over}", "role": "user", "content": "Hello?"},
        refusal=(409, "STATE_INVALID"),
    ),
    Bad(
        id="writing again within three seconds",
        asks=("POST", "/aimessages"),
        body={"aicall_id": "{aicall}", "role": "user", "content": "Hello?"},
        first=(("POST", "/aimessages", {"aicall_id": "{aicall}", "role": "user", "content": "Hello?"}),),
        refusal=(500, "INTERNAL"),
    ),
    Bad(
        id="a second voice in one call",
        asks=("POST", "/speakings"),
        body={"reference_type": "call", "reference_id": "{call}"},
        refusal=(500, "INTERNAL"),
    ),
    Bad(
        id="a text that is too long to be spoken",
        asks=("POST", "/speakings/{speaking}/say"),
        body={"text": "x" * 5_001},
        refusal=(400, "INVALID_ARGUMENT"),
    ),
    Bad(
        id="auditing an AI call that goes on",
        asks=("POST", "/aiaudits"),
        body={"aicall_id": "{aicall}"},
        refusal=(400, "INVALID_ARGUMENT"),
    ),
    Bad(
        id="accepting what was rejected",
        asks=("POST", "/aipromptproposals/{aipromptproposal}/accept"),
        first=(("POST", "/aipromptproposals/{aipromptproposal}/reject", None),),
        refusal=(409, "STATE_INVALID"),
    ),
    Bad(
        id="analysing an execution that goes on",
        asks=("POST", "/timeline-analyses"),
        body={"activeflow_id": "{activeflow}"},
        refusal=(409, "FLOW_STATE_INVALID"),
    ),
    Bad(
        id="events of nothing in particular",
        asks=("GET", "/aggregated-events"),
        refusal=(400, "INVALID_ARGUMENT"),
    ),
    Bad(
        id="events of two things",
        asks=("GET", "/aggregated-events?call_id={call}&activeflow_id={activeflow}"),
        refusal=(400, "INVALID_ARGUMENT"),
    ),
    Bad(
        id="events of a call that is none",
        asks=("GET", "/aggregated-events?call_id=five"),
        refusal=(400, "INVALID_CALL_ID"),
    ),
    Bad(
        id="events of a kind that has none",
        asks=("GET", "/timelines/ais/{ai}/events"),
        refusal=(400, "INVALID_RESOURCE_TYPE"),
    ),
    Bad(
        id="messages of nobody",
        asks=("GET", "/aimessages"),
        refusal=(400, "MISSING_REQUEST_PARAMETER"),
    ),
    Bad(
        id="an archive without a signature",
        asks=("GET", "/files/recordings/{recording}"),
        refusal=(403, "PERMISSION_DENIED"),
    ),
)


def state_of(platform: Platform) -> str:
    """Everything a platform holds, credentials aside."""
    records = {kind: list(platform.world.records(kind)) for kind in Kind if kind is not Kind.ACCESSKEY}
    return json.dumps(records, default=str, sort_keys=True)


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.id)
def test_a_refused_request_changes_nothing(serve: ClientMaker, bad: Bad) -> None:
    client = serve(Mode.CURRENT)
    ids = furnish(client.platform)
    for method, path, body in filled(bad.first, ids):
        client.done(method, f"/v1.0{path}", body)
    before = state_of(client.platform)
    method, path = filled(bad.asks, ids)
    root = "" if path.startswith("/files/") else "/v1.0"
    assert client.refused(method, root + path, filled(bad.body, ids)) == bad.refusal
    assert state_of(client.platform) == before


@pytest.mark.parametrize(
    ("mode", "refusal"),
    [
        pytest.param(Mode.SEED, (500, "INTERNAL"), id="seed"),
        pytest.param(Mode.CURRENT, (500, "INTERNAL"), id="current"),
        pytest.param(Mode.STRICT, (400, "INVALID_ARGUMENT"), id="strict"),
    ],
)
def test_only_the_strict_platform_says_that_an_engine_is_unknown(
    serve: ClientMaker, mode: Mode, refusal: tuple[int, str]
) -> None:
    assert serve(mode).refused("POST", "/v1.0/ais", {**AI, "engine_model": "abacus.one"}) == refusal


@pytest.mark.parametrize(
    ("mode", "is_flat"), [(Mode.SEED, True), (Mode.CURRENT, False), (Mode.STRICT, False)], ids=lambda value: str(value)
)
def test_the_tutorial_finds_the_first_call_beside_the_arrays(serve: ClientMaker, mode: Mode, is_flat: bool) -> None:
    placed = serve(mode).done("POST", "/v1.0/calls", CALL)
    assert [call["status"] for call in placed["calls"]] == ["dialing"]
    assert placed["groupcalls"] == []
    assert (placed.get("id") == placed["calls"][0]["id"]) is is_flat


def test_nobody_reads_a_key_back(client: Client) -> None:
    made = client.done("POST", "/v1.0/ais", {**AI, "engine_key": "sk-very-secret"})
    assert "sk-very-secret" not in json.dumps([made, client.done("GET", f"/v1.0/ais/{made['id']}")])
