"""Checks and repairs the state loaded from a store before a charge point starts with it."""
