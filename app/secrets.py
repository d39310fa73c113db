"""Seals camera passwords, so that the database and its copies tell nobody how to log in.

The key lies in the data folder, readable by its owner only. Desks that share a database share the
key file; a desk without it says so instead of failing at the camera.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from app.domain.errors import Refusal

KEY_FILE = "secret.key"


class Seal:
    """Seals and opens secrets with the key of a data folder; makes the key when first needed."""

    def __init__(self, home: Path) -> None:
        self._path = home / KEY_FILE

    def seal(self, secret: str) -> str:
        """The secret as it may be kept; an empty one stays empty."""
        return self._key().encrypt(secret.encode()).decode() if secret else ""

    def open(self, sealed: str) -> str:
        """The secret again, or a Refusal if this desk has another key."""
        if not sealed:
            return ""
        try:
            return self._key().decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Refusal(
                "本席位没有打开摄像机密码的密钥：请把其他席位的 {path} 复制到本机数据目录",
                path=KEY_FILE,
            ) from None

    def _key(self) -> Fernet:
        try:
            return Fernet(self._path.read_bytes())
        except FileNotFoundError:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            key = Fernet.generate_key()
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(key)
            return Fernet(key)
