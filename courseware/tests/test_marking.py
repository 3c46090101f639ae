"""Answers are marked on their merit, and what they try harms nobody."""

import functools
import os
import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from courseware.checking.border import Callback, Count, Dice, Held, Reply, Request
from courseware.course import CourseError
from courseware.marking.answers import Lesson
from courseware.marking.isolation import LANDLOCK, NAMESPACES, Isolation
from courseware.marking.tidy import remove

msgpack = pytest.importorskip("msgpack", reason='needs "courseware[mark]"')

import marked_course  # noqa: E402

from courseware.marking import isolation, wire  # noqa: E402
from courseware.marking.marking import running  # noqa: E402

broken_promises = functools.cache(isolation.broken_promises)

RIGHT = "def double(x):\n    return 2 * x\n"
PYTHON_MEMORY = "import gc, socket\nlines = [x for x in gc.get_objects() "


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    return marked_course.make(tmp_path_factory.mktemp("course") / "numbers")


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A folder that anybody may write to."""
    folder = tmp_path_factory.mktemp("outside")
    folder.chmod(0o777)
    (folder / "bob.ipynb").write_text("def double(x): return 2 * x")
    return folder


@pytest.fixture(scope="module", params=[NAMESPACES, LANDLOCK])
def way(request):
    """Each way in which this system isolates."""
    if broken := broken_promises(request.param):
        # What can be set up and keeps no promise is a fault of ours.
        assert all("Error: " in reason for reason in broken), broken
        pytest.skip(f"{request.param} is not to be had here: {broken}")
    return Isolation(request.param)


@pytest.fixture
def once(way):
    """What hangs on no way of isolating is tried in one of them."""
    if way.way == LANDLOCK and not broken_promises(NAMESPACES):
        pytest.skip("it has been tried with namespaces")


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def mark(lesson, way, outside, monkeypatch_module):
    """Marks a piece of code, always on the same stage."""
    (lesson.path.parent / "table.txt").chmod(0o600)  # as a cache of data may be
    (lesson.path.parent / "runs.txt").unlink(missing_ok=True)
    cells = [exercise.cell for exercise in lesson.exercises]
    monkeypatch_module.setenv("THE_TOKEN", "secret")
    monkeypatch_module.setenv("TMPDIR", str(lesson.path.parent))  # whose turn it is
    with running(lesson, way, cells, hidden=[outside]) as marks:
        yield lambda *what, **others: marks(
            marked_course.answer(lesson, *what, **others)
        )


def inside(*lines):
    """An answer that does something when it is called, and is right for the rest."""
    return "\n    ".join(["def double(x):", *lines, "return 2 * x"])


# --- on its merit ------------------------------------------------------------------

MERIT = {
    "right": (RIGHT, ""),
    "wrong": ("def double(x):\n    return x", "as they were"),
    "a stub": ("def double(x):\n    raise NotImplementedError", "the empty stub"),
    "as our solution stands": (f"{RIGHT}\ncheck_double(double)\nprint(double(1))", ""),
    "a failing line beside it": (f"1 / 0\n{RIGHT}\nprint(undefined)", ""),
    "an endless line beside it": (f"{RIGHT}\nwhile True:\n    pass", ""),
    "what it needs beside it": (
        "two = []\ntwo.append(2)\ndef double(x):\n    return two[0] * x", "",
    ),
    "a magic": (f"%%time\n{RIGHT}", ""),
    "another magic": (f"%matplotlib inline\n{RIGHT}\n%timeit -n1 -r1 double(1)", ""),
    "a lambda": ("double = lambda x: x + x", ""),
    "a name of the lesson's": ("double = lambda x: TABLE[1] * np.asarray(x)", ""),
    "a file beside the lesson": (
        inside("assert open('table.txt').read() == '1 2 3'"), "",
    ),
    "its own files": (
        inside("import os, pathlib", "open('own', 'w').write('x')",
               "pathlib.Path.home().joinpath('own').write_text('x')",
               "assert {*os.listdir(pathlib.Path.home())} == {'work', 'own'}"),
        "",
    ),
    "looks at itself": (inside("open('/proc/self/maps').read()"), ""),
    "prints": (inside("print('x' * 10**6)"), ""),
    "a syntax error": ("def double(x)\n    return 2 * x", "SyntaxError"),
    "a null byte": ("def double(x):\n    return 2 * x\0", "the cell has a"),
    "another name": ("def doubled(x):\n    return 2 * x", "does not define `double`"),
    "stops before": ("import nothing_of_that_name\ndouble = nothing_of_that_name.f",
                     "ModuleNotFoundError"),
    "a missing name": (inside("math.pi"), "nothing before the exercise defines it"),
    "an import": (inside("import colorsys"), ""),
    "a module of its own": (
        "open('mine.py', 'w').write('two = 2')\nimport mine\n" + inside("mine.two"), "",
    ),
    "a return beside it": (f"{RIGHT}\nreturn 3", ""),
    "from the future": (
        "from __future__ import annotations\n" + RIGHT.replace("x)", "x: number)"), "",
    ),
    "a type that is not there": (
        RIGHT.replace("x)", "x: number)"), "name 'number' is not defined",
    ),
    "warnings as errors": (
        "import warnings\nwarnings.simplefilter('error')\n"
        + inside("np.log(np.zeros(1))"),
        "",
    ),
    "nested without end": (
        "def double(x):\n    for _ in range(5000):\n        x = [x]\n    return x",
        "cannot be read",
    ),
    "asks at the keyboard": (inside("input()"), "waits for somebody to type"),
}  # fmt: skip


@pytest.mark.usefixtures("once")
@pytest.mark.parametrize(("source", "piece"), MERIT.values(), ids=MERIT)
def test_an_answer_is_marked_on_its_merit(mark, source, piece):
    verdict = mark(source)
    assert verdict.right == (not piece), verdict
    assert piece in verdict.hint
    assert not verdict.remarks


@pytest.mark.usefixtures("once")
def test_another_exercise_is_solved_by_us(mark):
    assert mark("def quadruple(x):\n    return double(double(x))", "quadruple").right
    assert mark("quadruple = lambda x: double.seen and 4 * x", "quadruple").right
    # Whoever has two exercises wrong by one mistake loses one.
    helper = "def double(x):\n    return 0\n\n\ndef twice(f, x):\n    return f(f(x))"
    source = "def quadruple(x):\n    return twice(double, x)"
    assert mark(source, "quadruple", helpers=(helper,)).right
    # And our text of it is not to be had.
    source = "import inspect\ndef quadruple(x):\n    return inspect.getsource(double)"
    assert "could not get source code" in mark(source, "quadruple").hint


@pytest.mark.usefixtures("once")
def test_what_is_counted_there_is_told(mark):
    verdict = mark("def at_one(f):\n    return f(1)", "at_one")
    assert (verdict.right, verdict.counted_there) == (True, True)
    verdict = mark("def at_one(f):\n    return f(2) - 1", "at_one")
    assert "call it with 1" not in verdict.hint or not verdict.right
    assert not mark(RIGHT).counted_there


@pytest.mark.usefixtures("once")
def test_who_measures_time_runs_alone(mark):
    """Three at a time, and no two of them measure at a time."""
    source = (
        "import time\ndef fast():\n    start = time.time()\n    time.sleep(0.1)\n"
        "    raise ValueError(f'{start} {time.time()}')"
    )
    told = []
    threads = [
        threading.Thread(target=lambda: told.append(mark(source, "fast").hint))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spans = sorted(tuple(map(float, hint.split()[4:6])) for hint in told)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


def test_the_lesson_was_run_once(mark, lesson):
    mark(RIGHT)
    assert len((lesson.path.parent / "runs.txt").read_text()) == 1


# --- and nobody is harmed ----------------------------------------------------------

HOSTILE = {
    "ends the program": (inside("import os", "os._exit(0)"), "with exit code 0"),
    "ends it beside": (f"{RIGHT}\nimport os\nos._exit(0)", "with exit code 0"),
    "exits": (inside("exit()"), "it ends the program with exit()"),
    "crashes": (inside("import ctypes", "ctypes.string_at(0)"), "by SIGSEGV"),
    "an endless loop": (inside("while True:", "    pass"), "no answer after 0.2"),
    "one that holds the lock": (inside("sum(range(10**13))"), "no answer after 0.2"),
    "sleeps": (inside("import time", "time.sleep(1000)"), "no answer after 0.2"),
    "a fork bomb": (inside("import os", "while 1:", "    os.fork()"), "not permitted"),
    "another process": (
        inside("import subprocess", "subprocess.run(['true'])"), "Permission",
    ),
    "threads without end": (
        inside("import threading, time", "while True:",
               "    threading.Thread(target=time.sleep, args=(99,)).start()"),
        "thread",
    ),
    "100 GB": (inside("bytearray(100 * 2**30)"), "more memory than there is"),
    "too much memory": (
        inside("y = []", "while True:", "    y.append(np.empty(2**25))"),
        "more memory than there is",
    ),
    "prints without end": (
        inside("while True:", "    print('x' * 2**22)"), "no answer after 0.2",
    ),
    "the network": (
        inside("import socket", "socket.create_connection(('127.0.0.1', 9), 1)"),
        "not permitted",
    ),
    "queues that stay": (
        inside("import ctypes", "if ctypes.CDLL(None).mq_open(b'/x', 66, 384, 0) < 0:",
               "    raise OSError('refused')"),
        "refused",
    ),
    "semaphores that stay": (
        inside("import ctypes", "if ctypes.CDLL(None).semget(0, 1, 384) < 0:",
               "    raise OSError('refused')"),
        "refused",
    ),
    "watches others' folders": (
        inside("import ctypes", "libc = ctypes.CDLL(None)",
               "if libc.inotify_add_watch(libc.inotify_init(), b'/usr', 256) < 0:",
               "    raise OSError('refused')"),
        "refused",
    ),
    "another's turn": (
        inside("import os", "os.sched_setscheduler(0, 3, os.sched_param(0))"),
        "not permitted",
    ),
    "another's socket": (
        inside("import socket", "socket.socketpair(type=socket.SOCK_DGRAM)"),
        "not permitted",
    ),
    "a name that is no text": (
        inside("import ctypes, time", r"ctypes.CDLL(None).prctl(15, b'\xff) Z')",
               "time.sleep(0.2)", "raise ValueError('named')"),
        "named",
    ),
    "a forged message": (
        f"{PYTHON_MEMORY}if isinstance(x, socket.socket)]\n"
        "for line in lines:\n"
        "    try:\n        line.send(b'\\0' * 99)\n    except OSError:\n        pass\n"
        f"{RIGHT}",
        "forged",
    ),
    "closes the line": (
        inside("import os, time", "os.closerange(3, 99)", "time.sleep(99)"),
        "forged",
    ),
    "a patched check": (
        "import judges\nfrom courseware.checking.result import CheckResult\n"
        "CheckResult.__bool__ = lambda self: True\nCheckResult.hint = ''\n"
        "judges.check_double = check_double = lambda f: 'bravo: double'\n"
        "def double(x):\n    return x",
        "as they were",
    ),
    "a forged call": (
        f"{PYTHON_MEMORY}if type(x).__name__ == '_Line']\n"
        "from courseware.checking.border import Callback\n"
        "def double(x):\n    lines[0].send(('call', Callback(9, 'f'), (), {}))",
        "forged",
    ),
    "an array for a beginning": (
        f"{PYTHON_MEMORY}if type(x).__name__ == '_Line']\n"
        f"lines[0].send(np.zeros(3))\n{RIGHT}",
        "forged",
    ),
    "an array for a call": (
        f"{PYTHON_MEMORY}if type(x).__name__ == '_Line']\n"
        "def double(x):\n    lines[0].send((np.zeros(3), 1, 2, 3))",
        "forged",
    ),
    "a number that is no remark": (
        f"{PYTHON_MEMORY}if type(x).__name__ == '_Line']\n"
        f"lines[0].send(('remark', 10**9000))\n{RIGHT}",
        "forged",
    ),
    "a forged remark": (
        f"{PYTHON_MEMORY}if type(x).__name__ == '_Line']\n"
        "def double(x):\n    lines[0].remark('bravo')",
        "forged",
    ),
    "a patched room": (
        "from courseware.checking import room\n"
        "room.Room.ask = lambda *_: [1, 2, 3]\ndef double(x):\n    return x",
        "forged",
    ),
}  # fmt: skip
NAMED = {
    "fork": "start a process", "subprocess": "start a process",
    "create_connection": "reach the network", "print(": "it prints more than",
    "get_objects": "searches its process's memory", "judges.": "replaces a check",
}  # fmt: skip


@pytest.mark.parametrize(("source", "piece"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_hostile_costs_one_exercise(mark, request, source, piece):
    if "no answer after" in piece:
        request.getfixturevalue("once")
    verdict = mark(source)
    assert not verdict.right
    assert piece in verdict.hint
    for word, remark in NAMED.items():
        if word in source:
            assert remark in "; ".join(verdict.remarks)


def test_it_ends_nobody_else(mark):
    ends = ["import os", "for process in (0, -1, os.getppid(), *range(2, 40000)):"]
    ends += ["    try:", "        os.kill(process, 9)"]
    ends += ["    except OSError:", "        pass"]
    verdict = mark(inside(*ends))
    assert "it tries to end a process" in verdict.remarks
    stays = "assert ctypes.CDLL(None).prctl(1, 0, 0, 0, 0) == -1"
    assert mark(inside("import ctypes", stays)).right  # it cannot outlive its judge
    assert mark(RIGHT).right


def test_it_reads_and_writes_nothing_of_others(mark, outside, lesson):
    for path in (outside / "bob.ipynb", lesson.path):
        verdict = mark(inside(f"print(open({str(path)!r}).read())"))
        assert not verdict.right, path
        assert f"it tries to read {path}" in verdict.remarks
    for path in (outside / "new", lesson.path, lesson.path.parent / "judges.py"):
        mark(inside(f"open({str(path)!r}, 'w').write('x')"))
    bob = outside / "bob.ipynb"
    before = bob.stat()
    for change in ("chmod", "utime", "chown", "truncate", "unlink", "setxattr"):
        more = {"chmod": ", 0", "chown": ", 1, 1", "truncate": ", 0",
                "setxattr": ", 'user.x', b'y'"}.get(change, "")  # fmt: skip
        mark(inside("import os", f"os.{change}({str(bob)!r}{more})"))
    assert (bob.stat(), [*outside.iterdir()]) == (before, [bob])
    assert Lesson(lesson.path).cells == lesson.cells


@pytest.mark.usefixtures("once")
def test_no_secret_is_in_its_memory(mark):
    """Neither the solution, nor a later one, nor a variable of ours is in there."""
    code = [
        "import gc, os",
        "words = [o for o in gc.get_objects() if isinstance(o, (dict, list, tuple))]",
        "found = [w for w in words for s in (w.values() if isinstance(w, dict) else w)",
        "         if isinstance(s, str) and ''.join(['double(', 'double(x))']) in s]",
        "raise ValueError(f'{len(found)} {os.environ.get(\"THE_TOKEN\")}')",
    ]
    assert "ValueError: 0 None" in mark(inside(*code)).hint


def test_what_it_leaves_is_gone(mark):
    deep = [
        "import os",
        "for _ in range(1100):",
        "    os.mkdir('d')",
        "    os.chdir('d')",
    ]
    mark(inside(*deep))  # which is more than Python can remove
    mark(inside("open('left', 'w').write('x')", "import os", "os.mkdir('folder')"))
    assert mark(inside("import os", "assert not os.path.exists('left')")).right


def test_a_folder_is_removed_with_all_that_is_in_it(tmp_path):
    """Deeper than Python goes, without rights, and with links that are not followed."""
    top = tmp_path / "top"
    top.mkdir()
    (tmp_path / "kept").write_text("x")
    before = os.open(".", os.O_RDONLY)
    try:
        os.chdir(top)
        for _ in range(1100):
            Path("d").mkdir()
            os.chdir("d")
        Path("link").symlink_to(tmp_path)
        Path("file").touch()
        Path("shut").mkdir(0)
    finally:
        os.chdir(before)
        os.close(before)
    remove(str(top))
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


# --- what passes between -----------------------------------------------------------

MESSAGES = [
    None, True, -(2**70), 1.5, float("inf"), 1j, "text \ud800", b"bytes",
    [1, [2, (3, ())]], {"a": (1,), 2: [None]}, {(1, None): {}, 1j: 2},
    Request("call", 0, "", (Held(1, "T", True, (2, 3), "object"), Dice(3)), "x"),
    Reply([1], count=Count(1, 2, 3.0, ("a",), ("b",))), Callback(2, "f"),
]  # fmt: skip
ARRAYS = [
    np.arange(6.0).reshape(2, 3), np.zeros((0, 2), np.float16), np.array("text"),
    np.float32(3), np.array(7), np.datetime64("2026-01-01"), np.ones(3, ">i2"),
    np.array([1 + 2j]), np.bool_(1), np.array([b"x"]),
]  # fmt: skip
FORGED = [
    b"", b"\xc1", b"\x91", b"\x90", msgpack.packb([99]), msgpack.packb([2, 1]),
    msgpack.packb([3, None, "", ""]), msgpack.packb([-1]), msgpack.packb(["x"]),
    msgpack.packb({1: 2}), msgpack.packb([2, [0], 1]), msgpack.packb([4, None, "", ""]),
    msgpack.packb(msgpack.ExtType(9, b"")), b"\x91" * 2000 + b"\0",
    *(msgpack.packb(msgpack.ExtType(0, msgpack.packb(form))) for form in (
        ["|O", [1], b"12345678"], ["<f8", [2], b"12345678"], ["<f8", [-1], b""],
        ["|S0", [2**40], b""], ["<f8", [2**40], b""], ["<f8,<f8", [1], b"x" * 16],
        [1, [1], b""], ["<f8", 1, b"x" * 8], 5, ["<f8", [1] * 64, b"x" * 8],
    )),
]  # fmt: skip


@pytest.mark.parametrize("message", MESSAGES, ids=repr)
def test_data_pass_as_they_are(message):
    again = wire.unpack(wire.pack(message))
    assert again == message
    assert type(again) is type(message)


@pytest.mark.parametrize("array", ARRAYS, ids=repr)
def test_arrays_pass_as_they_are(array):
    again = wire.unpack(wire.pack(array))
    assert type(again) is type(array)
    assert (again.dtype, again.shape) == (array.dtype, array.shape)
    assert again.tobytes() == array.tobytes()


@pytest.mark.parametrize("data", FORGED, ids=lambda data: repr(data[:20]))
def test_what_is_no_message_is_refused(data):
    with pytest.raises(wire.ForgedError):
        wire.unpack(data)


def test_what_is_too_large_is_not_sent():
    for message in (np.zeros(wire.LARGEST + 1, np.int8), [b"x" * 2**20] * 300):
        with pytest.raises(wire.TooLargeError):
            wire.pack(message)


def test_packages_can_be_read_and_no_lesson_among_them(tmp_path, monkeypatch):
    packages = tmp_path / "site-packages"
    for name in ("package", "lessons"):
        (packages / name).mkdir(parents=True)
    monkeypatch.syspath_prepend(packages)
    assert str(packages) in isolation.readable_here([])
    found = isolation.readable_here([packages / "lessons"])
    assert str(packages / "package") in found
    assert not {str(packages), str(packages / "lessons")} & {*found}


# --- where nothing isolates --------------------------------------------------------


def test_without_isolation_marking_is_refused(monkeypatch):
    monkeypatch.setattr(isolation.sys, "executable", "false")
    with pytest.raises(CourseError, match=r"--trust-the-class") as refused:
        isolation.find()
    assert "To have it" in str(refused.value)
    assert isolation.find(trusted=True).way == isolation.NOTHING
