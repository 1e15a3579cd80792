"""Transactions and their meter values."""
