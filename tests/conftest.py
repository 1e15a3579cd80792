"""What holds for every test."""

import gc

from hypothesis import HealthCheck, settings

settings.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=300)
settings.load_profile("quick")  # no deadline: how busy a machine is says nothing of what is tested on it


def pytest_collection_finish() -> None:
    """Ten thousand tests lie in memory from here to the end: the garbage collector need not look at them each time."""
    gc.collect()
    gc.freeze()
