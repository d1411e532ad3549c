"""The use cases: one call, one trial, many trials, and what they come to."""
