"""The command lines and environments of what is started."""

import pytest
from pytest_django import Settings

from webapp.launch.processes import MAX_FRAME_BYTES, NAMES, process_specs


def environment_of_model(*, models_are_installed: bool = True) -> dict[str, str]:
    specs = process_specs(models_are_installed=models_are_installed)
    return dict(next(spec for spec in specs if spec.name == "model").environment)


def command_of(name: str) -> str:
    specs = {spec.name: spec for spec in process_specs(models_are_installed=True)}
    return " ".join(specs[name].command)


def test_there_is_one_of_each() -> None:
    names = [spec.name for spec in process_specs(models_are_installed=True)]
    assert sorted(names) == sorted(NAMES)


def test_the_web_believes_no_forwarded_header_and_no_large_frame() -> None:
    command = command_of("web")
    assert "--no-proxy-headers" in command
    assert f"--ws-max-size {MAX_FRAME_BYTES}" in command
    assert MAX_FRAME_BYTES == 256 * 1024


def test_it_listens_where_the_settings_say(settings: Settings) -> None:
    settings.BIND = "192.0.2.7"
    settings.PORT = 8123
    assert "--host 192.0.2.7 --port 8123" in command_of("web")


def test_a_model_worker_shares_its_machine(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    settings.TANDEM_THREADS = 3
    environment = environment_of_model()
    assert environment["OMP_NUM_THREADS"] == "3"
    assert environment["OMP_WAIT_POLICY"] == "PASSIVE"


def test_what_the_person_chose_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    assert environment_of_model()["OMP_WAIT_POLICY"] == "ACTIVE"


def test_it_stays_off_the_net_only_when_nothing_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    assert environment_of_model()["HF_HUB_OFFLINE"] == "1"
    assert "HF_HUB_OFFLINE" not in environment_of_model(models_are_installed=False)
