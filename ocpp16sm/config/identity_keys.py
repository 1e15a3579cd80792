"""Read-only keys with the identity of the charge point: its id, and the fields of BootNotification (6.3)."""

from ocpp16sm.config.key import Access, Key, Text


def _key(name: str, length: int, effect: str) -> Key[str]:
    return Key(name, Text(length), "", effect, Access.READ, source="libocpp", required=False)


CHARGE_POINT_ID = _key("ChargePointId", 48, "Id of the charge point, the last part of its URL.")
CHARGE_POINT_VENDOR = _key("ChargePointVendor", 20, "chargePointVendor of BootNotification.")
CHARGE_POINT_MODEL = _key("ChargePointModel", 20, "chargePointModel of BootNotification.")
CHARGE_POINT_SERIAL_NUMBER = _key("ChargePointSerialNumber", 25, "chargePointSerialNumber of BootNotification.")
CHARGE_BOX_SERIAL_NUMBER = _key("ChargeBoxSerialNumber", 25, "chargeBoxSerialNumber of BootNotification.")
FIRMWARE_VERSION = _key("FirmwareVersion", 50, "firmwareVersion of BootNotification.")
ICCID = _key("ICCID", 20, "iccid of BootNotification.")
IMSI = _key("IMSI", 20, "imsi of BootNotification.")
METER_TYPE = _key("MeterType", 25, "meterType of BootNotification.")
METER_SERIAL_NUMBER = _key("MeterSerialNumber", 25, "meterSerialNumber of BootNotification.")

BY_FIELD = {
    "charge_point_vendor": CHARGE_POINT_VENDOR,
    "charge_point_model": CHARGE_POINT_MODEL,
    "charge_point_serial_number": CHARGE_POINT_SERIAL_NUMBER,
    "charge_box_serial_number": CHARGE_BOX_SERIAL_NUMBER,
    "firmware_version": FIRMWARE_VERSION,
    "iccid": ICCID,
    "imsi": IMSI,
    "meter_type": METER_TYPE,
    "meter_serial_number": METER_SERIAL_NUMBER,
}
"""Field of :class:`~ocpp16sm.records.Identity` -> the key that shows it."""
