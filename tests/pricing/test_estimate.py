from dataclasses import replace
from typing import Any

import pytest

from harness.model.call import Tier
from harness.model.case import Case
from harness.model.moves import Backchannel, Branch, Choice, Improvise, Press, Repeat, Say
from harness.model.platform import PlatformSetup
from harness.model.rubric import Criterion, Rubric, Scope
from harness.model.suite import Planned
from harness.model.usage import Service, Side, Unit, Usage
from harness.pricing.cost import cost_of
from harness.pricing.estimate import Estimate, Services, estimate
from harness.pricing.table import packaged_prices
from harness.pricing.talk import least_talk, most_talk
from harness.testing.builders import make_arm, make_case, make_prompt

TEXT = Services(tier=Tier.TEXT)


def guess(case: Case, *, prompt: str = "You are a receptionist.", services: Services = TEXT) -> Estimate:
    arm = make_arm(make_prompt(prompt), engine_model="openai.gpt-4o")
    return estimate(Planned(suite="s", case=case, arm=arm), services=services)


def total(usages: tuple[Usage, ...], unit: Unit, *, side: Side = Side.AGENT) -> float:
    return sum(usage.amount for usage in usages if (usage.unit, usage.side) == (unit, side))


def usd(found: Estimate) -> tuple[float, float]:
    table = packaged_prices()
    return cost_of(found.low, table).usd or 0.0, cost_of(found.high, table).usd or 0.0


@pytest.mark.parametrize(
    ("steps", "least", "most"),
    [
        ([Say(text="Good day"), Press(digits="1")], 2, 2),
        ([Say(text="Good day"), Backchannel(text="mm-hm")], 1, 2),
        ([Improvise(turns=4, words=10)], 1, 4),
        ([Repeat(steps=(Say(text="No"),), until=("ok",), at_most=3, otherwise=(Say(text="Bye"),))], 1, 4),
        ([Branch(choices=(Choice(agent_says=("a",), steps=(Say(text="x"), Say(text="y"))),), otherwise=())], 0, 2),
        ([Branch(choices=(Choice(agent_says=("a",), steps=(Say(text="x"),)),))], 0, 3),
    ],
    ids=["script", "backchannel", "improvised", "repeat", "branch with a way out", "branch with the fallback line"],
)
def test_a_script_is_read_at_its_shortest_and_its_longest(steps: Any, least: int, most: int) -> None:
    case = make_case(moves=tuple(steps))
    assert (least_talk(case).lines, most_talk(case).lines) == (least, most)


def test_a_caller_stops_at_its_limit_of_lines() -> None:
    assert most_talk(make_case(moves=(Improvise(turns=30),), turn_limit=5)).improvised == 5


def test_an_estimate_lies_between_a_low_and_a_high_and_leaves_out_what_is_free() -> None:
    found = guess(make_case("Are you open?", "And on Sunday?"))
    assert {(usage.service, usage.model) for usage in found.high} == {(Service.LLM, "openai.gpt-4o")}
    low, high = usd(found)
    assert 0 < low < high


def test_the_prompt_is_read_again_with_every_answer() -> None:
    short, long = (guess(make_case("One", "Two", "Three"), prompt="x" * n) for n in (400, 4_400))
    assert total(long.low, Unit.INPUT_TOKENS) - total(short.low, Unit.INPUT_TOKENS) == 4 * 1_000


def test_a_longer_conversation_costs_more_for_each_line_because_it_is_read_again() -> None:
    few, many = (total(guess(make_case(*["Yes please"] * n)).low, Unit.INPUT_TOKENS) / (n + 1) for n in (2, 10))
    assert many > few


def test_characters_beyond_ascii_are_taken_as_a_token_each() -> None:
    latin, japanese = (
        total(guess(make_case(line)).high, Unit.OUTPUT_TOKENS) for line in ("abcdefgh", "予約をお願いします")
    )
    assert japanese == pytest.approx(4 * latin)


@pytest.mark.parametrize(
    ("changes", "side"),
    [
        ({"judges": ("openai.gpt-4o",) * 3}, Side.JUDGE),
        ({"caller_model": "openai.gpt-4o"}, Side.CALLER),
        ({"tier": Tier.AUDIO, "stt": "openai:whisper-1"}, Side.REFERENCE),
        ({"tier": Tier.AUDIO, "stt": "openai:whisper-1"}, Side.PLATFORM),
    ],
    ids=["judges", "caller", "reference", "recogniser"],
)
def test_whoever_works_in_a_call_is_in_its_estimate(changes: Any, side: Side) -> None:
    rubric = Rubric(name="r", criteria=(Criterion(id="polite", question="Is the agent polite?"),))
    case = make_case(moves=(Say(text="Hello"), Improvise(turns=2)), rubric=rubric)
    assert side in {usage.side for usage in guess(case, services=replace(TEXT, **changes)).high}


def telephony(case: Case, transport: str) -> set[str]:
    used = guess(case, services=replace(TEXT, transport=transport)).high
    return {usage.model for usage in used if usage.service is Service.TELEPHONY}


def test_a_real_call_costs_its_line_where_it_goes_through_a_flow_and_nothing_to_an_agents_own_hash() -> None:
    flow = make_case("Hello", platform=PlatformSetup(flow=({"type": "answer"},)))
    assert telephony(flow, "voipbin-sip") == {"voipbin"}
    assert telephony(make_case("Hello"), "voipbin-sip") == set()
    assert telephony(flow, "simulated") == set()


def test_nobody_bills_us_for_what_works_in_a_real_agent() -> None:
    real = replace(TEXT, tier=Tier.AUDIO, transport="voipbin-sip", stt="openai:whisper-1")
    sides = {usage.side for usage in guess(make_case("Hello"), services=real).high}
    assert sides == {Side.REFERENCE}


def test_every_vote_and_every_turn_that_is_judged_counts() -> None:
    def judged(votes: int, scope: Scope) -> float:
        rubric = Rubric(name="r", criteria=(Criterion(id="c", question="Polite?", scope=scope),))
        services = replace(TEXT, judges=("openai.gpt-4o",) * votes)
        case = make_case(*["Yes"] * 9, rubric=rubric)
        return total(guess(case, services=services).low, Unit.OUTPUT_TOKENS, side=Side.JUDGE)

    assert judged(3, Scope.CALL) == 3 * judged(1, Scope.CALL)
    assert judged(1, Scope.TURN) == 10 * judged(1, Scope.CALL)


def test_tools_are_described_with_every_request() -> None:
    bare, armed = (make_case("Hi", platform=PlatformSetup(tools=tools)) for tools in ((), ("all",)))
    assert total(guess(armed).low, Unit.INPUT_TOKENS) > total(guess(bare).low, Unit.INPUT_TOKENS) + 4_000


def test_answers_from_cassettes_cost_nothing() -> None:
    found = guess(make_case("Hi"), services=replace(TEXT, replayed=True))
    assert (found.low, found.high, found.requests.high) == ((), (), 0)


def test_a_call_lasts_no_longer_than_its_case_allows() -> None:
    minutes = guess(make_case("Hello there", max_call_ms=90_000)).minutes
    assert 0 < minutes.low < minutes.high == 1.5
