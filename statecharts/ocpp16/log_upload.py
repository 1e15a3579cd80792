"""One upload of a log or of diagnostics (OCPP 1.6 edition 2, 4.4 and 5.9; whitepaper N01).

Hook: ``announce_upload`` - report the entered state to the Central System.
"""

from statemachine import State

from statecharts.ocpp16.base import OcppChart

TELL = "announce_upload"


class LogUpload(OcppChart):
    """Uploads, one at a time; the states are the statuses of LogStatusNotification, and Requested.

    Requested: the Central System has been told the name of the file, and the station has not begun. The station
    reports progress and may skip steps. A repeated status is not reported again until another attempt or another
    upload begins.
    """

    class pending(State.Compound):
        Idle = State(initial=True)
        Requested = State()

        Idle.to(Requested, event="upload_accepted")  # 5.9, N01.FR.01
        Requested.to(Idle, event="upload_requested idled")  # N01.FR.11: abandoned for another upload

    Uploading = State(enter=TELL)

    class ended(State.Compound):
        Uploaded = State(enter=TELL, initial=True)
        UploadFailure = State(enter=TELL)
        BadMessage = State(enter=TELL)
        PermissionDenied = State(enter=TELL)
        NotSupportedOperation = State(enter=TELL)

    pending.to(Uploading, event="upload_started")  # 4.4, N01.FR.08
    pending.to(ended.Uploaded, event="uploaded")
    pending.to(ended.UploadFailure, event="upload_failed")
    pending.to(ended.BadMessage, event="request_misread")
    pending.to(ended.PermissionDenied, event="permission_denied")
    pending.to(ended.NotSupportedOperation, event="operation_unsupported")
    Uploading.to(ended.Uploaded, event="uploaded")  # 4.4, N01.FR.09
    Uploading.to(ended.UploadFailure, event="upload_failed")  # 4.4, N01.FR.10
    Uploading.to(ended.BadMessage, event="request_misread")  # N01.FR.10
    Uploading.to(ended.PermissionDenied, event="permission_denied")  # N01.FR.10
    Uploading.to(ended.NotSupportedOperation, event="operation_unsupported")  # N01.FR.10
    Uploading.to(pending.Idle, event="upload_requested idled")  # N01.FR.11: abandoned for another upload
    ended.to(Uploading, event="upload_started")  # 6.25: another attempt
    ended.to(ended.Uploaded, event="uploaded", cond="not In('Uploaded')")
    ended.to(ended.UploadFailure, event="upload_failed", cond="not In('UploadFailure')")
    ended.to(ended.BadMessage, event="request_misread", cond="not In('BadMessage')")
    ended.to(ended.PermissionDenied, event="permission_denied", cond="not In('PermissionDenied')")
    ended.to(ended.NotSupportedOperation, event="operation_unsupported", cond="not In('NotSupportedOperation')")
    ended.to(pending.Idle, event="upload_requested idled")

    ignored = {  # noqa: RUF012 - declarations
        "upload_accepted": "Requested Uploading ended",  # the station was faster than the answer
        "upload_started": "Uploading",  # repeated, as are those below
        "uploaded": "Uploaded",
        "upload_failed": "UploadFailure",
        "request_misread": "BadMessage",
        "permission_denied": "PermissionDenied",
        "operation_unsupported": "NotSupportedOperation",
        "upload_requested": "Idle",
        "idled": "Idle",
    }
