"""Steering a virtual station from outside: acts, a station file with a scenario, and the control channel.

The language of the channel is in docs/control.md, the station file in docs/station.md.
"""
