"""docker-compose.yml: what it names exists, starts, and is kept safe.

Each command of ours is run as it stands there, and is well when its own health check
says so. Addresses of the containers are replaced by a redis-server and a data directory
of the test's own; everything else of the environment is what the file sets.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ops.test_documents import ROW
from tests.product import REPOSITORY, free_port
from tests.servers import process_end, redis_start

HEALTHY_SECONDS = 60.0
SECRET = "0123456789" * 4
OURS = ("web", "worker", "worker-default", "beat")
# What .env cannot change, and why. All else of the README's table it can.
FIXED = {
    "PORT": "the proxy and the health checks ask there",
    "TANDEM_BIND": "the proxy is another machine",
    "TANDEM_HOME": "the volume is there",
    "TANDEM_PRODUCTION": "it is a deployment",
    "DATABASE_URL": "its own PostgreSQL",
    "REDIS_URL": "its own Redis",
    "TANDEM_PUBLIC_URL": "made of TANDEM_HOST, as the proxy's name",
    "TANDEM_TRUSTED_PROXIES": "its own proxy, and no other",
}
FIXED_FOR_MODELS = {"TANDEM_DEVICE": "one service for each device"}
Service = dict[str, Any]


def compose() -> dict[str, Any]:
    text = (REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8")
    parsed: dict[str, Any] = yaml.safe_load(text)
    return parsed


SERVICES: dict[str, Service] = compose()["services"]


def native(command: list[str]) -> list[str]:
    assert command[0] == "python"
    return [sys.executable, *command[1:]]


def health_command(service: Service) -> list[str]:
    kind, *command = service["healthcheck"]["test"]
    assert kind == "CMD"
    return list(command)


@pytest.fixture(scope="module")
def environment(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, str]]:
    """Of every service of ours, with this machine's own addresses."""
    home = tmp_path_factory.mktemp("compose")
    redis = redis_start(home / "r")
    kept = ("PATH", "HOME", "LANG", "TANDEM_MODELS_HOME")
    set_by_file = SERVICES["web"]["environment"]
    assert set_by_file["TANDEM_PUBLIC_URL"].startswith("https://")
    yield {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "SECRET_KEY": SECRET,
        "REDIS_URL": f"unix://{home}/r/redis.sock",
        "TANDEM_PUBLIC_URL": "https://localhost",
        "TANDEM_TRUSTED_PROXIES": set_by_file["TANDEM_TRUSTED_PROXIES"],
        # As the Dockerfile sets them:
        "TANDEM_HOME": str(home),
        "TANDEM_PRODUCTION": "1",
        "PORT": str(free_port()),
        # Much quicker to load than a real model, and made for this.
        "TANDEM_MODELS": "scripted",
        "TANDEM_SCRIPTED": "1",
    }
    process_end(redis)


@pytest.fixture(scope="module")
def prepared(environment: dict[str, str]) -> str:
    """What the one-shot service says."""
    command = native(SERVICES["init"]["command"])
    done = subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def running(
    environment: dict[str, str], prepared: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, "subprocess.Popen[bytes]"]]:
    log = (tmp_path_factory.mktemp("log") / "log").open("wb")
    processes = {
        name: subprocess.Popen(
            native(SERVICES[name]["command"]),
            cwd=REPOSITORY,
            env=environment,
            stdout=log,
            stderr=log,
        )
        for name in OURS
    }
    yield processes
    for process in processes.values():
        process.send_signal(signal.SIGTERM)
    for process in processes.values():
        process_end(process)
    log.close()


def test_it_prepares_and_prints_the_setup_link(prepared: str) -> None:
    assert "Preparing the database" in prepared
    assert "https://localhost/setup/" in prepared


@pytest.mark.parametrize("name", OURS)
def test_each_command_starts_and_is_found_healthy(
    name: str,
    running: "dict[str, subprocess.Popen[bytes]]",
    environment: dict[str, str],
) -> None:
    deadline = time.monotonic() + HEALTHY_SECONDS
    while True:
        assert running[name].poll() is None, f"{name} ended"
        check = subprocess.run(
            native(health_command(SERVICES[name])),
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            text=True,
        )
        if check.returncode == 0:
            return
        assert time.monotonic() < deadline, check.stderr


def test_the_gpu_worker_is_the_same_command_on_another_device() -> None:
    worker, gpu = SERVICES["worker"], SERVICES["worker-gpu"]
    assert gpu["command"] == worker["command"]
    assert health_command(gpu) == health_command(worker)
    assert gpu["environment"] == {**worker["environment"], "TANDEM_DEVICE": "cuda"}
    assert gpu["profiles"] == ["gpu"]


@pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD"])
def test_it_refuses_to_start_without_a_secret(name: str) -> None:
    text = (REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8")
    uses = text.count(f"${{{name}")
    assert uses >= 1
    assert text.count(f"${{{name}:?set {name}") == uses


def test_a_deployment_refuses_an_empty_secret(environment: dict[str, str]) -> None:
    command = native(SERVICES["init"]["command"])
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        env={**environment, "SECRET_KEY": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "SECRET_KEY: set one of at least 32 characters" in done.stderr


def test_no_service_runs_as_root() -> None:
    users = {
        name: service.get("user") or _image_user(service)
        for name, service in SERVICES.items()
    }
    assert {name for name, user in users.items() if user in {None, "root", "0"}} == (
        set()
    )


def _image_user(service: Service) -> str | None:
    """The last USER of the service's stage of our Dockerfile."""
    if "build" not in service:
        return None
    stage, user = "", None
    for line in (REPOSITORY / "Dockerfile").read_text(encoding="utf-8").splitlines():
        word, _, rest = line.partition(" ")
        if word == "FROM":
            stage = rest.rpartition(" AS ")[2]
        if word == "USER" and stage == service["build"]["target"]:
            user = rest
    return user


def test_every_service_that_stays_has_a_health_check() -> None:
    without = {name for name, each in SERVICES.items() if "healthcheck" not in each}
    assert without == set()
    disabled = {n for n, each in SERVICES.items() if each["healthcheck"].get("disable")}
    assert disabled == {"init"}


def test_what_must_be_kept_is_in_named_volumes() -> None:
    named = set(compose()["volumes"])
    used = {
        volume.partition(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
    }
    assert named <= used
    for file in used - named:
        assert (REPOSITORY / Path(file)).is_file()


def test_secrets_reach_the_services_and_neither_image_nor_history() -> None:
    for service in SERVICES.values():
        if service["image"] == "tandem":
            assert service["env_file"] == [{"path": ".env", "required": False}]
    for name in (".dockerignore", ".gitignore"):
        ignored = (REPOSITORY / name).read_text(encoding="utf-8").splitlines()
        assert {".env", ".env.*"} <= set(ignored)


@pytest.mark.parametrize(
    "name", [name for name, each in SERVICES.items() if each["image"] == "tandem"]
)
def test_all_of_the_table_but_what_is_fixed_comes_from_that_file(name: str) -> None:
    table = set(ROW.findall((REPOSITORY / "README.md").read_text(encoding="utf-8")))
    fixed = {
        setting
        for setting, value in SERVICES[name]["environment"].items()
        if not value.startswith(f"${{{setting}:")
    }
    is_model = SERVICES[name]["command"][-1] == "model"
    assert fixed == {*FIXED, *(FIXED_FOR_MODELS if is_model else ())}
    assert _set_by_image() & table <= fixed, "that file would set it anew"


def _set_by_image() -> set[str]:
    text = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    return set(re.findall(r"\b([A-Z_]+)=", text))


def test_every_setting_it_names_is_one_that_is_read() -> None:
    read = "".join(
        path.read_text(encoding="utf-8")
        for path in (REPOSITORY / "webapp" / "settings").glob("*.py")
    )
    named = {
        name
        for service in SERVICES.values()
        if service["image"] == "tandem"
        for name in service["environment"]
    }
    assert {name for name in named if f'"{name}"' not in read} == set()
