from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from harness.errors import ConfigurationError, SuiteError
from harness.model.case import Limit, PassRule
from harness.model.entity import Entity, EntityKind
from harness.model.moves import Expectation, Hangup, Interruption, Say, Trigger, TriggerKind, Wait
from harness.model.persona import Persona, Surroundings, Voice
from harness.model.rubric import Criterion, Rubric
from harness.model.suite import ArmRole
from harness.suitefile import find_suites, load_suite, load_suites
from tests.suitefile.suite_texts import MINIMAL, Write

AGENT_DONE = TriggerKind.AGENT_SPEECH_END


def test_every_key_reaches_its_case(everything: Path) -> None:
    case = load_suite(everything).cases[1]

    assert case.id == "table_for_two"
    assert case.description == "The caller changes the time"
    assert case.persona.name == "anna"
    assert case.greeting == (Expectation(says=(("Trattoria",),)),)
    assert case.expect == (Expectation(never_says=("sorry",)),)
    assert case.entities == (Entity(kind=EntityKind.PHRASE, value="nine"),)
    assert case.limits == (
        Limit(score="agent_interruption_rate", at_most=0.1),
        Limit(score="barge_in_stop_ms", at_most=1000),
        Limit(score="call_ms", at_most=90000),
        Limit(score="caller_wer", at_most=0.15),
        Limit(score="greeting_ms", at_most=4000),
        Limit(score="hearing_wer", at_most=0.2),
        Limit(score="latency_ms", at_most=2500),
        Limit(score="longest_silence_ms", at_most=3000),
        Limit(score="overlap_ms", at_most=1500),
        Limit(score="response_latency_p95_ms", at_most=3500),
        Limit(score="speaking_wer", at_most=0.2),
    )
    assert case.rubric == Rubric(
        name="courtesy",
        criteria=(
            Criterion(
                id="greets",
                question="Does the agent greet the caller?",
                passes=("Good evening, Trattoria Bella",),
                fails=("Yes?",),
            ),
            Criterion(id="thanks", question="Does the agent say thank you?", required=False),
        ),
    )
    assert case.pass_rule == PassRule(required=2, of=3)
    assert case.tags == ("smoke", "booking")
    assert case.max_call_ms == 120_000
    assert case.source.endswith("desk.suite.yaml:28")


def test_every_turn_becomes_a_move_with_its_moment(everything: Path) -> None:
    moves = load_suite(everything).cases[1].moves

    assert moves == (
        Say(
            text="Hi, a table for two tonight at eight.",
            trigger=Trigger(after=AGENT_DONE, delay_ms=500, timeout_ms=10_000),
            expect=(
                Expectation(
                    says=(("8",), ("two", "couple")),
                    never_says=("nine",),
                    within_ms=2500,
                    because="Read the booking back",
                ),
            ),
            entities=(Entity(kind=EntityKind.DIGITS, value="0471", accept=("47 1",)),),
        ),
        Say(
            text="Actually, make it nine.",
            trigger=Trigger(after=TriggerKind.AGENT_SPEECH_START, delay_ms=800, timeout_ms=10_000),
            interrupts=Interruption.IMPATIENCE,
            expect=(Expectation(says=(("21:00",), ("20.50",), ("20.50",), ("no",))), Expectation(within_ms=3000)),
        ),
        Wait(trigger=Trigger(after=AGENT_DONE, delay_ms=3000, timeout_ms=10_000)),
        # The agent's turn was over before the silence: nothing is left to wait for.
        Say(text="Are you still there?", trigger=Trigger(after=TriggerKind.NOW, timeout_ms=10_000)),
        Hangup(trigger=Trigger(after=AGENT_DONE, delay_ms=400, timeout_ms=10_000)),
    )


def test_greeting_and_whole_call_can_be_timed_too(write: Write) -> None:
    write({"x.suite.yaml": MINIMAL + "    greeting: {within_ms: 900}\n    expect: {within_ms: 3000}\n"})

    case = load_suite(Path("x.suite.yaml")).cases[0]

    assert (case.greeting, case.expect) == ((Expectation(within_ms=900),), (Expectation(within_ms=3000),))


def test_a_pause_after_a_wait_belongs_to_the_agents_next_turn(write: Write) -> None:
    write({"x.suite.yaml": MINIMAL.replace("{say: hi}", "{wait: 9000}, {say: hi, delay_ms: 300}")})

    assert load_suite(Path("x.suite.yaml")).cases[0].moves[1] == Say(
        text="hi", trigger=Trigger(after=AGENT_DONE, delay_ms=300)
    )


def test_a_persona_brings_its_pauses_and_surroundings(write: Write) -> None:
    persona = (
        "{voice: 'pyttsx3:en', language: en-gb, rate: 1.25, manner: Hurried, reaction_ms: 200, patience_ms: 6000,"
        " surroundings: {snr_db: 15, lost_frames: 0.01, gain_db: -3}}"
    )
    write({"x.suite.yaml": MINIMAL + f"    persona: ben\npersonas:\n  ben: {persona}\n"})

    case = load_suite(Path("x.suite.yaml"), caller_voice="hibari:heart").cases[0]

    assert case.persona == Persona(
        name="ben",
        voice=Voice(name="pyttsx3:en", language="en-GB", rate=1.25),
        manner="Hurried",
        reaction_ms=200,
        patience_ms=6000,
        surroundings=Surroundings(snr_db=15.0, lost_frames=0.01, gain_db=-3.0),
    )
    assert case.moves == (Say(text="hi", trigger=Trigger(after=AGENT_DONE, delay_ms=200, timeout_ms=6000)),)


def test_an_inline_persona_is_named_after_its_case(everything: Path) -> None:
    case = load_suite(everything).cases[2]

    assert (case.persona.name, case.persona.manner, case.persona.language) == ("quiet", "Whispers", "en-GB")
    assert case.moves[1] == Hangup(trigger=Trigger(after=AGENT_DONE, delay_ms=0, timeout_ms=10_000))


def test_the_smallest_suite_needs_a_prompt_and_a_turn(write: Write) -> None:
    write({"x.suite.yaml": MINIMAL})

    suite = load_suite(Path("x.suite.yaml"))

    assert (suite.name, suite.path) == ("x", "x.suite.yaml")
    assert suite.cases[0].persona == Persona(name="caller")
    assert suite.cases[0].pass_rule == PassRule(required=1, of=1)
    assert suite.cases[0].max_call_ms == 180_000
    assert [(arm.label, arm.role) for arm in suite.arms] == [("desk@v1-embedded.extractive", ArmRole.CANDIDATE)]


def test_prompts_cross_engine_models_and_baselines_come_last(everything: Path) -> None:
    suite = load_suite(everything, agent_voice="hibari:sky")

    assert [
        (arm.label, arm.role.value, arm.voice.name, arm.voice.language, arm.stt_language) for arm in suite.arms
    ] == [
        ("receptionist@v2-embedded.extractive", "candidate", "hibari:joe", "en-US", "en-US"),
        ("receptionist@v2-openai.gpt-4o", "candidate", "hibari:joe", "en-US", "en-US"),
        ("sales@v1-embedded.extractive", "candidate", "hibari:heart", "en-GB", "en-GB"),
        ("sales@v1-openai.gpt-4o", "candidate", "hibari:heart", "en-GB", "en-GB"),
        ("receptionist@v1-embedded.extractive", "baseline", "hibari:heart", "en-GB", "en-GB"),
        ("receptionist@v1-openai.gpt-4o", "baseline", "hibari:heart", "en-GB", "en-GB"),
    ]


def test_chosen_voices_fill_in_where_files_say_auto(write: Write) -> None:
    write({"x.suite.yaml": MINIMAL + "agent: {voice: auto}\n"})

    suite = load_suite(Path("x.suite.yaml"), caller_voice="hibari:sky", agent_voice="hibari:joe")

    assert suite.cases[0].persona.voice.name == "hibari:sky"
    assert suite.arms[0].voice.name == "hibari:joe"


def test_defaults_lie_under_every_case_and_nearer_files_win(everything: Path) -> None:
    included, _, inline, _ = load_suite(everything).cases

    assert included.id == "hours"
    assert included.persona.name == "anna"
    assert included.pass_rule == inline.pass_rule == PassRule(required=2, of=2)
    assert included.limits == (Limit(score="call_ms", at_most=50000), Limit(score="hearing_wer", at_most=0.15))
    assert included.tags == ("smoke",)
    assert included.max_call_ms == 60_000


@pytest.mark.parametrize(
    ("defaults", "case", "expected"),
    [
        pytest.param("", "", (1, 1), id="nothing said"),
        pytest.param("", "trials: 3", (3, 3), id="all by default"),
        pytest.param("", "trials: 3, pass: any", (1, 3), id="any"),
        pytest.param("", "pass: 2 of 3", (2, 3), id="trials follow from the rule"),
        pytest.param("", "pass: 2 of 3, trials: 3", (2, 3), id="said twice alike"),
        pytest.param("trials: 5", "", (5, 5), id="trials of the defaults"),
        pytest.param("trials: 5", "pass: any", (1, 5), id="own rule, trials of the defaults"),
        pytest.param("trials: 5", "pass: 2 of 3", (2, 3), id="own rule goes before trials of the defaults"),
        pytest.param("pass: 2 of 3", "pass: all", (3, 3), id="all of the trials of the defaults"),
        pytest.param("pass: 2 of 3", "trials: 3", (2, 3), id="trials that agree with the defaults"),
        pytest.param("pass: 2 of 3", "trials: 4, pass: all", (4, 4), id="both overridden"),
    ],
)
def test_trials_and_pass_rule(write: Write, defaults: str, case: str, expected: tuple[int, int]) -> None:
    text = f"prompts: [desk@v1]\ndefaults: {{{defaults}}}\ncases:\n  - {{id: a, turns: [{{say: hi}}], {case}}}\n"
    write({"x.suite.yaml": text})

    rule = load_suite(Path("x.suite.yaml")).cases[0].pass_rule

    assert (rule.required, rule.of) == expected


def test_a_file_included_twice_is_read_once(write: Write) -> None:
    write(
        {
            "x.suite.yaml": "include: [shared/one.yaml, shared/two.yaml]\n" + MINIMAL + "    persona: anna\n",
            "shared/one.yaml": "include: [people.yaml]\n",
            "shared/two.yaml": "include: [../shared/people.yaml]\n",
            "shared/people.yaml": "personas: {anna: {}}\n",
        }
    )

    assert load_suite(Path("x.suite.yaml")).cases[0].persona.name == "anna"


def test_an_alias_repeats_what_its_anchor_holds(write: Write) -> None:
    write({"x.suite.yaml": MINIMAL.replace("[{say", "&t [{say") + "  - {id: b, turns: *t}\n"})

    first, second = load_suite(Path("x.suite.yaml")).cases

    assert first.moves == second.moves


def test_digest_follows_what_is_asked_and_nothing_else(write: Write) -> None:
    def digest(text: str) -> str:
        write({"x.suite.yaml": text})
        return load_suite(Path("x.suite.yaml"), caller_voice="hibari:heart").digest

    more = MINIMAL + "  - id: b\n    persona: anna\n    turns: [{say: ho}]\npersonas: {anna: {rate: 1.2}}\n"
    head, first, second = more.partition("cases:\n")[0], "  - id: a\n    turns: [{say: hi}]\n", more.split("hi}]\n")[1]
    swapped = head + "cases:\n" + second.partition("personas")[0] + first + "personas: {anna: {rate: 1.20}}\n"
    same = digest(more)

    assert digest(swapped) == same
    assert digest("# a comment\ndescription: new\n" + more.replace("desk@v1", "desk@v2")) == same
    assert digest(more.replace("id: b\n", "id: b\n    description: why\n    tags: [x]\n")) == same
    for deciding in ("required: false", "quarantine: {until: 2026-12-31, owner: Kim, reason: unsteady}"):
        assert digest(more.replace("id: b\n", f"id: b\n    {deciding}\n")) == same
    assert digest(more.replace("ho}", "hello}")) != same
    assert digest(more.replace("1.2", "1.3")) != same
    assert digest(more.replace("id: b", "id: c")) != same
    write({"x.suite.yaml": more})
    assert load_suite(Path("x.suite.yaml"), caller_voice="hibari:sky").digest == same


def test_load_suites_returns_each_file_once_in_order(write: Write) -> None:
    write({"b.suite.yaml": MINIMAL, "a.suite.yaml": MINIMAL})

    suites = load_suites([Path("b.suite.yaml"), Path("a.suite.yaml"), Path("./b.suite.yaml")])

    assert [suite.name for suite in suites] == ["b", "a"]
    assert replace(suites[0], name="a", path="a.suite.yaml", cases=()) == replace(suites[1], cases=())


def test_two_files_of_one_name_are_a_fault(write: Write) -> None:
    write({"a.suite.yaml": MINIMAL, "more/a.suite.yaml": MINIMAL})

    message = r"more/a\.suite\.yaml: the suite name 'a' is taken by a\.suite\.yaml; rename one of the files"
    with pytest.raises(SuiteError, match=message):
        load_suites(find_suites([Path()]))


def test_suites_are_found_below_a_folder_and_hidden_folders_are_left_out(write: Write) -> None:
    write(
        {
            "b.suite.yaml": "",
            "deep/er/a.suite.yaml": "",
            "people.yaml": "",
            ".venv/c.suite.yaml": "",
            "node_modules/d.suite.yaml": "",
        }
    )

    assert find_suites([Path(), Path("b.suite.yaml")]) == (Path("b.suite.yaml"), Path("deep/er/a.suite.yaml"))


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        pytest.param(["nowhere"], "there is no file or folder 'nowhere'", id="missing"),
        pytest.param(["prompts"], r"there is no \*\.suite\.yaml file in the folder 'prompts'", id="no suite in it"),
        pytest.param(
            ["nowhere", "prompts"], "no file or folder 'nowhere'; there is no .* in the folder", id="both told"
        ),
        pytest.param([], "no suite file or folder was named", id="nothing named"),
    ],
)
def test_nothing_to_find_is_said_in_plain_words(write: Write, paths: list[str], message: str) -> None:
    write({})

    with pytest.raises(ConfigurationError, match=message):
        find_suites([Path(path) for path in paths])


def test_values_and_fixed_wordings_reach_their_case(write: Write) -> None:
    text = """prompts: [desk@v1]
defaults: {today: 2026-05-02}
cases:
  - id: a
    greeting: {wording: This call may be recorded., max_wer: 0.1}
    turns: [{say: On the third of May., entities: [{type: date, value: 2026-05-03, required: true}]}]
    limits: {response_wer: 0.2}
"""
    write({"x.suite.yaml": text})
    suite = load_suite(Path("x.suite.yaml"))
    case = suite.cases[0]
    assert case.today == date(2026, 5, 2)
    assert case.greeting == (Expectation(wording="This call may be recorded.", max_wer=0.1),)
    assert case.limits == (Limit(score="response_wer", at_most=0.2),)
    move = case.moves[0]
    assert isinstance(move, Say)
    assert move.entities == (Entity(kind=EntityKind.DATE, value="2026-05-03", required=True),)
    write({"x.suite.yaml": text.replace("2026-05-02", "2026-05-01")})
    assert load_suite(Path("x.suite.yaml")).digest != suite.digest
