"""What the words of `apilint diff` mean: two files, two folders, or revisions of git and paths."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import NamedTuple

from apilint.options import RunOptions
from apilint.reading.discovery import Candidate, discover, display_name
from apilint.reading.workspace import inside
from apilint.regressions.compare import Comparison
from apilint.regressions.states import CommitFiles, State
from apilint.revisions.repository import Commit, NoRepositoryError, Repository, RevisionError
from apilint.rule import Rule

_SHORT = 7  # digits of an id
_ID = re.compile(r"[0-9a-fA-F]{7,64}")
_WORK_TREE = "the work tree"


class WrongStatesError(ValueError):
    """Words that mean no two states; the message says why, and what would be right."""


class _Meant(NamedTuple):
    """Revisions as somebody writes them; `head` is None for the work tree. `parted`: the base is where they parted."""

    base: str
    head: str | None
    paths: Sequence[str]
    parted: bool = False


def comparison(
    words: Sequence[str], after: Sequence[str] | None, options: RunOptions, rules: Sequence[Rule] = ()
) -> Comparison:
    """The comparison that words mean; those `after` `--` are paths, and the others then are none.

    `rules` are all that there are. Raises `WrongStatesError`.
    """
    if not words:
        raise WrongStatesError(
            "name what to compare: two files, two folders, or a revision of git, as in apilint diff origin/main..."
        )
    if after is None and len(words) == 2 and all(map(_is_here, words)):
        return Comparison(*_of_files(words[0], words[1], options), rules, debug=options.debug)
    try:
        repository = Repository.at(os.getcwd())
    except NoRepositoryError:
        raise WrongStatesError(_not_here(words)) from None
    except RevisionError as error:
        raise WrongStatesError(str(error)) from None
    try:
        states = _of_revisions(_meant(repository, words, after), repository, options)
    except RevisionError as error:
        raise WrongStatesError(str(error)) from None
    return Comparison(*states, rules, debug=options.debug)


def _is_here(word: str) -> bool:
    return word == "-" or os.path.exists(word)


def _not_here(words: Sequence[str]) -> str:
    """Why words mean nothing where there is no repository."""
    missing = [word for word in words if not _is_here(word)]
    if missing:
        return f"there is no file {missing[0]!r}, and no repository of git here in which it could be a revision"
    return "name two files or two folders: there is no repository of git here to compare with"


# Files and folders of this machine.


def _of_files(one: str, other: str, options: RunOptions) -> tuple[State, State]:
    if one == other == "-":
        raise WrongStatesError("standard input can be one of the two only")
    folders = [word != "-" and os.path.isdir(word) for word in (one, other)]
    if folders[0] != folders[1]:
        file, folder = (one, other) if folders[1] else (other, one)
        raise WrongStatesError(f"{folder!r} is a folder and {file!r} is none: name two files, or two folders")
    states = []
    for word in (one, other):
        state = State(word, options.limits, ref_root=_real(options.ref_root), remote_hosts=options.remote_hosts)
        found = discover([word], cwd=os.getcwd(), stdin_name=None, limits=options.limits)
        state.take(found, os.path.abspath(word) if folders[0] else None)
        states.append(state)
    return states[0], states[1]


def _real(folder: str | None) -> str | None:
    return None if folder is None else os.path.realpath(folder)


# Revisions.


def _meant(repository: Repository, words: Sequence[str], after: Sequence[str] | None) -> _Meant:
    """Which of the words are revisions, and which paths. Raises RevisionError for what is neither."""
    first, rest = words[0], list(words[1:])
    if ".." in first and not (after is None and os.path.exists(first)):
        dots = "..." if "..." in first else ".."
        base, _, head = first.partition(dots)
        if after is not None and rest:
            raise WrongStatesError(
                f"{rest[0]!r}: beside the range {first!r} there are paths only, and they follow on --"
            )
        return _Meant(base or "HEAD", head or None, [*rest, *(after or ())], parted=dots == "...")
    _require_revision(repository, first, rest)
    if after is not None:
        if len(rest) > 1:
            raise WrongStatesError(f"{rest[1]!r} is a third revision, and two are compared: paths follow on --")
        return _Meant(first, rest[0] if rest else None, after)
    if rest and not _is_here(rest[0]) and not any(sign in rest[0] for sign in "*?["):
        _require_revision(repository, rest[0], rest[1:])
        return _Meant(first, rest[0], rest[1:])
    return _Meant(first, None, rest)


def _require_revision(repository: Repository, word: str, rest: Sequence[str]) -> None:
    """Raise WrongStatesError for a word that is no revision, with what it is instead."""
    try:
        repository.commit(word)
    except RevisionError as error:
        if not os.path.lexists(word):
            raise WrongStatesError(f"there is no file {word!r}, and as a revision: {error}") from None
        if not rest:
            said = f"{word!r} is one state alone: apilint diff HEAD -- {word} compares it with the last commit"
            raise WrongStatesError(said) from None
        raise WrongStatesError(f"{word!r} is no revision, and {rest[0]!r} no file: {error}") from None


def _of_revisions(meant: _Meant, repository: Repository, options: RunOptions) -> tuple[State, State]:
    cwd = os.path.realpath(os.getcwd())
    base, label, suffix = _base(meant, repository)
    files = CommitFiles(repository, base, options.limits, cwd, suffix)
    old = State(label, options.limits, files=files, ref_root=_real(options.ref_root), remote_hosts=options.remote_hosts)
    if meant.head is None:
        tree, name = None, _WORK_TREE
    else:
        commit = repository.commit(meant.head)
        tree, name = CommitFiles(repository, commit, options.limits, cwd), _called(meant.head, commit)
    new = State(name, options.limits, files=tree, ref_root=_real(options.ref_root), remote_hosts=options.remote_hosts)
    paths = [os.path.normpath(os.path.join(cwd, path)) for path in meant.paths] or [cwd]
    _require_paths(paths, meant.paths, old, new)
    kinds: dict[str, str] = {}
    before = files.documents(paths, kinds)
    now = tree.documents(paths, kinds) if tree is not None else _here(paths, before, options, cwd)
    old.take(before, files.root)
    new.take(now, files.root)
    return old, new


def _base(meant: _Meant, repository: Repository) -> tuple[Commit, str, str]:
    """The commit to compare with, and what it is called where there is room and where there is little."""
    commit = repository.commit(meant.base)
    if not meant.parted:
        return commit, _called(meant.base, commit), _short(meant.base, commit)
    head = meant.head or "HEAD"
    found = repository.merge_base(commit, repository.commit(head))
    if found is None:
        raise RevisionError(
            f"{meant.base!r} and {head!r} have no commit in common: name one, as in {meant.base}..{head}"
        )
    short = found.id[:_SHORT]
    if found.id == commit.id:
        return found, _called(meant.base, found), _short(meant.base, found)
    return found, f"{short}, where {meant.base} and {head} parted", short


def _called(revision: str, commit: Commit) -> str:
    """A commit as its user calls it, and which that is."""
    short = commit.id[:_SHORT]
    return short if commit.id.startswith(revision.lower()) else f"{revision} ({short})"


def _short(revision: str, commit: Commit) -> str:
    return commit.id[:_SHORT] if _ID.fullmatch(revision) else revision


def _require_paths(paths: Sequence[str], words: Sequence[str], old: State, new: State) -> None:
    """Raise WrongStatesError for a path that is in neither state."""
    assert old.files is not None
    for path, word in zip(paths, words, strict=False):
        if not inside(os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)), old.files.root):
            raise WrongStatesError(f"{word!r} is not in the repository {old.files.root}")
        if old.files.has(path):
            continue
        if new.files is not None and not new.files.has(path):
            raise WrongStatesError(f"neither {old.label} nor {new.label} has a document at {word!r}")
        if new.files is None and not os.path.exists(path) and not any(sign in word for sign in "*?["):
            raise WrongStatesError(
                f"there is no {word!r}, neither here nor in {old.label}, nor a revision of that name"
            )


def _here(paths: Sequence[str], before: Sequence[Candidate], options: RunOptions, cwd: str) -> list[Candidate]:
    """The documents of the work tree: what is found there, and what git has although it was told to ignore it."""
    present = [path for path in paths if os.path.exists(path) or any(sign in path for sign in "*?[")]
    found = discover(present, cwd=cwd, stdin_name=None, limits=options.limits) if present else []
    found = [one for one in found if one.path is not None and (one.named is False or os.path.lexists(one.path))]
    known = {one.path for one in found}
    for one in before:
        if one.path is not None and one.path not in known and not one.fragment and os.path.isfile(one.path):
            found.append(Candidate(display_name(one.path, cwd), one.path))
    return found
