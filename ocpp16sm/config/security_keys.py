"""Configuration keys for opening connections (whitepaper 2 and 3) and for security events."""

from attrs import frozen

from ocpp16sm.config.key import Access, Boolean, Integer, Key

READ = Access.READ


@frozen
class Password:
    """A password of HTTP Basic: 16 to 40 characters, or 16 to 40 bytes as hexadecimal digits (A00.FR.205)."""

    name: str = "string"
    allowed: str = "16 to 40 characters, or 32 to 80 hexadecimal digits"

    def read(self, text: str) -> str:
        """Check the length; the error does not repeat the password."""
        if not 16 <= len(text) <= 40 and not _is_hexadecimal(text):
            raise ValueError(f"its length is {len(text)}")
        return text

    def show(self, value: str) -> str:
        return value


def _is_hexadecimal(text: str) -> bool:
    digits = set(text) <= set("0123456789abcdefABCDEF")
    return digits and 32 <= len(text) <= 80 and len(text) % 2 == 0


AUTHORIZATION_KEY = Key(
    "AuthorizationKey",
    Password(),
    "",
    "Password of HTTP Basic in security profiles 1 and 2. An even number of hexadecimal digits, 32 or more, stands "
    "for bytes. A new password is tried at once; if it is refused, the old one is used until one is accepted.",
    Access.WRITE,
    source="whitepaper A00.FR.205, A01",
    required=False,
)
SECURITY_PROFILE = Key(
    "SecurityProfile",
    Integer(0, 3),
    0,
    "0: no security; 1: HTTP Basic; 2: TLS and HTTP Basic; 3: TLS with a client certificate. It can only be raised; "
    "the old profile returns if no connection can be opened with the new one.",
    source="whitepaper A05",
    required=False,
)
SWITCH_SECURITY_PROFILE_CONNECTION_TIMEOUT = Key(
    "SwitchSecurityProfileConnectionTimeout",
    Integer(1),
    20,
    "How long a new security profile or client certificate is tried, counted from the first attempt to connect.",
    unit="s",
    source="libocpp",
    required=False,
)
VERIFY_CSMS_COMMON_NAME = Key(
    "VerifyCsmsCommonName",
    Boolean(),
    True,
    "The Central System's certificate must match the host name of its URL.",
    READ,
    source="libocpp",
    required=False,
)
VERIFY_CSMS_ALLOW_WILDCARDS = Key(
    "VerifyCsmsAllowWildcards",
    Boolean(),
    False,
    "In that certificate, * may replace the whole first label of the host name.",
    READ,
    source="libocpp",
    required=False,
)
USE_SSL_DEFAULT_VERIFY_PATHS = Key(
    "UseSslDefaultVerifyPaths",
    Boolean(),
    True,
    "The operating system's root certificates are trusted in addition to the installed ones.",
    READ,
    source="libocpp",
    required=False,
)
