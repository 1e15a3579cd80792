"""Checks of the locations of downloads and uploads (8, 9.5.1), and of the numbers that come with them."""

import re

from ocpp16sm.config import firmware_keys
from ocpp16sm.core.engine.configuration_values import Configuration

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def objection(configuration: Configuration, location: str) -> str | None:
    """What is wrong with a location; None if nothing is. The text contains nothing of the location itself.

    Its scheme must be one of SupportedFileTransferProtocols, and it must not contain control characters: a line break
    in the path on an FTP server is a command.
    """
    kinds = configuration[firmware_keys.SUPPORTED_FILE_TRANSFER_PROTOCOLS]
    location = location.strip()
    scheme, separator, _rest = location.partition("://")
    if not separator or scheme.upper() not in kinds:
        return f"the location is none of {', '.join(kinds) or 'nothing: no files are moved here'}"
    if _CONTROL.search(location):
        return "the location has a control character in it"
    return None


def not_negative(given: int | None) -> int | None:
    """A number of retries or seconds, or 0 if it is negative; None stays None."""
    return None if given is None else max(0, given)
