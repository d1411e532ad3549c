"""Whether the caller's words arrived, and where they were lost: in our own voice, on the line, or at the recogniser.

The scores hold the comparisons (evaluation.md 4.1): `caller_wer` and `caller_entity` are about our audio, `hearing_wer`
and `entity_heard` about what the platform wrote down.
"""

from dataclasses import replace
from typing import Final

from harness.model.blame import Blame, Part
from harness.model.call import EventKind, Tier
from harness.model.finding import FindingName
from harness.model.moves import Say
from harness.model.score import AlignedWord, Edit
from harness.runner.blame_scene import Scene, quoted
from harness.runner.mishearing import WRONG_SHARE
from harness.runner.validity import CALLER_ENTITY, CALLER_WER, MAX_CALLER_WER

HEARING_WER: Final = "hearing_wer"
ENTITY_HEARD: Final = "entity_heard"
LOST_SOUND: Final = 0.01
"""From this share of the caller's speech in holes on, the line is to blame for words that got lost."""
_TELLING_LETTERS = 4
"""A shorter word in an answer says nothing about what was heard; a number always does."""


def not_arrived(scene: Scene) -> Blame | None:
    """Return who lost words that the answer depended on; None when everything that mattered arrived."""
    for turn in scene.caller_turns:
        loss = _loss(scene, turn)
        if loss:
            return lost_by(scene, turn, loss)
    return _not_taken_up(scene)


def lost_by(scene: Scene, turn: int, loss: str) -> Blame:
    """Return where the words of a turn were lost that the platform did not understand."""
    at_ms = scene.call.turns[turn].started_ms
    network = line_sign(scene, turn=turn)
    if network:
        return scene.blame(Part.NETWORK, f"{loss}: {network}", at_ms=at_ms)
    ours = our_sign(scene, turn)
    if ours:
        return scene.blame(Part.CALLER, f"{loss}: {ours}", at_ms=at_ms)
    unknown = scene.call.tier is Tier.AUDIO and scene.call.turns[turn].said is None
    return scene.blame(Part.HEARING, loss, at_ms=at_ms, alternatives=(Part.CALLER,) if unknown else ())


def line_sign(scene: Scene, *, turn: int) -> str:
    """Return what shows that the line lost the caller's sound; empty when nothing does."""
    quality = scene.call.quality
    if quality is None:
        found = scene.finding(FindingName.ONE_WAY_IN) or scene.finding(FindingName.PACKET_LOSS)
        return "" if found is None else scene.saw(found)
    caller = quality.caller
    if turn in caller.silent_turns:
        # A line that works one way carries nothing at all; a voice can fail in one turn, and noise can cover any.
        return "" if caller.loudness_lufs is not None else "no sound of the caller in the whole call"
    holes, lost_ms = caller.dropouts or 0, (caller.dropout_ms or 0) - _pauses_ms(scene)
    if holes and lost_ms >= LOST_SOUND * caller.speech_ms:
        return f"{lost_ms} ms of the caller's {caller.speech_ms} ms got lost, in {holes} holes"
    return ""


def our_sign(scene: Scene, turn: int) -> str:
    """Return what shows that our own caller could not be understood in a turn; empty when it could."""
    if scene.call.quality is not None and turn in scene.call.quality.caller.silent_turns:
        return "nothing of our caller can be heard there"
    entity = scene.named(CALLER_ENTITY, turn=turn)
    if entity is not None and entity.value < 1:
        return f"our own recogniser finds {entity.reason}"
    wer = scene.named(CALLER_WER, turn=turn)
    if wer is not None and wer.value > MAX_CALLER_WER:
        said = scene.call.turns[turn].said
        return f"our own recogniser hears {quoted(said) if said else 'nothing'}, {wer.reason}"
    return ""


def _pauses_ms(scene: Scene) -> int:
    """Return how long the caller paused within its lines because its script has it pause: that is no lost sound."""
    return sum(piece.pause_ms for move in scene.call.moves if isinstance(move, Say) for piece in move.pieces)


def misheard(steps: tuple[AlignedWord, ...]) -> str:
    """Return the words that were taken for others or not heard: `heard "nine" for "five"`."""
    taken = [f'"{step.hypothesis}" for "{step.reference}"' for step in steps if step.edit is Edit.SUBSTITUTE]
    lost = [f'"{step.reference}"' for step in steps if step.edit is Edit.DELETE]
    parts = [f"heard {', '.join(taken[:3])}"] if taken else []
    parts += [f"did not hear {', '.join(lost[:3])}"] if lost else []
    return ", ".join(parts)


def _loss(scene: Scene, turn: int) -> str:
    """Return what the platform made of a turn, where that can have spoiled the answer."""
    said = scene.call.turns[turn]
    is_asked = turn == scene.asked or scene.is_whole_call
    if said.heard is not None and not said.heard.strip() and said.spoken.strip() and _has_record(scene):
        return f"nothing was recognised in {quoted(said.spoken)}" if is_asked else ""
    score = scene.named(HEARING_WER, turn=turn)
    steps = () if score is None else score.alignment
    entity = scene.named(ENTITY_HEARD, turn=turn)
    if entity is not None and entity.value < 1 and (is_asked or set(entity.missing) & set(scene.check.missing)):
        values = ", ".join(f'"{value}"' for value in entity.missing)
        return misheard(steps) or f"the value {values} is not in what was heard, {quoted(said.heard or '')}"
    if score is not None and ((is_asked and score.value >= WRONG_SHARE) or _decides(scene, steps)):
        return misheard(steps) or f"{score.reason}: {quoted(said.heard or '')}"
    return ""


def _has_record(scene: Scene) -> bool:
    """Return whether the transport tells what was recognised or written, so that nothing told means something."""
    return any(event.kind in (EventKind.TRANSCRIPT_FINAL, EventKind.MESSAGE_CREATED) for event in scene.call.events)


def _decides(scene: Scene, steps: tuple[AlignedWord, ...]) -> bool:
    """Return whether a wrong word is one that was to be said, or one that the answer uses."""
    wrong = [step for step in steps if step.edit in (Edit.SUBSTITUTE, Edit.DELETE)]
    wanted = {word for phrase in scene.check.missing for word in _words(phrase)}
    used = _words(scene.answer_text)
    return any(
        step.reference in wanted or (step.hypothesis in used and step.reference not in used and _tells(step.hypothesis))
        for step in wrong
    )


def _not_taken_up(scene: Scene) -> Blame | None:
    """Return the loss of a word that can carry a question, where the answer takes up none of those that arrived."""
    score = None if scene.asked is None else scene.named(HEARING_WER, turn=scene.asked)
    if scene.asked is None or score is None or not scene.answer:
        return None
    steps, used = score.alignment, _words(scene.answer_text)
    is_wrong = any(step.edit in (Edit.SUBSTITUTE, Edit.DELETE) and _tells(step.reference) for step in steps)
    taken_up = any(step.edit is Edit.EQUAL and _tells(step.reference) and step.reference in used for step in steps)
    if not is_wrong or taken_up:
        return None
    return replace(lost_by(scene, scene.asked, misheard(steps)), alternatives=(Part.THINKING,))


def _tells(word: str) -> bool:
    return len(word) >= _TELLING_LETTERS or any(map(str.isdigit, word))


def _words(text: str) -> set[str]:
    return {"".join(c for c in word if c.isalnum() or c == "'") for word in text.casefold().split()}
