"""What keeps a student's code to itself: found out by trying, and said in a line.

There are two ways, and neither needs a right that an ordinary user has not:

* namespaces of the kernel's, in which a process sees files that it is shown, folders
  of its own, and no other process (as bubblewrap and containers do it);
* where those are refused, as within many containers, Landlock, by the package sandlock:
  a process keeps the files that it is allowed, and reaches no other.

Either way a filter of calls keeps it from the network and from making processes, and
limits keep it from using up memory, files and disk.

What is promised is tried before anything is marked, and the first way that keeps all
promises is taken. If there is none, marking is refused.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from courseware.course import CourseError
from courseware.marking import linux

NAMESPACES, LANDLOCK, NOTHING = "namespaces", "Landlock", "nothing"
MEGABYTES = 2048  # that an answer may take, beyond what the lesson takes
FILES = 256  # megabytes that it may write
_SECONDS = 600  # at the most, should nobody look after it any more
_SYSTEM = (
    "/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime",
    "/etc/fonts", "/etc/ssl/certs", "/etc/passwd", "/etc/nsswitch.conf",
    "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
    "/sys/devices/system/cpu",
)  # fmt: skip
_HOME, _TEMPORARY = "/home/student", "/tmp"  # noqa: S108 - its own
_HELP = """\
Nothing here isolates what students have written, so nothing is run. {reasons}
To have it: on Linux 5.12 or newer allow user namespaces (Ubuntu: sysctl
kernel.apparmor_restrict_unprivileged_userns=0), or on Linux 6.12 or newer
pip install "courseware[mark]"; elsewhere, mark in a virtual machine with Linux.
--trust-the-class runs it all the same, with your rights."""


@dataclass(frozen=True)
class Isolation:
    """How answers are kept apart.

    Attributes
    ----------
    way : str
        `NAMESPACES`, `LANDLOCK` or `NOTHING`.
    """

    way: str

    @property
    def about(self) -> str:
        """What it keeps, in a line."""
        if self.way == NOTHING:
            return "Isolation: none, for the class is trusted."
        own = "home, folder and /tmp"
        if self.way == LANDLOCK:
            own = "home and folder (and none other: /tmp is closed to it)"
        return (
            f"Isolation by {self.way} (Linux {platform.release()}): each answer has an "
            f"empty {own} of its own, no network, no other process, no file of anybody "
            f"else's, and {MEGABYTES} MB."
        )

    def part(self) -> None:
        """Prepare the process that is to make the one of an answer."""
        linux.end_with_parent()
        if self.way == NAMESPACES:
            linux.part()

    def confine(self, readable: Sequence[str], folder: str) -> None:
        """
        Shut in this process, for good.

        Parameters
        ----------
        readable : sequence of str
            Files and folders that stay readable, absolute.
        folder : str
            An empty one of its own, outside.
        """
        places = {"HOME": f"{folder}/home", "TMPDIR": f"{folder}/short"}
        if self.way == NAMESPACES:
            places = {"HOME": _HOME, "TMPDIR": _TEMPORARY}
            linux.enter(folder, readable, places.values(), FILES)
        work = f"{places['HOME']}/work"
        for path in (places["TMPDIR"], work):
            Path(path).mkdir(parents=True, exist_ok=True)
        os.environ.update(places)
        tempfile.tempdir = None
        os.chdir(work)
        if self.way == NOTHING:
            _limit()
            return
        if self.way == LANDLOCK:
            _only_files(readable, folder)
        _limit()
        linux.give_up_rights()
        linux.refuse_calls(changes=self.way == LANDLOCK)


def find(trusted: bool = False) -> Isolation:
    """
    Return how this system isolates, after trying all that is promised.

    Parameters
    ----------
    trusted : bool
        Whether nothing need be isolated.

    Raises
    ------
    CourseError
        Nothing isolates.
    """
    if trusted:
        return Isolation(NOTHING)
    reasons = []
    for way in (NAMESPACES, LANDLOCK):
        # In a program of its own: this one may have threads, which no fork takes along.
        command = [sys.executable, "-m", "courseware.marking.isolation", way]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        broken = done.stdout.strip() or done.stderr.strip().rpartition("\n")[2]
        if done.returncode == 0:
            return Isolation(way)
        reasons.append(f"{way}: {broken}.")
    raise CourseError(_HELP.format(reasons=" ".join(reasons)))


def readable_here(hidden: Iterable[str | Path], read: Iterable[str] = ()) -> list[str]:
    """
    Return what code of this process may have to read: its Python, and the system's.

    Parameters
    ----------
    hidden : iterable of str or Path
        What must not be among it: lessons with their solutions, what was handed in.
    read : iterable of str
        Files that it has read, and may read again.

    Returns
    -------
    list of str
        Files and folders, of which none lies in another.
    """
    secret = [os.path.realpath(path) for path in hidden]
    prefixes = (sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix)
    packages = (p for p in sys.path if p.endswith(("site-packages", "dist-packages")))
    roots = [*_SYSTEM, *prefixes, *packages, *_imported()]
    found = dict.fromkeys(p for root in roots for p in _without(root, secret))
    return _apart(path for path in (*found, *read) if Path(path).exists())


def _imported() -> Iterator[str]:
    """Yield where the packages and modules lie that have been imported."""
    for name, module in [*sys.modules.items()]:
        if "." in name or name == "__main__":
            continue
        with contextlib.suppress(TypeError, AttributeError):
            yield from map(str, module.__path__)
            continue
        if isinstance(file := getattr(module, "__file__", None), str):
            yield str(Path(file).absolute())


def _without(path: str, secret: Sequence[str]) -> Iterator[str]:
    """Yield a folder, or what is in it apart from what is secret."""
    real = os.path.realpath(path)
    if any(real == one or real.startswith(f"{one}/") for one in secret):
        # A module beside the lessons is no lesson.
        if real.endswith(".py") and Path(real).is_file():
            yield path
    elif any(one.startswith(f"{real}/") for one in secret):
        for inside in sorted(Path(real).iterdir()):
            if os.path.realpath(inside) not in secret:
                yield from _without(str(inside), secret)
    else:
        yield path


def _apart(paths: Iterable[str]) -> list[str]:
    """Return paths without those that lie, by name and in fact, in another of them."""
    real = {path: os.path.realpath(path) for path in paths}
    kept: list[str] = []
    for path in sorted(real, key=lambda path: (len(real[path]), path)):
        shown = [f"{real[one]}/" for one in kept]
        is_there = (name.startswith(tuple(shown)) for name in (path, real[path]))
        if not all(is_there):
            kept.append(path)
    return kept


def _only_files(readable: Iterable[str], folder: str) -> None:
    from sandlock import Sandbox, confine

    itself = f"/proc/{os.getpid()}"
    readable = [*readable, itself, "/proc/cpuinfo", "/proc/meminfo"]
    there = [path for path in readable if Path(path).exists()]
    confine(Sandbox(fs_readable=there, fs_writable=[folder, "/dev/null"]))


def _limit() -> None:
    """Bound what this process may use; what watches over it bounds its time."""
    linux.limit_memory(MEGABYTES)
    linux.limit(resource.RLIMIT_FSIZE, FILES * 2**20)
    linux.limit(resource.RLIMIT_NOFILE, 256)
    linux.limit(resource.RLIMIT_CPU, _SECONDS)
    linux.limit(resource.RLIMIT_CORE, 0)


# --- trying it ---------------------------------------------------------------------


def broken_promises(way: str) -> list[str]:
    """Return the promises that a way does not keep, tried in a process like any."""
    outside = tempfile.mkdtemp(prefix="marking-")
    try:
        return _tried(Isolation(way), Path(outside))
    finally:
        shutil.rmtree(outside, ignore_errors=True)


def _tried(isolation: Isolation, outside: Path) -> list[str]:
    outside.chmod(0o755)
    for name in ("own", "open"):
        (outside / name).mkdir()
        (outside / name).chmod(0o777)
    (outside / "secret").write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        tries = _tries(outside, server.getsockname(), os.getpid())
        ours, theirs = socket.socketpair()
        between = os.fork()
        if between == 0:
            _in_child(isolation, tries, outside, theirs)
        theirs.close()
        with ours, ours.makefile() as said:
            broken = json.loads(said.read() or '["it could not be set up"]')
        os.waitpid(between, 0)
    return broken


def _tries(
    outside: Path, server: tuple, parent: int
) -> dict[str, Callable[[], object]]:
    """Return what must fail, by what it would mean."""
    return {
        "another's file can be read": lambda: (outside / "secret").read_text(),
        "files are written outside": lambda: (outside / "open/x").write_text("x"),
        "files are changed outside": lambda: (outside / "secret").chmod(0o777),
        "their times are changed": lambda: os.utime(outside / "secret"),
        "the network is there": lambda: socket.create_connection(server, 1),
        "others can be ended": lambda: os.kill(parent, signal.SIGTERM),
        "processes can be made": _fork,
        "memory has no bound": lambda: bytearray((MEGABYTES + 512) * 2**20),
        "rights can be had": lambda: os.setuid(os.getuid() + 1),
    }


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _in_child(
    isolation: Isolation, tries: dict, outside: Path, line: socket.socket
) -> None:
    broken = []
    try:
        isolation.part()
        if process := os.fork():
            os.waitpid(process, 0)
            os._exit(0)
        isolation.confine(readable_here([]), str(outside / "own"))
        for what, attempt in tries.items():
            with contextlib.suppress(OSError, MemoryError):
                attempt()
                broken.append(what)
        Path("own").write_text("x")
        (Path(tempfile.gettempdir()) / "own").write_text("x")
        Path(os.__file__).read_bytes()
    except BaseException as error:  # noqa: BLE001 - whatever it is, it does not work
        broken.append(f"{type(error).__name__}: {error}")
    line.sendall(json.dumps(broken).encode())
    os._exit(0)


if __name__ == "__main__":
    found = broken_promises(sys.argv[1])
    print(", ".join(found))
    sys.exit(bool(found))
