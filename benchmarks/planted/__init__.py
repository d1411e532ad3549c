"""Faults that are planted into simulated calls one at a time, each known to be of one part."""
