"""The table of acts: the methods of VirtualStation, all of them, and their parameters."""

import inspect
from typing import Any

import pytest

from ocpp16sm.control import station_acts
from ocpp16sm.control.act import Act
from ocpp16sm.control.act_table import ACTS, describe
from ocpp16sm.control.parameter_values import InvalidValueError
from ocpp16sm.control.scenario import act_of
from ocpp16sm.messages import ChargePointErrorCode
from ocpp16sm.station import Car, CarContract, VirtualStation
from tests.support.control_client import plan, steered
from tests.support.virtual_time import run

OF_THE_STATION = {word: act for word, act in ACTS.items() if act.__module__ == station_acts.__name__}
NO_ACTS = {"start", "stop", "later", "utc", "virtual_connector", "look", "status"}
"""Methods of VirtualStation that nobody in front of it could do; what can be seen is act state."""


def test_every_method_of_the_station_is_an_act() -> None:
    methods = {name for name, _ in inspect.getmembers(VirtualStation, inspect.isfunction) if not name.startswith("_")}
    assert set(OF_THE_STATION) == methods - NO_ACTS


@pytest.mark.parametrize(("word", "act"), OF_THE_STATION.items(), ids=OF_THE_STATION)
def test_an_act_has_the_parameters_of_its_method(word: str, act: type[Act]) -> None:
    taken = [one for one in inspect.signature(getattr(VirtualStation, word)).parameters.values() if one.name != "self"]
    if word == "reset":  # the reason of a local reset is always the same
        taken = []
    assert [one.name for one in act.parameters()] == [one.name for one in taken]
    for parameter, one in zip(act.parameters(), taken, strict=True):
        required = one.default is inspect.Parameter.empty
        described: Any = describe(act)["parameters"][parameter.name]
        assert described["required"] == required
        assert described.get("default") == (None if required else one.default)


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_every_act_and_every_parameter_explains_itself(act: type[Act]) -> None:
    assert act.summary().endswith(".")
    for parameter in describe(act)["parameters"].values():
        assert parameter["summary"].endswith(".")
        assert parameter["expected"]
    names = {parameter.name for parameter in act.parameters()}
    assert names.isdisjoint({"id", "act", "at"}), "these have a meaning of their own in a line, or in a scenario"


def test_an_act_can_be_asked_about() -> None:
    async def story() -> None:
        async with steered() as client:
            assert list(await client.does("help")) == list(ACTS)
            told = await client.does("help", about="plug_in")
            assert list(told) == ["plug_in"]
            assert list(told["plug_in"]["parameters"]) == ["connector", "car"]

    run(story())


LINES: dict[str, Act | None] = {
    "": None,
    "  # a comment": None,
    "plug_in 1": station_acts.PlugIn(connector=1),
    "plug_in 2 small  # a comment": station_acts.PlugIn(connector=2, car="small"),
    "plug_in car=small connector=2": station_acts.PlugIn(connector=2, car="small"),
    "present_token 123456": station_acts.PresentToken(token="123456"),
    "present_token true 1,2": station_acts.PresentToken(token="true", connectors=(1, 2)),
    "present_token alice [2]": station_acts.PresentToken(token="alice", connectors=(2,)),
    "present_token a=b": station_acts.PresentToken(token="a=b"),
    "raise_error 1 GroundFailure 'the cat'": station_acts.RaiseError(
        connector=1, error=ChargePointErrorCode.GROUND_FAILURE, info="the cat"
    ),
    "raise_error 1 6 is_fault=false": station_acts.RaiseError(connector=1, error=6, is_fault=False),
    "set_configuration HeartbeatInterval 300": station_acts.SetConfiguration(key="HeartbeatInterval", value="300"),
    "get_configuration HeartbeatInterval,Nonsense":
        station_acts.GetConfiguration(keys=("HeartbeatInterval", "Nonsense")),
    "data_transfer v data='{\"a\": [1, 2]}'": station_acts.DataTransfer(vendor_id="v", data='{"a": [1, 2]}'),
}  # fmt: skip


@pytest.mark.parametrize(("line", "act"), LINES.items(), ids=LINES)
def test_a_line_of_a_script_is_an_act(line: str, act: Act | None) -> None:
    if line == "present_token a=b":  # what looks like a parameter is one
        with pytest.raises(InvalidValueError, match="expected present_token token"):
            act_of(line, plan())
    else:
        assert act_of(line, plan()) == act


def test_whose_contract_a_car_has_is_told_only_if_that_is_wanted() -> None:
    car = Car(contract=CarContract("DE-8AA-1A2B3C4D5-9", "PEM"))
    act = station_acts.PlugIn(connector=1, car=car)
    assert "DE-8AA" not in str(act.told(id_tags=False))
    assert "DE-8AA" in str(act.told())
    assert station_acts.PlugIn(connector=1, car="small").told(id_tags=False)["car"] == "small"
