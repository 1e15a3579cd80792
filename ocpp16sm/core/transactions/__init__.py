"""Sessions, transactions and their meter values."""
