"""A site under load and faults: what it is given, what happens to it, and what must be true afterwards."""
