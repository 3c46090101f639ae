"""
Feed all that reads files with a great many broken ones, made of real ones.

    python tools/fuzz.py --folder NOTEBOOKS            10,000 inputs and more
    python tools/fuzz.py student --inputs 500          of one kind

The notebooks of this course are broken, and those of the folder, in each of these ways:
bits are turned, pieces cut out or doubled; values of JSON get another type, or grow by
a thousand times; texts are replaced by hostile ones. Each input is read in a process
that may take so many seconds and megabytes. Looked for are errors that nobody was told
of, what takes too long or too much memory, and files written outside the working
folder. Each finding is kept as a file, to make a test of it. Nothing of it is run.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests" / "fuzz"))  # what reads networks and digits

from lecturepdf import workers  # noqa: E402

INPUTS = {"print": 1_000, "pages": 5_000, "student": 3_000, "state": 2_000}
INPUTS |= {"files": 4_000}
LIMITS = workers.Limits(memory=2_048, seconds=120)
LONG = 100_000  # bytes: of longer notebooks four cells are printed
AT_ONCE = 50  # inputs for which the workers are asked together
# What the printer says where it did not think of something.
LAST_RESORT = re.compile(r"cannot be set: .*\(|set as plain text:|not PDF/UA-1")
ODD: list[object] = [
    *(None, True, False, 0, -1, 10**30, 1e308, float("nan"), "", [], {}, [None], [[]]),
    *({"": None}, {"x": [{}]}, ["a", 1], "markdown", "code", "raw", 4, "image/png"),
]
HOSTILE = [
    *("../../../etc/passwd", "/dev/zero", "..", ".", "~", "a\0b", "\ud800", "\x1b[31m"),
    *("\\\\host\\share\\x.png", "//host/x.png", "file:///etc/passwd", "CON", "\u202e"),
    *("![a](" + "x" * 300 + ".ipynb)", "![a](/dev/zero)", "![a](../x.png)"),
    *("[a](java\tscript:alert)", "[a](" + "x" * 300 + ".ipynb#y)", "[a](x\0y.ipynb)"),
    *("9" * 5_000, f"{{'a': {'9' * 5_000}}}", "$" + "9" * 5_000 + "$", "1e" + "9" * 99),
    *("${a$" * 500, "`" * 5_001, "<b>" * 5_000, "*" * 5_000, "[" * 5_000, "> " * 900),
    *("\\def\\a{\\a\\a}$\\a$", "$\\newcommand{\\a}[1]{#1#1}\\a{\\a{\\a{x}}}$", "$$"),
    *("$" + "{" * 900 + "}" * 900 + "$", "$" + "\\frac" * 400 + "$", "$\\left($"),
    *("$" + "x^" * 999 + "$", "\\begin{array}{" + "c" * 999 + "}\\end{array}"),
    *("<td colspan=99999 rowspan=99999>x", "<table>" * 400, "<svg><use href='#a'/>"),
    *("<p style='" + "a" * 5_000 + "'>", "<!--" * 999, "&#x110000;", "&" * 999),
    *("|" * 999 + "\n" + "|-" * 999, "\x08" * 5_000, "\x1b[" * 999, "\r" * 999),
    *('#import "x.typ"', '"; panic("x")', "#" * 99 + " x", "1. " * 500, "\n" * 9_999),
    *("# %%\n" * 99, "%%bash\nrm -rf x", "def f(:\n", "(" * 999, "x = '''", "\\" * 999),
    *("- " * 999 + "x", "&lt;" * 999, "e\u0301" * 99 + "\u0301" * 999, "\U0001f916"),
]


# --------------------------------------------------------------------------------------
# what breaks a file


def turn_bits(data: bytes, rng: random.Random) -> bytes:
    """Turn a few bits."""
    found = bytearray(data)
    for _ in range(rng.randint(1, 20)):
        found[rng.randrange(len(found))] ^= 1 << rng.randrange(8)
    return bytes(found)


def cut(data: bytes, rng: random.Random) -> bytes:
    """Cut a piece out, or the end, or put a piece in twice."""
    start, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    pieces = [data[:start] + data[end:], data[:start], data[:end] + data[start:]]
    return rng.choice(pieces)


def nodes(value: object) -> Iterator[tuple[dict | list, object]]:
    """Yield each place in a value of JSON: what it is in, and its key there."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict | list):
            keys = list(here) if isinstance(here, dict) else range(len(here))
            yield from ((here, key) for key in keys)
            waiting += [here[key] for key in keys]


def changed(data: bytes, rng: random.Random, change: Callable) -> bytes:
    """Change a few places of what JSON holds, be it of a notebook or another list."""
    try:
        content = json.loads(data)
    except ValueError:
        return turn_bits(data, rng)
    for _ in range(1 if change is inflated else rng.randint(1, 4)):
        if places := list(nodes(content)):
            here, key = rng.choice(places)
            value = change(here[key], rng)
            if isinstance(here, dict) and rng.random() < 0.2:
                here[rng.choice(HOSTILE)] = here.pop(key)
            else:
                here[key] = value
    return json.dumps(content).encode("utf-8", "surrogatepass")


def other_type(value: object, rng: random.Random) -> object:
    """Return something of another type."""
    deep: object = value
    for _ in range(rng.choice([1, 1, 1, 30, 300, 3_000])):
        deep = [deep] if rng.random() < 0.5 else {"x": deep}
    return rng.choice([*ODD, deep, [value, value], str(value)[:500]])


def inflated(value: object, rng: random.Random) -> object:
    """Return as many times as much, up to some megabytes."""
    times = rng.choice([10, 1_000, 100_000])
    if isinstance(value, str | list) and value:
        size = len(value) if isinstance(value, str) else len(json.dumps(value))
        return value * min(times, 1 + 2_000_000 // size)
    if isinstance(value, int):
        return value * 10**9 + 10**9
    return value


def hostile(value: object, rng: random.Random) -> object:
    """Return a text that somebody has thought of, or one with it in its middle."""
    text = rng.choice(HOSTILE)
    if rng.random() < 0.2:
        text = text * rng.choice([2, 50]) + rng.choice(HOSTILE)
    if isinstance(value, str) and rng.random() < 0.7:
        middle = rng.randrange(len(value) + 1)
        return value[:middle] + text + value[middle:]
    return text


def broken(data: bytes, rng: random.Random) -> bytes:
    """Break a file in one of all ways."""
    ways = [turn_bits, cut, other_type, other_type, inflated, hostile, hostile, hostile]
    way = rng.choice(ways)
    if way in (turn_bits, cut):
        return way(data, rng)
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)  # to write what is nested more than can be read
    try:
        return changed(data, rng, way)
    except ValueError:  # a list that has come to hold itself
        return turn_bits(data, rng)
    finally:
        sys.setrecursionlimit(usual)


# --------------------------------------------------------------------------------------
# what reads it: each returns a finding, or nothing


def few_cells(data: bytes, rng: random.Random, count: int) -> bytes:
    """Return a notebook with a few of its cells, that there may be more notebooks."""
    notebook = json.loads(data)
    cells = notebook.get("cells", [])
    start = rng.randrange(max(len(cells) - count + 1, 1))
    notebook["cells"] = cells[start : start + count]
    return json.dumps(notebook).encode()


def printed(data: bytes, folder: Path, rng: random.Random, typeset: bool) -> str:
    """Print a notebook as an edition; without Typst up to what Typst is given."""
    from lecturepdf.exporter import LecturePDFExporter

    edition = rng.choice(LecturePDFExporter.edition.values)
    exporter = LecturePDFExporter(edition=edition, strict=False)
    exporter.log.disabled = True
    if not typeset:
        exporter.typeset = lambda manuscript, *_: _told(exporter, manuscript)
    path = folder / "01_x.ipynb"
    path.write_bytes(data)
    pdf, _ = exporter.from_filename(str(path))
    odd = [str(f) for f in exporter.faults if LAST_RESORT.search(f.message)]
    return "" if pdf.startswith(b"%PDF") and not odd else f"fault: {odd[:1]}"


def _told(exporter: object, manuscript: object) -> bytes:
    manuscript.check_links()
    exporter.faults = manuscript.faults
    return b"%PDF"


def in_course(data: bytes, folder: Path, rng: random.Random, break_state: bool) -> str:
    """Put a notebook, or a file beside it, into a course; give all commands to that."""
    from courseware import making
    from courseware.__main__ import main

    async def nothing_is_run(*_: object) -> None:
        pass

    making.execute = nothing_is_run
    lessons, student = folder / "course/notebooks", folder / "course/student"
    lessons.mkdir(parents=True)
    student.mkdir()
    settings = '[tool.courseware]\ncontents = "README.md"\nglossary = "index.md"\n'
    settings += f"rules = {json.dumps(rules())}\n"
    files = {
        "pyproject.toml": settings.encode(),
        "README.md": b"# x\n<!-- lessons -->\n<!-- end of lessons -->\n",
        "notebooks/01_x.ipynb": data,
    }
    good = lesson()
    if break_state:
        files["notebooks/01_x.ipynb"] = good
        name = rng.choice(["student/.made.json"] * 3 + ["pyproject.toml", "README.md"])
        state = json.dumps(
            {"files": {"01_x.ipynb": {"sha256": "0", "cells": {"a": "b"}}, "../x": {}}}
        )
        files[name] = broken(files.get(name, state.encode()), rng)
    elif rng.random() < 0.3:
        files |= {"student/01_x.ipynb": data, "notebooks/01_x.ipynb": good}
    elif rng.random() < 0.3:
        source = "".join(
            f"# %%{' [markdown]' if cell['cell_type'] == 'markdown' else ''}\n"
            f"{''.join(cell['source'])}\n"
            for cell in json.loads(good)["cells"]
        )
        files["notebooks/01_x.py"] = broken(source.encode(), rng)
    for name, content in files.items():
        (folder / "course" / name).write_bytes(content)
    course = ["--course", str(folder / "course")]
    newest = str(folder / "new.zip")
    commands = [
        *(["check", *course], ["run", *course]),
        ["student", *course, "--stale-ok", "--zip", newest],
        ["student", *course, "--stale-ok"],
        ["hand-in", "Ada", "--folder", str(student)],
    ]
    for command in commands:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            main(command)
        if "Traceback" in said.getvalue() or len(said.getvalue()) > 20_000:
            return f"{command[0]}: says {said.getvalue()[-300:]}"
    if Path(newest).exists():
        damaged = turn_bits(Path(newest).read_bytes(), rng)
        Path(newest).write_bytes(damaged)
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            main(["update", newest, "--folder", str(student)])
    return ""


@cache
def rules() -> list[str]:
    """Return the names of all rules of style that a course can ask for."""
    import tomllib

    text = (ROOT / "pyproject.toml").read_text("utf-8")
    return tomllib.loads(text)["tool"]["courseware"]["rules"]


@cache
def lesson() -> bytes:
    """Return a good lesson."""
    return next((ROOT / "notebooks").glob("01*.ipynb")).read_bytes()


def read_file(_: bytes, folder: Path, rng: random.Random) -> str:
    """Read a broken file of a network or of digits."""
    from readers import READERS, WORDS

    reader = READERS[rng.choice(list(READERS))]
    data = rng.choice(reader.seeds)
    for _ in range(rng.randint(1, 4)):
        place, word = rng.randrange(len(data) + 1), rng.choice(WORDS)
        more = data[:place] + word + data[place:]
        data = rng.choice([turn_bits(data or b"x", rng), more])
    refusal = ""
    try:
        reader.read(reader.pack(data))
    except ValueError as error:
        refusal = str(error)
    return refusal if refusal.count("\n") > 2 or len(refusal) > 500 else ""


KINDS: dict[str, Callable[[bytes, Path, random.Random], str]] = {
    "print": lambda *given: printed(*given, typeset=True),
    "pages": lambda *given: printed(*given, typeset=False),
    "student": lambda *given: in_course(*given, break_state=False),
    "state": lambda *given: in_course(*given, break_state=True),
    "files": read_file,
}


# --------------------------------------------------------------------------------------
# in a process of its own


@dataclass(frozen=True)
class Read:
    """What came of an input: a finding or "", seconds and megabytes."""

    finding: str
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Input:
    """An input, made anew wherever it is needed."""

    kind: str
    number: int
    seeds: tuple[Path, ...]
    size: int = 1

    def data(self, rng: random.Random) -> bytes:
        """Return the notebook, broken; nothing where other files are broken."""
        if self.kind == "files":
            return b""
        data = rng.choice(self.seeds).read_bytes()
        if self.kind != "print" or len(data) > LONG:
            data = few_cells(data, rng, 4)
        return broken(data, rng)

    def run(self) -> Read:
        """Read it, and see what that does."""
        rng = random.Random(f"{self.kind} {self.number}")  # noqa: S311 - to be repeated
        data = self.data(rng)
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        before, start = memory(), time.process_time()
        with tempfile.TemporaryDirectory() as folder, watched(Path(folder)) as seen:
            try:
                finding = KINDS[self.kind](data, Path(folder), rng)
            except (Exception, SystemExit) as error:  # noqa: BLE001
                trace = traceback.extract_tb(error.__traceback__)
                ours = [f for f in trace if str(ROOT) in f.filename] or list(trace)
                finding = f"{type(error).__name__} in {Path(ours[-1].filename).name}:"
                finding += f"{ours[-1].lineno}: {str(error)[:200]}"
        if seen:
            finding = f"{finding} writes {seen[0]}"
        seconds = time.process_time() - start
        return Read(finding.strip(), seconds, memory() - before)


def memory() -> float:
    """Return the largest number of megabytes that this process has had."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(re.search(r"VmHWM:\s*(\d+)", status)[1]) / 1024


WRITES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink"}
NEVER = {"os.system", "subprocess.Popen", "os.exec", "socket.connect", "os.posix_spawn"}
_SEEN: list[list[str]] = []


def _hook(event: str, given: tuple) -> None:
    if not _SEEN or not (event == "open" or event in WRITES | NEVER):
        return
    allowed = tempfile.gettempdir(), "/dev/shm", "/dev/null"  # noqa: S108
    if event == "open":
        path, mode, flags = given
        for_writing = (flags or 0) & (os.O_WRONLY | os.O_RDWR)
        is_write = for_writing or set(mode or "") & set("wax+")
        if not is_write or isinstance(path, int):
            return
        given = (path,)
    paths = [str(each) for each in given if isinstance(each, str | bytes | os.PathLike)]
    if event in NEVER or not all(path.startswith(allowed) for path in paths):
        _SEEN[-1].append(f"{event} {paths}"[:200])


@contextlib.contextmanager
def watched(folder: Path) -> Iterator[list[str]]:
    """Note what is written elsewhere than in the folder for what is temporary."""
    if not watched.__dict__:
        sys.addaudithook(_hook)
        watched.is_on = True
    mark = folder.parent / f"{folder.name}.outside"
    mark.write_text("mine", "utf-8")
    _SEEN.append([])
    try:
        yield _SEEN[-1]
    finally:
        seen = _SEEN.pop()
        if not mark.exists() or mark.read_text("utf-8") != "mine":
            seen.append("over a file beside its folder")
        mark.unlink(missing_ok=True)


# --------------------------------------------------------------------------------------


def main() -> int:
    """Run the command line; return 1 if there is a finding."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("kinds", nargs="*", help=f"some of {', '.join(INPUTS)}")
    parser.add_argument("--inputs", type=int, help="of each kind")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    parser.add_argument("--folder", type=Path, help="of more notebooks")
    parser.add_argument("--keep", type=Path, default=Path("fuzz"), help="for findings")
    options = parser.parse_args()
    if unknown := set(options.kinds) - INPUTS.keys():
        parser.error(f"there is no {', '.join(unknown)}")
    seeds = tuple(sorted((ROOT / "notebooks").glob("*.ipynb")))
    if options.folder:
        seeds += tuple(sorted(options.folder.absolute().glob("*.ipynb")))
    found = 0
    for kind in options.kinds or INPUTS:
        count = options.inputs or INPUTS[kind]
        inputs = [Input(kind, options.first + n, seeds) for n in range(count)]
        found += len(feed(inputs, options.keep))
    return int(found > 0)


def feed(inputs: list[Input], keep: Path) -> Counter[str]:
    """Read inputs of a kind, say what came of them, and keep those with findings."""
    results: list[Read] = []
    findings: Counter[str] = Counter()
    start = time.perf_counter()
    for first in range(0, len(inputs), AT_ONCE):
        some = inputs[first : first + AT_ONCE]
        for given, result in zip(some, workers.run(some, 1, LIMITS), strict=True):
            read = result
            if isinstance(result, workers.Ended):
                read = Read(f"ended: {result.reason}", LIMITS.seconds, 0)
            results.append(read)
            if read.finding:
                kind = re.sub(r"\d{3,}|'.*", "", read.finding.partition(": ")[0])
                findings[kind] += 1
                keep.mkdir(exist_ok=True, parents=True)
                rng = random.Random(f"{given.kind} {given.number}")  # noqa: S311
                stem = f"{given.kind}_{given.number}"
                (keep / f"{stem}.ipynb").write_bytes(given.data(rng))
                (keep / f"{stem}.txt").write_text(read.finding, "utf-8", "replace")
                print(f"{stem}: {read.finding[:300]}", flush=True)
    slowest = max(range(len(results)), key=lambda n: results[n].seconds)
    largest = max(range(len(results)), key=lambda n: results[n].megabytes)
    print(
        f"{inputs[0].kind}: {len(inputs):,} inputs in "
        f"{time.perf_counter() - start:.0f} s; at most "
        f"{results[slowest].seconds:.1f} s (no. {inputs[slowest].number}) and "
        f"{results[largest].megabytes:.0f} MB more (no. {inputs[largest].number}); "
        f"findings: {dict(findings) or 'none'}",
        flush=True,
    )
    return findings


if __name__ == "__main__":
    sys.exit(main())
