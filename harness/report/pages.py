"""Writes a run's pages and the recordings they play."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from harness.errors import StoreError
from harness.model.judge_card import JudgeCard
from harness.model.run import Run
from harness.regression.arm_table import CallCost
from harness.regression.decision import Decision
from harness.report.history import NO_HISTORY, History
from harness.report.html import Pages
from harness.report.page_audio import Embedded, Recordings, SideFiles
from harness.report.view import view_run
from harness.report.view_compare import COMPARE


def write_report(
    run: Run,
    *,
    run_folder: Path,
    pages: Path,
    cards: Mapping[str, JudgeCard] = MappingProxyType({}),
    decision: Decision | None = None,
    history: History = NO_HISTORY,
    cost: CallCost | None = None,
    embed_bytes: int | None = None,
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
        embed_bytes: How much sound the pages are to hold within them; None: all of it stands in files beside them.

    Returns:
        The path of the front page.

    Raises:
        StoreError: the pages cannot be written.
    """
    renderer = Pages(plays_itself=embed_bytes is not None)
    recordings: Recordings
    if embed_bytes is None:
        recordings = SideFiles(run_folder, pages=pages)
    else:
        recordings = Embedded(run_folder, limit_bytes=embed_bytes)
    try:
        pages.mkdir(parents=True, exist_ok=True)
        with _collector_paused():
            index = view_run(
                run,
                audio_for=recordings.of,
                cards=cards,
                decision=decision,
                history=history,
                cost=cost,
            )
            for page in index.pages:
                _put(pages / page.href, renderer.prompt(page, run=index, left_out=recordings.left_out))
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


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the collector of cycles away: views have none, and looking for them takes a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _put(path: Path, text: str) -> None:
    """Put a whole page in place at once, so that a reload never meets half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8", errors="replace", newline="\n")
    part.replace(path)
