"""Flows: the engine that executes a list of actions, and what is sent out on the way."""
