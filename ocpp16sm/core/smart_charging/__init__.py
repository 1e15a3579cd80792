"""Charging profiles: what is accepted, what holds, and the composite schedule."""
