"""What a session's candidates are compared with, found once."""

import pytest

from harness.pytest_plugin.collect import named_paths
from harness.pytest_plugin.options import session_settings
from harness.runs.against import Beside, against_of

BESIDE = pytest.StashKey[Beside]()


def asked_against(config: pytest.Config) -> Beside:
    """Return what `--harness-against` stands for. Raises ConfigurationError and StoreError."""
    if BESIDE not in config.stash:
        config.stash[BESIDE] = against_of(
            config.getoption("harness_against"),
            settings=session_settings(config),
            suites=[path for path in named_paths(config) if path.exists()],
        )
    return config.stash[BESIDE]
