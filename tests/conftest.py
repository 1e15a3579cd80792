"""What holds for every test."""

import gc

from hypothesis import HealthCheck, settings

settings.register_profile("on any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("on any machine")  # how busy a machine is says nothing of what is tested on it


def pytest_collection_finish() -> None:
    """Ten thousand tests lie in memory from here to the end: the garbage collector need not look at them each time."""
    gc.collect()
    gc.freeze()
