"""What a caller who improvises is given to read, written and read back in one place.

Any language model gets the same request. The embedded one, which understands no prose, reads these parts of it.
"""

import json
from dataclasses import dataclass
from typing import Self

from harness.model.case import Case
from harness.model.entity import EntityKind
from harness.model.fencing import between_tags, harmless_json, tag_for
from harness.model.persona import DigitStyle, PersonaFact, Reveal

SHEET = "sheet"
HEARD = "heard"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerSheet:
    """Who the caller is, and everything it knows."""

    name: str
    manner: str
    language: str
    goal: str
    digits: DigitStyle
    facts: tuple[PersonaFact, ...]

    @classmethod
    def of(cls, case: Case) -> Self:
        """Return the sheet of a case's persona and goal."""
        persona = case.persona
        return cls(
            name=persona.name,
            manner=persona.manner,
            language=persona.language,
            goal=case.goal,
            digits=persona.habits.digits,
            facts=persona.facts,
        )

    def write(self) -> str:
        """Return the sheet as JSON."""
        facts = [
            {
                "name": fact.name,
                "value": fact.value,
                "kind": fact.kind.value,
                "reveal": fact.reveal.value,
                "asked_by": list(fact.asked_by),
            }
            for fact in self.facts
        ]
        person = {"name": self.name, "manner": self.manner, "language": self.language}
        return harmless_json({**person, "goal": self.goal, "digits": self.digits.value, "facts": facts})

    @classmethod
    def read(cls, system_prompt: str) -> Self:
        """Return the sheet that stands in a system prompt.

        Raises:
            ValueError: there is none, or it cannot be read.
        """
        text = between_tags(system_prompt, name=SHEET)
        if text is None:
            raise ValueError("the system prompt has no caller's sheet")
        try:
            values = json.loads(text)
            facts = tuple(
                PersonaFact(
                    name=fact["name"],
                    value=fact["value"],
                    kind=EntityKind(fact["kind"]),
                    reveal=Reveal(fact["reveal"]),
                    asked_by=tuple(fact["asked_by"]),
                )
                for fact in values["facts"]
            )
            person = {key: str(values[key]) for key in ("name", "manner", "language", "goal")}
            return cls(**person, digits=DigitStyle(values["digits"]), facts=facts)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"the caller's sheet cannot be read: {error}") from error


def write_heard(said: tuple[str, ...], *, salt: str) -> str:
    """Return what the other side said since the caller's last line, fenced."""
    text = harmless_json([{"said": line} for line in said])
    tag = tag_for(text, name=HEARD, salt=salt)
    return f"<{tag}>\n{text}\n</{tag}>"


def read_heard(message: str) -> str:
    """Return the words of the other side that a message carries, empty when it carries none."""
    text = between_tags(message, name=HEARD)
    try:
        return " ".join(str(line["said"]) for line in json.loads(text or "[]"))
    except (KeyError, TypeError, ValueError):
        return ""


def write_line(text: str) -> str:
    """Return a line the caller has spoken, in the form its lines are asked for."""
    return json.dumps({"say": text, "done": False}, ensure_ascii=False)


def read_line(message: str) -> str:
    """Return the words of a line the caller has spoken."""
    try:
        return str(json.loads(message)["say"])
    except (KeyError, TypeError, ValueError):
        return message
