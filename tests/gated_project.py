"""A project with enough cases to compare prompts: fair@v1 and v2 answer all of them, fair@v3 lost instructions."""

from pathlib import Path

STALLS = (
    *("apples", "baskets", "candles", "dumplings", "earrings", "flowers", "gloves"),
    *("honey", "ice cream", "jam", "kites", "lamps", "maps", "noodles"),
)
LOST = 8
"""How many stalls fair@v3 says nothing about."""
HEAD = 'You are the desk of the town fair.\nGreet the caller with "Town fair, how can I help?"\n'


def prompt_text(stalls: tuple[str, ...] = STALLS, *, more: str = "") -> str:
    """Return a prompt that knows these stalls."""
    rules = "".join(
        f'If the caller asks about {stall}, say "You find {stall} in row {number}."\n'
        for number, stall in enumerate(STALLS, start=11)
        if stall in stalls
    )
    return f"{HEAD}{rules}{more}"


def suite_text(*, cases: int = len(STALLS), baseline: str = "", required: bool = True, more: str = "") -> str:
    """Return a suite that asks about the first so many stalls."""
    head = [
        "prompts: [fair@v2]",
        "engine_models: [embedded.extractive]",
        "personas: {anna: {}}",
        *([f"baseline: {baseline}"] if baseline else []),
        *([] if required else ["defaults: {required: false}"]),
        "cases:",
    ]
    asked = [
        f'  - {{id: stall_{number}, persona: anna, turns: [{{say: "Where do I find {stall}?"}}], '
        f"expect: {{says: [row {number}]}}{more}}}"
        for number, stall in list(enumerate(STALLS, start=11))[:cases]
    ]
    return "\n".join([*head, *asked]) + "\n"


def write_fair(folder: Path, **suite: object) -> None:
    """Write `fair.suite.yaml` and the three versions of its prompt into a folder."""
    home = folder / "prompts" / "fair"
    home.mkdir(parents=True)
    (home / "v1.md").write_text(prompt_text())
    (home / "v2.md").write_text(prompt_text(more="The fair is on the meadow.\n"))
    (home / "v3.md").write_text(prompt_text(STALLS[LOST:]))
    (folder / "fair.suite.yaml").write_text(suite_text(**suite))  # type: ignore[arg-type]
