"""One suite of promises, kept by files, by a server that verifies S3's signatures and by one that knows its breadth."""

import hashlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from moto.server import ThreadedMotoServer

from complaints.photos.storage import FileStorage, S3Storage, Storage, s3_client, storage_from_url, sweep
from config.settings import ROOT
from tenants.errors import Conflict, Invalid, NotFound, Unavailable

ACCESS_KEY, SECRET_KEY = "AKIAADUANTESTS000000", "a-secret-that-only-the-tests-know-000000"


@pytest.fixture(autouse=True)
def aws(monkeypatch):
    """Only these credentials, whatever the machine has; no question to a cloud's metadata address."""
    for name in [name for name in os.environ if name.startswith("AWS_")] + ["HTTP_PROXY", "http_proxy"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def nanio(tmp_path_factory) -> Iterator[str]:
    """The address of a server of its own process, which refuses a wrong signature."""
    port = free_port()
    environ = {**os.environ, "NANIO_ACCESS_KEY": ACCESS_KEY, "NANIO_SECRET_KEY": SECRET_KEY}
    where = ["--data-dir", str(tmp_path_factory.mktemp("nanio")), "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        [sys.executable, "-m", "nanio", "serve", *where, "--log-level", "error", "--no-access-log"], env=environ
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert server.poll() is None, "the server of the tests didn't start"
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@pytest.fixture
def bucket_at(request):
    """Makes a new bucket on the server of that name and gives a client for it."""
    clients = []

    def make(server: str) -> tuple[str, str]:
        address = request.getfixturevalue(server)
        client = s3_client(address)
        clients.append(client)
        bucket = "evidence-" + random.randbytes(6).hex()
        client.create_bucket(Bucket=bucket)
        return address, bucket

    yield make
    for client in clients:
        client.close()


@pytest.fixture(params=["files", "nanio", "moto"])
def storage(request, tmp_path, bucket_at) -> Iterator[Storage]:
    if request.param == "files":
        yield storage_from_url("file:", data_dir=tmp_path)
        return
    address, bucket = bucket_at(request.param)
    made = storage_from_url(f"s3://{bucket}/evidence", data_dir=tmp_path, endpoint_url=address)
    yield made
    made.client.close()


@pytest.fixture
def s3(bucket_at) -> Iterator[S3Storage]:
    address, bucket = bucket_at("nanio")
    made = S3Storage(s3_client(address), bucket)
    yield made
    made.client.close()


# What every storage promises


def test_what_was_put_is_got(storage):
    content = random.randbytes(300_000)
    storage.put("tenant/a/1.jpg", content, "image/jpeg")
    assert storage.get("tenant/a/1.jpg") == content
    assert storage.exists("tenant/a/1.jpg")


def test_a_stream_is_stored_from_where_it_stands(storage):
    content = random.randbytes(2_500_000)
    stream = BytesIO(b"skipped" + content)
    stream.seek(7)
    storage.put("tenant/a/stream", stream, "application/octet-stream")
    assert storage.get("tenant/a/stream") == content


def test_nothing_is_a_content_too(storage):
    storage.put("tenant/a/empty", b"", "text/plain")
    assert storage.get("tenant/a/empty") == b""
    assert [stored.size for stored in storage.list("tenant/a/")] == [0]


def test_an_opened_object_can_be_read_in_pieces_and_again(storage):
    content = random.randbytes(9_000_000)
    storage.put("tenant/a/large", content, "application/octet-stream")
    with storage.open("tenant/a/large") as file:
        assert file.read(10) == content[:10]
        assert file.seek(0) == 0
        assert file.read() == content


def test_a_second_put_replaces_the_first(storage):
    storage.put("tenant/a/1", b"first, and longer", "text/plain")
    storage.put("tenant/a/1", b"second", "text/plain")
    assert storage.get("tenant/a/1") == b"second"
    assert [stored.key for stored in storage.list("")] == ["tenant/a/1"]


def test_a_missing_key_is_not_found(storage):
    with pytest.raises(NotFound):
        storage.get("tenant/a/none")
    with pytest.raises(NotFound):
        storage.open("tenant/a/none")
    with pytest.raises(NotFound):
        storage.copy("tenant/a/none", "tenant/a/other")
    with pytest.raises(NotFound):
        storage.copy("tenant/a/none", "tenant/a/none")
    assert not storage.exists("tenant/a/none")
    assert not storage.exists("tenant/a/other")


def test_the_beginning_of_a_key_is_no_key(storage):
    storage.put("tenant/a/1", b"x", "text/plain")
    assert not storage.exists("tenant/a")
    with pytest.raises(NotFound):
        storage.get("tenant/a")
    with pytest.raises(NotFound):
        storage.get("tenant/a/1/2")


def test_deleting_takes_one_object_away_and_may_be_repeated(storage):
    storage.put("tenant/a/1", b"1", "text/plain")
    storage.put("tenant/a/10", b"10", "text/plain")
    storage.delete("tenant/a/1")
    storage.delete("tenant/a/1")
    assert not storage.exists("tenant/a/1")
    assert storage.get("tenant/a/10") == b"10"


def test_a_list_is_ordered_by_key_with_sizes_and_instants(storage):
    for key in ("tenant/b/1", "tenant/a/2", "tenant/a-b/1", "tenant/a.b", "tenant/a/10", "tenant/a/sub/1", "other"):
        storage.put(key, key.encode(), "text/plain")
    found = list(storage.list(""))
    assert [stored.key for stored in found] == sorted(stored.key for stored in found)
    assert len(found) == 7
    assert all(stored.size == len(stored.key) for stored in found)
    assert all(abs(datetime.now(UTC) - stored.modified_at) < timedelta(minutes=1) for stored in found)
    assert {stored.modified_at.utcoffset() for stored in found} == {timedelta(0)}


@pytest.mark.parametrize(
    ("prefix", "keys"),
    [
        ("tenant/a/", ["tenant/a/1", "tenant/a/sub/1"]),
        ("tenant/a", ["tenant/a/1", "tenant/a/sub/1", "tenant/ab/1"]),
        ("tenant/a/s", ["tenant/a/sub/1"]),
        ("tenant/c/", []),
        ("tenant/a/1/", []),
    ],
)
def test_a_list_has_what_begins_with_the_prefix(storage, prefix, keys):
    for key in ("tenant/a/1", "tenant/a/sub/1", "tenant/ab/1"):
        storage.put(key, b"x", "text/plain")
    assert [stored.key for stored in storage.list(prefix)] == keys


def test_a_copy_lives_on_when_the_original_goes(storage):
    content = random.randbytes(100_000)
    storage.put("tenant/a/1.jpg", content, "image/jpeg")
    storage.copy("tenant/a/1.jpg", "tenant/b/2.jpg")
    storage.copy("tenant/b/2.jpg", "tenant/b/2.jpg")
    storage.delete("tenant/a/1.jpg")
    assert storage.get("tenant/b/2.jpg") == content


MALFORMED_KEYS = ["", "/", "/a", "a/", "a//b", "..", "../a", "a/../b", ".a", "a/.b", "a\\b", "a b", "a\n", "a\0b"]
MALFORMED_KEYS += ["jalan-é", "a?b=c", "x" * 201, "/".join(["x" * 100] * 6), "a/.unfinished-0011"]


def test_a_malformed_key_is_refused_everywhere(storage):
    storage.put("a/real", b"x", "text/plain")
    for key in MALFORMED_KEYS:
        for call in (
            lambda key: storage.put(key, b"x", "text/plain"),
            storage.get,
            storage.open,
            storage.exists,
            storage.delete,
            lambda key: storage.url(key, 60),
            lambda key: storage.copy("a/real", key),
            lambda key: storage.copy(key, "a/copy"),
        ):
            with pytest.raises(Invalid):
                call(key)
    assert [stored.key for stored in storage.list("")] == ["a/real"]


def test_a_malformed_prefix_is_refused(storage):
    for prefix in ("/", "../", "a/../", "a//", ".", "a b"):
        with pytest.raises(Invalid):
            list(storage.list(prefix))
        with pytest.raises(Invalid):
            storage.discard_unfinished(prefix, datetime.now(UTC))


def test_sweeping_takes_old_staging_and_nothing_else(storage):
    for key in ("staging/1/photo", "staging/2", "tenant/a/1"):
        storage.put(key, b"x", "text/plain")
    an_hour_ago = datetime.now(UTC) - timedelta(hours=1)
    assert sweep(storage, "staging/", an_hour_ago) == 0
    assert len(list(storage.list(""))) == 3
    in_a_minute = datetime.now(UTC) + timedelta(minutes=1)
    assert sweep(storage, "staging/", in_a_minute) == 2
    assert [stored.key for stored in storage.list("")] == ["tenant/a/1"]


def test_sweeping_outside_staging_needs_to_know_what_to_keep(storage):
    for key in ("tenant/a/used", "tenant/a/orphan"):
        storage.put(key, b"x", "text/plain")
    in_a_minute = datetime.now(UTC) + timedelta(minutes=1)
    for prefix in ("", "tenant/", "staging", "stag"):
        with pytest.raises(ValueError, match="keep"):
            sweep(storage, prefix, in_a_minute)
    assert sweep(storage, "tenant/", in_a_minute, keep=lambda key: key == "tenant/a/used") == 1
    assert [stored.key for stored in storage.list("")] == ["tenant/a/used"]


def test_many_writers_of_one_key_leave_one_whole_content(storage):
    contents = [bytes([number]) * 200_000 for number in range(4)]
    failures = []

    def write(content: bytes) -> None:
        try:
            for _ in range(3):
                storage.put("tenant/a/contested", content, "application/octet-stream")
                assert storage.get("tenant/a/contested") in contents
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert storage.get("tenant/a/contested") in contents
    assert len(list(storage.list(""))) == 1


# Files


def test_a_put_is_on_disk_in_the_right_order_before_it_returns(tmp_path, monkeypatch):
    steps = []
    fsync, replace = os.fsync, Path.replace

    def record_fsync(descriptor: int) -> None:
        steps.append(("fsync", os.readlink(f"/proc/self/fd/{descriptor}")))
        fsync(descriptor)

    def record_replace(self: Path, target: Path) -> Path:
        steps.append(("rename", str(target)))
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", record_fsync)
    monkeypatch.setattr(Path, "replace", record_replace)
    FileStorage(tmp_path / "evidence").put("tenant/1", b"x", "text/plain")

    folder = tmp_path / "evidence" / "tenant"
    assert steps[0][0] == "fsync"
    assert Path(steps[0][1]).parent == folder, "the unfinished file lies in the folder of the finished one"
    assert steps[1:] == [
        ("rename", str(folder / "1")),
        ("fsync", str(folder)),
        ("fsync", str(tmp_path / "evidence")),
        ("fsync", str(tmp_path)),
    ]


def test_a_source_that_breaks_halfway_leaves_the_former_content_and_no_rubbish(tmp_path):
    class Broken(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 1_000_000:
                raise OSError("the disk of the sender is gone")
            return super().read(size)

    files = FileStorage(tmp_path)
    files.put("tenant/1", b"former", "text/plain")
    with pytest.raises(Unavailable, match="try again"):
        files.put("tenant/1", Broken(bytes(5_000_000)), "text/plain")
    assert files.get("tenant/1") == b"former"
    assert [path.name for path in (tmp_path / "tenant").iterdir()] == ["1"]


def test_a_key_that_would_lie_below_or_above_another_is_a_conflict(tmp_path):
    files = FileStorage(tmp_path)
    files.put("tenant/1", b"x", "text/plain")
    with pytest.raises(Conflict):
        files.put("tenant/1/2", b"x", "text/plain")
    with pytest.raises(Conflict):
        files.put("tenant", b"x", "text/plain")
    assert [stored.key for stored in files.list("")] == ["tenant/1"]
    assert [path.name for path in tmp_path.iterdir()] == ["tenant"]


FULL_WRITER = """
import resource, sys
from pathlib import Path
from complaints.photos.storage import FileStorage
from tenants.errors import Unavailable
files = FileStorage(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
files.put("tenant/2", bytes(900_000), "text/plain")
try:
    files.put("tenant/1", bytes(2_000_000), "text/plain")
except Unavailable as refusal:
    print(refusal)
"""


def test_a_disk_that_takes_no_more_is_unavailable_and_keeps_what_it_had(tmp_path):
    files = FileStorage(tmp_path)
    files.put("tenant/1", b"former", "text/plain")
    said, _ = start(FULL_WRITER, tmp_path).communicate(timeout=20)
    assert said == "Photos can't be stored or read at the moment. Please try again shortly.\n"
    assert files.get("tenant/1") == b"former"
    assert sorted(path.name for path in (tmp_path / "tenant").iterdir()) == ["1", "2"]


def test_a_root_that_cannot_be_made_is_unavailable():
    with pytest.raises(Unavailable):
        FileStorage(Path("/proc/aduan")).put("tenant/1", b"x", "text/plain")


def test_deleting_the_last_of_a_folder_removes_the_folder_but_not_the_root(tmp_path):
    files = FileStorage(tmp_path / "evidence")
    files.put("staging/abc/photo", b"x", "text/plain")
    files.delete("staging/abc/photo")
    assert list((tmp_path / "evidence").iterdir()) == []


def test_putting_and_deleting_in_one_folder_at_once_never_fails(tmp_path):
    files = FileStorage(tmp_path)
    failures = []

    def churn(name: str) -> None:
        try:
            for _ in range(60):
                files.put(f"staging/shared/{name}", b"x", "text/plain")
                files.delete(f"staging/shared/{name}")
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=churn, args=(str(number),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_deleting_the_beginning_of_a_key_deletes_nothing(tmp_path):
    files = FileStorage(tmp_path)
    files.put("tenant/a/1", b"x", "text/plain")
    files.delete("tenant/a")
    assert files.get("tenant/a/1") == b"x"


def test_files_have_no_address(tmp_path):
    assert FileStorage(tmp_path).url("tenant/1", 60) is None


WRITER = """
import hashlib, random, sys
from pathlib import Path
from complaints.photos.storage import FileStorage
files = FileStorage(Path(sys.argv[1]))
while True:
    content = random.randbytes(random.randrange(1, 400_000))
    key = f"tenant/{random.randrange(100)}/{hashlib.sha256(content).hexdigest()}"
    files.put(key, content, "application/octet-stream")
    print(key, flush=True)
"""

SLOW_WRITER = """
import sys, time
from io import BytesIO
from pathlib import Path
from complaints.photos.storage import FileStorage
class Slow(BytesIO):
    def read(self, size=-1):
        if self.tell() >= 3_000_000:
            print("half", flush=True)
            time.sleep(600)
        return super().read(size)
FileStorage(Path(sys.argv[1])).put("tenant/1", Slow(bytes(6_000_000)), "text/plain")
"""


def start(script: str, root: Path) -> subprocess.Popen[str]:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "platform")])}
    return subprocess.Popen([sys.executable, "-c", script, str(root)], stdout=subprocess.PIPE, text=True, env=environ)


def kill(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate(timeout=20)
    return said


def test_a_writer_killed_halfway_leaves_the_former_content_and_no_key(tmp_path):
    files = FileStorage(tmp_path)
    files.put("tenant/1", b"former", "text/plain")
    process = start(SLOW_WRITER, tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    kill(process)

    leftovers = [path.name for path in (tmp_path / "tenant").iterdir() if path.name != "1"]
    assert len(leftovers) == 1, "the test is only worth something if the writer had begun"
    assert [stored.key for stored in files.list("")] == ["tenant/1"]
    assert files.get("tenant/1") == b"former"
    with pytest.raises(Invalid):
        files.exists(f"tenant/{leftovers[0]}")

    assert files.discard_unfinished("", datetime.now(UTC) - timedelta(hours=1)) == 0
    assert files.discard_unfinished("", datetime.now(UTC) + timedelta(minutes=1)) == 1
    assert [path.name for path in (tmp_path / "tenant").iterdir()] == ["1"]


def test_sweeping_staging_removes_what_a_killed_writer_left_there(tmp_path):
    left = tmp_path / "staging" / "abc" / ".unfinished-0011223344556677"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    assert sweep(FileStorage(tmp_path), "staging/", datetime.now(UTC) + timedelta(minutes=1)) == 1
    assert list(tmp_path.iterdir()) == []


def test_whatever_a_writer_said_was_stored_is_whole_after_kill_9(tmp_path):
    said: list[str] = []
    for _ in range(4):
        process = start(WRITER, tmp_path)
        assert process.stdout is not None
        said.append(process.stdout.readline().strip())
        time.sleep(random.uniform(0.05, 0.4))
        said += kill(process).split()
    files = FileStorage(tmp_path)
    kept = {stored.key for stored in files.list("")}
    assert len(said) > 8
    assert set(said) <= kept
    for key in kept:
        assert hashlib.sha256(files.get(key)).hexdigest() == key.rpartition("/")[2]


# S3


def fetch(address: str) -> tuple[int, bytes, str]:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read(), answer.headers["Content-Type"]
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read(), ""


def test_a_presigned_address_gives_the_object_with_its_type(s3):
    s3.put("tenant/a/1.jpg", b"a photo", "image/jpeg")
    address = s3.url("tenant/a/1.jpg", 60)
    assert parse_qs(urlsplit(address).query)["X-Amz-Expires"] == ["60"]
    assert fetch(address) == (200, b"a photo", "image/jpeg")


def test_without_or_with_a_tampered_signature_an_object_stays_closed(s3):
    s3.put("tenant/a/1.jpg", b"mine", "image/jpeg")
    s3.put("tenant/b/1.jpg", b"the neighbour's", "image/jpeg")
    address = s3.url("tenant/a/1.jpg", 60)
    assert fetch(address)[0] == 200
    signature = parse_qs(urlsplit(address).query)["X-Amz-Signature"][0]
    other = signature[:-1] + ("0" if signature[-1] != "0" else "1")
    for closed in (
        address.partition("?")[0],
        address.replace(signature, other),
        address.replace("tenant/a", "tenant/b"),
        address.replace("X-Amz-Expires=60", "X-Amz-Expires=600"),
    ):
        assert closed != address
        status, body, _ = fetch(closed)
        assert status == 403
        assert b"neighbour" not in body
        assert b"mine" not in body


def test_an_expired_address_is_closed(s3):
    s3.put("tenant/a/1.jpg", b"a photo", "image/jpeg")
    address = s3.url("tenant/a/1.jpg", 1)
    time.sleep(2.2)
    assert fetch(address)[0] == 403


def test_a_wrong_secret_is_unavailable_and_says_so_in_a_sentence(s3, monkeypatch):
    s3.put("tenant/a/1.jpg", b"a photo", "image/jpeg")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret")
    with closing(s3_client(s3.client.meta.endpoint_url)) as client:
        wrong = S3Storage(client, s3.bucket)
        for call in (
            lambda: wrong.put("tenant/a/2.jpg", b"x", "image/jpeg"),
            lambda: wrong.get("tenant/a/1.jpg"),
            lambda: wrong.exists("tenant/a/1.jpg"),
            lambda: wrong.delete("tenant/a/1.jpg"),
            lambda: list(wrong.list("")),
            lambda: wrong.copy("tenant/a/1.jpg", "tenant/a/2.jpg"),
        ):
            with pytest.raises(Unavailable, match="try again") as refusal:
                call()
            assert "secret" not in str(refusal.value)
        assert fetch(wrong.url("tenant/a/1.jpg", 60))[0] == 403
    assert [stored.key for stored in s3.list("")] == ["tenant/a/1.jpg"]


def test_a_missing_bucket_is_unavailable_and_not_a_missing_photo(s3):
    other = S3Storage(s3.client, "no-such-bucket")
    for call in (lambda: other.get("a"), lambda: other.put("a", b"x", "text/plain"), lambda: list(other.list(""))):
        with pytest.raises(Unavailable):
            call()


def test_no_credentials_are_unavailable(nanio, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with closing(s3_client(nanio)) as client:
        for call in (
            lambda: S3Storage(client, "evidence").get("a"),
            lambda: S3Storage(client, "evidence").url("a", 60),
        ):
            with pytest.raises(Unavailable):
                call()


def test_a_server_that_is_away_is_unavailable_within_seconds():
    with closing(s3_client(f"http://127.0.0.1:{free_port()}")) as client:
        began = time.monotonic()
        for call in (
            lambda: S3Storage(client, "evidence").put("a", b"x", "text/plain"),
            lambda: S3Storage(client, "evidence").get("a"),
        ):
            with pytest.raises(Unavailable):
                call()
    assert time.monotonic() - began < 15


def test_a_connection_lost_halfway_is_unavailable_and_no_half_content():
    """A server that promises 1,000,000 bytes and sends 10."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def serve() -> None:
            for _ in range(3):
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 10)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with closing(s3_client(address)) as client, pytest.raises(Unavailable):
            S3Storage(client, "evidence").open("a")
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


def test_two_prefixes_of_one_bucket_do_not_see_each_other(s3):
    one, other = S3Storage(s3.client, s3.bucket, "one"), S3Storage(s3.client, s3.bucket, "other")
    one.put("tenant/1", b"1", "text/plain")
    assert not other.exists("tenant/1")
    assert list(other.list("")) == []
    assert [stored.key for stored in s3.list("")] == ["one/tenant/1"]


def test_a_list_longer_than_one_page_is_whole(bucket_at):
    address, bucket = bucket_at("moto")
    with closing(s3_client(address)) as client:
        for number in range(1_005):
            client.put_object(Bucket=bucket, Key=f"evidence/staging/{number:04}", Body=b"x")
        client.put_object(Bucket=bucket, Key="evidence/staging/", Body=b"")  # a console's folder mark
        keys = [stored.key for stored in S3Storage(client, bucket, "evidence").list("staging/")]
    assert keys == [f"staging/{number:04}" for number in range(1_005)]


def test_the_server_was_given_a_checksum_and_the_type(bucket_at):
    address, bucket = bucket_at("moto")
    with closing(s3_client(address)) as client:
        storage = S3Storage(client, bucket)
        storage.put("a", b"a photo", "image/jpeg")
        storage.put("b", BytesIO(b"a photo"), "image/jpeg")
        storage.copy("a", "c")
        heads = [client.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED") for key in ("a", "b", "c")]
    assert [head["ContentType"] for head in heads] == ["image/jpeg"] * 3
    expected = b64encode(hashlib.sha256(b"a photo").digest()).decode()
    assert [head["ChecksumSHA256"] for head in heads[:2]] == [expected] * 2


# Settings


def test_the_setting_chooses_the_storage(tmp_path):
    plain = storage_from_url("file:", data_dir=tmp_path / "var")
    assert isinstance(plain, FileStorage)
    assert plain.root == tmp_path / "var" / "evidence"
    for setting in (f"file:{tmp_path}/else%20where", f"file://{tmp_path}/else%20where"):
        elsewhere = storage_from_url(setting, data_dir=tmp_path)
        assert isinstance(elsewhere, FileStorage)
        assert elsewhere.root == tmp_path / "else where"
    bucket = storage_from_url("s3://aduan-evidence/city/photos/", data_dir=tmp_path, endpoint_url="http://127.0.0.1:1")
    assert isinstance(bucket, S3Storage)
    assert (bucket.bucket, bucket.prefix) == ("aduan-evidence", "city/photos/")
    assert bucket.client.meta.endpoint_url == "http://127.0.0.1:1"
    amazon = storage_from_url("s3://aduan-evidence", data_dir=tmp_path, endpoint_url="")
    assert isinstance(amazon, S3Storage)
    assert amazon.prefix == ""
    assert "amazonaws.com" in amazon.client.meta.endpoint_url


@pytest.mark.parametrize(
    "setting",
    ["", "evidence", "file:evidence", "file://server/share", "s3:", "s3://", "s3://A_B", "http://x", "s3://ok/../x"],
)
def test_a_setting_that_names_no_storage_is_refused(tmp_path, setting):
    with pytest.raises(Invalid):
        storage_from_url(setting, data_dir=tmp_path)
