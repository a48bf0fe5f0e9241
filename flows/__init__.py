"""Prefect, and only here: pick up, process, follow up."""
