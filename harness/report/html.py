"""Pages from views: the report's one door to Jinja2.

Everything is escaped; a name a template does not know is an error. The only bytes taken as they are come from our own
style sheet and script, and the page's Content-Security-Policy allows nothing but those two, by hash.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from harness.errors import ConfigurationError
from harness.model.outcome import Outcome
from harness.report.sentences import SYMBOLS
from harness.report.view import IndexPage
from harness.report.view_compare import ComparePage
from harness.report.view_prompt import PromptPage

_COMMAND = re.compile(r"`([^`]+)`")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """Our own style sheet or script, inlined in every page."""

    text: Markup
    csp: str
    """Its hash as a Content-Security-Policy source."""


class Pages:
    """Renders pages."""

    def __init__(self, templates: Path | None = None, *, plays_itself: bool = False) -> None:
        """Read the templates.

        Args:
            templates: Their folder; None: that of the package or of the source tree.
            plays_itself: Whether the pages hold recordings within them.

        Raises:
            ConfigurationError: the templates are not there.
        """
        folder = _templates_folder(*(() if templates is None else (templates,)))
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(breakable=_breakable, coded=_coded)
        self._environment.globals.update(
            style=_asset(_styles(folder)),
            script=_asset(sorted(folder.glob("js/*.js"))),
            sounds="data:" if plays_itself else "'self' file:",
            symbols={outcome.value: SYMBOLS[outcome] for outcome in Outcome},
        )

    def index(self, page: IndexPage) -> str:
        """Return the front page."""
        return self._render("index.html", page=page)

    def compare(self, page: ComparePage) -> str:
        """Return the page that lays arms beside each other."""
        return self._render("compare.html", page=page)

    def prompt(self, page: PromptPage, *, run: IndexPage, left_out: str = "") -> str:
        """Return the page of one prompt version; `left_out` says which recordings it does not have."""
        return self._render("prompt.html", page=page, run=run, left_out=left_out)

    def _render(self, template: str, **values: object) -> str:
        text = self._environment.get_template(template).render(**values)
        return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def _breakable(text: str) -> Markup:
    """Return an id that a narrow column may break after an underscore."""
    return escape(text).replace("_", Markup("_<wbr>"))


def _coded(text: str) -> Markup:
    """Return a sentence whose commands, written between backticks, look like commands."""
    return Markup(_COMMAND.sub(r"<code>\1</code>", str(escape(text))))


def _templates_folder(*named: Path) -> Path:
    here = Path(__file__).resolve()
    candidates = named or (here.parent / "templates", here.parents[2] / "reports" / "templates")
    for folder in candidates:
        if (folder / "prompt.html").is_file():
            return folder
    raise ConfigurationError(
        f"the report's templates are not in {' or '.join(map(str, candidates))}. "
        "Install the package again: pip install --force-reinstall voipbin-harness"
    )


def _styles(folder: Path) -> tuple[Path, ...]:
    """Return the style sheets: the pages' own first, so that those of their parts may differ from it."""
    shell = folder / "report.css"
    return shell, *sorted(path for path in folder.glob("*.css") if path != shell)


def _asset(paths: Sequence[Path]) -> Asset:
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Asset(text=Markup(text), csp=f"'sha256-{digest}'")
