"""A fleet: many complete virtual stations, to test a Central System under load.

::

    profile = read_profile(Path("fleet.toml"))
    fleet = Fleet("ws://127.0.0.1:9000", profile, range(1, 101))
    await fleet.run(over, tick, duration_s=60)

``ocpp16sm fleet`` is the command; :mod:`ocpp16sm.fleet.locust` runs a fleet on many machines.
"""

from ocpp16sm.fleet.counts import Counts, Times
from ocpp16sm.fleet.fleet import Fleet
from ocpp16sm.fleet.profile import Profile, ProfileError, profile_of, read_profile

__all__ = ["Counts", "Fleet", "Profile", "ProfileError", "Times", "profile_of", "read_profile"]
