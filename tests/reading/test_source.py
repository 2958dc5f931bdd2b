"""Opening files without being held up by them, and decoding them strictly."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from apilint.reading.limits import LimitReached, Limits, Malformed, Unreadable
from apilint.reading.source import decode, read


def test_a_file_of_exactly_the_limit(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"x" * 10)
    for bound in (10, 11):
        assert read(str(file), "a", Limits(bytes=bound)).data == b"x" * 10
    with pytest.raises(LimitReached, match="--max-bytes"):
        read(str(file), "a", Limits(bytes=9))


def test_a_sparse_file_is_refused_by_its_size(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    with file.open("wb") as handle:
        handle.truncate(5 << 30)
    with pytest.raises(LimitReached):
        read(str(file), "a", Limits())


def test_only_regular_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        for path, reason in {
            str(tmp_path / "fifo"): "refused",
            str(tmp_path / "socket"): "refused",
            str(tmp_path): "refused",
            "/dev/zero": "refused",
            "/dev/null": "refused",
            str(tmp_path / "loop"): "unreadable",
            str(tmp_path / "none"): "missing",
            str(tmp_path / "fifo" / "x"): "missing",
            str(tmp_path / ("n" * 300)): "missing",
            "a\0b": "missing",
            "\ud800": "missing",
        }.items():
            with pytest.raises(Unreadable) as raised:
                read(path, path, Limits())
            assert raised.value.reason == reason, path
            assert str(tmp_path) not in raised.value.message


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_encodings(codec: str) -> None:
    assert decode("a: é\U0001f600".encode(codec)) == "a: é\U0001f600"


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"a: 1\r\nb: \xff", (2, 4)),
        (b"\xc0\xaf", (1, 1)),
        (b"\xed\xa0\x80", (1, 1)),
        ("é\nb\0".encode(), (2, 2)),
        (b"\x1f\x8b\x08", (1, 2)),
        (b"\xff\xfea\0\0\xd8", (1, 2)),
        (b"\r\r\xff", (3, 1)),
    ],
)
def test_what_is_not_text(data: bytes, place: tuple[int, int]) -> None:
    with pytest.raises(Malformed) as raised:
        decode(data)
    assert (raised.value.line, raised.value.column) == place
