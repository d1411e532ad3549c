"""An open call in a real browser: what is heard from where, what is read, and the way to the baseline and back."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.report.browsing import Watched, needs_browser, opened, violations
from tests.report.sample_page import LONG, write_everything

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_browser

HEARD = "document.querySelector('#call audio').currentTime"
PLAYS = "!document.querySelector('#call audio').paused"
# The page's policy forbids what Playwright's own way of waiting needs.
UNTIL = """() => new Promise((done) => {
  const look = () => (CLAIM ? done(true) : requestAnimationFrame(look));
  look();
})"""


@pytest.fixture(scope="module")
def v2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a run with one of everything, made once."""
    return write_everything(tmp_path_factory.mktemp("everything")).parent / "receptionist" / "v2.html"


MARKED = "0:00.5 quoted for “the agent is polite” (passed): Hello."
WORDS = "hi i would like a table on lost: friday at nine for instead of eight ate people added: +please"
DIFFERENCE = "The calls first differ at turn 3, what the agent says."


def show(watched: Watched, case: str) -> "Page":
    """Open a case of the page, as the list does."""
    page = watched.page
    page.wait_for_selector("#call .case")
    page.evaluate("(title) => app.openCase(app.rows.title.indexOf(title), {})", case)
    page.locator("#call h3").get_by_text(case, exact=True).wait_for()
    return page


def wait_until_heard(page: "Page", *, after_s: float = 0.2) -> float:
    page.evaluate(UNTIL.replace("CLAIM", f"{PLAYS} && {HEARD} > {after_s}"))
    return float(page.evaluate(HEARD))


def test_two_keys_lead_from_the_page_to_the_failure_and_one_more_to_the_baseline(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = watched.page
        page.wait_for_selector("#call .case")
        page.keyboard.press("n")
        page.locator("#call .case.failed h3").get_by_text("opening_hours").wait_for()
        page.keyboard.press("h")
        assert 6.4 <= wait_until_heard(page) < 8.4
        first = page.locator("#call audio").get_attribute("src")
        wait_until_heard(page, after_s=8.5)
        assert page.locator("#call .turn.now .spoken").inner_text() == "Thank you, I have noted that."
        page.keyboard.press("b")
        page.locator(".side-note").get_by_text("Listening to receptionist@v1").wait_for()
        assert wait_until_heard(page) >= 8.4
        assert page.locator("#call audio").get_attribute("src") != first
        assert "That is Friday at nine" in page.locator("#call .turn.now .spoken").inner_text()
        assert "Listening to receptionist@v1 at 0:08.4, turn 3." in page.get_by_role("status").all_inner_texts()
        page.keyboard.press("b")
        page.locator(".side-note").wait_for(state="detached")
        assert wait_until_heard(page) >= 8.4
        assert page.locator("#call audio").get_attribute("src") == first
        assert watched.complaints == []


def test_space_plays_from_two_seconds_before_the_failure_and_stops(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = show(watched, "opening_hours")
        page.keyboard.press("Space")
        assert 6.4 <= wait_until_heard(page) < 8.4
        page.keyboard.press("Space")
        page.get_by_label("Play", exact=True).wait_for()
        stopped = page.evaluate(HEARD)
        assert float(page.evaluate("app.state.get().t")) == pytest.approx(stopped, abs=0.06)


def test_a_link_to_a_second_of_a_call_leads_there_without_playing(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = show(watched, "booking_for_eight")
        second = page.evaluate("app.open.record.trials[1].id")
    with opened(browser, v2, at=f"#call={second}&t=12.7") as watched:
        page = watched.page
        page.wait_for_selector(".trial:not([hidden]) .turn.now")
        assert page.locator(".trial:not([hidden])").get_attribute("id") == second
        assert page.locator(".turn.now .spoken").inner_text() == "Great, thank you."
        assert "Great, thank you." in page.locator(".caption").inner_text()
        assert not page.evaluate(PLAYS)
        page.keyboard.press("Space")
        assert wait_until_heard(page) >= 12.7
        assert watched.complaints == []


def test_a_link_to_a_turn_shows_the_turn(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        anchor = show(watched, "opening_hours").locator(".turn").nth(4).get_attribute("id")
    assert anchor is not None
    with opened(browser, v2, at=f"#{anchor}") as watched:
        watched.page.wait_for_selector(f"[id='{anchor}']:focus")
        assert watched.page.locator(".turn:focus .spoken").inner_text() == "See you then. Goodbye!"
        assert anchor.endswith("-turn-5")


def test_a_time_stamp_moves_the_player_there(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = show(watched, "opening_hours")
        page.locator(".turns .time").nth(2).click()
        page.wait_for_selector(".turn.failed.now")
        assert page.locator(".turn.now").count() == 1
        assert page.evaluate(HEARD) >= 8.42
        page.locator(".turn.failed .hear").click()
        page.wait_for_selector(".turn.caller.now")
        assert 6.42 <= page.evaluate(HEARD) < 8.42


def test_the_time_of_a_finding_moves_the_player_there(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = show(watched, "told")
        page.locator(".finding .time").first.click()
        page.locator(".turn.now .spoken").get_by_text("Goodbye.").wait_for()
        assert page.evaluate(HEARD) >= 4


def test_a_click_on_the_picture_plays_from_there(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = show(watched, "opening_hours")
        box = page.locator(".call-picture").bounding_box()
        assert box is not None
        page.locator(".call-picture").click(position={"x": box["width"] * 0.75, "y": box["height"] / 2})
        assert wait_until_heard(page) >= 0.74 * 17.5
        at = page.locator(".playhead").get_attribute("x1")
        assert at is not None
        assert float(at.rstrip("%")) >= 74


def test_the_slider_moves_the_call_by_keys(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = show(watched, "opening_hours")
        slider = page.get_by_label("Position in the call")
        slider.focus()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")
        assert slider.get_attribute("aria-valuetext") == "0:00.1"
        page.keyboard.press("Space")
        assert wait_until_heard(page) < 6


def test_a_quote_leads_to_its_moment(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = show(watched, "told")
        page.locator(".quote a").click()
        page.locator(".turn.now:focus .spoken").get_by_text("Hello.").wait_for()
        assert page.locator(".mark-at title").first.text_content() == MARKED


def test_word_errors_stand_in_place(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = show(watched, "opening_hours")
        words = page.locator(".turn .words").first
        assert words.text_content() == WORDS
        assert words.locator(".substitute s").text_content() == "eight"
        assert words.locator(".substitute b").text_content() == "ate"
        assert words.locator(".delete s").text_content() == "friday"
        assert page.locator(".unspoken s").text_content() == "and live music."


def test_the_first_turn_that_differs_from_the_baseline_is_named_and_marked(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = show(watched, "opening_hours")
        page.get_by_text("Compare with receptionist@v1, turn by turn").click()
        assert page.locator(".compared-calls > p").inner_text() == DIFFERENCE
        page.locator(".compared-calls > p a").click()
        first = page.locator("tr.first-difference:focus")
        assert first.locator("ins").all_inner_texts() == ["Thank you, I have noted"]
        assert first.locator("del").all_inner_texts() == ["is Friday at nine for eight people. Shall I confirm?"]
        assert page.locator(".difference ins").count() == 1


def test_turns_are_paired_by_what_the_caller_meant(browser: "Browser", v2: Path) -> None:
    script = """(sides) => app.alignTurns(...sides.map((side) => side.map(([speaker, words], place) =>
        ({speaker, number: place + 1, text: {head: words}})))).map((row) => row.map((turn) => turn?.number ?? 0))"""
    ours = [["agent", "Hello."], ["caller", "A table for two please."], ["agent", "When?"], ["caller", "Nine."]]
    theirs = [
        ["agent", "Hi."],
        ["agent", "Go on."],
        ["caller", "A table for two."],
        ["caller", "What?"],
        ["caller", "At nine."],
    ]
    with opened(browser, v2) as watched:
        watched.page.wait_for_selector("#call .case")
        rows = watched.page.evaluate(script, [ours, theirs])
    assert rows == [[1, 1], [0, 2], [2, 3], [3, 0], [0, 4], [4, 5]]


def test_the_trials_of_a_case_are_tabs_that_keys_walk_through(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = show(watched, "opening_hours")
        tabs = page.get_by_role("tab")
        assert [each.strip() for each in tabs.all_text_contents()] == ["✗ Trial 1: failed", "✓ Trial 2: passed"]
        tabs.first.focus()
        page.keyboard.press("ArrowRight")
        page.locator("[role=tabpanel]:not([hidden]) .badge.passed").wait_for()
        assert page.locator("[role=tab][aria-selected=true]:focus").inner_text().startswith("✓ Trial 2")
        shown = page.locator("[role=tabpanel]:not([hidden])").get_attribute("id")
        assert page.evaluate("app.state.get().call") == shown


def test_the_timeline_as_text_says_what_the_picture_marks(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = show(watched, "told")
        page.get_by_text("Timeline as text").click()
        rows = page.locator(".as-text tbody tr")
        told = page.locator(".as-text").inner_text()
        for title in page.locator(".mark-at title").all_text_contents():
            assert title.partition(" ")[2].partition("<")[0] in told
        for spoken in ("Hello.", "A table at nine, please.", "Goodbye.", "the caller pressed 1 #"):
            assert spoken in told
        assert rows.count() == page.locator(".mark-at").count() + page.locator(".span").count() - 1


HIDDEN = ["source", "rubric", "safety", "caller_path", "agent_path", "before", "kind", "anchor", "state"]
SHOWN = """async (title) => {
  const index = app.rows.title.indexOf(title);
  const record = await app.record(index);
  for (const details of document.querySelectorAll('#call details')) details.open = true;
  await new Promise((done) => setTimeout(done, 50));
  const nodes = [...document.querySelectorAll('#call *')];
  const attributes = nodes.flatMap((node) => [...node.attributes].map((each) => each.value));
  const bare = (text) => text.replace(/\\s+/g, ' ');
  const shown = bare([document.getElementById('call').textContent, ...attributes].join('\\n'));
  const hidden = new Set(HIDDEN);
  const lost = [];
  const walk = (value, field) => {
    if (hidden.has(field)) return;
    if (typeof value === 'string' && !shown.includes(bare(value))) lost.push(`${field}: ${value}`);
    if (value === null || typeof value !== 'object') return;
    for (const [name, each] of Object.entries(value)) walk(each, Array.isArray(value) ? field : name);
  };
  walk({...record, trials: record.trials.slice(0, 1)}, '');
  return lost;
}""".replace("HIDDEN", str(HIDDEN))


@pytest.mark.parametrize("case", ["told", "opening_hours", "three_thousand_words", "line_drops"])
def test_nothing_the_data_says_is_left_out(browser: "Browser", v2: Path, case: str) -> None:
    with opened(browser, v2) as watched:
        assert show(watched, case).evaluate(SHOWN, case) == []


def test_a_script_in_a_transcript_is_shown_and_not_run(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = show(watched, "told")
        page.evaluate("for (const each of document.querySelectorAll('#call details')) each.open = true")
        assert "<script>alert(1)</script>" in page.locator(".happening").first.inner_text()
        assert page.locator("#call script, #call img").count() == 0
        assert watched.complaints == []


def test_three_thousand_words_are_folded(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = show(watched, "three_thousand_words")
        turn = page.locator(".turn.agent")
        assert turn.get_by_text("show the other 2,880 words").is_visible()
        assert "word2999" not in (turn.text_content() or "")
        turn.locator(".more summary").click()
        turn.get_by_text("word2999").wait_for()
        parts = turn.locator(".spoken bdi").all_text_contents()
        assert " ".join(parts) == LONG


def test_other_directions_and_scripts_stay_readable(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = show(watched, "other_directions")
        words = page.locator(".spoken bdi")
        assert words.all_text_contents() == ["مرحبا، أريد طاولة", "八名様ですね。"]
        assert [words.nth(n).evaluate("(node) => getComputedStyle(node).direction") for n in (0, 1)] == ["rtl", "ltr"]


def test_a_call_without_a_recording_says_why(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        page = show(watched, "other_directions")
        assert page.locator("#call .empty").inner_text() == "This call has no recording: it was held as text."
        assert page.locator("#call audio, #call .playhead").count() == 0
        page.keyboard.press("Space")
        page.keyboard.press("h")
        page.keyboard.press("b")
        assert watched.complaints == []


def test_without_recordings_the_switch_leads_from_transcript_to_transcript(browser: "Browser", v2: Path) -> None:
    mute = """async () => {
      const record = await app.record(app.rows.title.indexOf('opening_hours'));
      for (const trial of [...record.trials, ...record.before.trials]) delete trial.audio_href;
    }"""
    with opened(browser, v2) as watched:
        show(watched, "told").evaluate(mute)
        page = show(watched, "opening_hours")
        page.keyboard.press("b")
        page.locator(".side-note").get_by_text("Reading receptionist@v1").wait_for()
        assert "That is Friday at nine" in page.locator(".turn.agent .spoken").nth(1).inner_text()
        page.get_by_role("button", name="Read receptionist@v2 at this moment").click()
        page.locator(".turn.failed").wait_for()
        assert watched.complaints == []


def test_a_call_in_which_nobody_spoke_says_so(browser: "Browser", v2: Path) -> None:
    with opened(browser, v2) as watched:
        assert show(watched, "nobody_spoke").locator("#call .empty").inner_text() == "Nobody spoke in this call."


def test_a_missing_recording_says_so_when_it_is_asked_for(browser: "Browser", v2: Path, tmp_path: Path) -> None:
    page_alone = tmp_path / "receptionist" / "v2.html"
    page_alone.parent.mkdir()
    shutil.copyfile(v2, page_alone)
    with opened(browser, page_alone) as watched:
        page = show(watched, "opening_hours")
        assert page.locator(".audio-error").is_hidden()
        page.locator(".player .hear").click()
        page.locator(".audio-error").get_by_text("The recording cannot be played.").wait_for()


@pytest.mark.parametrize("case", ["told", "opening_hours", "three_thousand_words", "other_directions"])
def test_an_open_call_fits_a_phone(browser: "Browser", v2: Path, case: str) -> None:
    with opened(browser, v2, viewport={"width": 390, "height": 844}) as watched:
        page = show(watched, case)
        page.evaluate("for (const each of document.querySelectorAll('#call details')) each.open = true")
        page.wait_for_timeout(50)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("case", ["told", "opening_hours"])
def test_axe_finds_no_barrier_in_an_open_call(browser: "Browser", v2: Path, case: str, scheme: str) -> None:
    with opened(browser, v2, color_scheme=scheme, bypass_csp=True) as watched:
        page = show(watched, case)
        page.evaluate("for (const each of document.querySelectorAll('#call details')) each.open = true")
        page.wait_for_timeout(50)
        assert violations(page) == []
        page.keyboard.press("b")
        assert violations(page) == []
