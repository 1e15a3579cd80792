"""Charging profiles: which are accepted, which apply, and the composite schedule."""
