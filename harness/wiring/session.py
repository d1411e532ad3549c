"""From settings to what the calls of a session share."""

from collections.abc import Iterable, Sequence
from importlib.metadata import version
from urllib.parse import urlsplit

from harness.model.call import Role, Tier
from harness.model.snapshots import Provenance
from harness.model.suite import Planned, Suite
from harness.runner.trial import Toolbox
from harness.settings import Settings
from harness.wiring.workshop import Workshop


def assemble(settings: Settings, planned: Sequence[Planned], *, run_id: str = "") -> Toolbox:
    """Return what the calls of a session share.

    Whatever can be known to be missing before the first call is found here: keys, packages, voices, weights.

    Args:
        settings: Of the session.
        planned: Its calls.
        run_id: Marks what real calls make on the platform.

    Raises:
        ConfigurationError: and its children, naming the fix.
    """
    workshop = Workshop(settings)
    workshop.check(planned)
    return Toolbox(
        transport=workshop.transport(run_id=run_id),
        caller=workshop.caller,
        mouth=lambda voice: workshop.mouth(voice, side=Role.CALLER),
        listener=workshop.listener(),
        scorers=workshop.scorers(),
        tier=Tier(settings.tier),
        seed=settings.seed,
    )


def missing_here(settings: Settings, suite: Suite) -> tuple[str, ...]:
    """Return what a run of a suite would lack on this machine: voices, languages, keys, packages; loads no model."""
    return Workshop(settings).missing(suite.matrix())


def provenance(settings: Settings, suites: Sequence[Suite], toolbox: Toolbox) -> Provenance:
    """Return what two runs must agree on before they may be compared."""
    from harness.scorers.normalise import NORMALISER
    from harness.scorers.rubric import RubricScorer

    workshop = Workshop(settings)
    # The judge that will judge, not another of its name: making one may load a model.
    judge = next((scorer.judge for scorer in toolbox.scorers if isinstance(scorer, RubricScorer)), None)
    used = [suite for suite in suites if suite.arms]
    cells = [planned for suite in used for planned in suite.matrix()]
    return Provenance(
        harness_version=version("voipbin-harness"),
        transport=toolbox.transport.name,
        tier=toolbox.tier,
        latency=settings.latency,
        platform=urlsplit(settings.api_url).netloc if settings.is_live else settings.platform,
        turn_model=settings.turn_model,
        seed=settings.seed,
        caller_voices=_names(toolbox.mouth(each.case.persona.voice).name for each in cells),
        # A real agent's voice is the platform's own.
        agent_voices=()
        if settings.is_live
        else _names(workshop.mouth(each.arm.voice, side=Role.AGENT).name for each in cells),
        stt=toolbox.listener.name if toolbox.listener else "",
        normaliser=NORMALISER,
        judge=judge.fingerprint if judge else "",
        suites=tuple(sorted((suite.name, suite.digest) for suite in used)),
    )


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))
