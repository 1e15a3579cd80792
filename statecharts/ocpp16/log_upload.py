"""One upload of a log or of diagnostics (OCPP 1.6 edition 2, 4.4 and 5.9; whitepaper N01).

Hook: ``announce_upload`` - report the entered state to the Central System.
"""

from statemachine import State

from statecharts.ocpp16.base import OcppChart

TELL = "announce_upload"


class LogUpload(OcppChart):
    """Uploads, one at a time; the states are the statuses of LogStatusNotification.

    The station reports progress and may skip steps. A repeated status is not reported again until another attempt or
    another upload begins.
    """

    Idle = State(initial=True)
    Uploading = State(enter=TELL)

    class ended(State.Compound):
        Uploaded = State(enter=TELL, initial=True)
        UploadFailure = State(enter=TELL)
        BadMessage = State(enter=TELL)
        PermissionDenied = State(enter=TELL)
        NotSupportedOperation = State(enter=TELL)

    Idle.to(Uploading, event="upload_started")  # 4.4, N01.FR.08
    Idle.to(ended.Uploaded, event="uploaded")
    Idle.to(ended.UploadFailure, event="upload_failed")
    Idle.to(ended.BadMessage, event="request_misread")
    Idle.to(ended.PermissionDenied, event="permission_denied")
    Idle.to(ended.NotSupportedOperation, event="operation_unsupported")
    Uploading.to(ended.Uploaded, event="uploaded")  # 4.4, N01.FR.09
    Uploading.to(ended.UploadFailure, event="upload_failed")  # 4.4, N01.FR.10
    Uploading.to(ended.BadMessage, event="request_misread")  # N01.FR.10
    Uploading.to(ended.PermissionDenied, event="permission_denied")  # N01.FR.10
    Uploading.to(ended.NotSupportedOperation, event="operation_unsupported")  # N01.FR.10
    Uploading.to(Idle, event="upload_requested idled")  # N01.FR.11: abandoned for another upload
    ended.to(Uploading, event="upload_started")  # 6.25: another attempt
    ended.to(ended.Uploaded, event="uploaded", cond="not In('Uploaded')")
    ended.to(ended.UploadFailure, event="upload_failed", cond="not In('UploadFailure')")
    ended.to(ended.BadMessage, event="request_misread", cond="not In('BadMessage')")
    ended.to(ended.PermissionDenied, event="permission_denied", cond="not In('PermissionDenied')")
    ended.to(ended.NotSupportedOperation, event="operation_unsupported", cond="not In('NotSupportedOperation')")
    ended.to(Idle, event="upload_requested idled")

    ignored = {  # noqa: RUF012 - declarations
        "upload_started": "Uploading",  # repeated, as are those below
        "uploaded": "Uploaded",
        "upload_failed": "UploadFailure",
        "request_misread": "BadMessage",
        "permission_denied": "PermissionDenied",
        "operation_unsupported": "NotSupportedOperation",
        "upload_requested": "Idle",
        "idled": "Idle",
    }
