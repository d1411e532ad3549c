"""The only door to Jinja2 here: fills a prompt's variables in, in a sandbox.

The same file must give the same prompt on every machine and in every run, so what draws lots (`random`, `lipsum`) is
not there, and a template reads nothing but its variables.
"""

import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import DictLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError, UndefinedError, meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

from harness.errors import Fault, suggestion
from harness.suitefile.tree import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A filled template."""

    text: str
    variables: tuple[tuple[str, str], ...]
    """The values that were filled in, sorted by name."""


def render(
    source: str, *, variables: Mapping[str, str], file: str, first_line: int, faults: list[Fault]
) -> Rendered | None:
    """Fill a template's variables in; None if it has faults, which are added to `faults`.

    Args:
        source: The template.
        variables: Values by name; one that the template does not name is left alone.
        file: The file the template stands in, for the faults.
        first_line: The line of the file the template begins at.
        faults: Everything found wrong is added here.
    """
    environment = _environment()
    line = 1
    try:
        tree = environment.parse(source)
        named = meta.find_undeclared_variables(tree) - set(environment.globals)
        used = {name: variables[name] for name in sorted(named & set(variables))}
        template = environment.from_string(source)
        return Rendered(text=template.render(used).strip(), variables=tuple(used.items()))
    except UndefinedError as error:
        missing = tuple(_missing(tree, named - set(variables)))
        for name in missing:
            place = _place(file, source, name.lineno, first_line, word=name.name)
            near = suggestion(name.name, tuple(sorted(variables)))
            hint = near if "mean" in near else " Set it under 'variables' in the suite or in the prompt's front matter."
            faults.append(place.fault(f"the variable {name.name!r} has no value.{hint}"))
        if missing:
            return None
        line, message = _line(error), str(error)
    except TemplateSyntaxError as error:
        line, message = error.lineno, f"broken template: {error.message}"
    except TemplateNotFound as error:
        line, message = _line(error), f"a prompt can't include or import another file ({error.name!r})"
    except SecurityError as error:
        line, message = _line(error), f"not allowed in a prompt: {error}"
    except Exception as error:  # A template is a program of its author's and can raise anything at all.
        line, message = _line(error), f"the template failed: {type(error).__name__}: {error}"
    faults.append(_place(file, source, line, first_line).fault(message))
    return None


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(undefined=StrictUndefined, loader=DictLoader({}))
    environment.globals = {"range": environment.globals["range"]}
    del environment.filters["random"]
    return environment


def _missing(tree: nodes.Template, names: set[str]) -> Iterator[nodes.Name]:
    """Yield the first use of every name without a value, except names the template itself asks about."""
    guards: list[nodes.Filter | nodes.Test] = [
        *(use for use in tree.find_all(nodes.Filter) if use.name in ("default", "d")),
        *(use for use in tree.find_all(nodes.Test) if use.name in ("defined", "undefined")),
    ]
    guarded = {guard.node.name for guard in guards if isinstance(guard.node, nodes.Name)}
    seen: set[str] = set()
    for use in tree.find_all(nodes.Name):
        if use.name in names - guarded - seen:
            seen.add(use.name)
            yield use


def _line(error: Exception) -> int:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return lines[-1] or 1 if lines else 1


def _place(file: str, source: str, line: int, first_line: int, *, word: str = "") -> Place:
    lines = source.splitlines()
    written = lines[line - 1] if line <= len(lines) else ""
    column = written.find(word) if word else len(written) - len(written.lstrip())
    return Place(file=file, line=line + first_line - 1, column=max(column, 0) + 1)
