"""What the embedded caller says next: worked out anew each time from its sheet and what both sides have said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness.model.asking import asked_facts
from harness.model.caller_sheet import CallerSheet
from harness.model.persona import PersonaFact, Reveal
from harness.model.phrases import words_of
from harness.services.embedded_caller.values import contradicted, in_text, statement
from harness.services.embedded_caller.wording import Wording, hears

_REFUSALS = 2
"""So many refusals are a clear no."""
_WANTS = re.compile(
    r"^(?:the caller |he |she |they )?(?:wants?|would like|wish(?:es)?|needs?)\s+(?:to\s+)?|^to\s+", re.I
)
_TO_KNOW = re.compile(
    r"^(?:find out|ask|know|learn|hear|check|enquire|inquire|get information|track|wissen|erfahren|fragen|savoir"
    r"|demander|saber|preguntar)\b|\?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One line of the caller."""

    text: str
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The conversation so far, in the caller's memory."""

    own: tuple[str, ...]
    """The caller's own lines."""
    heard: tuple[str, ...]
    """What the agent said before each of them, and what it has said since."""

    @property
    def now(self) -> str:
        """Return what the agent has said since the caller's last line."""
        return self.heard[-1] if self.heard else ""


class Part:
    """The caller's part in one conversation: its sheet, its language, and the scene it is in."""

    def __init__(self, sheet: CallerSheet, *, wording: Wording, scene: Scene) -> None:
        """Take the sheet, the words of its language, and what was said so far."""
        self._sheet = sheet
        self._wording = wording
        self._scene = scene
        self._goal = _WANTS.sub("", sheet.goal.strip()).rstrip(" .")
        said = " ".join(scene.own)
        self._told = tuple(fact for fact in sheet.facts if in_text(fact, said))

    def reply(self) -> Reply:
        """Return the next line: the first that fits and has not been said twice in a row already."""
        last_two = self._scene.own[-2:]
        for reply in self._candidates():
            if len(last_two) < 2 or set(last_two) != {reply.text}:
                return reply
        return Reply(text=self._wording.leaves, done=True)

    def _candidates(self) -> Iterator[Reply]:
        scene, wording = self._scene, self._wording
        if not scene.own:
            yield Reply(text=self._opening())
        elif not scene.now.strip():
            yield Reply(text=wording.still_there)
        elif self._hears(wording.missed):
            yield Reply(text=scene.own[-1])
            yield Reply(text=self._wish())
        elif answers := self._answers():
            yield Reply(text=" ".join(answers))
        else:
            yield from self._reactions()

    def _opening(self) -> str:
        asked = asked_facts(self._scene.now, self._sheet.facts)
        facts = [fact for fact in self._sheet.facts if fact.reveal is Reveal.EARLY or fact in asked]
        answers = [self._tell(fact) for fact in facts if not in_text(fact, self._sheet.goal)]
        return " ".join(dict.fromkeys([self._wording.hello, self._wish(), *answers]))

    def _answers(self) -> list[str]:
        """Return the answers to everything the agent wants to know or to have confirmed."""
        answers: list[str] = []
        now = self._scene.now
        reads_back = self._hears(self._wording.asks_right)
        asked = asked_facts(now, self._sheet.facts)
        if reads_back:
            known = " ".join([*self._scene.own, self._goal, *(fact.value for fact in self._told)])
            introduced = self._scene.heard[0]
            wrong = contradicted(self._told, now, known=known, introduced=introduced, wording=self._wording)
            if wrong is None:
                answers.append(self._wording.right)
            else:
                right = self._wish() if isinstance(wrong, str) else self._tell(wrong)
                answers.append(f"{self._wording.wrong} {right}")
            asked = tuple(fact for fact in asked if fact not in self._told)
        elif self._hears(self._wording.refuses) and not now.rstrip().endswith("?"):
            return []
        return list(dict.fromkeys([*answers, *(self._tell(fact) for fact in asked)]))

    def _reactions(self) -> Iterator[Reply]:
        """Yield replies to what asks for nothing on the sheet, the likeliest first."""
        wording, now = self._wording, self._scene.now
        refusals = sum(hears(wording.refuses, text) for text in self._since_wish())
        if self._hears(wording.refuses):
            if refusals < _REFUSALS:
                yield Reply(text=self._wish() if _TO_KNOW.search(self._goal) else wording.insist)
            yield Reply(text=wording.gives_up, done=True)
        elif self._hears((*wording.confirms, *wording.closes)):
            yield Reply(text=wording.thanks, done=True)
        elif self._hears(wording.offers_help):
            yield Reply(text=self._wish())
        elif self._hears(wording.offers):
            yield Reply(text=wording.declined)
        elif now.rstrip().endswith("?"):
            yield Reply(text=wording.unknown)
        elif _TO_KNOW.search(self._goal) and self._is_about_goal(now):
            yield Reply(text=wording.thanks, done=True)
        yield Reply(text=wording.waits)

    def _since_wish(self) -> tuple[str, ...]:
        """Return what the agent said after the caller's first line."""
        return self._scene.heard[1:]

    def _is_about_goal(self, text: str) -> bool:
        told = {word for fact in self._told for word in words_of(fact.value)}
        topic = {word for word in {*words_of(self._goal), *told} if len(word) > 3}
        return bool(topic & set(words_of(text))) or any(in_text(fact, text) for fact in self._told)

    def _tell(self, fact: PersonaFact) -> str:
        if fact.reveal is Reveal.NEVER:
            return self._wording.rather_not
        return statement(fact, wording=self._wording, digits=self._sheet.digits)

    def _wish(self) -> str:
        if _begins(self._wording.own, self._goal) or self._goal.endswith("?"):
            return self._goal if self._goal.endswith(("?", "!")) else f"{self._goal[:1].upper()}{self._goal[1:]}."
        wish = self._wording.wish_thing if _begins(self._wording.things, self._goal) else self._wording.wish
        return wish.format(goal=self._goal[:1].lower() + self._goal[1:])

    def _hears(self, patterns: tuple[str, ...]) -> bool:
        return hears(patterns, self._scene.now)


def _begins(words: tuple[str, ...], text: str) -> bool:
    return re.match(rf"(?:{'|'.join(words)})\b", text, re.IGNORECASE) is not None
