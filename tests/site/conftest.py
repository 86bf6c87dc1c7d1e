"""The real site, built once for every test that reads or opens it."""

import fcntl
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "tested"


# two kernels of two tests chose one port, or one waited too long for its turn: not the book's fault
UNLUCKY = ("Address already in use", "Kernel didn't respond")


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built pages; a warning of Sphinx's fails every test that asks for it."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another worker may build, too: then there is less to do
        return _built()


def _built() -> Path:
    command = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-q", "-j", "3"]
    folders = ["-b", "html", "-d", str(BUILD / "doctrees"), "docs", str(BUILD / "html")]
    for _ in range(2):
        done = subprocess.run(
            command + folders, cwd=ROOT, capture_output=True, text=True, env=os.environ, check=False
        )
        if not any(word in done.stderr for word in UNLUCKY):
            break
    assert done.returncode == 0, done.stderr[-6000:]
    return BUILD / "html"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass

    def copyfile(self, *files: Any) -> None:
        with suppress(ConnectionError):  # a page that is closed does not wait for the rest of it
            super().copyfile(*files)


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the site is served, on this machine only."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()
