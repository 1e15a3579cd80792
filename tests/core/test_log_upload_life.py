"""Every course of an upload, three words long: what is told of it, and what a trigger is told afterwards.

A status is told when it is another one than was told last of this upload; Idle is told only when asked (4.4), and what
is told after it is told as of an upload that begins. Of another request (N01.FR.11) nothing has been told yet.
"""

from itertools import product

import pytest

from ocpp16sm.messages import UploadLogStatus
from tests.support.scene import ACCEPTED, CoreScene

ANOTHER = "another"
WORDS = (*UploadLogStatus, ANOTHER)


@pytest.mark.parametrize("course", list(product(WORDS, repeat=3)), ids="-".join)
def test_a_course(course: tuple[str, ...]) -> None:
    scene = CoreScene()
    scene.boots()
    request_id, last = 17, "Idle"
    for word in course:
        if word == ANOTHER:
            request_id, last = request_id + 1, "Idle"
            continue
        scene.station.on_log_status_notification(request_id, UploadLogStatus(word))
        if word not in ("Idle", last):
            scene.hears("LogStatusNotification", status=word, requestId=request_id)
        scene.hears_nothing()
        last = word
    busy = [word for word in course if word != ANOTHER][-1:] == ["Uploading"]
    assert scene.asks("ExtendedTriggerMessage", requestedMessage="LogStatusNotification") == ACCEPTED
    scene.hears("LogStatusNotification", status="Uploading" if busy else "Idle")
    scene.hears_nothing()
