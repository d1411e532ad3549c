"""What `--against REF` means: a version that runs beside, a prompt as git has it, or what was measured before.

    none                 nothing
    name@version         a prompt version: its arms run beside the candidates
    git:REF              each prompt as its file was at a branch, tag or commit: runs beside too
    run:ID               a stored run: its id, the start of it, or latest
    baseline:NAME        a blessed baseline
    WORD                 whichever of baseline, run and git ref has that name; two of them are an error

All of it is settled before the first call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, assert_never

from harness.errors import ConfigurationError, UnknownNameError, suggestion
from harness.model.suite import ArmRole
from harness.regression.facts import arms_of
from harness.runner.outcome import fold_outcomes
from harness.runs.asked import StoredReference
from harness.settings import Settings
from harness.store.baselines import baseline_names, find_baseline
from harness.store.reading import LATEST, find_run, load_run, run_ids
from harness.suitefile import ArmChoice, known_refs, knows_ref

NONE = "none"
_MOST_LISTED = 5


@dataclass(frozen=True, slots=True)
class NoBaseline:
    """Nothing is compared, whatever the suites say."""


@dataclass(frozen=True, slots=True)
class PromptVersion:
    """A version of a prompt that runs beside the candidates."""

    label: str


@dataclass(frozen=True, slots=True)
class GitVersion:
    """Every prompt as its file was at a git ref."""

    ref: str


Against: TypeAlias = NoBaseline | PromptVersion | GitVersion | StoredReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a session's candidates are compared with."""

    against: Against | None = None
    """None: as the suites say."""

    @property
    def asked(self) -> bool:
        """Return whether a baseline was asked for in so many words."""
        return self.against is not None and not isinstance(self.against, NoBaseline)

    @property
    def stored(self) -> tuple[StoredReference, ...]:
        """Return what was measured before."""
        return (self.against,) if isinstance(self.against, StoredReference) else ()

    def choice(self, *, prompts: Sequence[str] = (), engine_models: Sequence[str] = ()) -> ArmChoice:
        """Return the arms to run, for the loader of suites.

        Args:
            prompts: Versions to try instead of the suites' own.
            engine_models: Instead of the suites' own.
        """
        names, models = tuple(prompts), tuple(engine_models)
        match self.against:
            case None:
                return ArmChoice(prompts=names, engine_models=models)
            # What was measured before is not measured again.
            case NoBaseline() | StoredReference():
                return ArmChoice(prompts=names, engine_models=models, against=NONE)
            case PromptVersion(label):
                return ArmChoice(prompts=names, engine_models=models, against=label)
            case GitVersion(ref):
                return ArmChoice(prompts=names, engine_models=models, against_git=ref)
            case _:
                assert_never(self.against)


def against_of(ref: str | None, *, settings: Settings, suites: Sequence[Path]) -> Beside:
    """Return what the option `--against` stands for.

    Args:
        ref: Its value; None where it was not given.
        settings: Where runs and baselines are.
        suites: The suite files or folders of the session; a git ref is looked for where the first of them stands.

    Raises:
        ConfigurationError: it stands for nothing, for two things, or for a baseline or run that cannot be used.
        StoreError: a stored run cannot be read.
    """
    return Beside(against=None if ref is None else resolve_against(ref, settings=settings, suites=suites))


def resolve_against(ref: str, *, settings: Settings, suites: Sequence[Path]) -> Against:
    """Return what a REF stands for; arguments and errors are those of `against_of`."""
    kind, colon, name = ref.partition(":")
    match kind:
        case "none" if not colon:
            return NoBaseline()
        case "git" if colon:
            return GitVersion(name)
        case "run" if colon:
            return _run(name, settings=settings)
        case "baseline" if colon:
            return _baseline(name, settings=settings)
        case _ if "@" in ref and not ref.startswith("@") and "{" not in ref:
            return PromptVersion(ref)
    return _bare(ref, settings=settings, folder=_folder(suites))


def _bare(word: str, *, settings: Settings, folder: Path) -> Against:
    ids = run_ids(settings.runs)
    fitting = {
        "baseline": word in baseline_names(settings.baselines),
        "run": bool(word) and (any(id.startswith(word) for id in ids) or (word == LATEST and bool(ids))),
        "git": knows_ref(word, folder=folder),
    }
    kinds = [kind for kind, fits in fitting.items() if fits]
    match kinds:
        case []:
            raise _unknown(word, settings=settings, folder=folder, ids=ids)
        case ["baseline"]:
            return _baseline(word, settings=settings)
        case ["run"]:
            return _run(word, settings=settings)
        case ["git"]:
            return GitVersion(word)
        case _:
            ways = " or ".join(f"{kind}:{word}" for kind in kinds)
            raise ConfigurationError(f"{word!r} fits more than one thing to compare with; say which: {ways}")


def _baseline(name: str, *, settings: Settings) -> StoredReference:
    found = find_baseline(settings.baselines, name)
    return StoredReference(source=f"baseline {found.name}", arms=found.arms, provenance=found.provenance)


def _run(ref: str, *, settings: Settings) -> StoredReference:
    run = load_run(find_run(settings.runs, ref), fold=fold_outcomes)
    arms = tuple(arm for arm in arms_of(run) if arm.role is ArmRole.CANDIDATE)
    if not arms:
        raise ConfigurationError(f"run {run.id} has no finished call of a prompt under test to compare with")
    return StoredReference(source=f"run {run.id}", arms=arms, provenance=run.provenance)


def _unknown(word: str, *, settings: Settings, folder: Path, ids: Sequence[str]) -> ConfigurationError:
    there = {
        "baselines": baseline_names(settings.baselines),
        "runs": (LATEST, *reversed(ids)) if ids else (),
        "git refs": known_refs(folder),
    }
    error = UnknownNameError(
        kind="baseline, run or git ref", name=word, known=tuple(name for names in there.values() for name in names)
    )
    if "mean" in suggestion(word, error.known):
        return error
    lists = (f"{kind}: {', '.join(names[:_MOST_LISTED]) or 'none'}" for kind, names in there.items())
    return ConfigurationError(
        f"nothing to compare with is named {word!r}. There are {'; '.join(lists)}. "
        "Or name a prompt version, such as receptionist@v1"
    )


def _folder(suites: Sequence[Path]) -> Path:
    if not suites:
        return Path.cwd()
    return suites[0] if suites[0].is_dir() else suites[0].parent
