"""Parts that layouts are put together from."""
