"""What a setting may name, and what is said when it names nothing."""

from collections.abc import Sequence

import pytest

from harness.audio.clip import Clip
from harness.errors import ConfigurationError, ModelUnavailableError, UnknownNameError, VoiceUnavailableError
from harness.model.call import Heard, Transcript
from harness.model.persona import Persona, Voice
from harness.model.rubric import Criterion
from harness.model.score import Scored, Unscored
from harness.model.suite import Planned, Suite
from harness.settings import Settings
from harness.testing.builders import make_arm, make_case
from harness.wiring import assemble, provenance


class OwnJudge:
    fingerprint = "own/1"

    async def judge(self, transcript: Transcript, criteria: Sequence[Criterion]) -> Sequence[Scored]:
        return [Unscored(name=f"rubric.{each.id}", reason=f"{len(transcript.turns)} turns read") for each in criteria]


class OwnEars:
    name = "own-ears/1"

    def require(self, language: str) -> None:
        if language == "en-US":
            raise VoiceUnavailableError(f"not {language}")

    async def transcribe(self, clip: Clip, *, language: str) -> Heard:
        return Heard(text="nuqneH")


def make_judge(_settings: Settings) -> OwnJudge:
    return OwnJudge()


def make_ears(_settings: Settings) -> OwnEars:
    return OwnEars()


def cell(
    *,
    language: str = "en-US",
    voice: str = "auto",
    engine_model: str = "embedded.extractive",
    stt_language: str = "en-US",
) -> Planned:
    persona = Persona(name="anna", voice=Voice(name=voice, language=language))
    return Planned(
        suite="desk",
        case=make_case(persona=persona),
        arm=make_arm(engine_model=engine_model, stt_language=stt_language),
    )


def test_a_judge_and_a_recogniser_of_ones_own_are_named_by_module_and_factory() -> None:
    settings = Settings(judge=f"{__name__}:make_judge", stt=f"{__name__}:make_ears")
    planned = cell(language="de-DE", stt_language="de-DE")

    with pytest.raises(VoiceUnavailableError):
        assemble(settings, [cell()])
    told = provenance(
        settings,
        [Suite(name="desk", path="", cases=(planned.case,), arms=(planned.arm,))],
        assemble(settings, [planned]),
    )

    assert (told.judge, told.stt) == ("own/1", "own-ears/1")


@pytest.mark.parametrize(
    ("settings", "planned", "message"),
    [
        pytest.param(Settings(transport="sip"), cell(), "unknown transport 'sip'", id="transport"),
        pytest.param(Settings(stt="wisper"), cell(), "Did you mean 'whisper'", id="recogniser"),
        pytest.param(Settings(stt="whisper:tiny"), cell(), "Did you mean 'whisper:tiny.en'", id="model"),
        pytest.param(Settings(judge="no.such.module:make"), cell(), "cannot be imported", id="module of a judge"),
        pytest.param(Settings(judge=f"{__name__}:nobody"), cell(), "cannot be imported", id="factory of a judge"),
        pytest.param(Settings(judge="openai.gpt-4o"), cell(), "OPENAI_API_KEY", id="key of a judge"),
        pytest.param(Settings(), cell(engine_model="anthropic.claude-sonnet-5"), "ANTHROPIC_API_KEY", id="key"),
        pytest.param(Settings(), cell(engine_model="embedded.extractiv"), "embedded.extractive", id="engine_model"),
        pytest.param(Settings(), cell(voice="hibari:hart"), "Did you mean 'hibari:heart'", id="voice"),
    ],
)
def test_what_is_missing_is_said_before_any_call(settings: Settings, planned: Planned, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        assemble(settings, [planned])


def test_languages_nobody_hears_or_speaks_are_refused_before_any_call() -> None:
    with pytest.raises(ConfigurationError, match="understands English only, not 'de-DE'"):
        assemble(Settings(stt="whisper:tiny.en"), [cell(language="de-DE")])
    with pytest.raises(VoiceUnavailableError, match="tlx-XX"):
        assemble(Settings(stt=f"{__name__}:make_ears"), [cell(language="tlx-XX", stt_language="tlx-XX")])


def test_weights_that_are_not_there_are_missed_before_any_call() -> None:
    with pytest.raises(ModelUnavailableError, match="lacks model"):
        assemble(Settings(model_dir="/nonexistent"), [cell()])


def test_the_text_tier_needs_no_voice_and_no_recogniser() -> None:
    toolbox = assemble(Settings(tier="text", model_dir="/nonexistent"), [cell(language="tlx-XX")])

    assert toolbox.listener is None


def test_an_unknown_name_is_an_unknown_name_error() -> None:
    with pytest.raises(UnknownNameError):
        assemble(Settings(transport="sip"), [cell()])
