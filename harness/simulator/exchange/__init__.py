"""Where calls, flows and sessions meet: who phones whom, what every action does, what tools reach."""
