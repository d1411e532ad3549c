"""What people see of a run: pages, the terminal summary, JUnit."""
