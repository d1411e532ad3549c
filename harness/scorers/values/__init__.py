"""Money, dates, times, telephone numbers and mail addresses, compared as values (evaluation.md 4.5)."""

from harness.scorers.values.finding import VALUE_KINDS, says_value, value_of, values_in
from harness.scorers.values.reading import Reading, Value, agree

__all__ = ["VALUE_KINDS", "Reading", "Value", "agree", "says_value", "value_of", "values_in"]
