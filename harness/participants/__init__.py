"""Who takes part in a call: callers who play a persona, and agents who answer from a prompt."""
