from pathlib import Path

import pytest

from harness.errors import StoreError
from harness.model.score import WordCounts
from harness.model.voice_floor import VoiceFloor
from harness.services.hibari_voice import TIMBRES
from harness.services.voice_floors import PACKAGED, read_floors, voice_floor, write_floors


def floor(voice: str = "own:anna", *, errors: int = 3) -> VoiceFloor:
    return VoiceFloor(
        voice=voice,
        engine="1.0",
        language="de",
        recogniser="whisper:base",
        counts=WordCounts(hits=200 - errors, substitutions=errors, insertions=1),
    )


@pytest.mark.parametrize("voice", TIMBRES)
def test_every_embedded_english_voice_comes_with_its_floor(voice: str) -> None:
    found = voice_floor(voice, "en-GB", "whisper:tiny.en/faster-whisper-1.2.1+2")
    assert found is not None
    assert found.rate < 0.15
    assert found.counts.reference_words > 400


def test_a_voice_nobody_measured_has_none() -> None:
    assert voice_floor("hibari:heart", "en-US", "openai:whisper-1") is None
    assert voice_floor("openai:alloy", "en-US", "whisper:tiny.en") is None


def test_a_project_keeps_measurements_of_its_own_which_come_first(tmp_path: Path) -> None:
    own = tmp_path / "reports" / "voice_floors.json"
    assert voice_floor("own:anna", "de-DE", "whisper:base", own=own) is None
    write_floors(own, [floor(), floor("own:ben")])
    write_floors(own, [floor(errors=5)])

    assert voice_floor("own:anna", "de-DE", "whisper:base", own=own) == floor(errors=5)
    assert [each.voice for each in read_floors(own)] == ["own:anna", "own:ben"]
    assert voice_floor("hibari:heart", "en", "whisper:tiny.en", own=own) in read_floors(PACKAGED)


def test_a_floor_says_what_it_rests_on() -> None:
    assert str(floor()) == "2.0 % of 200 words"


def test_a_file_that_is_no_table_names_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "floors.json").write_text("[1]")
    with pytest.raises(StoreError, match="harness voices --measure"):
        read_floors(tmp_path / "floors.json")
