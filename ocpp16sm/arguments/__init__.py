"""Checks of what an application passes in, before anything has changed."""
