"""Frozen values; what flows between the rooms."""
