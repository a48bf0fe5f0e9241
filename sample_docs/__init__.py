"""Synthetic referrals with truths, and the generator that made them."""
