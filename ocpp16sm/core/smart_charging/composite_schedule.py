"""The composite schedule, for the Central System and for the station (3.13.3, 5.7)."""

from decimal import Decimal
from functools import partial

from attrs import frozen

from ocpp16sm.base.timestamp import Timestamp
from ocpp16sm.codec import Call
from ocpp16sm.config import keys, smart_charging_keys
from ocpp16sm.core.engine.context import Context
from ocpp16sm.core.smart_charging import composite
from ocpp16sm.core.smart_charging.composite import Electrics, EvseProfiles, Period
from ocpp16sm.core.smart_charging.profile_checks import DEFAULT, MAX, TX
from ocpp16sm.core.smart_charging.profiles import SmartCharging
from ocpp16sm.core.transactions.transactions import Transactions
from ocpp16sm.messages import (
    ChargingProfile,
    ChargingRateUnitType,
    ChargingSchedule,
    ChargingSchedulePeriod,
    GetCompositeScheduleRequest,
    GetCompositeScheduleResponse,
    GetCompositeScheduleStatus,
)
from ocpp16sm.records import InstalledProfile

REJECTED = GetCompositeScheduleResponse(status=GetCompositeScheduleStatus.REJECTED)


@frozen
class CompositeSchedule:
    """The limits of a connector over time, as far as they are known."""

    connector: int
    """1..N; 0: the charge point, that is the sum of its connectors."""
    start: Timestamp
    """Begin, in whole seconds."""
    unit: ChargingRateUnitType
    """Unit of the limits: A per phase, or W in total."""
    periods: tuple[Period, ...]
    """One or more periods, without gaps."""

    @property
    def duration_s(self) -> int:
        """Length, s; may be less than requested."""
        return self.periods[-1].end_s


class ChargingLimits:
    """Selects the profiles that count, and has the composite schedule calculated."""

    def __init__(self, context: Context, smart_charging: SmartCharging, transactions: Transactions) -> None:
        self._context = context
        self._smart_charging = smart_charging
        self._transactions = transactions

    def asked(self, request: GetCompositeScheduleRequest, _call: Call) -> GetCompositeScheduleResponse:
        """Answer GetCompositeSchedule.req."""
        configuration = self._context.configuration
        allowed = configuration[smart_charging_keys.CHARGING_SCHEDULE_ALLOWED_CHARGING_RATE_UNIT]
        unit = request.charging_rate_unit or allowed[0]
        known = 0 <= request.connector_id <= configuration[keys.NUMBER_OF_CONNECTORS]
        if not known or unit not in allowed or request.duration < 0:
            return REJECTED
        schedule = self.schedule(request.connector_id, self._context.now.utc, request.duration, unit)
        periods = (ChargingSchedulePeriod(p.start_s, p.limit, p.number_phases) for p in schedule.periods)
        return GetCompositeScheduleResponse(
            status=GetCompositeScheduleStatus.ACCEPTED,
            connector_id=request.connector_id,
            schedule_start=schedule.start,
            charging_schedule=ChargingSchedule(unit, tuple(periods), duration=schedule.duration_s),
        )

    def schedule(
        self, connector_id: int, now: Timestamp, duration_s: int, unit: ChargingRateUnitType | None = None
    ) -> CompositeSchedule:
        """The composite schedule of an existing connector (0: the charge point) from now on.

        For a connector without a transaction it assumes that one begins now: with the profile of an awaited remote
        start, or else the TxDefaultProfiles. MaxCompositeScheduleDuration and ChargingScheduleMaxPeriods limit it.
        """
        configuration = self._context.configuration
        count = configuration[keys.NUMBER_OF_CONNECTORS]
        allowed = configuration[smart_charging_keys.CHARGING_SCHEDULE_ALLOWED_CHARGING_RATE_UNIT]
        unit = unit or allowed[0]
        start = now.replace(microsecond=0)
        longest = configuration[smart_charging_keys.MAX_COMPOSITE_SCHEDULE_DURATION]
        most = configuration[smart_charging_keys.CHARGING_SCHEDULE_MAX_PERIODS]
        installed = self._counting()
        ceiling = [each.profile for each in installed if each.profile.charging_profile_purpose is MAX]
        evses = [self._evse(number, installed) for number in range(1, count + 1)]
        calculate = (
            partial(composite.of_connector, evses[connector_id - 1])
            if connector_id
            else partial(composite.of_charge_point, evses)
        )
        periods = calculate(
            ceiling,
            start,
            min(duration_s, longest),
            unit,
            self._electrics(),
            simulate_transaction=True,
            max_periods=most,
        )
        return CompositeSchedule(connector_id, start, unit, periods)

    def _electrics(self) -> Electrics:
        configuration = self._context.configuration
        return Electrics(
            default_limit_a=Decimal(configuration[smart_charging_keys.COMPOSITE_SCHEDULE_DEFAULT_LIMIT_AMPS]),
            default_limit_w=Decimal(configuration[smart_charging_keys.COMPOSITE_SCHEDULE_DEFAULT_LIMIT_WATTS]),
            default_phases=configuration[smart_charging_keys.COMPOSITE_SCHEDULE_DEFAULT_NUMBER_PHASES],
            supply_voltage_v=Decimal(configuration[smart_charging_keys.SUPPLY_VOLTAGE]),
        )

    def _counting(self) -> list[InstalledProfile]:
        """The installed profiles and those of awaited starts, without those that are ignored offline."""
        awaited = (InstalledProfile(start.connector_id, start.profile) for start in self._smart_charging.awaited)
        ignored = self._context.configuration[smart_charging_keys.IGNORED_PROFILE_PURPOSES_OFFLINE]
        return [
            each
            for each in (*self._smart_charging.installed, *awaited)
            if self._context.online or each.profile.charging_profile_purpose not in ignored
        ]

    def _evse(self, connector_id: int, installed: list[InstalledProfile]) -> EvseProfiles:
        transaction = self._transactions.at(connector_id)
        of_all = _of(installed, 0)
        own = _of(installed, connector_id)
        return EvseProfiles(
            tx_default=tuple(p for p in (*of_all, *own) if p.charging_profile_purpose is DEFAULT),
            tx=tuple(p for p in own if p.charging_profile_purpose is TX),
            transaction_start=None if transaction is None else transaction.record.started_at,
        )


def _of(installed: list[InstalledProfile], connector_id: int) -> list[ChargingProfile]:
    return [each.profile for each in installed if each.connector_id == connector_id]
