"""Prompt files: `prompts/<name>/<version>.md` beside the suite or above it, front matter and a template."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from harness.errors import ConfigurationError, Fault, SuiteError, suggestion
from harness.model.prompt import Prompt
from harness.suitefile.document import FrontMatterShape, KnownNames, check
from harness.suitefile.git_prompts import file_at
from harness.suitefile.pulled import KnownVersion
from harness.suitefile.reader import decode, read_file, read_tree
from harness.suitefile.template import render
from harness.suitefile.tree import Place, shown
from harness.suitefile.values import check_chosen_label

NO_VARIABLES: Mapping[str, str] = MappingProxyType({})

_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptFile:
    """A prompt and what its front matter says of the agent."""

    prompt: Prompt
    voice: str = "auto"
    language: str | None = None
    defaults: tuple[str, ...] = ()
    """Names of the variables with a default."""
    known: KnownVersion | None = None
    """What the platform had when the file was last pulled or pushed."""


def load_prompt(folder: Path, label: str, *, variables: Mapping[str, str] = NO_VARIABLES) -> Prompt:
    """Return a prompt from `prompts/` in `folder` or in the nearest parent folder that has one.

    Args:
        folder: Where a suite that uses the prompt stands, or would stand.
        label: `<name>@<version>`, or `<name>@<version>~<commit>` for the file as git had it then.
        variables: Values for the template, before the defaults of its front matter.

    Raises:
        SuiteError: no such prompt or version, or faults in its file.
    """
    faults: list[Fault] = []
    file = read_prompt(
        label, folder=folder, variables=variables, place=Place(file=shown(folder / "prompts")), faults=faults
    )
    if file is None or faults:
        raise SuiteError(tuple(faults))
    return file.prompt


def open_prompt(path: Path, *, variables: Mapping[str, str] = NO_VARIABLES) -> PromptFile:
    """Return the prompt file at a path, wherever it stands; its name and version are those of folder and file.

    Args:
        path: The file.
        variables: Values for the template, before the defaults of its front matter.

    Raises:
        SuiteError: faults in the file, or it cannot be read.
    """
    faults: list[Fault] = []
    text = read_file(path, faults=faults)
    label = "@".join(part.replace("@", "-") for part in (path.absolute().parent.name, path.stem))
    file = text and _read(label, path, text, folder=path.parent, variables=variables, faults=faults)
    if not file or faults:
        raise SuiteError(tuple(faults) or (Place(file=shown(path)).fault("the file is empty"),))
    return file


def read_prompt(
    label: str, *, folder: Path, variables: Mapping[str, str], place: Place, faults: list[Fault]
) -> PromptFile | None:
    """Return a prompt file, or None with the reasons added to `faults`; `place` is where the label was written."""
    try:
        path = _find(label, folder=folder, place=place, faults=faults)
    except OSError as error:
        faults.append(place.fault(f"the folder {error.filename} can't be read: {error.strerror}"))
        return None
    if path is None:
        return None
    commit = label.partition("~")[2]
    # Of what was committed, lines are counted in another text than the one that stands in the file now.
    found: list[Fault] = []
    text = _committed(path, commit, place=place, faults=found) if commit else read_file(path, faults=found)
    file = None if text is None else _read(label, path, text, folder=folder, variables=variables, faults=found)
    file_now = shown(path)
    faults += (
        replace(fault, file=f"{fault.file} at {commit}") if commit and fault.file == file_now else fault
        for fault in found
    )
    return file


def _committed(path: Path, commit: str, *, place: Place, faults: list[Fault]) -> str | None:
    try:
        data = file_at(path, commit=commit)
    except ConfigurationError as error:
        faults.append(place.fault(str(error)))
        return None
    if data is None:
        faults.append(place.fault(f"{shown(path)} did not exist at {commit}"))
        return None
    return decode(data, file=shown(path), faults=faults)


def _find(label: str, *, folder: Path, place: Place, faults: list[Fault]) -> Path | None:
    try:
        name, version = check_chosen_label(label).partition("~")[0].split("@")
    except ValueError as error:
        faults.append(place.fault(str(error)))
        return None
    folder = Path(os.path.abspath(folder))
    homes = [parent / "prompts" for parent in (folder, *folder.parents) if (parent / "prompts").is_dir()]
    if not homes:
        message = f"there is no folder 'prompts' in {shown(folder)} or above it; the prompt {label} would be"
        faults.append(place.fault(f"{message} {shown(folder / 'prompts' / name / version)}.md"))
        return None
    # Names are compared with what the folder lists: some systems would find `V2.md` for v2, and another agent with it.
    names = sorted(entry.name for entry in homes[0].iterdir() if entry.is_dir())
    if name not in names:
        faults.append(place.fault(f"unknown prompt {name!r} in {shown(homes[0])}/.{suggestion(name, tuple(names))}"))
        return None
    versions = sorted(entry.stem for entry in (homes[0] / name).glob("*.md"))
    if version not in versions:
        there = f"Versions: {', '.join(versions)}." if versions else f"{shown(homes[0] / name)} holds no .md file."
        near = suggestion(version, tuple(versions))
        hint = near if "mean" in near else ""
        faults.append(place.fault(f"the prompt {name!r} has no version {version!r}.{hint} {there}"))
        return None
    return homes[0] / name / f"{version}.md"


def _read(
    label: str, path: Path, text: str, *, folder: Path, variables: Mapping[str, str], faults: list[Fault]
) -> PromptFile | None:
    file, known = shown(path), len(faults)
    front_text, body, first_line = _split(text.replace("\r\n", "\n"))
    front = FrontMatterShape()
    if front_text is None:
        faults.append(Place(file=file, line=1, column=1).fault("the front matter opened by '---' is never closed"))
        return None
    if front_text.strip():
        tree = read_tree(front_text, path=path, faults=faults, first_line=2)
        if tree is not None:
            checked = check(FrontMatterShape, tree, names=KnownNames())
            faults.extend(checked.faults)
            front = checked.whole(FrontMatterShape)
    if not body:
        faults.append(Place(file=file, line=first_line, column=1).fault("the prompt is empty"))
        return None
    rendered = render(body, variables={**front.variables, **variables}, file=file, first_line=first_line, faults=faults)
    if rendered is None or len(faults) > known:
        return None
    if not rendered.text:
        faults.append(
            Place(file=file, line=first_line, column=1).fault("the prompt is empty once its template is filled")
        )
        return None
    name, version = label.split("@")
    prompt = Prompt(
        name=name,
        version=version,
        text=rendered.text,
        source=body,
        description=front.description,
        path=Path(os.path.relpath(path, folder)).as_posix(),
        line=first_line,
        variables=rendered.variables,
    )
    return PromptFile(
        prompt=prompt,
        voice=front.voice,
        language=front.language,
        defaults=tuple(front.variables),
        known=None if front.voipbin is None else KnownVersion(**front.voipbin.model_dump()),
    )


def _split(text: str) -> tuple[str | None, str, int]:
    """Return front matter (None if it is never closed), template, and the line the template begins at."""
    front, rest, line = "", text, 1
    if _FENCE.match(text):
        fences = [match.end() for match in _FENCE.finditer(text)]
        if len(fences) < 2:
            return None, "", 1
        front, rest = text[fences[0] + 1 : fences[1]].rpartition("\n")[0], text[fences[1] + 1 :]
        line = text.count("\n", 0, fences[1]) + 2
    body = rest.lstrip("\n")
    return front, body.rstrip(), line + len(rest) - len(body)
