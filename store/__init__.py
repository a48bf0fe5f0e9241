"""The ledger: tables, migrations, and the one door to them."""
