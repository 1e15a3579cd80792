"""Where our core differs from the reference implementation's recordings, and why.

A line is ``step action[.conf|.error] fields``; ``- `` theirs, ``+ `` ours. ``Dnn`` and ``Nn`` number the defects of
the reference implementation; letters with digits are cells of the status table of OCPP 1.6, section 4.9.

Four things hold in every story and are taken out before: our StopTransaction has Transaction.Begin and
Transaction.End values (D36), MeterValues have the current of the neutral where it was measured (D35), the main meter
(connector 0) measures at the inlet, and times of the recording are not compared.
"""

from collections.abc import Mapping

from attrs import frozen


@frozen
class Difference:
    """Lines that differ, and the reason."""

    reason: str
    lines: tuple[str, ...]


_IDLE = "4.4, 4.5: Idle is only sent to who asks for it"
_UNPLUGGED = "StatusNotification connectorId=1 info=EV side disconnected status=Finishing"


def _status(step: int, status: str) -> str:
    return f"{step} StatusNotification connectorId=1 status={status}"


def _without_start(step: int, connector: int, limit: str, unit: str = "A", duration: int = 3600) -> tuple[str, str]:
    """The same composite schedule, theirs and ours."""
    periods = f'[{{"limit": {limit}, "startPeriod": 0}}]'
    shown = f'{{"chargingRateUnit": "{unit}", "chargingSchedulePeriod": {periods}, "duration": {duration}'
    head, tail = f"{step} GetCompositeSchedule.conf chargingSchedule=", f"connectorId={connector} scheduleStart=<now>"
    return (
        f'- {head}{shown}, "startSchedule": "<now>"}} {tail} status=Accepted',
        f"+ {head}{shown}}} {tail} status=Accepted",
    )


DIFFERENCES: Mapping[str, tuple[Difference, ...]] = {
    "07-stop-reasons": (
        Difference("D16: a stop because the EV left says so in its status (4.10, key text)", (f"+ 11 {_UNPLUGGED}",)),
    ),
    "09-second-session-from-finishing": (
        Difference(
            "D14: a transaction that starts in Finishing begins a new use (F2)",
            (
                f"+ {_status(12, 'Preparing')}",
                f"+ {_status(13, 'Charging')}",
                f"+ {_status(14, 'SuspendedEV')}",
                f"+ {_status(15, 'Finishing')}",
            ),
        ),
    ),
    "12-reservation-fault": (
        Difference(
            "D18: a fault ends the reservation (5.13)",
            (f"- {_status(5, 'Reserved')}", f"- {_status(6, 'Available')}", f"+ {_status(5, 'Available')}"),
        ),
        Difference(
            "D07, D18: what happened during the fault is true after it: session (A2), transaction (B3), end",
            (
                f"- {_status(19, 'Reserved')}",
                f"+ {_status(19, 'Preparing')}",
                f"+ {_status(20, 'Charging')}",
                f"+ {_status(21, 'Available')}",
                f"- {_status(22, 'Available')}",
            ),
        ),
    ),
    "14-fault-quiet": (
        Difference(
            "D18: a fault ends the reservation (5.13)",
            (f"- {_status(39, 'Reserved')}", f"- {_status(40, 'Available')}", f"+ {_status(39, 'Available')}"),
        ),
    ),
    "17-two-errors": (
        Difference(
            "N2: clearing the newest error tells the Central System the code that is left",
            ("+ 9 StatusNotification connectorId=1 errorCode=GroundFailure status=Faulted",),
        ),
    ),
    "21-disable-in-each-state": (
        Difference(
            "D09: disabling in Preparing is not lost; it takes effect when the session ends (B1 then A8)",
            (f"- {_status(7, 'Available')}", f"+ {_status(8, 'Available')}"),
        ),
        Difference(
            "D08, and 5.2: disabling in a transaction waits for its end; enabling before that changes nothing",
            tuple(
                line
                for step in (12, 19, 26)
                for line in (
                    f"- {_status(step, 'Unavailable')}",
                    f"- {_status(step + 1, 'Available')}",
                    f"+ {_status(step + 2, 'Finishing')}",
                    f"+ {_status(step + 3, 'Available')}",
                )
            ),
        ),
        Difference(
            "D08: enabling in Finishing shows that the connector is still in use (H2)",
            (f"- {_status(35, 'Available')}", f"+ {_status(35, 'Preparing')}", f"+ {_status(36, 'Available')}"),
        ),
    ),
    "29-log-status": (
        Difference(
            _IDLE,
            ("- 3 LogStatusNotification requestId=3 status=Idle", "- 11 DiagnosticsStatusNotification status=Idle"),
        ),
    ),
    "30-firmware-unsigned": (Difference(_IDLE, ("- 3 FirmwareStatusNotification status=Idle",)),),
    "36-csms-change-availability": (
        Difference(
            "OCPP-J 4.2.3: an unknown word is a PropertyConstraintViolation",
            (
                "- 10 ChangeAvailability.error FormationViolation",
                "+ 10 ChangeAvailability.error PropertyConstraintViolation",
            ),
        ),
    ),
    "38-trigger-messages": (
        Difference(
            "5.17: connectorId is irrelevant for Heartbeat, and ignored",
            ("- 14 TriggerMessage.conf status=Rejected", "+ 14 TriggerMessage.conf status=Accepted", "+ 14 Heartbeat"),
        ),
        Difference(
            "5.17: a message that is not implemented is answered NotImplemented",
            ("- 17 TriggerMessage.error FormationViolation", "+ 17 TriggerMessage.conf status=NotImplemented"),
        ),
        Difference(
            "D49: MeterValues without a connectorId are those of all connectors",
            (
                (
                    '+ 21 MeterValues connectorId=1 meterValue=[{"sampledValue": [{"context": "Trigger", '
                    '"format": "Raw", "location": "Outlet", "measurand": "Energy.Active.Import.Register", '
                    '"unit": "Wh", "value": "1500.00"}], "timestamp": "2026-01-01T00:00:10.000Z"}]'
                ),
            ),
        ),
        Difference(
            "N3: the latest error is the last that arrived, in every report",
            (
                (
                    "- 28 StatusNotification connectorId=1 errorCode=HighTemperature info=warm status=Faulted "
                    "vendorErrorCode=T1 vendorId=v.example"
                ),
                "+ 28 StatusNotification connectorId=1 errorCode=GroundFailure status=Faulted",
            ),
        ),
    ),
    "39-remote-start-stop": (
        Difference(
            "F2: a transaction may begin while the cable is still plugged in (NewTransactionWithoutUnplugging)",
            (
                "- 13 RemoteStartTransaction.conf status=Rejected",
                "+ 13 RemoteStartTransaction.conf status=Accepted",
            ),
        ),
    ),
    "45-charging-profiles": (
        Difference(
            "errata 3.57: a composite schedule has no startSchedule, which is scheduleStart already",
            (
                *_without_start(3, 1, "48"),
                *_without_start(10, 0, "32"),
                *_without_start(11, 1, "12.5"),
                *_without_start(12, 2, "20"),
                *_without_start(14, 1, "8625", "W", 600),
                *_without_start(19, 1, "6"),
                *_without_start(21, 1, "12.5"),
                *_without_start(24, 1, "20"),
                *_without_start(29, 1, "48"),
            ),
        ),
    ),
    "42-reserve-now": (
        Difference(
            "4.9 A7: the charge point keeps reservations itself, and says so at once",
            (
                f"+ {_status(3, 'Reserved')}",
                f"- {_status(4, 'Reserved')}",
                "+ 6 StatusNotification connectorId=2 status=Reserved",
                "- 7 StatusNotification connectorId=2 status=Reserved",
                "- 28 ReserveNow.conf status=Rejected",
                "+ 28 ReserveNow.conf status=Accepted",
                f"+ {_status(28, 'Reserved')}",
            ),
        ),
        Difference(
            "5.13: what is reserved or in use is Occupied, what is out of service Unavailable",
            (
                "- 5 ReserveNow.conf status=Accepted",
                "+ 5 ReserveNow.conf status=Occupied",
                "- 16 ReserveNow.conf status=Accepted",
                "+ 16 ReserveNow.conf status=Occupied",
                "- 23 ReserveNow.conf status=Accepted",
                "+ 23 ReserveNow.conf status=Unavailable",
            ),
        ),
        Difference(
            "profiles.md 3.3: there is no connector 9",
            ("- 26 ReserveNow.conf status=Accepted", "+ 26 ReserveNow.conf status=Rejected"),
        ),
    ),
    "48-second-transaction": (
        Difference(
            "D13, D15: a second transaction on a busy connector is refused, and so is the stop by another session",
            (
                "- 6 StartTransaction connectorId=1 idTag=TAG-B meterStart=1200 timestamp=2026-01-01T00:01:00.000Z",
                "- 7 StopTransaction meterStop=5000 reason=Local timestamp=2026-01-01T01:00:00.000Z transactionId=2",
                "+ 7 StopTransaction meterStop=5000 reason=Local timestamp=2026-01-01T01:00:00.000Z transactionId=1",
            ),
        ),
        Difference(
            "D11: a session that ends before its transaction does not free the connector; the stop does (C1)",
            (
                f"- {_status(13, 'Available')}",
                "- 14 StopTransaction meterStop=5000 reason=Local timestamp=2026-01-01T01:00:00.000Z transactionId=3",
                "+ 14 StopTransaction meterStop=5000 reason=Local timestamp=2026-01-01T01:00:00.000Z transactionId=2",
                f"+ {_status(14, 'Available')}",
            ),
        ),
    ),
    "51-link-down": (
        Difference(
            "errata 3.31: how an upload went is told when the connection is back",
            ("+ 16 LogStatusNotification requestId=3 status=Uploaded",),
        ),
    ),
    "53-initial-states": (
        Difference(
            "D06: a connector that is Faulted at the start can be mended, and used",
            (
                "- 5 StatusNotification connectorId=2 status=Faulted",
                "+ 5 StatusNotification connectorId=2 status=Available",
                "+ 6 StatusNotification connectorId=2 info=EVConnected status=Preparing",
                "+ 7 StatusNotification connectorId=2 status=Available",
            ),
        ),
    ),
    "59-each-handler-alone": (
        Difference(
            "a transaction without a session begins a use (A2), which ends with it (B1)",
            (f"+ {_status(9, 'Preparing')}", f"+ {_status(10, 'Available')}"),
        ),
    ),
}
