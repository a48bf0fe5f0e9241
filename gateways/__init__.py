"""The outside world: where documents come from and where orders go."""
