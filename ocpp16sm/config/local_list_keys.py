"""The configuration keys of the profile Local Auth List Management (9.2)."""

from ocpp16sm.config.key import Access, Boolean, Integer, Key

LOCAL_AUTH_LIST_ENABLED = Key(
    "LocalAuthListEnabled",
    Boolean(),
    True,
    "The Local Authorization List is used. While false, SendLocalList is answered NotSupported.",
    source="9.2.1",
)
LOCAL_AUTH_LIST_MAX_LENGTH = Key(
    "LocalAuthListMaxLength",
    Integer(1),
    1024,
    "Maximum number of idTags in the list; an update that exceeds it is answered Failed.",
    Access.READ,
    "idTags",
    "9.2.2",
)
SEND_LOCAL_LIST_MAX_LENGTH = Key(
    "SendLocalListMaxLength",
    Integer(1),
    1024,
    "Maximum number of idTags in one SendLocalList; a longer one is answered Failed.",
    Access.READ,
    "idTags",
    "9.2.3",
)
