"""The code of page templates, compiled once for every application of this process.

An application compiles each template that it shows; all of them together take seconds.
"""

from types import CodeType
from typing import Final

from jinja2.bccache import Bucket, BytecodeCache

_Made = dict[tuple[str, str], CodeType]  # by name and by digest of the text


class Compiled(BytecodeCache):
    """What was compiled, in memory."""

    def __init__(self) -> None:
        self._made: Final[_Made] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what an application before compiled of the same text."""
        bucket.code = self._made.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the next."""
        if bucket.code is not None:
            self._made[bucket.key, bucket.checksum] = bucket.code
