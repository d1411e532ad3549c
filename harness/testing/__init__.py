"""Shipped doubles and builders for tests of suites and of the harness itself."""
