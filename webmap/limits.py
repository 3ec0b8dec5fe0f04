"""How much one reader may ask of the API: so often, by so long an address, with so large a body."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from threading import Lock

import flask
from werkzeug.exceptions import RequestEntityTooLarge, RequestURITooLarge, TooManyRequests

from webmap.config import WebConfig

MOST_ADDRESS_BYTES = 4000
"""The longest address; gunicorn's own limit is 4,094."""

MOST_BODY_BYTES = 2_000_000
"""The largest body."""

_BURST_SECONDS = 2
"""For so many seconds' worth one may ask at once."""

_MOST_READERS = 10_000
"""So many are remembered, the latest."""

_V6_NETWORK = 64
"""One household has as many IPv6 addresses as it likes, within its /64 (RFC 6177)."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Pace:
    """A bucket of tokens for each reader: one is taken by each request, so many a second are put back."""

    def __init__(self, per_second: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_second, self._burst = per_second, per_second * _BURST_SECONDS
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = Lock()

    def wait(self, reader: str) -> float:
        """Take a token: 0, or in how many seconds there will be one."""
        now = self._clock()
        with self._lock:
            bucket = self._buckets.pop(reader, None) or _Bucket(self._burst, now)
            self._buckets[reader] = bucket
            while len(self._buckets) > _MOST_READERS:
                self._buckets.popitem(last=False)
            bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._per_second)
            bucket.at = now
            if bucket.tokens < 1:
                return (1 - bucket.tokens) / self._per_second
            bucket.tokens -= 1
            return 0.0


def reader(remote: str | None, forwarded: str | None) -> str:
    """Who asks: an IPv4 address or an IPv6 network.

    What a proxy says in ``X-Forwarded-For`` is believed on this machine alone, and of it the last, which is
    what the proxy itself saw.
    """
    try:
        address = ip_address(remote or "")
        if address.is_loopback and forwarded:
            address = ip_address(forwarded.rpartition(",")[2].strip())
    except ValueError:
        return remote or ""
    return str(address if address.version == 4 else ip_network((address, _V6_NETWORK), strict=False))


def attach(app: flask.Flask, config: WebConfig) -> None:
    """Turn away from the API whoever asks too often or too much."""
    pace = Pace(config.reads_per_second)

    @app.before_request
    def no_more_than_that() -> None:
        asked = flask.request
        if not asked.path.startswith("/api/"):
            return
        seconds = pace.wait(reader(asked.remote_addr, asked.headers.get("X-Forwarded-For")))
        if seconds:
            words = f"More than {config.reads_per_second:g} requests a second from one address."
            raise TooManyRequests(words, retry_after=math.ceil(seconds))
        if len(asked.query_string) + len(asked.path) > MOST_ADDRESS_BYTES:
            raise RequestURITooLarge(f"The address is longer than {MOST_ADDRESS_BYTES:,} bytes.")
        if (asked.content_length or 0) > MOST_BODY_BYTES:
            raise RequestEntityTooLarge(f"The body is larger than {MOST_BODY_BYTES:,} bytes.")
