"""How a call sounded, as the page of its case shows it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.model.quality import CallQuality, ChannelQuality, Echo, LineAchieved, LineEffect, LineMeasure
from harness.report.pages import write_report
from harness.report.sound import SoundCell, view_sound
from tests.report.reading import page_text

if TYPE_CHECKING:
    from tests.report.conftest import Sample

CLEAN = ChannelQuality(
    speech_ms=5200,
    clipped_share=0.0,
    dropouts=0,
    dropout_ms=0,
    loudness_lufs=-26.1,
    snr_db=41.0,
    noise_dbfs=-67.0,
    dc_offset=0.0,
    stray_ms=0,
)
BROKEN = replace(
    CLEAN,
    clipped_share=0.02,
    dropouts=3,
    dropout_ms=120,
    snr_db=9.5,
    dc_offset=-0.02,
    silent_turns=(1, 3),
    stray_ms=700,
    echo=Echo(delay_ms=120.4, level_db=-20.0, correlation=0.9),
)
REASON = "this side never spoke"
MUTE = ChannelQuality(speech_ms=0, stray_ms=0, unmeasured={"speech": REASON, "snr_db": REASON, "echo": "no <solo>"})


def cells(channel: ChannelQuality) -> dict[str, SoundCell]:
    return {row.name: row.agent for row in view_sound(CallQuality(caller=CLEAN, agent=channel)).rows}


def test_a_clean_channel_is_shown_in_units_and_nothing_is_pointed_out() -> None:
    assert {name: cell.text for name, cell in cells(CLEAN).items()} == {
        "Speech": "5.20 s",
        "Loudness": "-26.1 LUFS",
        "Speech over noise": "41.0 dB",
        "Clipped": "0%",
        "Dropouts": "none",
        "Direct current": "0%",
        "Silent turns": "none",
        "Sound outside turns": "none",
        "Echo of the other side": "none",
    }
    view = view_sound(CallQuality(caller=CLEAN, agent=CLEAN))
    assert view.summary == "nothing stands out"
    assert not any(row.agent.stands_out or row.agent.because for row in view.rows)


def test_faults_are_pointed_out() -> None:
    shown = {name: cell.text for name, cell in cells(BROKEN).items() if cell.stands_out}
    assert shown == {
        "Speech over noise": "9.5 dB",
        "Clipped": "2%",
        "Dropouts": "3, 120 ms in all",
        "Direct current": "2%",
        "Silent turns": "2, 4",
        "Sound outside turns": "0.70 s",
        "Echo of the other side": "-20.0 dB, 120 ms later",
    }
    assert "dropouts, direct current" in view_sound(CallQuality(caller=CLEAN, agent=BROKEN)).summary


def test_what_was_not_measured_says_why_and_once_where_nobody_spoke() -> None:
    hummed = replace(CLEAN, snr_db=None, unmeasured={"snr_db": "there is no pause"})
    assert cells(hummed)["Speech over noise"] == SoundCell(text="not measured", because="there is no pause")
    assert cells(MUTE)["Speech"].text == "none"
    shown = {name: cell for name, cell in cells(MUTE).items() if cell.text == "not measured"}
    assert {name: cell.because for name, cell in shown.items()} == {
        "Loudness": "",
        "Speech over noise": "",
        "Clipped": "",
        "Dropouts": "",
        "Direct current": "",
        "Echo of the other side": "no <solo>",
    }


def measure(effect: LineEffect, asked: float, achieved: float | None) -> LineMeasure:
    return LineMeasure(effect=effect, asked=asked, achieved=achieved)


def test_what_the_line_did_stands_beside_what_it_was_asked_to_do() -> None:
    measures = (
        measure(LineEffect.SNR_DB, 15.0, 15.04),
        measure(LineEffect.COMFORT_NOISE_DB, -50.0, -48.9),
        measure(LineEffect.LOST_SHARE, 0.05, 0.0533),
        measure(LineEffect.BURST_FRAMES, 4.0, 3.75),
        measure(LineEffect.AGENT_ECHO_DB, -20.0, None),
    )
    line = LineAchieved(utterances=3, frames=150, measures=measures)
    rows = view_sound(CallQuality(caller=CLEAN, agent=CLEAN, line=line)).rows[-5:]

    assert {row.name: row.caller.text for row in rows} == {
        "Line: voice over noise": "15.0 dB, asked for 15.0 dB",
        "Line: comfort noise": "-48.9 dB, asked for -50.0 dB",
        "Line: frames lost": "5.3%, asked for 5%",
        "Line: frames lost in a row": "3.75, asked for 4",
        "Line: echo of the agent": "not measured",
    }
    assert [row.name for row in rows if row.caller.stands_out] == ["Line: comfort noise"]
    assert rows[-1].caller.because == "asked for -20.0 dB"
    assert {row.agent.text for row in rows} == {""}


def test_every_effect_of_a_line_has_a_row() -> None:
    line = LineAchieved(utterances=1, frames=9, measures=tuple(measure(effect, 1.0, 1.0) for effect in LineEffect))
    names = [row.name for row in view_sound(CallQuality(caller=CLEAN, agent=CLEAN, line=line)).rows]

    assert len({name for name in names if name.startswith("Line: ")}) == len(LineEffect)


def page_of(sample: "Sample", quality: CallQuality | None, folder: Path) -> str:
    (result,) = sample.run.results
    trials = tuple(
        replace(trial, call=replace(trial.call, quality=quality)) for trial in result.trials if trial.call is not None
    )
    run = replace(sample.run, results=(replace(result, trials=trials),))
    pages = write_report(run, run_folder=sample.folder, pages=folder).parent
    return page_text(pages / "receptionist" / "v2.html")


@pytest.mark.parametrize(("quality", "shown"), [(CallQuality(caller=MUTE, agent=BROKEN), True), (None, False)])
def test_the_page_tells_how_a_recorded_call_sounded(
    told: "Sample", tmp_path: Path, quality: CallQuality | None, shown: bool
) -> None:
    page = page_of(told, quality, tmp_path / "pages")
    assert ("-20.0 dB, 120 ms later" in page) == shown
    assert ("no <solo>" in page) == shown
