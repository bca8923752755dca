"""A place on the network: a host and its port."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class HostPort:
    """A host and its port."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> HostPort:
        """The place that `host:port` names. Raises ValueError."""
        parts = urlsplit(f"//{text}")
        if not parts.hostname or parts.port is None or parts.path or parts.username is not None:
            raise ValueError("it has the form host:port")
        return cls(parts.hostname, parts.port)
