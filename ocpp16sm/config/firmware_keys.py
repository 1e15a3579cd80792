"""The configuration key of the profile Firmware Management (9.5, which errata 3.90 added)."""

from ocpp16sm.config.key import Access, CommaList, Key, one_of

PROTOCOLS = ("FTP", "FTPS", "HTTP", "HTTPS")

SUPPORTED_FILE_TRANSFER_PROTOCOLS = Key(
    "SupportedFileTransferProtocols",
    CommaList(one_of(PROTOCOLS), str, ", ".join(PROTOCOLS)),
    PROTOCOLS,
    "The protocols with which the station downloads firmware and uploads files. A location with another protocol "
    "is refused.",
    Access.READ,
    source="9.5.1",
    required=False,
)
