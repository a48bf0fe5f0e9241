"""What is kept: the bytes by hash, the tables, and the ledger, the only door to them."""
