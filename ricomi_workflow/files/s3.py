"""Contents in a bucket of an S3-compatible service: `s3://bucket/prefix?endpoint=https://host`.

Needs the extra `s3`. Keys and region come from the environment as every S3 program reads them. An
object is written once (`If-None-Match`); the service checks the digest of what arrives.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

from ricomi_workflow.files.folder_store import CHUNK
from ricomi_workflow.kernel.files import Content

_THERE_ALREADY = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412"})
_NOT_THERE = frozenset({"NoSuchKey", "404"})
_OPTIONS = frozenset({"endpoint", "region"})


@dataclass(frozen=True, slots=True)
class S3Address:
    """Where contents are kept: bucket, what stands before their digests, and whose service."""

    bucket: str
    prefix: str = ""
    endpoint: str | None = None
    region: str | None = None


def address_of(url: str) -> S3Address:
    """The address that `url` names. Raises: ValueError when it names none."""
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme != "s3" or not parts.netloc or options.keys() - _OPTIONS:
        raise ValueError("it has the form s3://bucket/prefix?endpoint=https://host&region=name")
    prefix = parts.path.strip("/")
    return S3Address(
        parts.netloc,
        f"{prefix}/" if prefix else "",
        options.get("endpoint"),
        options.get("region"),
    )


class S3Store:
    """A bucket."""

    def __init__(self, address: S3Address) -> None:
        self._address = address
        boto3 = importlib.import_module("boto3")
        self._client: Any = boto3.client(
            "s3", endpoint_url=address.endpoint, region_name=address.region
        )
        self._refused: type[Exception] = importlib.import_module("botocore.exceptions").ClientError

    def put(self, source: BinaryIO) -> Content:
        """Read once for the digest, once for the way."""
        begin = source.tell()
        seal, size = hashlib.sha256(), 0
        while part := source.read(CHUNK):
            seal.update(part)
            size += len(part)
        source.seek(begin)
        self._send(source, seal.hexdigest(), base64.b64encode(seal.digest()).decode("ascii"))
        return Content(seal.hexdigest(), size)

    def _send(self, source: BinaryIO, sha256: str, checksum: str) -> None:
        where = {"Bucket": self._address.bucket, "Key": self._key(sha256)}
        try:
            self._client.put_object(Body=source, ChecksumSHA256=checksum, IfNoneMatch="*", **where)
        except self._refused as error:
            if _code(error) not in _THERE_ALREADY:
                raise OSError(str(error)) from error
            self._client.copy_object(  # the same bytes: their instant is new, so no sweep takes it
                CopySource=where, MetadataDirective="REPLACE", **where
            )

    @contextmanager
    def open(self, sha256: str) -> Iterator[BinaryIO]:
        """The object with this digest, as it comes over the line."""
        try:
            found = self._client.get_object(Bucket=self._address.bucket, Key=self._key(sha256))
        except self._refused as error:
            if _code(error) in _NOT_THERE:
                raise FileNotFoundError(sha256) from error
            raise OSError(str(error)) from error
        try:
            yield found["Body"]
        finally:
            found["Body"].close()

    def remove(self, sha256: str) -> None:
        """Delete the object with this digest."""
        self._client.delete_object(Bucket=self._address.bucket, Key=self._key(sha256))

    def kept(self) -> Iterator[tuple[str, datetime]]:
        """Every object with the instant at which it was put."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._address.bucket, Prefix=self._address.prefix
        )
        for page in pages:
            for entry in page.get("Contents", ()):
                yield entry["Key"].removeprefix(self._address.prefix), entry["LastModified"]

    def _key(self, sha256: str) -> str:
        return f"{self._address.prefix}{sha256}"


def _code(error: Exception) -> str:
    response: dict[str, Any] = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))
