"""What Linux offers a process that wants to shut itself in, and Python has no call for.

Names and numbers are the kernel's own.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import struct
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_NEWNS, _NEWIPC, _NEWUSER, _NEWPID = 0x20000, 0x8000000, 0x10000000, 0x20000000
_NEWNET, _THREAD = 0x40000000, 0x10000
_READ_ONLY, _NO_SETUID, _BIND, _RECURSIVE, _PRIVATE = 1, 2, 4096, 16384, 1 << 18
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _END_WITH_PARENT, _FILTER = 38, 22, 1, 2
_SET_BITS, _NO_ROOT, _DROP_BOUND, _ADOPT = 28, 3, 24, 36

# A call by its number on either processor. What makes processes, reaches others or
# the network, watches others' folders, asks for rights, takes memory that no limit
# counts, leaves something behind (System V's and POSIX's queues and semaphores), or
# gets round this.
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_REFUSED = {
    "x86_64": (
        29, 30, 31, 41, 57, 58, 64, 65, 66, 68, 69, 70, 71, 101, 141, 142, 144, 155,
        161, 163, 165, 166, 167, 168, 169, 170, 171, 175, 176, 220, 240, 241, 246, 248,
        249, 250, 251, 254, 256, 272, 279, 298, 304, 308, 310, 311, 312, 313, 314, 319,
        320, 321, 323, 425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 438, 440, 442,
    ),
    "aarch64": (
        27, 30, 39, 40, 41, 51, 89, 97, 104, 105, 106, 117, 118, 119, 140, 142, 161,
        162, 180, 181, 186, 187, 188, 189, 190, 191, 192, 193, 194, 195, 196, 198, 217,
        218, 219, 224, 225, 238, 239, 241, 265, 268, 270, 271, 272, 273, 274, 279, 280,
        282, 294, 425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 438, 440, 442,
    ),
}  # fmt: skip
# What changes a file of which only the name is known: Landlock has no word for that.
_CHANGES = {
    "x86_64": (
        90, 91, 92, 93, 94, 132, 188, 189, 190, 197, 198, 199, 235, 260, 261, 268, 280,
        452, 463, 466, 469,
    ),
    "aarch64": (5, 6, 7, 14, 15, 16, 52, 53, 54, 55, 88, 452, 463, 466, 469),
}  # fmt: skip
_CLONE = {"x86_64": 56, "aarch64": 220}
_OF_ANOTHER = {
    "x86_64": (203, 302),
    "aarch64": (122, 261),
}  # sched_setaffinity, prlimit
_PRCTL = {"x86_64": 157, "aarch64": 167}
_SOCKETPAIR = {"x86_64": 53, "aarch64": 199}
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_CLONE3, _MOUNT_SETATTR = 435, 442
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_EPERM, _ENOSYS = 1, 38

_libc = ctypes.CDLL(None, use_errno=True)


def end_with_parent() -> None:
    """Have this process end when the one that made it does."""
    if sys.platform == "linux":
        _call("prctl", _END_WITH_PARENT, 9, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of processes whose parent, made by this one, has ended."""
    if sys.platform == "linux":
        _call("prctl", _ADOPT, 1, 0, 0, 0)


def part() -> None:
    """Part the processes that this one makes from all others, and from the network."""
    spaces = _NEWNS | _NEWIPC | _NEWPID | _NEWNET
    user, group = os.getuid(), os.getgid()
    if user == 0:
        _call("unshare", spaces)
        return
    _call("unshare", spaces | _NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def enter(
    base: str, readable: Iterable[str], own: Iterable[str], megabytes: int
) -> None:
    """
    Leave all files behind but some that can be read, and some empty folders.

    Parameters
    ----------
    base : str
        A folder to build in; nothing of it is seen outside.
    readable : iterable of str
        What can be read, and keeps its place. None lies in another.
    own : iterable of str
        What can be written, and holds at most `megabytes`.
    megabytes : int
        Of memory, for the own folders lie there.
    """
    _mount("none", "/", "", _RECURSIVE | _PRIVATE)
    _mount("tmpfs", base, "tmpfs", _NO_SETUID, "size=4m,mode=755")
    size = f"size={megabytes}m,nr_inodes=20k"
    for path in own:
        Path(base + path).mkdir(parents=True)
        _mount("tmpfs", base + path, "tmpfs", _NO_SETUID, f"{size},mode=777")
    for path in readable:
        real, place = os.path.realpath(path), Path(base + path)
        if real != path and not os.path.lexists(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(real)
        if not os.path.lexists(base + real):
            _show(Path(real), Path(base + real))
    Path(f"{base}/proc").mkdir(exist_ok=True)
    with contextlib.suppress(OSError):  # within a container it may be refused
        _mount("proc", f"{base}/proc", "proc", _NO_SETUID | _READ_ONLY)
    _set_read_only(base, 0)
    os.chdir(base)
    _system(_PIVOT_ROOT[platform.machine()], b".", b".")
    _call("umount2", b".", 2)
    os.chdir("/")


def give_up_rights() -> None:
    """Keep no right that others have not, for good.

    Root stays root by name, and reads what only root may; but it is nobody special.
    """
    with contextlib.suppress(OSError):  # an ordinary user has nothing to give up
        _call("prctl", _SET_BITS, _NO_ROOT, 0, 0, 0)
        for right in range(64):
            _call("prctl", _DROP_BOUND, right, 0, 0, 0)
    header, nothing = struct.pack("<Ii", 0x20080522, 0), bytes(24)
    _call("capset", header, nothing)
    _call("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def refuse_calls(*, changes: bool) -> None:
    """
    Refuse this process whatever makes processes or reaches beyond it.

    Parameters
    ----------
    changes : bool
        Whether it is also refused to change whose a file is, its mode and times.
    """
    machine = platform.machine()
    refused = _REFUSED[machine] + _CHANGES[machine] * changes
    program = b"".join(_program(machine, refused))
    code = ctypes.create_string_buffer(program, len(program))
    size = len(program) // 8

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    form = Program(size, ctypes.addressof(code))
    _call("prctl", _SET_SECCOMP, _FILTER, ctypes.byref(form), 0, 0)


def seconds_of(process: int) -> float:
    """Return the processor time that a process has used."""
    fields = _state(process)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def threads_of(process: int) -> int:
    """Return how many threads a process has."""
    return int(_state(process)[17])


def is_running(process: int) -> bool:
    """Whether a process has not ended."""
    try:
        return _state(process)[0] not in "ZX"
    except (OSError, IndexError):
        return False


def is_asleep(process: int) -> bool:
    """Whether a process waits for something, or is stopped."""
    return _state(process)[0] in "STt"


def _state(process: int) -> list[str]:
    # Its name, in brackets, may hold anything, and no text at that.
    state = Path(f"/proc/{process}/stat").read_bytes().rpartition(b")")[2]
    return state.decode().split()


def limit_memory(megabytes: int) -> None:
    """Allow this process so much memory beyond what it has."""
    with contextlib.suppress(FileNotFoundError):  # where /proc is
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * os.sysconf("SC_PAGE_SIZE") + megabytes * 2**20
        limit(resource.RLIMIT_AS, most)


def limit(what: int, most: int) -> None:
    """Set a limit of this process, unless there is a lower one."""
    _, before = resource.getrlimit(what)
    most = most if before == resource.RLIM_INFINITY else min(most, before)
    resource.setrlimit(what, (most, most))


def _program(machine: str, refused: Iterable[int]) -> Iterator[bytes]:
    """Yield the instructions of a filter: its data are number, machine, arguments."""
    load, equal, at_least, any_bit, result = 0x20, 0x15, 0x35, 0x45, 0x06
    mask, stream = 0x54, 1

    def step(code: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
        return struct.pack("<HBBI", code, if_so, if_not, value)

    refuse = step(result, _ERROR | _EPERM)
    yield step(load, 4)
    yield step(equal, _ARCHITECTURE[machine], 1, 0) + step(result, _KILL)
    yield step(load, 0)
    yield step(at_least, 0x40000000, 0, 1) + refuse  # numbers of another kind of call
    yield step(equal, _CLONE3, 0, 1) + step(result, _ERROR | _ENOSYS)  # clone is tried
    for number in refused:
        yield step(equal, number, 0, 1) + refuse
    for number in _OF_ANOTHER[machine]:
        yield step(equal, number, 0, 3) + step(load, 16) + step(equal, 0, 1, 0) + refuse
        yield step(load, 0)
    # One of a pair of sockets can reach another's only if it is no stream.
    yield step(equal, _SOCKETPAIR[machine], 0, 4) + step(load, 24) + step(mask, 0xF)
    yield step(equal, stream, 1, 0) + refuse + step(load, 0)
    # Nor may it outlive who made it.
    yield step(equal, _PRCTL[machine], 0, 3) + step(load, 16)
    yield step(equal, _END_WITH_PARENT, 0, 1) + refuse + step(load, 0)
    yield step(equal, _CLONE[machine], 0, 3)
    yield step(load, 16) + step(any_bit, _THREAD, 1, 0) + refuse
    yield step(result, _ALLOW)


def _show(path: Path, place: Path) -> None:
    """Let a file or a folder be read at a place."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.mkdir() if path.is_dir() else place.touch()
    _mount(str(path), str(place), "", _BIND | _RECURSIVE)
    _set_read_only(str(place), 0x8000)  # and all that is mounted in it


def _set_read_only(path: str, flags: int) -> None:
    form = struct.pack("<QQQQ", _READ_ONLY | _NO_SETUID, 0, 0, 0)
    _system(_MOUNT_SETATTR, -100, path.encode(), flags, form, len(form))


def _mount(what: str, place: str, kind: str, flags: int, options: str = "") -> None:
    names = (text.encode() or None for text in (what, place, kind))
    _call("mount", *names, flags, options.encode() or None)


def _system(number: int, *arguments: object) -> None:
    _call("syscall", ctypes.c_long(number), *arguments)


def _call(name: str, *arguments: object) -> None:
    if getattr(_libc, name)(*arguments) < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
