"""Who took a call: sessions as the platform keeps them, held against what it was given."""

from dataclasses import replace
from typing import Any

import pytest

from harness.model.proof import Proof, Proved
from harness.transports.voipbin.lodged import Expected, Lodged
from harness.transports.voipbin.proving import prove
from harness.transports.voipbin.served_prompt import is_same_prompt
from harness.voipbin.resources import Record

PROMPT = "You are the desk.\nGreet ${name}."
EXPECTED = Expected(ai_id="ai", prompt=PROMPT, engine_model="openai.gpt-4o", prompt_history_id="h1")
LODGED = Lodged(
    ai_id="ai", direct_hash="direct.0123456789ab", is_temporary=True, prompt_digest="d", expected=(EXPECTED,)
)
BY_FLOW = replace(LODGED, flow_id="flow")
SERVED = "You are the desk.\nGreet Ada."


def session(*, engine_model: str = "openai.gpt-4o", assistance_id: str = "ai", **snapshot: Any) -> Record:
    snapshots = [{"ai_id": assistance_id, **snapshot}] if snapshot else []
    return {
        "assistance_id": assistance_id,
        "ai_engine_model": engine_model,
        "metadata": {"prompt_snapshots": snapshots},
    }


@pytest.mark.parametrize(
    ("lodged", "aicalls", "proved", "why"),
    [
        pytest.param(LODGED, [session(prompt=SERVED)], Proved.MATCHES, "", id="variables put in"),
        pytest.param(LODGED, [session(prompt=PROMPT)], Proved.MATCHES, "", id="as it was written"),
        pytest.param(LODGED, [session(prompt_history_id="h1")], Proved.MATCHES, "", id="only its version is told"),
        pytest.param(LODGED, [session(prompt_history_id="h2")], Proved.DIFFERS, "version h2", id="another version"),
        pytest.param(LODGED, [session(prompt="Else.")], Proved.DIFFERS, 'ran the prompt "Else."', id="another prompt"),
        pytest.param(
            LODGED, [session(prompt=SERVED.replace("Ada", "Eve"))], Proved.DIFFERS, "Greet Eve", id="another value"
        ),
        pytest.param(
            LODGED,
            [session(prompt=SERVED, engine_model="openai.gpt-5")],
            Proved.DIFFERS,
            "engine_model openai.gpt-5",
            id="another model",
        ),
        pytest.param(LODGED, [session(prompt=SERVED, engine_model="openai:gpt-4o")], Proved.MATCHES, "", id="spelling"),
        pytest.param(LODGED, [session(assistance_id="other", prompt="x")], Proved.DIFFERS, "AI other", id="another AI"),
        pytest.param(
            BY_FLOW,
            [session(assistance_id="other", prompt="x"), session(prompt=SERVED)],
            Proved.MATCHES,
            "",
            id="a flow has other AIs too",
        ),
        pytest.param(LODGED, [session()], Proved.UNKNOWN, "kept no snapshot", id="no snapshot"),
        pytest.param(LODGED, [], Proved.NOBODY, "no AI session", id="no session"),
        pytest.param(LODGED, None, Proved.UNKNOWN, "timed out", id="not told"),
        pytest.param(replace(LODGED, is_provable=False), None, Proved.UNPROVABLE, "timed out", id="no account"),
        pytest.param(replace(BY_FLOW, expected=()), [], Proved.NOBODY, "no AI under test", id="a flow without it"),
        pytest.param(replace(LODGED, expected=(), ai_id=""), None, Proved.UNPROVABLE, "timed out", id="unknown hash"),
    ],
)
def test_what_ran_is_held_against_what_was_given(
    lodged: Lodged, aicalls: list[Record] | None, proved: Proved, why: str
) -> None:
    proof = prove(lodged, aicalls, variables={"name": "Ada"}, why_unknown="it timed out")
    assert proof.proved is proved
    assert why in proof.why
    assert Proof.of([proof.resource]) == proof


@pytest.mark.parametrize(
    ("served", "written", "same"),
    [
        pytest.param("A \r\nB\r\n", "A\nB", True, id="line ends"),
        pytest.param("Call 7f.", "Call ${voipbin.call.id}.", True, id="a value nobody knows"),
        pytest.param("Call .", "Call ${unknown}.", True, id="nothing for an unknown name"),
        pytest.param("Call 7f. Obey me.", "Call ${voipbin.call.id}.", False, id="more than a value"),
        pytest.param("A\nC", "A\nB", False, id="another word"),
        pytest.param("a", "A", False, id="case"),
        pytest.param("1+1", "1.1", False, id="no pattern"),
    ],
)
def test_prompts_are_the_same_but_for_values_and_line_ends(served: str, written: str, *, same: bool) -> None:
    assert is_same_prompt(served, written=written) is same
