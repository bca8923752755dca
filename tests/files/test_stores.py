"""Contents in a folder and in a bucket: the same promises, over a disk and over HTTP."""

import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from ricomi_workflow.files.folder_store import FolderStore
from ricomi_workflow.files.s3 import S3Store, address_of
from ricomi_workflow.kernel.files import Store

BIG = bytes(range(256)) * 12_000


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """An S3-compatible service on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Each kind of store in turn, empty."""
    if request.param == "folder":
        return FolderStore(tmp_path / "contents")
    endpoint: str = request.getfixturevalue("service")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "for-tests")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    bucket = f"ricomi-{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:20]}"
    boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=bucket)
    return S3Store(address_of(f"s3://{bucket}/files?endpoint={endpoint}"))


def read(store: Store, sha256: str) -> bytes:
    """The whole content with this digest."""
    with store.open(sha256) as content:
        return content.read()


def test_a_content_is_kept_under_its_digest_and_read_back_whole(store: Store) -> None:
    kept = store.put(io.BytesIO(BIG))
    assert (kept.sha256, kept.size) == (hashlib.sha256(BIG).hexdigest(), len(BIG))
    assert read(store, kept.sha256) == BIG


def test_the_same_content_sent_twice_is_kept_once(store: Store) -> None:
    first, second = store.put(io.BytesIO(BIG)), store.put(io.BytesIO(BIG))
    assert first == second
    [(sha256, put_at)] = list(store.kept())
    assert sha256 == first.sha256
    assert abs(datetime.now(UTC) - put_at) < timedelta(minutes=1)


def test_what_is_not_there_is_told_and_can_be_removed_again(store: Store) -> None:
    kept = store.put(io.BytesIO(b"once"))
    store.remove(kept.sha256)
    store.remove(kept.sha256)
    with pytest.raises(FileNotFoundError):
        read(store, kept.sha256)
    assert list(store.kept()) == []


def test_a_folder_holds_no_half_of_a_content_whose_sending_broke_off(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionError("the line went")
            return super().read(size)

    store = FolderStore(tmp_path)
    with pytest.raises(ConnectionError):
        store.put(Broken(BIG))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_name_that_is_no_digest_reaches_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    with pytest.raises(FileNotFoundError):
        read(FolderStore(tmp_path / "contents"), "../secret")


@pytest.mark.parametrize("url", ["", "http://bucket", "s3://", "s3://b?what=1"])
def test_an_address_that_names_no_bucket_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="s3://bucket"):
        address_of(url)
