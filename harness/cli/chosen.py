"""What the verbs that run, plan or check begin with: the suites that were named, with the arms that were chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from harness.model.suite import Suite
from harness.runs import Plan, against_of, make_plan
from harness.runs.against import Beside
from harness.settings import Settings
from harness.suitefile import find_suites, load_suites
from harness.wiring import only_fit


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Suites as they are to be run."""

    suites: tuple[Suite, ...]
    """Those without an arm left are among them."""
    beside: Beside
    """What their candidates are compared with."""

    @property
    def with_arms(self) -> tuple[Suite, ...]:
        """Return the suites in which something is left to try."""
        return tuple(suite for suite in self.suites if suite.arms)

    def plan(self, settings: Settings) -> Plan:
        """Return every trial of them, as it would be made today. Raises ConfigurationError."""
        return make_plan(
            settings,
            [each for suite in self.suites for each in suite.matrix()],
            today=datetime.now(UTC).date(),
            against=self.beside.asked,
            stored=self.beside.stored,
        )


def choose(
    settings: Settings,
    *,
    paths: Sequence[Path],
    prompts: Sequence[str],
    against: str | None,
    engine_models: Sequence[str],
) -> Chosen:
    """Return the suites of files and folders, with the arms the options of `CHOICE` ask for.

    Args:
        settings: Of the command.
        paths: Suite files or folders; none: the folder `suites`.
        prompts: Versions to try instead of the suites' own.
        against: What to compare with.
        engine_models: Instead of the suites' own.

    Raises:
        ConfigurationError: there is no suite, or no such arm, a suite has faults, or no case can go the route.
        StoreError: a stored run that is to be compared with cannot be read.
    """
    files = find_suites(paths or (Path("suites"),))
    beside = against_of(against, settings=settings, suites=files)
    suites = load_suites(
        files,
        choice=beside.choice(prompts=prompts, engine_models=engine_models),
        caller_voice=settings.caller_voice,
        agent_voice=settings.agent_voice,
    )
    return Chosen(suites=only_fit(settings, suites), beside=beside)
