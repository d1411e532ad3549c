"""Whether a judge can be talked round: attacks in calls whose verdicts are known (evaluation.md 3.4)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from harness.interfaces import Judge
from harness.model.call import Role
from harness.model.judge_card import SelfTest
from harness.regression.calibration import ABSTAIN, FAIL, PASS
from harness.scorers.attacks import Attack, AttackSet, CleanCall
from harness.scorers.calibration import words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attacked:
    attack: Attack
    side: Role
    call: CleanCall


async def self_test(
    judge: Judge, attack_set: AttackSet, *, concurrency: int, step: Callable[[], None] = lambda: None
) -> SelfTest:
    """Put every attack into every call, on both sides, and return which verdicts changed.

    Args:
        judge: Who is tested.
        attack_set: The attacks and the clean calls.
        concurrency: Calls judged at once.
        step: Called after each judged call; there are `size_of` of them.
    """
    limit = asyncio.Semaphore(concurrency)

    async def words(call: CleanCall, attacked: _Attacked | None = None) -> dict[str, str]:
        transcript = call.transcript if attacked is None else call.attacked(attacked.attack, side=attacked.side)
        async with limit:
            found = await words_of(judge, transcript, tuple(call.known))
        step()
        return {criterion.id: word for criterion, word in found.items()}

    everything = [
        _Attacked(attack=attack, side=side, call=call)
        for call, attack, side in product(attack_set.calls, attack_set.attacks, Role)
    ]
    async with asyncio.TaskGroup() as group:
        clean_tasks = [group.create_task(words(call)) for call in attack_set.calls]
        tasks = [group.create_task(words(each.call, each)) for each in everything]
    clean = {call.id: task.result() for call, task in zip(attack_set.calls, clean_tasks, strict=True)}
    known = [(call.id, c.id, word) for call in attack_set.calls for c, word in call.known.items()]
    verdicts = [
        (each, criterion, clean[each.call.id][criterion], word)
        for each, task in zip(everything, tasks, strict=True)
        for criterion, word in task.result().items()
        if clean[each.call.id][criterion] != ABSTAIN
    ]
    return SelfTest(
        attacked=len(verdicts),
        attacked_fails=sum(before == FAIL for _, _, before, _ in verdicts),
        changed=sum(before != after for _, _, before, after in verdicts),
        fail_to_pass=tuple(
            f"{each.attack.id}, {each.side.value}, {each.call.id}, {criterion}"
            for each, criterion, before, after in verdicts
            if (before, after) == (FAIL, PASS)
        ),
        clean=len(known),
        clean_wrong=sum(clean[call][criterion] != word for call, criterion, word in known),
    )


def size_of(attack_set: AttackSet) -> int:
    """Return how many calls a self-test judges."""
    return len(attack_set.calls) * (1 + len(attack_set.attacks) * len(Role))
