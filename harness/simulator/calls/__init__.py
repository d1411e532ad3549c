"""Calls: their states, what happens on one, who is at its far end, and what is made of its sound."""
