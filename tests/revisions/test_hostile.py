"""Repositories that a stranger has made: an answer or a clear refusal, at once and in little memory."""

from __future__ import annotations

import os
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random
from time import perf_counter

import pytest

from apilint.revisions.repository import Repository, RevisionError
from tests.revisions.making import LINK, Made, by_id, by_offset, delta, whole

_MEMORY = 64 << 20
_SECONDS = 10.0  # on a machine that many share; each takes far less
_GIANT = 1 << 40


def _bomb(length: int = 512 << 20) -> bytes:
    packer = zlib.compressobj(9)
    block = b"\0" * (1 << 20)
    parts = [packer.compress(b"commit %d\0" % length)]
    parts += [packer.compress(block) for _ in range(length >> 20)]
    return b"".join((*parts, packer.flush()))


def bomb(made: Made) -> None:
    made.write("a" * 40, _bomb())
    made.ref("refs/heads/main", "a" * 40)


def lying_bomb(made: Made) -> None:
    made.write("a" * 40, zlib.compress(b"commit 10\0" + b"\0" * (64 << 20)))
    made.ref("refs/heads/main", "a" * 40)


def giant(made: Made) -> None:
    made.object("commit", b"", head=b"commit %d\0" % _GIANT)
    made.write("a" * 40, zlib.compress(b"commit %d\0" % _GIANT))
    made.ref("refs/heads/main", "a" * 40)


def giant_in_a_pack(made: Made) -> None:
    made.pack([("a" * 40, whole("commit", b"\0" * 100, _GIANT))])
    made.ref("refs/heads/main", "a" * 40)


def bomb_in_a_pack(made: Made) -> None:
    made.pack([("a" * 40, whole("commit", b"\0" * (64 << 20), 100))])
    made.ref("refs/heads/main", "a" * 40)


def bomb_of_differences(made: Made) -> None:
    """Each copies the one before ten times: 16 MiB would be 160, 1,600 and so on."""
    base = b"\0" * (1 << 20)
    objects = [("a0" * 20, whole("commit", base))]
    size = len(base)
    for number in range(1, 9):
        step = delta(size, size * 10, *[(0, min(size, 0xFFFFFF))] * 10)
        objects.append((f"a{number}" * 20, by_id(objects[-1][0], step)))
        size *= 10
    made.pack(objects)
    made.ref("refs/heads/main", objects[-1][0])


def differences_in_a_circle(made: Made) -> None:
    step = delta(10, 10, (0, 10))
    made.pack([("a" * 40, by_id("b" * 40, step)), ("b" * 40, by_id("a" * 40, step))])
    made.ref("refs/heads/main", "a" * 40)


def difference_to_itself(made: Made) -> None:
    made.pack([("a" * 40, by_id("a" * 40, delta(10, 10, (0, 10))))])
    made.ref("refs/heads/main", "a" * 40)


def difference_to_before_the_pack(made: Made) -> None:
    made.pack([("a" * 40, by_offset(1 << 30, delta(10, 10, (0, 10))))])
    made.ref("refs/heads/main", "a" * 40)


def difference_to_nothing(made: Made) -> None:
    made.pack([("a" * 40, by_id("c" * 40, delta(10, 10, (0, 10))))])
    made.ref("refs/heads/main", "a" * 40)


def differences_without_end(made: Made) -> None:
    base = b"x" * 1000
    objects = [(f"{0:040x}", whole("commit", base))]
    for number in range(1, 6_000):
        objects.append((f"{number:040x}", by_offset(len(objects[-1][1]), delta(1000, 1000, (0, 1000)))))
    made.pack(objects)
    made.ref("refs/heads/main", objects[-1][0])


def difference_that_copies_beyond(made: Made) -> None:
    first = whole("commit", b"0123456789")
    made.pack([("b" * 40, first), ("a" * 40, by_offset(len(first), delta(10, 100, (5, 100))))])
    made.ref("refs/heads/main", "a" * 40)


def difference_cut_short(made: Made) -> None:
    first = whole("commit", b"0123456789")
    made.pack([("b" * 40, first), ("a" * 40, by_offset(len(first), b"\x0a"))])
    made.ref("refs/heads/main", "a" * 40)


def no_such_kind(made: Made) -> None:
    made.pack([("a" * 40, bytes([0x50 | 1]) + zlib.compress(b"x"))])
    made.ref("refs/heads/main", "a" * 40)


def head_without_end(made: Made) -> None:
    made.pack([("a" * 40, b"\x9f" + b"\xff" * 400)])
    made.ref("refs/heads/main", "a" * 40)


def pack_cut_short(made: Made) -> None:
    path = made.pack([("a" * 40, whole("commit", os.urandom(5000)))])
    path.write_bytes(path.read_bytes()[:100])
    made.ref("refs/heads/main", "a" * 40)


def empty_pack(made: Made) -> None:
    made.pack([("a" * 40, whole("commit", b""))]).write_bytes(b"")
    made.ref("refs/heads/main", "a" * 40)


def index_that_counts_wrong(made: Made) -> None:
    path = made.pack([("a" * 40, whole("commit", b"x"))]).with_suffix(".idx")
    path.write_bytes(b"\377tOc" + struct.pack(">L256L", 2, *[0xFFFFFFFF] * 256) + b"\0" * 100)
    made.ref("refs/heads/main", "a" * 40)


def index_that_goes_down(made: Made) -> None:
    path = made.pack([("a" * 40, whole("commit", b"x"))]).with_suffix(".idx")
    path.write_bytes(b"\377tOc" + struct.pack(">L256L", 2, *[9] * 255, 1) + b"\0" * 1000)
    made.ref("refs/heads/main", "a" * 40)


def index_that_leads_far(made: Made) -> None:
    path = made.pack([("a" * 40, whole("commit", b"x"))]).with_suffix(".idx")
    data = bytearray(path.read_bytes())
    data[1032 + 24 : 1032 + 28] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    made.ref("refs/heads/main", "a" * 40)


def another_object(made: Made) -> None:
    """What has the name of one commit and the bytes of another."""
    id = made.commit({"a": "1"})
    made.write("a" * 40, (made.git / "objects" / id[:2] / id[2:]).read_bytes())
    made.ref("refs/heads/main", "a" * 40)


def names_in_a_circle(made: Made) -> None:
    made.ref("refs/heads/main", "ref: refs/heads/other")
    made.ref("refs/heads/other", "ref: refs/heads/main")


def name_that_leads_out(made: Made) -> None:
    made.ref("refs/heads/main", "ref: ../../../../etc/passwd")


def name_of_nothing(made: Made) -> None:
    made.ref("refs/heads/main", "nothing")


def pipe_for_a_name(made: Made) -> None:
    os.mkfifo(made.git / "refs" / "heads" / "main")


def endless_name(made: Made) -> None:
    (made.git / "refs" / "heads" / "main").symlink_to("/dev/zero")


def pipe_for_an_object(made: Made) -> None:
    (made.git / "objects" / "aa").mkdir()
    os.mkfifo(made.git / "objects" / "aa" / ("a" * 38))
    made.ref("refs/heads/main", "a" * 40)


def pipe_for_a_pack(made: Made) -> None:
    os.mkfifo(made.git / "objects" / "pack" / "x.idx")
    os.mkfifo(made.git / "objects" / "pack" / "x.pack")
    made.ref("refs/heads/main", "a" * 40)


def pipe_for_packed_names(made: Made) -> None:
    os.mkfifo(made.git / "packed-refs")


def endless_alternates(made: Made) -> None:
    (made.git / "objects" / "info" / "alternates").symlink_to("/dev/zero")


def alternates_in_a_circle(made: Made) -> None:
    (made.git / "objects" / "info" / "alternates").write_text("../objects\n" * 100)
    made.ref("refs/heads/main", "a" * 40)


def endless_configuration(made: Made) -> None:
    (made.git / "config").unlink()
    (made.git / "config").symlink_to("/dev/zero")


def large_configuration(made: Made) -> None:
    (made.git / "config").write_bytes(b'[a "' + b"\\" * 900_000 + b"\n")
    made.ref("refs/heads/main", "a" * 40)


def strange_format(made: Made) -> None:
    (made.git / "config").write_text("[core]\n\trepositoryformatversion = 2\n")


def strange_extension(made: Made) -> None:
    (made.git / "config").write_text("[core]\n\trepositoryformatversion = 1\n[extensions]\n\tspell = 1\n")


def strange_hash(made: Made) -> None:
    (made.git / "config").write_text("[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = md5\n")


def names_in_tables(made: Made) -> None:
    (made.git / "config").write_text("[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefStorage = reftable\n")


def tags_of_tags(made: Made) -> None:
    id = made.commit({"a": "1"}, branch=None)
    for number in range(20):
        id = made.tag(f"t{number}", id, "tag" if number else "commit")
    made.ref("refs/heads/main", id)


def tree_that_leads_up(made: Made) -> None:
    blob = made.object("blob", b"1")
    made.commit(made.object("tree", b"100644 ..\0" + bytes.fromhex(blob)))


def tree_with_a_slash(made: Made) -> None:
    blob = made.object("blob", b"1")
    made.commit(made.object("tree", b"100644 a/b\0" + bytes.fromhex(blob)))


def tree_with_a_name_twice(made: Made) -> None:
    entry = b"100644 a\0" + bytes.fromhex(made.object("blob", b"1"))
    made.commit(made.object("tree", entry + entry))


def tree_cut_short(made: Made) -> None:
    made.commit(made.object("tree", b"100644 a\0abc"))


def tree_of_many_files(made: Made) -> None:
    """Ten folders that are one, in ten folders that are one: 10 ** 12 files in thirteen objects."""
    tree = made.object("tree", b"100644 a\0" + bytes.fromhex(made.object("blob", b"1")))
    for _ in range(12):
        tree = made.object("tree", b"".join(b"40000 %d\0" % number + bytes.fromhex(tree) for number in range(10)))
    made.commit(tree)


def tree_without_files(made: Made) -> None:
    tree = made.object("tree", b"")
    for _ in range(12):
        tree = made.object("tree", b"".join(b"40000 %d\0" % number + bytes.fromhex(tree) for number in range(10)))
    made.commit(tree)


def deep_tree(made: Made) -> None:
    tree = made.object("tree", b"100644 a\0" + bytes.fromhex(made.object("blob", b"1")))
    for _ in range(3_000):
        tree = made.object("tree", b"40000 a\0" + bytes.fromhex(tree))
    made.commit(tree)


def tree_that_is_no_tree(made: Made) -> None:
    made.commit(made.object("blob", b"1"))


def commit_without_a_tree(made: Made) -> None:
    made.ref("refs/heads/main", made.object("commit", b"said\n"))


def link_of_a_megabyte(made: Made) -> None:
    made.commit({"apilint.yaml": (LINK, b"a/" * 500_000)})


def links_that_double(made: Made) -> None:
    """Each link is the one before, twice."""
    files: dict[str, str | tuple[str, bytes | str]] = {"l0": (LINK, b".")}
    files.update((f"l{number}", (LINK, f"l{number - 1}/l{number - 1}".encode())) for number in range(1, 40))
    made.commit({**files, "apilint.yaml": (LINK, b"l39/apilint.yaml")})


HOSTILE: list[Callable[[Made], None]] = [
    bomb, lying_bomb, giant, giant_in_a_pack, bomb_in_a_pack, bomb_of_differences, differences_in_a_circle,
    difference_to_itself, difference_to_before_the_pack, difference_to_nothing, differences_without_end,
    difference_that_copies_beyond, difference_cut_short, no_such_kind, head_without_end, pack_cut_short, empty_pack,
    index_that_counts_wrong, index_that_goes_down, index_that_leads_far, another_object, names_in_a_circle,
    name_that_leads_out, name_of_nothing, pipe_for_a_name, endless_name, pipe_for_an_object, pipe_for_a_pack,
    pipe_for_packed_names, endless_alternates, alternates_in_a_circle, endless_configuration, large_configuration,
    strange_format, strange_extension, strange_hash, names_in_tables, tags_of_tags, tree_that_leads_up,
    tree_with_a_slash, tree_with_a_name_twice, tree_cut_short, tree_of_many_files, tree_without_files, deep_tree,
    tree_that_is_no_tree, commit_without_a_tree, link_of_a_megabyte, links_that_double,
]  # fmt: skip


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="SKIPPED LOUDLY: no pipes among files here")
@pytest.mark.parametrize("make", HOSTILE, ids=lambda one: one.__name__)
def test_a_strangers_repository_is_refused_in_words(tmp_path: Path, make: Callable[[Made], None]) -> None:
    made = Made(tmp_path)
    make(made)
    start = perf_counter()
    told = _refusal(tmp_path)
    assert perf_counter() - start < _SECONDS
    assert 10 < len(told) < 500
    if make in (tree_of_many_files, tree_without_files):
        return  # nothing is kept, and counting a million steps takes a minute
    tracemalloc.start()
    try:
        assert _refusal(tmp_path) == told
        assert tracemalloc.get_traced_memory()[1] < _MEMORY
    finally:
        tracemalloc.stop()


def _refusal(root: Path) -> str:
    with pytest.raises(RevisionError) as told:
        _use(root)
    return str(told.value)


def _use(root: Path) -> None:
    commit = Repository.at(str(root)).commit("main")
    commit.read("apilint.yaml", 1 << 20)
    list(commit.files())


@pytest.mark.parametrize(
    "text",
    [
        b"gitdir: /nowhere\n",
        b"gitdir:\n",
        b"gitdir: .git\n",
        b"x" * 5000,
        b"\0\n",
        b"gitdir: \0\n",
        b"gitdir: /dev/zero\n",
    ],
)
def test_a_git_file_that_leads_nowhere_is_said(tmp_path: Path, text: bytes) -> None:
    (tmp_path / ".git").write_bytes(text)
    with pytest.raises(RevisionError):
        Repository.at(str(tmp_path))


def test_a_broken_pack_beside_a_good_one_is_named_only_where_it_matters(tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.commit({"a": "1", "b": ("100644", "3" * 40)})
    made.pack([("a" * 40, whole("blob", b"1"))], name="pack-broken").write_bytes(b"")
    commit = Repository.at(str(tmp_path)).commit("main")
    assert commit.read("a", 10) == b"1"
    with pytest.raises(RevisionError, match=r"pack-broken.pack cannot be read"):
        commit.read("b", 10)


def test_no_broken_byte_is_more_than_a_refusal(tmp_path: Path) -> None:
    """Any byte of a pack, an index, an object, a name or the configuration may be another one."""
    made = Made(tmp_path)
    base, after = b"line\n" * 50, b"line\n" * 50 + b"more\n"
    ids = [made.id("blob", one) for one in (base, after)]
    tree = b"".join(
        b"100644 %s\0" % name + bytes.fromhex(id) for name, id in zip((b"a", b"apilint.yaml"), ids, strict=True)
    )
    first = whole("blob", base)
    pack = made.pack(
        [
            (ids[0], first),
            (ids[1], by_offset(len(first), delta(len(base), len(after), (0, len(base)), b"more\n"))),
            (made.id("tree", tree), whole("tree", tree)),
        ]
    )
    made.commit(made.id("tree", tree), [made.commit({"a": "1"})])
    (made.git / "packed-refs").write_text(f"{'1' * 40} refs/heads/other\n")
    random = Random(5)
    tried = refused = 0
    for path in [
        pack,
        pack.with_suffix(".idx"),
        made.git / "config",
        made.git / "HEAD",
        *made.git.glob("objects/??/*"),
    ]:
        good = path.read_bytes()
        for _ in range(60):
            bad = bytearray(good)
            for _ in range(random.randint(1, 3)):
                bad[random.randrange(len(bad))] = random.randrange(256)
            path.write_bytes(bad[: random.randrange(len(bad))] if random.random() < 0.2 else bad)
            tried += 1
            try:
                _use(tmp_path)
            except RevisionError:
                refused += 1
        path.write_bytes(good)
    assert 0 < refused < tried
    _use(tmp_path)
