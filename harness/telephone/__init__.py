"""What every call has, simulated or real: its own clock, what happened by it, and the moments its caller waits for."""
