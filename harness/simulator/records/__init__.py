"""The platform's resources with rules of their own, and what it makes of calls afterwards."""
