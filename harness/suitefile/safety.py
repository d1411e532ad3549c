"""A case's `safety`, with the defaults laid under it, becomes a value of the model."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness.errors import Fault, suggestion
from harness.model.case import Case
from harness.model.safety import Risk, SafetyCase, ToolPolicy
from harness.suitefile.build import build_entities
from harness.suitefile.document import SafetyShape
from harness.suitefile.tree import Place


def lay_safety(below: SafetyShape, above: SafetyShape | None) -> SafetyShape:
    """Return safety settings with others laid over them, key by key."""
    if above is None:
        return below
    return below.model_copy(update={name: getattr(above, name) for name in above.model_fields_set})


def build_safety(
    written: SafetyShape | None, *, defaults: SafetyShape, line: str, on_fault: Callable[[str], None]
) -> SafetyCase | None:
    """Return what a case tests; None where it has no `safety`.

    Args:
        written: The case's own.
        defaults: Laid under it.
        line: The case's id without its voice.
        on_fault: Told what is missing.
    """
    if written is None:
        return None
    shape = lay_safety(defaults, written)
    if shape.risk is None:
        on_fault(f"safety needs a risk: one of {', '.join(Risk)}")
        return None
    return SafetyCase(
        risk=Risk(shape.risk),
        twin_of=shape.twin_of or "",
        line=line,
        canaries=shape.canaries,
        secrets=build_entities(shape.secrets),
        leak=shape.leak,
        may_say=shape.may_say,
        forbidden_tools=shape.forbidden_tools,
        policies=tuple(
            ToolPolicy(tool=each.tool, argument=each.argument, at_most=each.at_most, one_of=each.one_of)
            for each in shape.tools
        ),
        after_no=shape.after_no,
        commitments=shape.commitments,
        must_say=tuple(each if isinstance(each, tuple) else (each,) for each in shape.must_say),
        max_call_ms=shape.max_call_ms,
        max_turns=shape.max_turns,
        max_reply_words=shape.max_reply_words,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A case, and how the suite file names the entry it was made of."""

    id: str
    place: Place
    case: Case


def sibling_faults(written: Sequence[Written]) -> Iterator[Fault]:
    """Yield what cases say wrongly of each other: a twin of nothing, two cases of one id."""
    safety = [(each, each.case.safety) for each in written if each.case.safety is not None]
    attacks = {each.id for each, tested in safety if tested.is_attack}
    for each, tested in safety:
        if tested.twin_of and tested.twin_of not in attacks:
            hint = suggestion(tested.twin_of, tuple(sorted(attacks)))
            yield each.place.fault(f"twin_of names no attack of this suite: {tested.twin_of!r}.{hint}")
    times = Counter(each.case.id for each in written)
    for each in written:
        if times[each.case.id] > 1 and each.id != each.case.id:
            yield each.place.fault(
                f"{each.id!r} becomes a case {each.case.id!r} here, and there is one of that id; rename one"
            )
