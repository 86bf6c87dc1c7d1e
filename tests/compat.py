"""Every rule and a smoke suite on each Python found, with the lowest and newest NumPy and SymPy.

`make compat` runs it. The environments are kept in build/compat; their bounds are pyproject.toml's.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
VERSIONS = [f"3.{minor}" for minor in range(11, 20)]
SMOKE = ("tests/test_floors.py", "tests/test_cli.py", "tests/derive/test_open_set.py")
HERE = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def main() -> int:
    found = {version: python for version in VERSIONS if (python := found_python(version))}
    if not found:
        say(f"error: none of Python {VERSIONS[0]} or newer was found, on the path or in {PYENV}")
        return 1
    results = [holds(*each, lowest) for each in found.items() for lowest in (True, False)]
    return 0 if all(results) else 1


def found_python(version: str) -> str | None:
    """A Python of this version, on the path or in pyenv, that can make environments."""
    places = [shutil.which(f"python{version}"), *PYENV.glob(f"versions/{version}.*/bin/python")]
    for place in filter(None, places):  # a shim of pyenv's may name a Python that it will not start
        trial = [str(place), "-c", "import ensurepip, venv"]
        if subprocess.run(trial, capture_output=True, check=False).returncode == 0:
            return str(place)
    return None


def holds(version: str, python: str, lowest: bool) -> bool:
    """Whether all is well on one Python, with one choice of versions."""
    name = "lowest" if lowest else "newest"
    folder = ROOT / "build" / "compat" / f"{version}-{name}"
    inside = str(folder / "bin" / "python")
    asked = lowest_bounds(version) if lowest else [r.name for r in requirements(version)]
    say(f"==> Python {version}, the {name}: {', '.join(dict.fromkeys(asked))}")
    pip = [inside, "-m", "pip", "install", "-qq", "--upgrade", *asked, "pytest", "."]
    return (
        (folder.exists() or passes([python, "-m", "venv", str(folder)]))
        and passes(pip)
        and passes([inside, "-m", "rulebook", "check", "--all"])
        and passes([inside, "-m", "pytest", "-q", *SMOKE])
    )


def requirements(version: str) -> list[Requirement]:
    """What the package needs on a Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = map(Requirement, project["dependencies"])
    return [r for r in asked if not r.marker or r.marker.evaluate({"python_version": version})]


def lowest_bounds(version: str) -> list[str]:
    """The same, each at the lowest version that is allowed."""
    lowest: dict[str, Version] = {}
    for r in requirements(version):
        bound = max(Version(s.version) for s in r.specifier if s.operator == ">=")
        lowest[r.name] = max(bound, lowest.get(r.name, bound))
    return [f"{name}=={bound}" for name, bound in lowest.items()]


def passes(command: Sequence[str]) -> bool:
    """Run a command: its last line if all is well, everything it said if not."""
    done = subprocess.run(
        command, cwd=ROOT, env=HERE, capture_output=True, text=True, encoding="utf-8", check=False
    )
    said = done.stdout.splitlines()[-1:] if done.returncode == 0 else [done.stdout, done.stderr]
    for text in said:
        say(text)
    return done.returncode == 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
