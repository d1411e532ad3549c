"""The telephone line of a call: what is said on it, when, and what is heard of it."""
