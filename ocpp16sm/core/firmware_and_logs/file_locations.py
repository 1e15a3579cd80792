"""Where files may be fetched from and taken to: what a Central System may name (8, 9.5.1)."""

import re

from ocpp16sm.config import firmware_keys
from ocpp16sm.core.engine.configuration_values import Configuration

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def objection(configuration: Configuration, location: str) -> str | None:
    """What is wrong with a location before anybody looks for it; None: nothing. It holds nothing of the location.

    It must be of a kind that SupportedFileTransferProtocols names, and hold no control characters: a line break in the
    path of an FTP server is a command.
    """
    kinds = configuration[firmware_keys.SUPPORTED_FILE_TRANSFER_PROTOCOLS]
    location = location.strip()
    scheme, separator, _rest = location.partition("://")
    if not separator or scheme.upper() not in kinds:
        return f"the location is none of {', '.join(kinds) or 'nothing: no files are moved here'}"
    if _CONTROL.search(location):
        return "the location has a control character in it"
    return None
