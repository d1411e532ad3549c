"""Keeps runs on the disk: one folder per run, one line per finished trial, one verdict file."""
