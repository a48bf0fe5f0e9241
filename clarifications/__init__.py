"""The request to a referrer, and its reply."""
