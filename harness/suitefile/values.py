"""Single values as a suite file writes them, each checked in one small function.

A check returns the value the rest of the harness works with, or raises `ValueError` with words for the author.
"""

import re
from collections.abc import Sequence

from harness.errors import suggestion

NAME = r"[A-Za-z0-9_-]+"
LABEL = r"[A-Za-z0-9][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9._-]*"
AT_COMMIT = r"~[0-9a-f]{7,40}"
ENGINE_MODEL = r"[A-Za-z][A-Za-z0-9_-]*\.\S+"
VOICE = r"auto|[A-Za-z][A-Za-z0-9_-]*:\S.*"
LANGUAGE = r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*"
TAG = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
VARIABLE = r"[A-Za-z_][A-Za-z0-9_]*"
CALL_VARIABLE = r"[A-Za-z_][A-Za-z0-9_.-]*"
KEYS = r"[0-9A-D*#]{1,64}"
ACTION_ID = r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
TAKEN_TAGS = ("baseline", "filterwarnings", "parametrize", "skip", "skipif", "usefixtures", "xfail")
"""Markers that mean something to pytest or to the harness: `tags: [skip]` would leave the case out unasked."""
PASS = r"all|any|[0-9]{1,4} of [0-9]{1,4}"


def check_name(text: str) -> str:
    """Return the id of a case, persona, rubric or criterion."""
    if not re.fullmatch(NAME, text):
        raise ValueError(f"{text!r} is no name: use letters, digits, '_' and '-' only")
    return text


def check_tag(text: str) -> str:
    """Return a tag that `-m` can select."""
    if not re.fullmatch(TAG, text):
        raise ValueError(f"{text!r} is no tag: use letters, digits, '_', '-' and '.' only")
    if text in TAKEN_TAGS:
        raise ValueError(f"the tag {text!r} has a meaning of its own as a pytest marker; choose another word")
    return text


def check_variable(text: str) -> str:
    """Return the name of a template variable."""
    if not re.fullmatch(VARIABLE, text):
        raise ValueError(f"{text!r} is no variable name: use letters, digits and '_', and begin with a letter")
    return text


def check_call_variable(text: str) -> str:
    """Return the name of a variable a call may start with."""
    if text.startswith("voipbin."):
        raise ValueError(f"{text!r} can't be set: the platform drops names that begin with voipbin., they are its own")
    if text.startswith("harness."):
        raise ValueError(f"{text!r} can't be set: the harness fills the names that begin with harness. itself")
    if not re.fullmatch(CALL_VARIABLE, text):
        raise ValueError(
            f"{text!r} is no variable name: use letters, digits, '_', '-' and '.', and begin with a letter"
        )
    return text


def check_keys(text: str) -> str:
    """Return keys of a telephone: digits, `*`, `#` and A to D."""
    wrong = next((key for key in text if not re.fullmatch(KEYS, key)), None)
    if wrong is not None:
        hint = f"; write {wrong.upper()}" if re.fullmatch(KEYS, wrong.upper()) else ""
        raise ValueError(f"{wrong!r} is no key of a telephone: they are 0 to 9, *, # and A to D{hint}")
    if not re.fullmatch(KEYS, text):
        raise ValueError("no key is pressed here" if not text else f"{len(text)} keys are too many; 64 is the limit")
    return text


def check_action_id(text: str) -> str:
    """Return the id of a flow's action, a UUID in lower case."""
    if not re.fullmatch(ACTION_ID, text):
        example = "such as 6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
        raise ValueError(f"{text!r} is no id of an action: the platform takes UUIDs, {example}")
    return text.lower()


def check_words(text: str) -> str:
    """Return text with at least one letter or digit in it: something that can be spoken."""
    if not any(letter.isalnum() for letter in text):
        raise ValueError("there are no words here")
    return text.strip()


def check_language(text: str) -> str:
    """Return a BCP-47 language in its usual spelling: `en-us` becomes `en-US`."""
    if not re.fullmatch(LANGUAGE, text):
        near = text.replace("_", "-").split(".")[0]
        hint = (
            f" Did you mean {_usual(near)!r}?" if re.fullmatch(LANGUAGE, near) else " Examples: en-US, de, zh-Hant-TW."
        )
        raise ValueError(f"{text!r} is no BCP-47 language.{hint}")
    return _usual(text)


def _usual(language: str) -> str:
    first, *rest = language.split("-")
    spelling = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(spelling.get(len(part), str.lower)(part) for part in rest)])


def check_voice(text: str) -> str:
    """Return `auto` or `<engine>:<voice>`; whether the voice is installed is asked when a call is planned."""
    if not re.fullmatch(VOICE, text):
        raise ValueError(f"{text!r} is no voice: write auto, or <engine>:<voice> such as hibari:heart")
    return text


def check_engine_model(text: str) -> str:
    """Return `<provider>.<model>`."""
    if not re.fullmatch(ENGINE_MODEL, text):
        raise ValueError(f"{text!r} is no engine_model: write <provider>.<model>, such as embedded.extractive")
    return text


def check_label(text: str) -> str:
    """Return a prompt's `name@version`."""
    if not re.fullmatch(LABEL, text):
        raise ValueError(f"{text!r} is no prompt: write <name>@<version>, such as receptionist@v1")
    return text


def check_chosen_label(text: str) -> str:
    """Return a prompt's `name@version` as a command line names it: `~` and a commit say when its file is meant."""
    check_label(re.sub(f"{AT_COMMIT}$", "", text))
    return text


def check_pass(text: str) -> str:
    """Return a pass rule: `all`, `any`, or `<some> of <trials>`."""
    squeezed = " ".join(text.split())
    if not re.fullmatch(PASS, squeezed):
        raise ValueError(f"expected a rule such as '2 of 3', 'all' or 'any', found {text!r}")
    if squeezed not in ("all", "any"):
        required, of = (int(number) for number in squeezed.split(" of "))
        if not 1 <= required <= of:
            raise ValueError(f"{required} of {of} trials can't pass; the first number must be from 1 to {of}")
    return squeezed


def check_unique(names: Sequence[str], *, what: str) -> None:
    """Raise for a name that is listed twice."""
    for index, name in enumerate(names):
        if name in names[:index]:
            raise ValueError(f"{what} {name!r} is listed twice")


def check_known(name: str, known: Sequence[str], *, kind: str) -> str:
    """Return a name that is defined somewhere, or say which one may have been meant."""
    if name not in known:
        hint = suggestion(name, tuple(known)) if known else f" No {kind} is defined in this suite or its includes."
        raise ValueError(f"unknown {kind} {name!r}.{hint}")
    return name
