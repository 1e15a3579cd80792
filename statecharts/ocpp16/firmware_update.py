"""A firmware update: its progress, and the availability of the connectors during it (4.5, 5.19; whitepaper L01).

Guards, answered by the update:

* ``attempts_left`` - a failed download will be tried again
* ``signed`` - the update was requested with SignedUpdateFirmware
* ``connectors_concerned`` - connectors must be out of service during the installation
* ``time_to_install`` - installDateTime has passed or was not given

Hooks:

* ``announce_progress`` - report the entered state to the Central System, if its message has a status for it
* ``announce_reboot`` - report a reboot that does not change the state
* ``take_request`` - replace the current request with the newest one
* ``request_download`` - ask the station to download
* ``permit_installation`` - tell the station that it may install
* ``arm_installation``, ``disarm_installation`` - start and cancel the timer for installDateTime
* ``withdraw_connectors``, ``restore_connectors`` - take connectors out of service and put them back
* ``count_attempt`` - count a failed download
* ``notice_invalid_signature`` - record a security event
"""

from statemachine import State

from statecharts.model import Timer
from statecharts.ocpp16.base import OcppChart

TELL = "announce_progress"


class FirmwareUpdate(OcppChart):
    """Firmware updates, one at a time: the progress of the update, and the availability of the connectors.

    The station reports progress and may skip steps. A step that has already been passed and a repeated step are not
    reported again. An end is always reported, and any step may follow it. A request that arrives during an update waits
    until the update has ended.

    Connectors are taken out of service as they become free, once the firmware is downloaded and, if it is signed, its
    signature is verified and its installation time has come. When all are out of service the installation is permitted.
    They return to service when the update ends.
    """

    class firmware_update(State.Parallel):
        class progress(State.Compound):
            class update(State.Compound):
                class unready(State.Compound):
                    class resting(State.Compound):
                        Idle = State(initial=True)
                        Installed = State(enter=TELL)
                        InstallationFailed = State(enter=TELL)
                        InstallVerificationFailed = State(enter=TELL)
                        InvalidSignature = State(enter=[TELL, "notice_invalid_signature"])

                        Installed.to(None, event="reboot_announced", on="announce_reboot")  # L01.FR.15

                    class retrieval(State.Compound):
                        DownloadScheduled = State(enter=TELL, exit="disarm_retrieval", initial=True)
                        Requested = State(enter="request_download")
                        Downloading = State(enter=TELL)
                        DownloadPaused = State(enter=TELL)
                        DownloadFailed = State(enter=["count_attempt", TELL])

                        DownloadScheduled.to(Requested, event="retrieval_due")  # 5.19, errata 3.63
                        DownloadScheduled.to(
                            DownloadScheduled, event="update_requested", on=["take_request", "arm_retrieval"]
                        )  # 5.19
                        DownloadFailed.to(
                            DownloadScheduled,
                            event="update_requested",
                            cond="not attempts_left",
                            on=["take_request", "arm_retrieval"],
                        )  # 5.19

                    resting.to(
                        retrieval.DownloadScheduled, event="update_requested", on=["take_request", "arm_retrieval"]
                    )  # 5.19

                class pending(State.Compound):
                    class ready(State.Compound):
                        Downloaded = State(enter=TELL, initial=True)
                        SignatureVerified = State(enter=TELL)
                        InstallScheduled = State(enter=TELL)

                        Downloaded.to(SignatureVerified, event="signature_verified")  # L01.FR.04
                        Downloaded.to(InstallScheduled, event="installation_scheduled")
                        SignatureVerified.to(InstallScheduled, event="installation_scheduled")  # L01.FR.16

                    class installation(State.Compound):
                        Installing = State(enter=TELL, initial=True)
                        InstallRebooting = State(enter=TELL)

                        Installing.to(InstallRebooting, event="reboot_announced")  # L01.FR.15
                        InstallRebooting.to(Installing, event="installation_started")  # L01.FR.15: after the reboot

                    ready.to(installation.Installing, event="installation_started")  # 4.5, L01.FR.05, L01.FR.17
                    ready.to(installation.InstallRebooting, event="reboot_announced")  # L01.FR.22

                unready.to(
                    unready.retrieval.DownloadScheduled, event="download_scheduled", cond="not In('DownloadScheduled')"
                )  # L01.FR.13
                unready.to(unready.retrieval.Downloading, event="download_started", cond="not In('Downloading')")  # 4.5
                unready.to(
                    unready.retrieval.DownloadPaused, event="download_paused", cond="not In('DownloadPaused')"
                )  # L01.FR.14
                unready.to(pending.ready.Downloaded, event="downloaded")  # 4.5
                unready.to(pending.ready.SignatureVerified, event="signature_verified")
                unready.to(pending.ready.InstallScheduled, event="installation_scheduled")
                unready.to(pending.installation.Installing, event="installation_started")
                unready.to(pending.installation.InstallRebooting, event="reboot_announced")

            update.to(update.unready.retrieval.Requested, event="download_lost")  # 5.19: lost in a restart
            update.to(
                update.unready.retrieval.DownloadFailed, event="download_failed", cond="not In('DownloadFailed')"
            )  # 4.5
            update.to(update.unready.resting.Installed, event="installed", cond="not In('Installed')")  # 4.5
            update.to(
                update.unready.resting.InstallationFailed,
                event="installation_failed",
                cond="not In('InstallationFailed')",
            )  # 4.5
            update.to(
                update.unready.resting.InstallVerificationFailed,
                event="verification_failed",
                cond="not In('InstallVerificationFailed')",
            )  # whitepaper 6.8
            update.to(
                update.unready.resting.InvalidSignature, event="signature_refused", cond="not In('InvalidSignature')"
            )  # L01.FR.03
            update.to(update.unready.resting.Idle, event="superseded", cond="not In('Idle')")  # L01.FR.26
            update.to(
                update.unready.resting.Idle,
                event="idled",
                cond="not In('Idle') and not In('DownloadScheduled') and not In('Requested')",
            )

        class connectors(State.Compound):
            class in_service(State.Compound):
                InService = State(initial=True)
                Awaiting = State(exit="disarm_installation")
                Returning = State(enter="restore_connectors")

                Awaiting.to(InService, cond="not In('pending')")
                Returning.to(InService, event="connectors_returned")

            Leaving = State()
            OutOfService = State()
            Spared = State()

            in_service.to(
                Leaving,
                event="downloaded",
                cond="connectors_concerned and not signed and not In('pending')",
                on="withdraw_connectors",
            )  # 5.19, errata 3.49
            in_service.to(Spared, event="downloaded", cond="not signed and not In('pending')", on="permit_installation")
            in_service.to(
                in_service.Awaiting,
                event="signature_verified installation_scheduled",
                cond="not time_to_install and not In('Awaiting')",
                on="arm_installation",
            )  # L01.FR.16
            in_service.to(
                Leaving,
                event="signature_verified installation_scheduled",
                cond="connectors_concerned and time_to_install",
                on="withdraw_connectors",
            )  # L01.FR.07
            in_service.to(
                Spared,
                event="signature_verified installation_scheduled",
                cond="time_to_install",
                on="permit_installation",
            )
            in_service.Awaiting.to(
                Leaving, event="installation_due", cond="connectors_concerned", on="withdraw_connectors"
            )  # L01.FR.19
            in_service.Awaiting.to(Spared, event="installation_due", on="permit_installation")  # L01.FR.17
            in_service.to(
                Leaving, event="installation_started", cond="connectors_concerned", on="withdraw_connectors"
            )  # L01.FR.07
            in_service.to(Spared, event="installation_started")
            in_service.to(
                Leaving,
                event="reboot_announced",
                cond="connectors_concerned and not In('Installed')",
                on="withdraw_connectors",
            )
            in_service.to(Spared, event="reboot_announced", cond="not In('Installed')")
            Leaving.to(
                OutOfService, event="connectors_left", cond="not In('installation')", on="permit_installation"
            )  # L01.FR.06 L01.FR.18
            Leaving.to(OutOfService, event="connectors_left")
            Leaving.to(in_service.Returning, cond="not In('pending')")
            OutOfService.to(in_service.Returning, cond="not In('pending')")
            Spared.to(in_service.InService, cond="not In('pending')")

    timers = (
        Timer("retrieval_due", "arm_retrieval", "disarm_retrieval", "retrieveDate, on the wall clock"),
        Timer("installation_due", "arm_installation", "disarm_installation", "installDateTime, on the wall clock"),
    )

    ignored = {  # noqa: RUF012 - declarations
        "update_requested": "Requested Downloading DownloadPaused DownloadFailed pending",  # the request waits
        "retrieval_due": "resting Requested Downloading DownloadPaused DownloadFailed pending",
        "download_scheduled": "DownloadScheduled pending",  # too late or repeated, as are those below
        "download_started": "Downloading pending",
        "download_paused": "DownloadPaused pending",
        "download_failed": "DownloadFailed",
        "downloaded": "pending",
        "signature_verified": "SignatureVerified InstallScheduled installation",
        "installation_scheduled": "InstallScheduled installation",
        "installation_started": "Installing",
        "reboot_announced": "InstallRebooting",
        "installed": "Installed",
        "installation_failed": "InstallationFailed",
        "verification_failed": "InstallVerificationFailed",
        "signature_refused": "InvalidSignature",
        "idled": "Idle DownloadScheduled Requested",  # the station has not started yet
        "superseded": "Idle",
        "connectors_left": "in_service OutOfService Spared",
        "connectors_returned": "InService Awaiting Leaving OutOfService Spared",
        "installation_due": "InService Returning Leaving OutOfService Spared",
    }
