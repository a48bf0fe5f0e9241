"""Varied synthetic referrals with truths, drawn from parts at random, the same for the same seed."""
