"""The virtual meter signs real OCMF, and what it has published checks it."""

from decimal import Decimal
from random import Random

import pytest

from ocpp16sm.messages import GetConfigurationRequest, MeterValue, StopTransactionRequest, ValueFormat
from ocpp16sm.station import Outlet, VirtualStation
from ocpp16sm.station.signing_meter import SigningMeter
from ocpp16sm.testing import OcmfError, verify_ocmf
from tests.support.virtual_core import BEGAN
from tests.support.virtual_time import Lines, LoopClock, passes, run, settings

SIGNED = ValueFormat.SIGNED_DATA


def meter(seed: int = 1) -> SigningMeter:
    """A meter."""
    return SigningMeter("M-1", Random(seed))


def test_a_begin_and_an_end_are_signed() -> None:
    signer = meter()
    begin = verify_ocmf(signer.begin(1234.5, BEGAN, "TAG"), signer.public_key)
    end = verify_ocmf(signer.end(5678.9, BEGAN, "TAG"), signer.public_key)
    assert [(each.kind, each.value, each.unit) for each in end.readings] == [
        ("B", Decimal("1.2345"), "kWh"),
        ("E", Decimal("5.6789"), "kWh"),
    ]
    assert begin.readings == end.readings[:1]
    assert begin.readings[0].at == "2026-06-01T12:00:00,000+0000 S"
    assert (begin.payload["PG"], end.payload["PG"], end.payload["ID"]) == ("T1", "T2", "TAG")


def test_the_same_seed_has_the_same_key() -> None:
    assert meter(1).public_key == meter(1).public_key != meter(2).public_key


def test_what_was_changed_is_not_signed() -> None:
    signer = meter()
    text = signer.begin(1234.5, BEGAN, "TAG")
    with pytest.raises(OcmfError, match="signature does not match"):
        verify_ocmf(text.replace("1.2345", "1.2346"), signer.public_key)
    with pytest.raises(OcmfError, match="signature does not match"):
        verify_ocmf(text, meter(2).public_key)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not OCMF"),
        ("OCMF|{}", "not OCMF"),
        ("XML|{}|{}", "not OCMF"),
        ("OCMF|{|{}", "the payload is not valid JSON"),
        ("OCMF|{}|[]", "the signature is not a JSON object"),
        ('OCMF|{}|{"SA":"ECDSA-secp192r1-SHA256"}', "secp192r1"),
        ('OCMF|{}|{"SD":"xyz"}', "cannot read the key or the signature"),
        ('OCMF|{}|{"SD":"00"}', "signature does not match"),
    ],
)
def test_what_is_no_signed_value_is_told_apart(text: str, reason: str) -> None:
    with pytest.raises(OcmfError, match=reason):
        verify_ocmf(text, meter().public_key)


def test_a_key_that_is_none_is_told_apart() -> None:
    signer = meter()
    with pytest.raises(OcmfError, match="the key"):
        verify_ocmf(signer.begin(1, BEGAN, "TAG"), "3059")


# -- at a station ------------------------------------------------------------------------------------------------------


def signed_values(values: tuple[MeterValue, ...] | None) -> list[str]:
    """The signed ones."""
    return [each.value for entry in values or () for each in entry.sampled_value if each.format is SIGNED]


def test_a_station_publishes_its_meter_s_key_and_signs_begin_and_end() -> None:
    """profiles.md 8: what the Central System gets proves itself."""

    async def story() -> None:
        lines = Lines()
        station = VirtualStation(
            settings(connectors=2), outlets={2: Outlet(signs=True)}, transport=lines, clock=LoopClock(), seed=1
        )
        async with station:
            await station.charge_point.wait_until_accepted()
            answer = await lines.peer.call(GetConfigurationRequest(("MeterPublicKey1", "MeterPublicKey2")))
            assert answer.unknown_key == ("MeterPublicKey1",)
            (published,) = answer.configuration_key
            station.plug_in(2)
            station.present_token("TAG", [2])
            await lines.peer.expect("StartTransaction")
            begin = await lines.peer.expect("MeterValues")
            await passes(3600)
            station.present_token("TAG", [2])
            stop: StopTransactionRequest = await lines.peer.expect("StopTransaction")
            (first,) = signed_values(begin.meter_value)
            assert signed_values(stop.transaction_data)[0] == first
            proof = verify_ocmf(signed_values(stop.transaction_data)[1], published.value)
            assert [each.kind for each in proof.readings] == ["B", "E"]
            assert proof.readings[0] == verify_ocmf(first, published.value).readings[0]
            assert abs(proof.readings[1].value * 1000 - stop.meter_stop) <= 1
            assert stop.meter_stop > 5000

    run(story())
