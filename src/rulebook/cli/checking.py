"""The command that checks: rules, errata, the whole book, or a claim of one's own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import warnings
from argparse import Namespace
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from multiprocessing.context import BaseContext
from typing import Any

from rulebook import checks
from rulebook.book import library
from rulebook.book.rule import Erratum, Rule
from rulebook.checks import Report, Verdict
from rulebook.checks.verdict import counted
from rulebook.cli.given import assumed, shaped
from rulebook.cli.reading import as_json, entry
from rulebook.cli.terminal import Progress, paint, say
from rulebook.errors import RulebookError

__all__ = ["check"]

FEW = 8  # rules that are checked before other processes would have started
BLINK = 0.1  # seconds between two looks at the workers


def check(options: Namespace) -> int:
    own = {k: getattr(options, k) for k in ("of", "wrt", "equals", "left", "right")}
    is_own = any(own.values()) or bool(options.shape or options.assume)
    if bool(options.ids) + options.all + is_own != 1:
        raise RulebookError(
            "check takes rules by id, or --all, or a claim (--of --wrt --equals, or --left "
            "--right): one of the three"
        )
    return _own(options, own) if is_own else _book(options)


def _own(options: Namespace, claim: dict[str, str]) -> int:
    """A claim given as text."""
    progress = Progress(1)
    progress.show(0, "your claim")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", RuntimeWarning
            )  # NumPy's; the report says what they mean
            report = checks.check(
                **claim,
                shapes=shaped(options.shape),
                assume=assumed(options.assume),
                order=options.order,
                layout=options.layout,
            )
    finally:
        progress.clear()
    if options.json:
        say(as_json({"rules": [report.as_json()], "errata": [], "summary": summary([report], [])}))
    else:
        say(_full(report))
    return 0 if report.ok else 1


def _book(options: Namespace) -> int:
    """Rules and errata by id, or all of them."""
    asked = _everything() if options.all else [entry(id) for id in dict.fromkeys(options.ids)]
    jobs = options.jobs or (os.cpu_count() or 1 if len(asked) > FEW else 1)
    progress = Progress(len(asked))
    talk = not options.json
    reports: list[Report] = []
    refutations: list[Report] = []
    chapter = ""
    with closing(reports_of([e.id for e in asked], jobs, progress)) as arriving:
        for found, report in zip(asked, arriving, strict=True):
            (refutations if isinstance(found, Erratum) else reports).append(report)
            if not talk:
                continue
            progress.clear()
            if len(asked) <= FEW:
                say(_full(report))
                continue
            if options.all and found.chapter != chapter:
                chapter = found.chapter
                say(paint(library.book().chapter(chapter).title, "bold"))
            say(_line(found, report))
    progress.clear()
    total = summary(reports, refutations)
    if not talk:
        say(as_json(_data(reports, refutations, total)))
    elif len(asked) > 1:
        say()
        say(_told(total))
        processes = counted(min(jobs, len(asked)), "process", "processes")
        say(f"checked in {progress.seconds:.1f} s by {processes}")
    return 0 if all(r.ok for r in reports + refutations) else 1


def _everything() -> list[Rule | Erratum]:
    return [entry for chapter in library.book().chapters for entry in chapter.entries]


def reports_of(ids: Sequence[str], jobs: int, progress: Progress) -> Generator[Report, None, None]:
    """The reports on rules and errata, in the order asked for."""
    if jobs == 1 or len(ids) == 1:
        for n, id in enumerate(ids):
            progress.show(n, id)
            yield report_of(id)
        return
    with ProcessPoolExecutor(min(jobs, len(ids)), _context()) as pool, _heard() as stop:
        with _sigint(signal.SIG_IGN):  # processes started here leave Ctrl-C to this one
            futures = [pool.submit(report_of, id) for id in ids]
        try:
            for id, future in zip(ids, futures, strict=True):
                yield _awaited(id, future, futures, progress, stop)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in multiprocessing.active_children():
                worker.terminate()
            raise


def _awaited(
    id: str,
    future: Future[Report],
    futures: Sequence[Future[Report]],
    progress: Progress,
    stop: threading.Event,
) -> Report:
    while True:
        if stop.is_set():
            raise KeyboardInterrupt
        progress.show(sum(f.done() for f in futures), id)
        try:
            return future.result(timeout=BLINK)
        except TimeoutError:
            continue
        except BrokenProcessPool:
            raise RulebookError(
                f"a process died while {id} was checked (out of memory?); try --jobs 1"
            ) from None


def _context() -> BaseContext:
    """On Linux workers are copies of this process, for which SymPy is loaded once."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    return multiprocessing.get_context("fork")


@contextmanager
def _heard() -> Iterator[threading.Event]:
    """Set by Ctrl-C, which raised anywhere could leave a future's lock taken for good."""
    stop = threading.Event()
    with _sigint(lambda *_: stop.set()):
        yield stop


@contextmanager
def _sigint(handler: Any) -> Iterator[None]:
    """What Ctrl-C does for a while; only a main thread may say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def report_of(id: str) -> Report:
    """The report on a rule or an erratum; what stops the check leaves it undecided."""
    found = entry(id)
    try:
        return checks.check_rule(found) if isinstance(found, Rule) else checks.check_erratum(found)
    except RulebookError as error:
        return Report(id, Verdict.UNDECIDED, reason=str(error))
    except Exception as error:
        error.add_note(f"while {id} was checked")
        raise


def summary(reports: Sequence[Report], refutations: Sequence[Report]) -> dict[str, Any]:
    """What was checked, counted."""
    by_verdict = {str(v): sum(r.verdict is v for r in reports) for v in Verdict}
    variants = [v.outcome for r in reports for v in r.variants]
    return {
        "rules": len(reports),
        "ok": sum(r.ok for r in reports),
        "verdicts": by_verdict,
        "variants": {
            "made": len(variants),
            "refuted": sum(r.refuted for r in reports),
            "equivalent": variants.count("equivalent"),
            "survived": variants.count("survived"),
        },
        "errata": {"stated": len(refutations), "refuted": sum(r.ok for r in refutations)},
    }


def _data(
    reports: Sequence[Report], refutations: Sequence[Report], total: dict[str, Any]
) -> dict[str, Any]:
    said = [
        {"id": r.subject, "refuted": r.ok, "reason": r.reason, "counterexample": _against(r)}
        for r in refutations
    ]
    return {"rules": [r.as_json() for r in reports], "errata": said, "summary": total}


def _against(report: Report) -> str | None:
    return str(report.counterexample) if report.counterexample else None


def _told(total: dict[str, Any]) -> str:
    said = [f"{n} {verdict}" for verdict, n in total["verdicts"].items() if n]
    variants, errata = total["variants"], total["errata"]
    lines = [f"{counted(total['rules'], 'rule')}: {', '.join(said)}"] if total["rules"] else []
    if variants["made"]:
        line = (
            f"{counted(variants['made'], 'wrong variant')}: {variants['refuted']} refuted, "
            f"{variants['equivalent']} equivalent"
        )
        lines.append(
            line + (f", {variants['survived']} NOT TOLD APART" if variants["survived"] else "")
        )
    if errata["stated"]:
        lines.append(
            f"{counted(errata['stated'], 'erratum', 'errata')}: {errata['refuted']} refuted"
        )
    return "\n".join(lines)


def _full(report: Report) -> str:
    """The report in its own words, its mark in color."""
    return paint(str(report)[:1], _color(report)) + str(report)[1:]


def _line(found: Rule | Erratum, report: Report) -> str:
    """One line where all is well, the full report where not."""
    if not report.ok:
        return _full(report)
    mark = paint("✓", "green")
    if isinstance(found, Erratum):
        return f"{mark} {found.id:36} {report.reason.partition(':')[0]}"
    variants = f"{report.refuted} of {len(report.variants)} variants refuted"
    if report.equivalent:
        variants += f", {report.equivalent} equivalent"
    return f"{mark} {found.id:36} {report.verdict}" + (f"; {variants}" if report.variants else "")


def _color(report: Report) -> str:
    return "green" if report.ok else "red"
