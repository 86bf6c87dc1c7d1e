"""The house: versions that agree, nothing that ties the tree to one machine, make's own help."""

import re
import shutil
import subprocess
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CITATION = (ROOT / "CITATION.cff").read_text()
CHANGELOG = (ROOT / "CHANGELOG.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()
PINS = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line]

# In halves, for this file is searched as well.
REGISTRIES = [
    "pypi" + ".org",
    "pypi" + ".python.org",
    "python" + "hosted.org",
    "npmjs" + ".org",
    "npmjs" + ".com",
    "yarnpkg" + ".com",
    "anaconda" + ".org",
    "crates" + ".io",
]
REGISTRY = re.compile("|".join(re.escape(host) for host in REGISTRIES))
FOLDERS = ["work", "root", "opt", "farm", r"home/\w+", r"Users/\w+"]
MACHINE_PATH = re.compile(rf"(?<![\w.:/\\-])/(?:{'|'.join(FOLDERS)})/")


def tracked_files() -> list[Path]:
    """Return what git tracks; of a tree without git, such as an unpacked sdist, everything."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0 and listed.stdout:
        return [ROOT / name for name in listed.stdout.split("\0") if name]
    built = {".venv", ".git", "build", "dist"}
    return [p for p in ROOT.rglob("*") if not built & set(p.relative_to(ROOT).parts)]


def lines_that_match(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in tracked_files():
        if not path.is_file() or b"\0" in (content := path.read_bytes()):
            continue
        for number, line in enumerate(content.decode().splitlines(), 1):
            if match := pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {match[0]}")
    return found


def test_one_version_everywhere() -> None:
    version = PROJECT["version"]

    assert re.findall(r"^version: (.+)$", CITATION, re.MULTILINE) == [version]
    assert re.findall(r"^## \[(\d[^]]*)\]", CHANGELOG, re.MULTILINE)[0] == version


def test_the_citation_and_the_changelog_give_the_same_date() -> None:
    released = re.findall(r"^date-released: (.+)$", CITATION, re.MULTILINE)
    dated = re.findall(r"^## \[\d[^]]*\] - (.+)$", CHANGELOG, re.MULTILINE)

    assert released == dated[:1] != []


def test_the_installed_version_is_the_declared_one() -> None:
    assert metadata.version(PROJECT["name"]) == PROJECT["version"]


def test_no_file_names_a_package_registry() -> None:
    assert lines_that_match(REGISTRY) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert lines_that_match(MACHINE_PATH) == []


@pytest.mark.parametrize(
    ("pattern", "planted", "innocent"),
    [
        (REGISTRY, f"see https://{REGISTRIES[0]}/simple", "numpy==2.4.6"),
        (REGISTRY, f"https://registry.{REGISTRIES[3]}/katex", "an npm package"),
        (MACHINE_PATH, "cd /" + "work/main", "the network/work/rest"),
        (MACHINE_PATH, "'/" + "home/ada/rulebook'", "https://example.org/root/page"),
    ],
)
def test_the_searches_find_what_they_are_for(
    pattern: re.Pattern[str], planted: str, innocent: str
) -> None:
    assert pattern.search(planted)
    assert not pattern.search(innocent)


def test_constraints_are_versions_only() -> None:
    odd = [p for p in PINS if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*|#[^/@]*", p)]

    assert odd == []


def test_every_dependency_is_pinned() -> None:
    """Walk the requirements from the dev extra down; what is met must stand in constraints.txt."""
    pinned = {canonicalize_name(pin.split("==")[0]) for pin in PINS if not pin.startswith("#")}
    seen: set[tuple[str, frozenset[str]]] = set()
    missing = set()
    queue = [(canonicalize_name(PROJECT["name"]), frozenset({"dev"}))]
    while queue:
        name, extras = queue.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        if name != PROJECT["name"] and name not in pinned:
            missing.add(name)
        for text in metadata.requires(name) or ():
            needed = Requirement(text)
            if needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in extras or {""}
            ):
                queue.append((canonicalize_name(needed.name), frozenset(needed.extras)))

    assert missing == set()
    assert len(seen) > len(PROJECT["dependencies"])


def test_make_lists_every_target() -> None:
    make = shutil.which("make")
    assert make is not None
    help_text = subprocess.run([make, "-s"], cwd=ROOT, capture_output=True, text=True, check=True)

    named = re.findall(r"^  make (\w+)  +\S", help_text.stdout, re.MULTILINE)

    targets = re.findall(r"^([a-z]+):(?!=)", MAKEFILE, re.MULTILINE)
    phony = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert named == targets == phony[0].split()


def test_ci_runs_what_the_readme_tells_users_to_run() -> None:
    ci = (ROOT / ".ci" / "run").read_text()
    promised = re.findall(r"^\$ (make \w+)$", (ROOT / "README.md").read_text(), re.MULTILINE)

    assert "make test" in promised
    for command in promised:
        assert re.search(rf"^{command}\b", ci, re.MULTILINE), command


def test_ci_is_executable_and_stops_at_the_first_error() -> None:
    ci = ROOT / ".ci" / "run"

    assert ci.stat().st_mode & 0o100
    assert "set -euo pipefail" in ci.read_text()
