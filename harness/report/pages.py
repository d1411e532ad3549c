"""Writes a run's pages and the recordings they play."""

import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from harness.audio.files import load_recording
from harness.errors import HarnessError, StoreError
from harness.model.judge_card import JudgeCard
from harness.model.run import Run, TrialResult
from harness.regression.arm_table import CallCost
from harness.regression.decision import Decision
from harness.report.callview import TrialAudio
from harness.report.history import NO_HISTORY, History
from harness.report.html import Pages
from harness.report.view import view_run
from harness.report.view_compare import COMPARE

_PAGE_TO_AUDIO = "../audio"
"""From a prompt's folder to the recordings; links are relative so that the pages can be moved or sent."""


def write_report(
    run: Run,
    *,
    run_folder: Path,
    pages: Path,
    cards: Mapping[str, JudgeCard] = MappingProxyType({}),
    decision: Decision | None = None,
    history: History = NO_HISTORY,
    cost: CallCost | None = None,
) -> Path:
    """Write `index.html`, a page per prompt version and the recordings; equal runs give equal bytes.

    Args:
        run: What to show; it may be cut short, or empty.
        run_folder: Where the run's recordings are.
        pages: Folder to write to; pages of prompts that are not in this run stay.
        cards: What is known about the judges, by fingerprint.
        decision: What the run came to; None: what its cases alone come to.
        history: The runs before it, for versions and trends.
        cost: What a call cost, where arms are compared; None: nothing is priced.

    Returns:
        The path of the front page.

    Raises:
        StoreError: the pages cannot be written.
    """
    renderer = Pages()
    try:
        pages.mkdir(parents=True, exist_ok=True)
        index = view_run(
            run,
            audio_for=lambda result: _audio(result, run_folder=run_folder, pages=pages),
            cards=cards,
            decision=decision,
            history=history,
            cost=cost,
        )
        for page in index.pages:
            _put(pages / page.href, renderer.prompt(page, run=index))
        if index.compare is not None:
            _put(pages / COMPARE, renderer.compare(index.compare))
        else:
            (pages / COMPARE).unlink(missing_ok=True)
        front = pages / "index.html"
        _put(front, renderer.index(index))
    except OSError as error:
        raise StoreError(
            f"cannot write the report: {error.strerror or error}. The run itself is safe in {run_folder}; "
            "make room or give write permission, then run: harness report",
            path=str(error.filename or pages),
        ) from error
    return front


def _audio(result: TrialResult, *, run_folder: Path, pages: Path) -> TrialAudio:
    """Copy a trial's recording beside the pages and return how to reach it."""
    reference = result.call.recording if result.call else None
    if reference is None:
        return TrialAudio(missing="This call has no recording: it was held as text." if result.call else "")
    source = (run_folder / reference.path).resolve()
    if not source.is_relative_to(run_folder.resolve()) or not source.is_file():
        return TrialAudio(missing=f"The recording {reference.path} is no longer in the run's folder.")
    name = PurePosixPath(reference.path).name
    target = pages / "audio" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{name}.part")
    shutil.copyfile(source, part)
    part.replace(target)
    try:
        recording = load_recording(source)
    except HarnessError as error:
        return TrialAudio(missing=f"The recording {reference.path} cannot be read: {error}")
    return TrialAudio(href=f"{_PAGE_TO_AUDIO}/{name}", recording=recording)


def _put(path: Path, text: str) -> None:
    """Put a whole page in place at once, so that a reload never meets half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    part.replace(path)
