"""What proves who somebody is: passwords (Argon2id), one-time codes of a telephone (TOTP), recovery codes.

Everything here is done by libraries; this file only says how they are used.
"""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken

from geomatch.errors import InputError, UnavailableError

LEAST_PASSWORD, MOST_PASSWORD = 12, 200
"""Characters; any of them are taken, and nothing is cut off."""

_GOOD_ENOUGH = 3
"""Of zxcvbn's scores, 0 to 4: more than 10^8 guesses (Wheeler 2016)."""

CODES = 10
"""Recovery codes given out at once, each of 50 bits."""

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
STEP = 30
"""Seconds for which a code of a telephone is shown (RFC 6238)."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What is made of the site's secret, each use with a key of its own."""

    secret: str = field(repr=False)

    def of(self, use: str) -> bytes:
        """The key for one use."""
        return hmac.new(self.secret.encode(), use.encode(), sha256).digest()

    def subject(self, text: str) -> bytes:
        """What stands for an address, or where somebody comes from, where tries are counted."""
        return hmac.new(self.of("attempt"), text.encode("utf-8", "surrogatepass"), sha256).digest()

    def seal(self, text: str) -> bytes:
        """Text that only whoever has the site's secret can read."""
        return self._box().encrypt(text.encode())

    def unseal(self, sealed: bytes) -> str:
        """The text again. Raises UnavailableError when the site's secret is not that of then."""
        try:
            return self._box().decrypt(sealed).decode()
        except InvalidToken as other:
            raise UnavailableError(
                "the site's secret was changed, so codes cannot be checked: use a recovery code, "
                "or ask an administrator to let you set up the second step again"
            ) from other

    def _box(self) -> Fernet:
        return Fernet(urlsafe_b64encode(self.of("totp")))


def new_password(text: str, *, told: tuple[str, ...] = ()) -> str:
    """The hash of a password that is good enough; ``told`` are words about its owner.

    Raises InputError for one too short, too long, or too easily guessed.
    """
    if not LEAST_PASSWORD <= len(text) <= MOST_PASSWORD:
        raise InputError(
            f"a password of {len(text)} characters; expected {LEAST_PASSWORD} to {MOST_PASSWORD}: "
            "four words that do not belong together are good"
        )
    from zxcvbn import zxcvbn  # its lists of words take a while to load

    if zxcvbn(text[:100], user_inputs=[*told, "geomatch"])["score"] < _GOOD_ENOUGH:
        raise InputError("this password is easily guessed; four words that do not belong together are good")
    return _hasher().hash(text)


def password_fits(kept: str | None, text: str) -> bool:
    """Whether this is the password; it takes as long when there is none."""
    try:
        return _hasher().verify(kept or _nobodys(), text[:MOST_PASSWORD]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def new_secret() -> str:
    """A secret for a telephone's app: base32, 160 bits."""
    return pyotp.random_base32()


def address(secret: str, email: str) -> str:
    """The same as an app reads it from a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="geomatch")


def step_of(secret: str, code: str, seconds: float) -> int | None:
    """The half minute for which a code is right: this or a neighbour, for clocks differ; else ``None``."""
    given = re.sub(r"\s", "", code)
    if not (given.isascii() and given.isdigit() and len(given) == 6):
        return None
    now, telephone = int(seconds // STEP), pyotp.TOTP(secret)
    fitting = [
        step for step in (now, now - 1, now + 1) if hmac.compare_digest(telephone.generate_otp(step), given)
    ]
    return fitting[0] if fitting else None


def new_codes() -> list[str]:
    """Recovery codes, each to be used once: ``abcde-fghij``."""
    made = ["".join(secrets.choice(_LETTERS) for _ in range(10)) for _ in range(CODES)]
    return [f"{each[:5]}-{each[5:]}" for each in made]


def code_hash(keys: Keys, code: str) -> bytes:
    """What is kept of a recovery code, however it was typed."""
    plain = re.sub(r"[^a-z0-9]", "", code.lower())
    return hmac.new(keys.of("recovery"), plain.encode(), sha256).digest()


@cache
def _hasher() -> PasswordHasher:
    """Argon2id with the library's own costs, those of RFC 9106 for little memory."""
    return PasswordHasher()


@cache
def _nobodys() -> str:
    return _hasher().hash(secrets.token_hex(16))
