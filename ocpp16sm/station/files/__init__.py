"""Transfers of files between the station and the servers that the Central System names (8).

Schemes are ``ftp``, ``ftps``, ``http`` and ``https``. User and password are in the URL, percent-encoded, and are never
logged.

* A file is uploaded under its own name if the URL names a directory: it has no path, its path ends with a slash, or the
  FTP server has such a directory. Otherwise the URL names the file. An HTTP URL with a query is used unchanged.
* HTTP uploads use PUT, or POST if the server does not support PUT.
* ``ftps`` means TLS from the beginning (port 990 if the URL names none) or AUTH TLS (port 21), whichever the server
  supports. Certificates are checked.
"""

from ocpp16sm.station.files.address import Limits, local_name, plain, show
from ocpp16sm.station.files.memory import MemoryFiles
from ocpp16sm.station.files.mover import FileMover, NetworkFiles, download, upload

__all__ = ["FileMover", "Limits", "MemoryFiles", "NetworkFiles", "download", "local_name", "plain", "show", "upload"]
