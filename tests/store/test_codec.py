import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import StoreError
from harness.model.call import Event, EventKind, Role, Turn
from harness.model.finding import WITHHELD, Finding, FindingName, Party, Resource
from harness.model.outcome import Outcome
from harness.model.quality import CallQuality, ChannelQuality, Echo
from harness.model.run import TrialResult
from harness.model.score import AlignedWord, Better, Edit, Quote, Score, Scored, Unscored, WordCounts
from harness.store.codec import SCHEMA, TornDocumentError, decode_trial, encode_trial
from harness.testing.builders import make_call, make_result, make_turn

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
numbers = st.floats(allow_nan=False, allow_infinity=False)
facts = st.dictionaries(words, words | st.integers(-(2**53), 2**53) | numbers | st.booleans() | st.none(), max_size=3)
counts = st.builds(WordCounts, hits=st.integers(0, 99), deletions=st.integers(0, 99))
scores: st.SearchStrategy[Scored] = st.one_of(
    st.builds(
        Score,
        kind=st.just("score"),
        name=words,
        value=numbers,
        better=st.sampled_from(Better),
        turn=st.none() | st.integers(0, 9),
        passed=st.none() | st.booleans(),
        reason=words,
        quotes=st.lists(st.builds(Quote, turn=st.integers(0, 9), text=words), max_size=2).map(tuple),
        counts=st.none() | counts,
        alignment=st.lists(
            st.builds(AlignedWord, edit=st.sampled_from(Edit), reference=words, hypothesis=words), max_size=2
        ).map(tuple),
    ),
    st.builds(Unscored, kind=st.just("unscored"), name=words, reason=words, required=st.booleans()),
)
events = st.builds(
    Event,
    at_ms=st.integers(0, 10**7),
    kind=st.sampled_from(EventKind),
    role=st.none() | st.sampled_from(Role),
    text=words,
    data=facts,
)
turns = st.builds(
    Turn,
    role=st.sampled_from(Role),
    started_ms=st.integers(0, 10**6),
    ended_ms=st.integers(0, 10**6),
    meant=words,
    spoken=words,
    said=st.none() | words,
    heard=st.none() | words,
    latency_ms=st.none() | st.integers(-5000, 5000),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | numbers | words,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(words, inside, max_size=3),
    max_leaves=6,
)
resources = st.builds(Resource, kind=words, fields=st.dictionaries(words, json_values, max_size=3))
findings = st.builds(
    Finding,
    name=st.sampled_from(FindingName),
    at_ms=st.none() | st.integers(0, 10**7),
    what=words,
    cause=words,
    fix=words,
    blames=st.sampled_from(Party),
)


@st.composite
def results(draw: st.DrawFn) -> TrialResult:
    call = make_call(
        *draw(st.lists(turns, max_size=3)),
        events=tuple(draw(st.lists(events, max_size=3))),
        findings=tuple(draw(st.lists(findings, max_size=2))),
        resources=tuple(draw(st.lists(resources, max_size=2))),
        duration_ms=5,
    )
    return make_result(
        draw(st.sampled_from(Outcome)),
        reasons=tuple(draw(st.lists(words, max_size=2))),
        scores=tuple(draw(st.lists(scores, max_size=3))),
        call=draw(st.none() | st.just(call)),
        prevented_by=draw(st.none() | findings),
    )


@given(results())
def test_a_result_survives_the_round_trip(result: TrialResult) -> None:
    line = encode_trial(result)
    assert decode_trial(line, path="memory") == result
    assert "\n" not in line


@given(st.text(st.characters(), max_size=40))
def test_any_text_a_model_may_write_is_kept_or_made_safe(text: str) -> None:
    result = replace(make_result(), call=make_call(make_turn(Role.AGENT, text)))
    back = decode_trial(encode_trial(result).encode(), path="memory")
    assert back.call is not None
    safe = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert back.call.turns[0].meant == safe


def test_an_unpaired_surrogate_becomes_a_replacement_character() -> None:
    back = decode_trial(encode_trial(make_result(reasons=("a\ud800b",))), path="memory")
    assert back.reasons == ("a\N{REPLACEMENT CHARACTER}b",)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_refused(value: float) -> None:
    result = make_result(scores=(Score(name="x", value=value, better=Better.LOWER),))
    with pytest.raises(StoreError, match="Unscored"):
        encode_trial(result)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"schema": SCHEMA + 1}, "pip install -U", id="newer schema"),
        pytest.param({"schema": None}, "Run the suites again", id="no schema"),
        pytest.param({"value": {"outcome": "splendid"}}, "does not have the shape", id="other shape"),
    ],
)
def test_a_document_of_another_schema_says_what_to_do(change: dict[str, object], message: str) -> None:
    document = json.loads(encode_trial(make_result())) | change
    with pytest.raises(StoreError, match=message):
        decode_trial(json.dumps(document), path="trials/main.jsonl:1")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("surprise", 1, id="unknown key"),
        pytest.param("reasons", "one", id="wrong type"),
        pytest.param("outcome", 1, id="not in the closed set"),
    ],
)
def test_reading_is_strict(key: str, value: object) -> None:
    document = json.loads(encode_trial(make_result()))
    document["value"][key] = value
    with pytest.raises(StoreError, match=key):
        decode_trial(json.dumps(document), path="x")


@pytest.mark.parametrize("text", ["", '{"schema": 1, "val', "NaN", "[1, 2"])
def test_a_torn_document_is_told_from_a_wrong_one(text: str) -> None:
    with pytest.raises(TornDocumentError):
        decode_trial(text, path="x")


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_in_json_is_none_here_either(constant: str) -> None:
    score = Score(name="latency_ms", value=0.25, better=Better.LOWER)
    text = encode_trial(make_result(scores=(score,))).replace("0.25", constant)
    with pytest.raises(TornDocumentError, match=f"{constant} is not JSON"):
        decode_trial(text, path="x")


def test_words_that_look_like_no_number_are_words() -> None:
    result = make_result(reasons=("heard NaN", "waited to Infinity"))
    assert decode_trial(encode_trial(result).encode(), path="x") == result


def test_what_stands_behind_a_document_is_a_fault() -> None:
    with pytest.raises(TornDocumentError):
        decode_trial(encode_trial(make_result()) + "}", path="x")


def test_a_secret_of_a_resource_is_never_written() -> None:
    ai = {
        "id": "a1",
        "engine_key": "sk-secret",
        "direct_hash": "direct.0123456789ab",
        "parameter": {"login": {"password": "sk-secret", "user": "ann"}},
        "webhook_uri": "https://example.com/hook?token=sk-secret&x=1",
        "token": "",
        "members": [{"accesskey": "sk-secret"}],
    }
    line = encode_trial(replace(make_result(), call=make_call(resources=(Resource(kind="ai", fields=ai),))))
    assert "sk-secret" not in line
    assert "0123456789ab" not in line
    back = decode_trial(line, path="memory")
    assert back.call is not None
    kept = back.call.resources[0].fields
    assert kept["engine_key"] == WITHHELD
    assert kept["parameter"]["login"] == {"password": WITHHELD, "user": "ann"}
    assert kept["webhook_uri"] == f"https://example.com/hook?token={WITHHELD}&x=1"
    assert kept["token"] == ""


def test_how_a_call_sounded_comes_back_from_the_store() -> None:
    agent = ChannelQuality(
        speech_ms=900, snr_db=20.0, silent_turns=(1,), echo=Echo(delay_ms=120.0, level_db=-20.0, correlation=0.9)
    )
    caller = ChannelQuality(speech_ms=0, unmeasured={"speech": "this side never spoke"})
    result = replace(make_result(), call=make_call(quality=CallQuality(caller=caller, agent=agent)))
    assert decode_trial(encode_trial(result), path="x") == result


def test_a_trial_stored_before_sound_was_measured_can_be_read() -> None:
    document = json.loads(encode_trial(make_result()))
    del document["value"]["call"]["quality"]
    assert decode_trial(json.dumps(document | {"schema": 2}), path="x") == make_result()


def test_a_trial_stored_before_there_were_findings_can_be_read() -> None:
    document = json.loads(encode_trial(make_result()))
    del document["value"]["prevented_by"]
    del document["value"]["call"]["findings"], document["value"]["call"]["resources"]
    back = decode_trial(json.dumps(document | {"schema": 1}), path="x")
    assert back == make_result()
    assert back.findings == ()


def test_a_trial_stored_before_validity_was_can_be_read() -> None:
    document = json.loads(encode_trial(make_result()))
    del document["value"]["validity"]
    del document["value"]["trial"]["repeat"], document["value"]["trial"]["persona"]
    back = decode_trial(json.dumps(document | {"schema": 3}), path="x")
    assert (back.validity, back.trial.id) == (None, make_result().trial.id)
