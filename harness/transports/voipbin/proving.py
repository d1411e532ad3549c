"""Whether the agent under test took a call: what the platform says it ran, held against what it was given."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from harness.errors import HarnessError
from harness.model.finding import Json
from harness.model.prompt import Prompt
from harness.model.proof import Proof, Proved
from harness.transports.voipbin.lodged import Expected, Lodged
from harness.transports.voipbin.served_prompt import is_same_prompt
from harness.voipbin.engine_models import parse_engine_model
from harness.voipbin.resources import NIL_ID, Record

_SHOWN: Final = 80
"""Characters of a prompt that a reason quotes."""


def prove(
    lodged: Lodged, aicalls: Sequence[Record] | None, *, variables: Mapping[str, str], why_unknown: str = ""
) -> Proof:
    """Return who took a call.

    Args:
        lodged: The agent under test.
        aicalls: The sessions of the call as the platform keeps them; None when it did not tell.
        variables: What the case has the call start with.
        why_unknown: Why the platform did not tell.
    """
    if not lodged.expected:
        why = "the call's flow has no AI under test in it" if lodged.flow_id or lodged.actions else why_unknown
        return Proof(proved=Proved.NOBODY if lodged.flow_id or lodged.actions else Proved.UNPROVABLE, why=why)
    missing = Proved.UNKNOWN if lodged.is_provable else Proved.UNPROVABLE
    if aicalls is None:
        return Proof(proved=missing, why=why_unknown or "the platform told nothing of its AI session")
    if not aicalls:
        return Proof(proved=Proved.NOBODY, why="no AI session was started in the call")
    proofs = [proof for aicall in aicalls for proof in _of_session(lodged, aicall, variables)]
    differing = next((proof for proof in proofs if proof.proved is Proved.DIFFERS), None)
    if differing is not None:
        return differing
    matching = next((proof for proof in proofs if proof.matches), None)
    if matching is not None:
        return matching
    return Proof(proved=missing, why=next((p.why for p in proofs), "its sessions name no prompt of the AI under test"))


def _of_session(lodged: Lodged, aicall: Record, variables: Mapping[str, str]) -> Iterator[Proof]:
    snapshots = [each for each in (aicall.get("metadata") or {}).get("prompt_snapshots") or () if each]
    expected = {each.ai_id: each for each in lodged.expected}
    known = [each for each in snapshots if str(each.get("ai_id")) in expected]
    assistance_id = str(aicall.get("assistance_id") or "")
    if not known and assistance_id in expected:
        yield Proof(proved=Proved.UNKNOWN, why="the platform kept no snapshot of the prompt it ran")
    elif not known and not (lodged.flow_id or lodged.actions):
        # A flow may have AIs of its own; the direct call of an AI has no other.
        yield Proof(proved=Proved.DIFFERS, why=f"the AI {assistance_id or 'without an id'} had the call")
    for snapshot in known:
        yield _compared(expected[str(snapshot["ai_id"])], snapshot, aicall, variables)


def _compared(expected: Expected, snapshot: Mapping[str, Json], aicall: Record, variables: Mapping[str, str]) -> Proof:
    served = snapshot.get("prompt")
    history_id = str(snapshot.get("prompt_history_id") or "")
    history_id = "" if history_id == NIL_ID else history_id
    engine_model = str(aicall.get("ai_engine_model") or "")
    told: dict[str, str] = {"prompt_history_id": history_id, "engine_model": engine_model}
    if isinstance(served, str) and served:
        told["served_prompt_digest"] = Prompt(name="", version="", text=served, source="").digest
        same = is_same_prompt(served, written=expected.prompt, variables=variables)
        why = f'it ran the prompt "{_short(served)}", the one under test is "{_short(expected.prompt)}"'
    elif history_id and expected.prompt_history_id:
        same = history_id == expected.prompt_history_id
        why = f"it ran version {history_id} of the prompt, the one under test is {expected.prompt_history_id}"
    else:
        return Proof(proved=Proved.UNKNOWN, why="the platform kept no snapshot of the prompt it ran", **told)
    if not same:
        return Proof(proved=Proved.DIFFERS, why=why, **told)
    # The session of a team names the engine of its first member only.
    if engine_model and str(aicall.get("assistance_id")) == expected.ai_id and not _same_engine(engine_model, expected):
        why = f"it ran engine_model {engine_model}, the one under test is {expected.engine_model}"
        return Proof(proved=Proved.DIFFERS, why=why, **told)
    return Proof(proved=Proved.MATCHES, **told)


def _same_engine(served: str, expected: Expected) -> bool:
    try:
        return parse_engine_model(served) == parse_engine_model(expected.engine_model)
    except HarnessError:
        return served == expected.engine_model


def _short(prompt: str) -> str:
    line = " ".join(prompt.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
