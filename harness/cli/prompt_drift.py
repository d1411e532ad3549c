"""Whether a push would overwrite words that exist nowhere else."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.errors import SuiteError
from harness.model.prompt import prompt_digest
from harness.suitefile import PromptFile, as_in_a_file, open_prompt


def kept_as(theirs: str, file: PromptFile, *, path: Path, variables: Mapping[str, str]) -> str | None:
    """Return where the prompt an AI has now is kept besides; None where a push would lose it.

    Args:
        theirs: The AI's prompt.
        file: What is to be pushed.
        path: Where that file stands; the other versions of the prompt stand beside it.
        variables: Values for templates.
    """
    text = as_in_a_file(theirs)
    if not text:
        return "nowhere: it is empty"
    if file.known is not None and file.known.digest == prompt_digest(text):
        return f"version {file.known.version or 'unknown'} of the platform, which {path.name} was made from"
    for name, sibling in _siblings(path, variables=variables):
        if sibling.prompt.text == text:
            return name
    return None


def _siblings(path: Path, *, variables: Mapping[str, str]) -> Iterator[tuple[str, PromptFile]]:
    for other in sorted(path.absolute().parent.glob("*.md")):
        if other == path.absolute():
            continue
        try:
            yield other.name, open_prompt(other, variables=variables)
        except SuiteError:
            # A file with faults keeps nothing that can be relied on; it is not what is pushed.
            continue
