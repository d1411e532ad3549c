"""Runs in, a judgement out; pure."""
