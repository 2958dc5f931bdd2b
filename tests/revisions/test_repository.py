"""What a repository and its commits give, and what they say where they cannot."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from apilint.revisions.repository import NoRepositoryError, Repository, RevisionError, TooLargeError
from tests.revisions.making import LINK, MODULE, Made, by_id, by_offset, delta, whole

FORMS = ("sha1", "sha256")


@pytest.fixture(params=FORMS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Made:
    return Made(tmp_path / "work", request.param)


def test_files_of_a_commit_are_read_from_its_objects_alone(made: Made) -> None:
    made.commit({"apilint.yaml": "version: 1\n", "apis/a/openapi.yaml": "openapi: 3.0.3\n", "empty": ""})
    made.out({"apilint.yaml": "other", "apis/a/note.txt": ""})

    repository = Repository.at(str(made.root / "apis" / "a" / "openapi.yaml"))
    commit = repository.commit("HEAD")

    assert repository.root == os.path.realpath(made.root)
    assert commit.read("apilint.yaml", 100) == b"version: 1\n"
    assert commit.read("apis/a/openapi.yaml", 100) == b"openapi: 3.0.3\n"
    assert commit.read("empty", 0) == b""
    assert [
        commit.read(name, 100) for name in ("nothing", "apis/nothing", "apilint.yaml/below", "apis/a/note.txt")
    ] == [None] * 4
    assert [name for name, _ in commit.files()] == ["apilint.yaml", "apis/a/openapi.yaml", "empty"]
    assert list(commit.files("apis/a")) == [("apis/a/openapi.yaml", repository.blob_id(b"openapi: 3.0.3\n"))]
    assert list(commit.files("none")) == []
    assert commit.blob("empty") == repository.blob_id(b"")
    assert commit.label == f"HEAD at {commit.id[:12]}"


def test_everything_that_people_write_means_a_commit(made: Made) -> None:
    first = made.commit({"a": "1"})
    second = made.commit({"a": "2"}, [first])
    side = made.commit({"a": "3"}, [first], "feature/side")
    merge = made.commit({"a": "4"}, [second, side])
    made.ref("refs/remotes/origin/main", second)
    made.ref("refs/remotes/origin/HEAD", "ref: refs/remotes/origin/main")
    made.tag("v1", first)
    made.tag("again", made.tag("v2", side), "tag")
    with (made.git / "config").open("a") as config:
        config.write('[remote "origin"]\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n')
        config.write('[branch "main"]\n\tremote = origin\n\tmerge = refs/heads/main\n')
    found = {
        "HEAD": merge, "@": merge, "main": merge, "heads/main": merge, "refs/heads/main": merge, "feature/side": side,
        "origin/main": second, "origin": second, "v1": first, "tags/v1": first, "v1^{commit}": first, "v2": side,
        "again": side, "again^{}": side, merge: merge, merge.upper(): merge, merge[:8]: merge,
        f"v1-3-g{merge[:9]}": merge, "HEAD^": second, "HEAD^1": second, "HEAD^2": side, "HEAD^0": merge,
        "HEAD~0": merge,
        "HEAD~": second, "HEAD~2": first, "HEAD^2~1": first, "HEAD^^": first, "@~1": second, "@{u}": second,
        "@{upstream}": second, "main@{upstream}": second, "main@{U}^": first,
    }  # fmt: skip
    repository = Repository.at(str(made.root))

    assert {name: repository.commit(name).id for name in found} == found


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("mian", "there is no revision 'mian' in .*; did you mean 'main'\\?"),
        ("origin/main", "; fetch it: git fetch origin main:refs/remotes/origin/main"),
        ("nothing-like-it", "there is no revision 'nothing-like-it'"),
        ("0" * 40, "there is no commit 000000000000"),
        ("HEAD^2", "the commit .* has one parent"),
        ("HEAD~5", "the commit .* has no parent"),
        ("HEAD~x", "does not understand '~x'|does not understand 'x'"),
        ("main..other", "is a range"),
        ("main...other", "is a range"),
        ("HEAD:apilint.yaml", "no paths after a colon"),
        (":/said", "no searches"),
        ("HEAD@{1}", "apilint reads @{upstream} alone"),
        ("main@{yesterday}", "apilint reads @{upstream} alone"),
        ("@{u}", "the branch main follows no other"),
        ("HEAD^{tree}", "does not understand"),
        ("blob", "is a blob, not a commit"),
        ("--upload-pack=x", "is no revision"),
        ("", "is no revision"),
        ("a\nb", "is no revision"),
        ("x" * 2000, "is no revision"),
        ("../../etc/passwd", "is a range|no revision"),
        ("config", "there is no revision 'config'"),
        ("objects/info", "there is no revision"),
        ("a.lock", "there is no revision"),
    ],
)
def test_what_is_no_commit_is_said_in_words(tmp_path: Path, revision: str, said: str) -> None:
    made = Made(tmp_path)
    made.commit({"a": "2"}, [made.commit({"a": "1"})])
    made.ref("refs/tags/blob", made.object("blob", b"1"))
    with (made.git / "config").open("a") as config:
        config.write('[remote "origin"]\n\turl = https://example.com/x.git\n')

    with pytest.raises(RevisionError, match=said):
        Repository.at(str(tmp_path)).commit(revision)


def test_before_the_first_commit_there_is_nothing(tmp_path: Path) -> None:
    made = Made(tmp_path)
    with pytest.raises(RevisionError, match=r"there is no revision 'HEAD' in .*: nothing is committed there yet"):
        Repository.at(str(made.root)).commit("HEAD")


def test_a_name_that_two_know_differently_is_none(tmp_path: Path) -> None:
    """Who may push a tag is not to say what `origin/main` is."""
    made = Made(tmp_path)
    trusted = made.commit({"a": "1"})
    made.ref("refs/remotes/origin/main", trusted)
    made.ref("refs/tags/origin/main", made.commit({"a": "evil"}))
    repository = Repository.at(str(tmp_path))

    with pytest.raises(RevisionError, match=r"origin/main is both refs/tags/origin/main and refs/remotes/origin/main"):
        repository.commit("origin/main")
    assert repository.commit("refs/remotes/origin/main").id == trusted


def test_packed_names_and_packed_objects_are_read(made: Made) -> None:
    base = b"line\n" * 500
    after, last = base + b"more\n", base + b"more\n" + b"last\n"
    ids = [made.id("blob", one) for one in (base, after, last)]
    entries = [("100644 a", ids[0]), ("100644 b", ids[1]), ("100644 c", ids[2])]
    tree = b"".join(name.encode() + b"\0" + bytes.fromhex(id) for name, id in entries)
    commit = b"tree %s\ncommitter A <a> 1 +0000\n\nsaid\n" % made.id("tree", tree).encode()
    first = whole("blob", base)
    made.pack(
        [
            (ids[0], first),
            (ids[1], by_offset(len(first), delta(len(base), len(after), (0, len(base)), b"more\n"))),
            (ids[2], by_id(ids[1], delta(len(after), len(last), (0, 1000), (1000, len(after) - 1000), b"last\n"))),
            (made.id("tree", tree), whole("tree", tree)),
            (made.id("commit", commit), whole("commit", commit)),
        ]
    )
    (made.git / "packed-refs").write_text(
        f"# pack-refs with: peeled fully-peeled sorted \n{made.id('commit', commit)} refs/heads/main\n^{'0' * 40}\n"
    )
    found = Repository.at(str(made.root)).commit("main")

    assert [found.read(name, 1 << 20) for name in "cba"] == [last, after, base]
    assert Repository.at(str(made.root)).commit(found.id[:7]).id == found.id


def test_a_link_is_followed_inside_the_commit_alone(made: Made) -> None:
    made.commit(
        {
            "real/apilint.yaml": "version: 1",
            "apilint.yaml": (LINK, b"real/apilint.yaml"),
            "folder": (LINK, b"real"),
            "up/link": (LINK, b"../folder/apilint.yaml"),
            "out": (LINK, b"../../etc/passwd"),
            "absolute": (LINK, b"/etc/passwd"),
            "round": (LINK, b"round"),
            "nowhere": (LINK, b"nothing"),
        }
    )
    commit = Repository.at(str(made.root)).commit("HEAD")

    for name in ("apilint.yaml", "folder/apilint.yaml", "up/link"):
        assert commit.read(name, 100) == b"version: 1"
        assert commit.real(name) == "real/apilint.yaml"
    assert commit.read("nowhere", 100) is None
    for name in ("out", "absolute", "../x"):
        with pytest.raises(RevisionError, match=r"leads out of the repository"):
            commit.read(name, 100)
    with pytest.raises(RevisionError, match=r"without end"):
        commit.read("round", 100)
    assert [name for name, _ in commit.files()] == ["real/apilint.yaml"]


def test_what_is_no_file_is_said(made: Made) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"
    made.commit(
        {"sub": (MODULE, "1" * (40 if made.form == "sha1" else 64)), "big.yaml": ("100644", pointer), "a/b": "12345"}
    )
    commit = Repository.at(str(made.root)).commit("HEAD")

    with pytest.raises(RevisionError, match=r"sub is a submodule in HEAD at"):
        commit.read("sub/apilint.yaml", 100)
    with pytest.raises(RevisionError, match=r"Git LFS"):
        commit.read("big.yaml", 1000)
    with pytest.raises(RevisionError, match=r"a is a folder"):
        commit.read("a", 1000)
    with pytest.raises(TooLargeError, match=r"a/b in HEAD at .*: .*it has 5 bytes"):
        commit.read("a/b", 4)


def test_the_merge_base_is_where_two_lines_part(made: Made) -> None:
    root = made.commit({"a": "1"})
    fork = made.commit({"a": "2"}, [root])
    left = made.commit({"a": "3"}, [fork])
    right = made.commit({"a": "4"}, [fork], "right")
    merged = made.commit({"a": "5"}, [right, left], "right")
    made.commit({"a": "6"}, [], "alone")
    repository = Repository.at(str(made.root))

    def base(one: str, other: str) -> str | None:
        found = repository.merge_base(repository.commit(one), repository.commit(other))
        return found and found.id

    assert base(left, "right^1") == fork
    assert base("right", "main") == left
    assert base("main", "right") == left
    assert base(merged, merged) == merged
    assert base(root, merged) == root
    assert base("main", "alone") is None


def test_a_shallow_clone_says_what_to_fetch(tmp_path: Path) -> None:
    made = Made(tmp_path)
    gone = "1" * 40
    left, right = made.commit({"a": "1"}, [gone]), made.commit({"a": "2"}, [gone], "right")
    (made.git / "shallow").write_text(f"{left}\n{right}\n")
    repository = Repository.at(str(tmp_path))

    with pytest.raises(RevisionError, match=r"too shallow to tell where .* part.*fetch-depth: 0"):
        repository.merge_base(repository.commit("main"), repository.commit("right"))
    with pytest.raises(RevisionError, match=r"the clone is shallow and ends at"):
        repository.commit("main~1")
    with pytest.raises(RevisionError, match=r"the clone is shallow, fetch more of it"):
        repository.commit("v9.9.9")
    with pytest.raises(RevisionError, match=r"the clone is shallow, fetch more of it"):
        repository.commit(gone)


def test_a_partial_clone_says_what_is_missing(tmp_path: Path) -> None:
    made = Made(tmp_path)
    made.commit({"a": ("100644", "2" * 40)})
    commit = Repository.at(str(tmp_path)).commit("main")
    with pytest.raises(RevisionError, match=r"a in main at .*: the blob 222222222222 is not here: .*git fsck"):
        commit.read("a", 100)
    with (made.git / "config").open("a") as config:
        config.write('[remote "origin"]\n\tpromisor = true\n\tpartialclonefilter = blob:none\n')
    commit = Repository.at(str(tmp_path)).commit("main")
    with pytest.raises(RevisionError, match=r"partial clone"):
        commit.read("a", 100)


def test_worktrees_and_submodules_are_repositories_of_their_own(tmp_path: Path) -> None:
    made = Made(tmp_path / "main")
    first = made.commit({"a": "1"})
    second = made.commit({"a": "2"}, [first], "side")
    own = made.git / "worktrees" / "other"
    own.mkdir(parents=True)
    (own / "HEAD").write_text("ref: refs/heads/side\n")
    (own / "commondir").write_text("../..\n")
    other = tmp_path / "other"
    (other / "below").mkdir(parents=True)
    (other / ".git").write_text(f"gitdir: {own}\n")

    repository = Repository.at(str(other / "below"))
    assert repository.root == os.path.realpath(other)
    assert (repository.commit("HEAD").id, repository.commit("main").id) == (second, first)

    with (made.git / "config").open("a") as config:
        config.write("[core]\n\tbare = true\n")  # a work tree of a bare repository has one all the same
    assert Repository.at(str(other)).commit("HEAD").id == second
    with pytest.raises(RevisionError, match=r"has no work tree"):
        Repository.at(str(made.root))

    module = Made(tmp_path / "module")
    inner = module.commit({"a": "3"})
    (made.git / "modules").mkdir()
    module.git.rename(made.git / "modules" / "sub")
    (made.root / "sub").mkdir()
    (made.root / "sub" / ".git").write_text("gitdir: ../.git/modules/sub\n")
    assert Repository.at(str(made.root / "sub")).commit("HEAD").id == inner


def test_what_is_no_repository_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoRepositoryError, match=r"is in no git repository"):
        Repository.at(str(tmp_path))
    (tmp_path / ".git").mkdir()  # an empty one is none, as for git
    with pytest.raises(NoRepositoryError):
        Repository.at(str(tmp_path))
    bare = tmp_path / "bare.git"
    Made(bare / "x").git.rename(bare / "y")
    with pytest.raises(RevisionError, match=r"is a repository without a work tree \(bare\)"):
        Repository.at(str(bare / "y" / "refs"))


def test_objects_may_be_borrowed_from_another_repository(tmp_path: Path) -> None:
    lender, made = Made(tmp_path / "lender"), Made(tmp_path / "work")
    made.ref("refs/heads/main", lender.commit({"a": "lent"}))
    alternates = made.git / "objects" / "info" / "alternates"
    alternates.write_text("# said\n../../../lender/.git/objects\n../objects\n/nowhere\n")
    (lender.git / "objects" / "info" / "alternates").write_text(f"{made.git / 'objects'}\n")

    assert Repository.at(str(made.root)).commit("main").read("a", 100) == b"lent"


def test_nothing_of_the_configuration_is_obeyed(tmp_path: Path) -> None:
    made = Made(tmp_path / "work")
    id = made.commit({"a": "1"})
    mark = tmp_path / "mark"
    evil = f"!touch {mark}"
    (tmp_path / "included").write_text("[core]\n\trepositoryformatversion = 99\n")
    with (made.git / "config").open("a") as config:
        config.write(
            f"[core]\n\tfsmonitor = touch {mark}\n\tsshCommand = touch {mark}\n\tworktree = /\n\thooksPath = /\n"
            f"\tattributesFile = /x\n[alias]\n\tcommit = {evil}\n[include]\n\tpath = ../../included\n"
            f'[includeIf "gitdir:**"]\n\tpath = /dev/zero\n[filter "x"]\n\tsmudge = touch {mark}\n'
        )
    repository = Repository.at(str(made.root))

    assert (repository.root, repository.commit("HEAD").id) == (os.path.realpath(made.root), id)
    assert not mark.exists()


def git(folder: Path, *words: str) -> str:
    """Run git where there is one, without what a person has set."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "HOME": str(folder)}
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main")
    try:
        done = subprocess.run(
            ["git", *who, "-c", "protocol.file.allow=always", *words],
            cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("SKIPPED LOUDLY: there is no git here to compare with")
    return done.stdout.strip()


@pytest.mark.parametrize("form", FORMS)
def test_git_and_apilint_agree(tmp_path: Path, form: str) -> None:
    """A repository as git makes it, loose and packed: every revision, every file, every merge base."""
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init", f"--object-format={form}")
    text = "".join(f"line {number}\n" for number in range(400))
    for number in range(8):
        (work / "apis").mkdir(exist_ok=True)
        (work / "apis" / "a.yaml").write_text(text + f"end {number}\n")
        (work / f"f{number}").write_text(str(number))
        (work / "link").unlink(missing_ok=True)
        (work / "link").symlink_to(f"f{number}")
        git(work, "add", "-A")
        git(work, "commit", "-m", f"said {number}")
        if number in (2, 5):
            git(work, "branch", f"b{number}")
    git(work, "switch", "b2")
    git(work, "commit", "--allow-empty", "-m", "side")
    git(work, "merge", "b5", "-m", "merge")
    git(work, "tag", "-a", "v1", "-m", "said")
    for packed in (False, True):
        if packed:
            git(work, "gc", "--aggressive", "--prune=now")
            assert not list((work / ".git" / "refs" / "heads").iterdir())
        repository = Repository.at(str(work))
        for name in (
            "HEAD",
            "main",
            "b5",
            "v1",
            "HEAD^1",
            "HEAD^2",
            "main~3",
            "HEAD^2~2",
            git(work, "rev-parse", "--short", "b2"),
        ):
            assert repository.commit(name).id == git(work, "rev-parse", f"{name}^{{commit}}"), name
        commit = repository.commit("main")
        rows = [row.split() for row in git(work, "ls-tree", "-r", "main").splitlines()]
        assert sorted(commit.files()) == sorted((row[3], row[2]) for row in rows if row[0] != LINK)
        assert commit.read("apis/a.yaml", 1 << 20) == (text + "end 7\n").encode()
        assert commit.read("link", 10) == b"7"
        for one, other in (("main", "b2"), ("main", "v1"), ("b5", "HEAD"), ("main~7", "HEAD")):
            found = repository.merge_base(repository.commit(one), repository.commit(other))
            assert found is not None
            assert found.id == git(work, "merge-base", one, other)


def test_clones_of_git_are_read(tmp_path: Path) -> None:
    """Shallow, partial, shared, a work tree more and a submodule, as git makes them."""
    made = Made(tmp_path / "work")
    first = made.commit({"a": "1"})
    second = made.commit({"a": "2", "apis/b": "3"}, [first])
    with (made.git / "config").open("a") as config:
        config.write("[uploadpack]\n\tallowFilter = true\n")
    source = (tmp_path / "work").as_uri()
    git(tmp_path, "clone", "--depth=1", source, "shallow")
    git(tmp_path, "clone", "--filter=blob:none", "--no-checkout", source, "partial")
    git(tmp_path, "clone", "--shared", str(made.root), "shared")
    git(tmp_path / "shared", "worktree", "add", "../more", "HEAD~1")
    git(tmp_path / "shared", "submodule", "add", source, "sub")

    shallow = Repository.at(str(tmp_path / "shallow"))
    assert shallow.commit("origin/main").read("apis/b", 10) == b"3"
    with pytest.raises(RevisionError, match=r"the clone is shallow"):
        shallow.commit("HEAD~1")
    partial = Repository.at(str(tmp_path / "partial")).commit("HEAD")
    with pytest.raises(RevisionError, match=r"partial clone"):
        partial.read("a", 10)
    assert Repository.at(str(tmp_path / "shared")).commit("HEAD").id == second
    assert Repository.at(str(tmp_path / "more")).commit("HEAD").id == first
    assert Repository.at(str(tmp_path / "shared" / "sub")).commit("HEAD").id == second
