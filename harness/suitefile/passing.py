"""How many trials a case has and how many must pass, laid together from the defaults and the case."""

from dataclasses import dataclass

from harness.errors import Fault
from harness.model.case import PassRule
from harness.suitefile.document import CaseSettings
from harness.suitefile.tree import Step, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """What is known so far of trials and pass rule; `all` of 1 until something is written."""

    trials: int = 1
    rule: str = "all"

    def lay(self, written: CaseSettings, tree: Tree, *steps: Step, faults: list[Fault]) -> "Passing":
        """Return this with what stands at `steps` of a file laid over; numbers that contradict are a fault."""
        rule = written.pass_ or self.rule
        if written.pass_ is None and written.trials is None:
            return self
        count = _trials_of(rule)
        if count is None:
            return Passing(trials=written.trials or self.trials, rule=rule)
        if written.trials not in (None, count):
            if written.pass_:
                message = f"{rule!r} is about {count} trials, and trials is {written.trials}"
                faults.append(tree.place(*steps, "pass").fault(message))
            else:
                message = f"trials is {written.trials}, and the defaults say pass: {rule}; write a pass here too"
                faults.append(tree.place(*steps, "trials").fault(message))
        return Passing(trials=count, rule=rule)

    @property
    def pass_rule(self) -> PassRule:
        """Return the rule in numbers."""
        required = {"all": self.trials, "any": 1}.get(self.rule) or int(self.rule.split(" of ")[0])
        return PassRule(required=required, of=self.trials)


def _trials_of(rule: str) -> int | None:
    return int(rule.split(" of ")[1]) if " of " in rule else None
