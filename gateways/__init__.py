"""The outside world: where files come from, and where letters and orders go."""
