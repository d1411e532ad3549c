"""Suite files become suites. Every fault of all files is gathered and raised at once."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.errors import ConfigurationError, Fault, SuiteError, UnknownNameError
from harness.model.case import Case
from harness.model.suite import Suite
from harness.suitefile.arms import AS_WRITTEN, NO_BASELINE, ArmChoice, build_arms, check_choice
from harness.suitefile.cases import build_cases, build_rubrics, digest_cases
from harness.suitefile.document import Checked, SuiteShape, check
from harness.suitefile.gather import gather
from harness.suitefile.tree import Place, Table, shown

SUFFIX = ".suite.yaml"
_BY_NAME = re.compile(r"^by_name:\s*true\b", re.MULTILINE)
"""A key of the file itself stands at the beginning of its line, in every file that is laid out in blocks."""
_NOT_SEARCHED = ("node_modules", "__pycache__")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    suite: Suite | None
    prompts: tuple[str, ...] = ()
    """Names of the prompts the suite's file lists."""
    faults: list[Fault] = field(default_factory=list)


def load_suite(
    path: Path, *, choice: ArmChoice = AS_WRITTEN, caller_voice: str = "auto", agent_voice: str = "auto"
) -> Suite:
    """Return the suite of one file.

    Args:
        path: The suite file.
        choice: What the command line chose instead of the file's own prompts and engine_models.
        caller_voice: Voice of every persona that names none.
        agent_voice: Voice of the agent where neither prompt nor suite names one.

    Raises:
        SuiteError: with every fault of the file, its includes and its prompts.
    """
    faults: list[Fault] = []
    check_choice(choice, faults=faults)
    loaded = _load(path, choice=choice if not faults else AS_WRITTEN, voices=(caller_voice, agent_voice))
    return _finish([loaded], faults)[0]


def load_suites(
    paths: Sequence[Path], *, choice: ArmChoice = AS_WRITTEN, caller_voice: str = "auto", agent_voice: str = "auto"
) -> tuple[Suite, ...]:
    """Return the suites of several files, each file once; the arguments are those of `load_suite`.

    Raises:
        SuiteError: with every fault of all files.
        UnknownNameError: a chosen prompt is used by none of the suites.
    """
    faults: list[Fault] = []
    check_choice(choice, faults=faults)
    sound = choice if not faults else AS_WRITTEN
    files = dict.fromkeys(Path(os.path.abspath(path)) for path in paths)
    loaded = [_load(path, choice=sound, voices=(caller_voice, agent_voice)) for path in files]
    faults += _same_names(tuple(files))
    suites = _finish(loaded, faults)
    _refuse_unused(choice, loaded)
    return suites


def find_suites(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return suite files, sorted: a file as it is, a folder searched for `*.suite.yaml` with all its subfolders.

    A suite with `by_name: true` is found only by its own name or by that of the folder it stands in.

    Raises:
        ConfigurationError: something is not there, or a folder holds no suite.
    """
    found: set[Path] = set()
    complaints = []
    for path in paths:
        files = {path} if path.is_file() else {file for file in _search(path) if is_asked_for(file, paths=[path])}
        if not path.exists():
            complaints.append(f"there is no file or folder {str(path)!r}")
        elif not files:
            complaints.append(f"there is no *{SUFFIX} file in the folder {str(path)!r}")
        found |= files
    if complaints or not found:
        raise ConfigurationError("; ".join(complaints) or "no suite file or folder was named")
    return tuple(sorted(found))


def is_asked_for(file: Path, *, paths: Sequence[Path]) -> bool:
    """Return whether a suite is meant by the files and folders somebody named.

    Args:
        file: The suite's file.
        paths: Files and folders, one of which led to it.
    """
    asked = {os.path.abspath(path) for path in paths}
    return bool(asked & {os.path.abspath(file), os.path.abspath(file.parent)}) or not _waits_for_its_name(file)


def _waits_for_its_name(file: Path) -> bool:
    # Read without the rest of the file: whoever asks places no call yet, and faults are told when it is loaded.
    try:
        return _BY_NAME.search(file.read_text(encoding="utf-8", errors="replace")) is not None
    except OSError:
        return False


def _search(folder: Path) -> Iterator[Path]:
    for home, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _NOT_SEARCHED]
        yield from (Path(home) / name for name in files if name.endswith(SUFFIX))


def suite_name(path: Path) -> str:
    """Return a suite's name: the file's, without `.suite.yaml`."""
    return path.name.removesuffix(SUFFIX) if path.name.endswith(SUFFIX) else path.stem


def _load(path: Path, *, choice: ArmChoice, voices: tuple[str, str]) -> _Loaded:
    caller_voice, agent_voice = voices
    faults: list[Fault] = []
    gathered = gather(path, faults=faults)
    if gathered is None:
        return _Loaded(suite=None, faults=faults)
    files = [check(SuiteShape, tree, names=replace(gathered.names, folder=tree.path.parent)) for tree in gathered.trees]
    faults += [fault for file in files for fault in file.faults]
    main = files[-1]
    head = main.whole(SuiteShape)
    cases = build_cases(files, faults=faults)
    notes: list[str] = []
    arms = build_arms(head, main.tree, choice=choice, agent_voice=agent_voice, faults=faults, notes=notes)
    faults += _missing_parts(files, complete=gathered.names.complete)
    suite = Suite(
        name=suite_name(path),
        path=shown(path),
        cases=tuple(_with_voice(case, caller_voice) for case in cases),
        arms=arms,
        digest=digest_cases(cases),
        description=head.description,
        rubrics=build_rubrics(files),
        notes=tuple(notes),
    )
    return _Loaded(suite=suite, prompts=head.prompts, faults=faults)


def _missing_parts(files: Sequence[Checked], *, complete: bool) -> Iterator[Fault]:
    tree = files[-1].tree
    place = Place(file=tree.file, line=tree.root.line, column=tree.root.column)
    if not isinstance(tree.root, Table):
        return
    if tree.get("prompts") is None:
        yield place.fault("the key 'prompts' is missing: name at least one prompt to test, such as receptionist@v1")
    if complete and all(file.tree.get("cases") is None for file in files):
        yield place.fault("the suite is empty: there are no 'cases' in it or in its includes")


def _with_voice(case: Case, caller_voice: str) -> Case:
    persona = case.persona
    if persona.voice.name != "auto":
        return case
    return replace(case, persona=replace(persona, voice=replace(persona.voice, name=caller_voice)))


def _same_names(paths: Sequence[Path]) -> Iterator[Fault]:
    first: dict[str, Path] = {}
    for path in paths:
        taken = first.setdefault(suite_name(path), path)
        if taken is not path:
            message = f"the suite name {suite_name(path)!r} is taken by {shown(taken)}; rename one of the files"
            yield Place(file=shown(path)).fault(message)


def _finish(loaded: Sequence[_Loaded], faults: list[Fault]) -> tuple[Suite, ...]:
    # Suites share included files and prompts, whose faults are told once.
    every = dict.fromkeys([*faults, *(fault for item in loaded for fault in item.faults)])
    if every:
        raise SuiteError(tuple(every))
    return tuple(item.suite for item in loaded if item.suite is not None)


def _refuse_unused(choice: ArmChoice, loaded: Sequence[_Loaded]) -> None:
    known = tuple(sorted({label.partition("@")[0] for item in loaded for label in item.prompts}))
    against = () if choice.against in (None, NO_BASELINE) else (choice.against,)
    for label in (*choice.prompts, *against):
        name = label.partition("@")[0]
        if name not in known:
            raise UnknownNameError(kind="prompt", name=name, known=known)
