"""The real platform: its API, the ways to talk to its agents, and what it can tell about a call afterwards."""
