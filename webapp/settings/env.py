"""The only reader of the process environment.

Every setting is read here once, under one name, and a bad value stops the start with
the name and the value. Unset, everything falls to an embedded default.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_env = environ.Env()

BASE_DIR = Path(__file__).resolve().parents[2]


def text(name: str, default: str = "") -> str:
    """A string; NAME_FILE, when set, names a file that holds it (for secrets)."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE={path}: {error}") from error
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if value in {"", "1", "0", "true", "false", "yes", "no", "on", "off"}:
        return default if not value else value in {"1", "true", "yes", "on"}
    raise ImproperlyConfigured(f"{name}={value}: must be 1 or 0")


def integer(name: str, default: int, *, least: int = 0) -> int:
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        number = least - 1
    if number < least:
        raise ImproperlyConfigured(f"{name}={value}: must be a whole number >= {least}")
    return number


def seconds(name: str, default: float, *, least: float = 0.1) -> float:
    value = text(name, str(default))
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not number >= least:
        raise ImproperlyConfigured(f"{name}={value}: must be seconds >= {least}")
    return number


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value}: must be one of {choices}")
    return value


def address(name: str, default: str) -> str:
    """Of a site: scheme and host, and a port if need be."""
    value = text(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        is_site = parts.scheme in ("http", "https") and bool(parts.hostname)
        is_site = is_site and not any(parts[2:]) and parts.port != 0
    except ValueError:  # a port that is none
        is_site = False
    if not is_site:
        raise ImproperlyConfigured(f"{name}={value}: must be like https://host")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def database(url: str) -> dict[str, object]:
    return dict(_env.db_url_config(url))


def email(url: str) -> dict[str, object]:
    return dict(_env.email_url_config(url))


def kept_secret(path: Path) -> str:
    """The secret in `path`, made at the first start and readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="utf-8").strip()
