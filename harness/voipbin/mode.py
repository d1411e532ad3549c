"""How the simulated platform treats what its tutorial says and its code no longer does."""

from enum import StrEnum


class Mode(StrEnum):
    """Which of three platforms to be; the differences stand in contract section 8, row by row."""

    SEED = "seed"
    """The tutorial's flows just work: old action types, inline prompts and old option names are understood."""
    CURRENT = "current"
    """What the platform does today, its surprises included."""
    STRICT = "strict"
    """What the platform does today, but bad input is a 400 and not a 500."""

    @property
    def takes_seed_forms(self) -> bool:
        """Return whether the tutorial's own forms are executed."""
        return self is Mode.SEED

    @property
    def says_bad_input(self) -> bool:
        """Return whether a failed validation is told as one; otherwise it is an internal error."""
        return self is Mode.STRICT
