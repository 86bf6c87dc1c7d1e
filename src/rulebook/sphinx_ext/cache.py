"""What the checks found, kept beside the doctrees: a rebuild runs only what changed."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, TypeVar

from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.parallel import ParallelTasks, SerialTasks, make_chunks, parallel_available

import rulebook
from rulebook.errors import RulebookError
from rulebook.sphinx_ext.freshness import digest, engine, errata_by_id, of, own_rules

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

    from rulebook import Report

__all__ = ["Checks", "check_ahead"]

Found = TypeVar("Found")
logger = logging.getLogger(__name__)


class Checks:
    """The reports of checks, one file each, named by what was checked and in which state."""

    def __init__(self, doctrees: str | os.PathLike[str]) -> None:
        self.folder = Path(doctrees) / "rulebook-checks"

    def rule(self, id: str) -> Report:
        """The report on a rule."""
        return self._kept(id, self._rule_key(id), lambda: rulebook.check(id))

    def erratum(self, id: str) -> Report:
        """The report on an erratum, which is ok when what is printed was refuted."""
        said = errata_by_id()[id]
        printed = said.refusal if callable(said.printed) else said.printed.statement
        return self._kept(
            f"{id}.erratum", of(printed, said.assuming), lambda: rulebook.check_erratum(id)
        )

    def claim(self, **claim: Any) -> Report:
        """The report on a claim given as text; the arguments are those of `rulebook.check`."""
        key = of(sorted(claim.items()))
        return self._kept(f"claim.{key}", key, lambda: rulebook.check(**claim))

    def missing(self, ids: Iterable[str]) -> list[str]:
        """The rules among these that have no report in their present state."""
        return [id for id in ids if not self._path(id, self._rule_key(id)).exists()]

    def _rule_key(self, id: str) -> str:
        return digest(f"cells:{id}")

    def _path(self, name: str, key: str) -> Path:
        return self.folder / f"{name}-{of(key, engine())}.pickle"

    def _kept(self, name: str, key: str, make: Callable[[], Found]) -> Found:
        path = self._path(name, key)
        try:
            found: Found = pickle.loads(path.read_bytes())
        except (OSError, EOFError, pickle.UnpicklingError):
            found = _made(name, make)
            self._write(path, found)
            self._drop_older(name, path)
        return found

    def _write(self, path: Path, found: object) -> None:
        """Write whole or not at all: several workers may read and write at once."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self.folder, delete=False) as file:
            file.write(pickle.dumps(found))
        Path(file.name).replace(path)

    def _drop_older(self, name: str, kept: Path) -> None:
        for path in self.folder.glob(f"{name}-*.pickle"):
            if path != kept:
                path.unlink(missing_ok=True)


def _made(name: str, make: Callable[[], Found]) -> Found:
    """What a check finds; one that breaks says on what."""
    try:
        return make()
    except RulebookError:
        raise
    except Exception as error:
        raise ExtensionError(f"the check of {name!r} broke: {error!r}", error) from error


def check_ahead(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Check what is missing before pages are read, so that no two workers check the same rule."""
    checks = Checks(env.doctreedir)
    own = [rule.id for rule in own_rules(app.config)]
    missing = checks.missing(own) if docnames else []
    if not missing:
        return
    logger.info("checking %d rules", len(missing))
    import sympy  # noqa: F401  once, before the processes part

    parallel = parallel_available and app.parallel > 1 and len(missing) > 1
    tasks = ParallelTasks(app.parallel) if parallel else SerialTasks()
    for chunk in make_chunks(missing, app.parallel if parallel else 1):
        tasks.add_task(_check_all, (checks, chunk))
    tasks.join()


def _check_all(work: tuple[Checks, list[str]]) -> None:
    checks, ids = work
    for id in ids:
        checks.rule(id)
