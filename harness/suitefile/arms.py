"""Which prompts and engine_models a suite is run with: what its file says, and what the command line chose instead."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from harness.errors import ConfigurationError, Fault, suggestion
from harness.model.persona import Voice
from harness.model.suite import Arm, ArmRole
from harness.suitefile.document import SuiteShape
from harness.suitefile.git_prompts import commit_of, file_at
from harness.suitefile.prompts import PromptFile, read_prompt
from harness.suitefile.tree import Place, Tree
from harness.suitefile.values import check_chosen_label, check_engine_model

NO_BASELINE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmChoice:
    """What the command line chose; nothing chosen leaves every suite as its file says."""

    prompts: tuple[str, ...] = ()
    """Versions to try, `name@version`. A suite without a prompt of these names gets no arms.

    The baseline is then the first version of that name the suite lists, or else the suite's own baseline.
    """
    against: str | None = None
    """The baseline, `name@version`, or `none`. A suite that does not use a prompt of this name keeps its own."""
    against_git: str | None = None
    """A git ref instead of `against`: each prompt is compared with what its own file was there."""
    engine_models: tuple[str, ...] = ()
    """Instead of the suite's own; candidates and baselines are both run with every one."""


AS_WRITTEN = ArmChoice()
"""Nothing chosen."""


@dataclass(frozen=True, slots=True)
class _Labelled:
    label: str
    place: Place

    @property
    def name(self) -> str:
        return self.label.partition("@")[0]


@dataclass(frozen=True, slots=True)
class _Plan:
    candidates: Sequence[_Labelled]
    baselines: Sequence[_Labelled]


def check_choice(choice: ArmChoice, *, faults: list[Fault]) -> None:
    """Add a fault for every chosen prompt or engine_model that is not written as one."""
    against = () if choice.against in (None, NO_BASELINE) else (choice.against,)
    for key, texts, check in (
        ("prompt", choice.prompts, check_chosen_label),
        ("against", against, check_chosen_label),
        ("engine_model", choice.engine_models, check_engine_model),
    ):
        for text in texts:
            try:
                check(text)
            except ValueError as error:
                faults.append(_chosen(key).fault(str(error)))
    if choice.against in choice.prompts:
        faults.append(_chosen("against").fault(f"{choice.against} would be compared with itself"))


def build_arms(
    head: SuiteShape, tree: Tree, *, choice: ArmChoice, agent_voice: str, faults: list[Fault], notes: list[str]
) -> tuple[Arm, ...]:
    """Return the arms of a suite: candidates in the order written, then baselines; each with every engine_model.

    Args:
        head: What the suite's file says of prompts and engine_models.
        tree: The file.
        choice: What the command line chose.
        agent_voice: Voice where neither prompt nor suite names one.
        faults: Everything found wrong is added here.
        notes: Why a prompt has no baseline although one was asked for.
    """
    plan = _plan(head, tree, choice)
    if plan.baselines and not plan.candidates:
        label = plan.baselines[0].label
        faults.append(
            _chosen("against").fault(f"{label} is the only prompt of {tree.file}; nothing is left to compare")
        )
        return ()
    models = tuple(dict.fromkeys(choice.engine_models)) or head.engine_models
    folder = Path(os.path.dirname(tree.path))
    read = partial(read_prompt, folder=folder, variables=head.variables, faults=faults)
    candidates, baselines = (
        [file for item in items if (file := read(item.label, place=item.place)) is not None]
        for items in (plan.candidates, plan.baselines)
    )
    if choice.against_git is not None:
        for file in candidates:
            before = _as_committed(file, choice.against_git, folder=folder, read=read, faults=faults, notes=notes)
            baselines += [] if before is None else [before]
    faults += _mistyped_variables(head, tree, [*candidates, *baselines])
    return tuple(
        _arm(file, model, role, head=head, agent_voice=agent_voice)
        for role, files in ((ArmRole.CANDIDATE, candidates), (ArmRole.BASELINE, baselines))
        for file in files
        for model in models
    )


def _as_committed(
    file: PromptFile,
    ref: str,
    *,
    folder: Path,
    read: Callable[..., PromptFile | None],
    faults: list[Fault],
    notes: list[str],
) -> PromptFile | None:
    """Return a prompt as its file was at a git ref; None, with a note, where there is nothing to compare with."""
    label, place = file.prompt.label.partition("~")[0], _chosen("against")
    path = folder / file.prompt.path
    try:
        commit = commit_of(ref, folder=path.resolve().parent)
        is_there = file_at(path, commit=commit) is not None
    except ConfigurationError as error:
        faults.append(place.fault(str(error)))
        return None
    at = commit if ref.startswith(commit) else f"{ref} ({commit})"
    if not is_there:
        notes.append(f"{label} has no baseline: its file did not exist at {at}")
        return None
    before = read(f"{label}~{commit}", place=place)
    if before is not None and _as_run(before) == _as_run(file):
        notes.append(f"{label} is unchanged since {at}: nothing to compare")
        return None
    return before


def _as_run(file: PromptFile) -> tuple[str, str, str | None]:
    return file.prompt.digest, file.voice, file.language


def uses_prompt(head: SuiteShape, name: str) -> bool:
    """Return whether a suite lists a version of this prompt."""
    return any(label.partition("@")[0] == name for label in head.prompts)


def _mistyped_variables(head: SuiteShape, tree: Tree, files: Sequence[PromptFile]) -> Iterator[Fault]:
    """Yield variables no prompt takes but for a slip of the pen: a default would hide it.

    One that resembles nothing may be meant for a version that is not run now.
    """
    used = {name for file in files for name, _ in file.prompt.variables} | {
        name for file in files for name in file.defaults
    }
    unset = tuple(sorted(used - set(head.variables)))
    for name in head.variables:
        hint = suggestion(name, unset) if name not in used else ""
        if "mean" in hint:
            place = tree.place("variables", name, at_key=True)
            yield place.fault(f"no prompt has a variable {name!r}.{hint}")


def _plan(head: SuiteShape, tree: Tree, choice: ArmChoice) -> _Plan:
    written = tuple(_Labelled(label, tree.place("prompts", index)) for index, label in enumerate(head.prompts))
    own = (_Labelled(head.baseline, tree.place("baseline")),) if head.baseline else ()
    against = choice.against
    candidates: Sequence[_Labelled] = written
    baselines: Sequence[_Labelled] = own
    if choice.prompts:
        chosen = (_Labelled(label, _chosen("prompt")) for label in dict.fromkeys(choice.prompts))
        candidates = [item for item in chosen if uses_prompt(head, item.name)]
        baselines = _default_baselines(candidates, (*written, *own))
    if not candidates:
        return _Plan((), ())
    if against == NO_BASELINE or choice.against_git is not None:
        baselines = ()
    elif against is not None and uses_prompt(head, _Labelled(against, _chosen("against")).name):
        baselines = (_Labelled(against, _chosen("against")),)
        candidates = [item for item in candidates if item.label != against]
    return _Plan(candidates, baselines)


def _default_baselines(candidates: Sequence[_Labelled], listed: Sequence[_Labelled]) -> list[_Labelled]:
    """Return, per name, the first listed version that is not itself a candidate."""
    taken = {item.label for item in candidates}
    names = dict.fromkeys(item.name for item in candidates)
    others = {name: [item for item in listed if item.name == name and item.label not in taken] for name in names}
    return [items[0] for items in others.values() if items]


def _arm(file: PromptFile, model: str, role: ArmRole, *, head: SuiteShape, agent_voice: str) -> Arm:
    language = file.language or head.agent.language
    voice = next((name for name in (file.voice, head.agent.voice) if name != "auto"), agent_voice)
    return Arm(
        prompt=file.prompt,
        engine_model=model,
        role=role,
        voice=Voice(name=voice, language=language),
        stt_language=language,
    )


def _chosen(option: str) -> Place:
    return Place(file="command line", key=option)
