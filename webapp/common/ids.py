"""Ids that cannot be guessed, and secrets that are."""

import hashlib
import secrets
import uuid


def new_id() -> uuid.UUID:
    return uuid.uuid4()


def new_secret() -> str:
    """256 random bits, safe in a URL. Shown once; we keep `secret_hash` of it."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """SHA-256 in hex. A fast hash is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()
