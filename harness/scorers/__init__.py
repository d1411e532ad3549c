"""Scorers: each asks one question about a finished call and answers with a `Score`, or an `Unscored` saying why not."""
