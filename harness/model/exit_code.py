"""What a command tells the shell, the same for the command line and for pytest."""

from enum import IntEnum


class ExitCode(IntEnum):
    """One meaning each, documented in docs/cli.md."""

    PASSED = 0
    FAILED = 1
    """A regression, or a check the agent did not meet."""
    USAGE = 2
    """The set-up, a suite file or the command line is wrong; no call was placed."""
    UNPROVED = 3
    """Nothing was proved, or a fault of ours: no calls, nothing scored, too many invalid trials, undecided where the
    profile asks for a decision."""
    BUDGET = 4
    """Stopped by the budget before the plan was through."""
