"""What every part of a platform stands on: its time, chance, log, resources and services."""
