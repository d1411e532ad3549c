"""What the offline judge takes a question to ask for, and which questions it leaves alone."""

import pytest

from harness.scorers.offline_judge.demands import Act, Demand, NotUnderstood, Occasion
from harness.scorers.offline_judge.questions import read_question


@pytest.mark.parametrize(
    ("question", "act", "unwanted"),
    [
        ("Does the agent greet the caller?", Act.GREET, False),
        ("Is the caller greeted at the start of the call?", Act.GREET, False),
        ("Does the agent introduce itself by name?", Act.INTRODUCE, False),
        ("Does the agent ask for the caller's name?", Act.ASK, False),
        ("Does the agent never ask for a password?", Act.ASK, True),
        ("Does the agent ask whether there is anything else?", Act.ASK_FOR_MORE, False),
        ("Does the agent say goodbye before hanging up?", Act.FAREWELL, False),
        ("Is the agent polite throughout the call?", Act.BE_RUDE, True),
        ("Is the agent never rude to the caller?", Act.BE_RUDE, True),
        ("Does the agent avoid promising a refund?", Act.PROMISE, True),
        ("Does the agent refuse to give medical advice?", Act.ADVISE, True),
        ("Does the agent ask only one question at a time?", Act.ASK_SEVERAL, True),
        ("Does the agent keep its answers short?", Act.EXCEED, True),
        ("Does the agent answer the caller's question?", Act.EVADE, True),
        ("Does the agent tell the caller the price?", Act.GIVE_PRICE, False),
        ('Does the agent say "right away"?', Act.SAY_WORDS, False),
        ("Does the agent avoid the word guarantee?", Act.SAY_WORDS, True),
        ("Does the agent mention the terrace?", Act.TELL, False),
    ],
)
def test_question_becomes_the_act_it_asks_for(question: str, act: Act, unwanted: bool) -> None:
    demand = read_question(question)
    assert isinstance(demand, Demand)
    assert (demand.act, demand.unwanted) == (act, unwanted)


@pytest.mark.parametrize(
    "question",
    ["Does the agent say sorry before it ends the call?", "Does the agent thank the caller before the call ends?"],
)
def test_the_end_of_the_call_is_no_deadline(question: str) -> None:
    demand = read_question(question)
    assert isinstance(demand, Demand)
    assert demand.before is None


@pytest.mark.parametrize(
    ("question", "before"),
    [
        ("Before confirming, does the agent repeat the details?", Act.ARRANGE),
        ("Does the agent ask for the date of birth before it tells the caller anything personal?", Act.DISCLOSE),
        ("Does the agent ask before putting the caller on hold?", Act.HOLD),
    ],
)
def test_order_is_read_on_either_side_of_the_question(question: str, before: Act) -> None:
    demand = read_question(question)
    assert isinstance(demand, Demand)
    assert demand.before is not None
    assert demand.before.act is before


@pytest.mark.parametrize(
    ("question", "applies_if", "occasion"),
    [
        ("When the caller complains, does the agent apologise?", "", Occasion.COMPLAINT),
        ("Does the agent thank the caller?", "the caller complains", Occasion.COMPLAINT),
        ("Does the agent offer an alternative?", "", Occasion.DECLINED),
        ("Does the agent transfer the caller to a human on request?", "", Occasion.WANTS_HUMAN),
    ],
)
def test_occasion_comes_from_the_question_its_act_or_applies_if(
    question: str, applies_if: str, occasion: Occasion
) -> None:
    demand = read_question(question, applies_if=applies_if)
    assert isinstance(demand, Demand)
    assert occasion in demand.occasions


@pytest.mark.parametrize(
    "question",
    [
        "Does the agent sound empathetic?",
        "Would you hire this agent?",
        "How many times does the agent speak?",
        "Does the caller say goodbye?",
        "Does the agent keep to what it was told, without inventing offers, prices or dates?",
        "Does the agent greet the caller in German?",
        "Does the agent greet the caller by name?",
        "Does the agent thank the caller twice?",
        "Does the agent mention the price only when asked?",
        "Does the agent read the number back digit by digit?",
        "Does the agent refuse to give a discount?",
        "Is the agent friendly?",
        "Does the agent resolve the caller's problem?",
        "Begrüßt der Agent den Anrufer?",
        "L'agent salue-t-il l'appelant ?",
        "에이전트가 인사합니까?",
        "",
        "?",
        "\ud800",
        "Does the agent " + "very " * 5_000 + "politely greet the caller?",
    ],
    ids=lambda question: question.encode("ascii", "replace").decode()[:40],
)
def test_question_that_asks_for_more_than_rules_can_see_is_left_alone(question: str) -> None:
    assert isinstance(read_question(question), NotUnderstood)


def test_applies_if_that_is_not_understood_leaves_the_question_alone() -> None:
    found = read_question("Does the agent greet the caller?", applies_if="the moon is full")
    assert isinstance(found, NotUnderstood)
