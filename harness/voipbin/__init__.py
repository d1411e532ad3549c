"""The platform as data and rules; no I/O. The real client and the simulator both stand on it."""
