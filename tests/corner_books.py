"""A small project whose agent answers from its prompt: desk@v1 passes both cases, desk@v2 lost the opening hours."""

from pathlib import Path

HOURS = "The shop is open until five in the afternoon.\n"
V1 = f"""You are the front desk of Corner Books.
Greet the caller with "Corner Books, how can I help?"
The shop sells used books.
{HOURS}"""
SUITE = """\
prompts: [desk@v1]
engine_models: [embedded.extractive]
personas: {anna: {}}
rubrics: {manners: {criteria: [{id: polite, question: "Is the agent polite?"}]}}
cases:
  - id: used_books
    persona: anna
    tags: [stock]
    turns: [{say: "Do you sell used books?"}]
    expect: {says: [used books]}
  - id: until_when
    persona: anna
    trials: 2
    pass: 2 of 2
    turns: [{say: "Until when is the shop open?"}]
    expect: {says: [five], because: "tell the opening hours"}
"""


def write_project(folder: Path) -> None:
    """Write `desk.suite.yaml` and its prompts into a folder."""
    home = folder / "prompts" / "desk"
    home.mkdir(parents=True)
    (home / "v1.md").write_text(V1)
    (home / "v2.md").write_text(V1.replace(HOURS, ""))
    (folder / "desk.suite.yaml").write_text(SUITE)
