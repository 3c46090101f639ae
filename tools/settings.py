"""Settings in which lessons ought to give the same: kernels, packages, Pythons."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(sys.executable)

# Names that OpenBLAS knows, of x86-64 and of ARM. Which of them are built in and run on
# this processor is tried; others fall back on the one that OpenBLAS chooses by itself.
CORES = (
    *("Prescott", "Core2", "Nehalem", "Sandybridge", "Haswell", "Zen", "SkylakeX"),
    *("Cooperlake", "Sapphirerapids", "Barcelona", "Bulldozer", "Excavator"),
    *("ARMV8", "CORTEXA57", "CORTEXA76", "NEOVERSEN1", "NEOVERSEV1", "NEOVERSEN2"),
    *("ARMV8SVE", "THUNDERX2T99", "VORTEX"),
)
# Whole numbers, so that every kernel has the same answer if it has the right one.
PROBE = """
import json, numpy, scipy.linalg.blas, threadpoolctl
a = numpy.arange(4096).reshape(64, 64) % 7
f = numpy.asfortranarray(a, numpy.float32)
assert (f @ f == a @ a).all() and (scipy.linalg.blas.sgemm(1, f, f) == a @ a).all()
pools = threadpoolctl.threadpool_info()
print(json.dumps({
    "cores": sorted({p["architecture"] for p in pools if "architecture" in p}),
    "simd": numpy.show_config("dicts")["SIMD Extensions"].get("found", []),
}))
"""
WIDE = re.compile(r"AVX512|X86_V4")
SHOWN = ("numpy", "scipy", "matplotlib")


class SettingError(Exception):
    """A setting cannot be had here; the message says why, in a line."""


@dataclass(frozen=True)
class Setting:
    """A Python, and environment variables with which it is to run."""

    name: str
    python: Path = HERE
    environment: dict[str, str] = field(default_factory=dict)


def probe(**environment: str) -> dict[str, list[str]] | None:
    """
    Return what BLAS and NumPy really use under some environment variables.

    Returns
    -------
    dict or None
        "cores": the kernels of OpenBLAS, as a rule one for NumPy and SciPy together.
        "simd": the instruction sets that NumPy's own loops choose from. None where
        products come out wrong, or the processor lacks an instruction.
    """
    command = [str(HERE), "-W", "ignore", "-c", PROBE]
    done = subprocess.run(  # noqa: S603 - the program that stands above
        command, env=os.environ | environment, capture_output=True, check=False
    )
    return None if done.returncode else json.loads(done.stdout)


def kernel_settings() -> list[Setting]:
    """
    Return a setting for each different way in which this processor can calculate.

    These are the kernels of OpenBLAS, and NumPy's own loops without instructions that
    many a processor lacks.
    """
    settings = {}
    for core in CORES:
        found = probe(OPENBLAS_CORETYPE=core)
        if found and found["cores"]:
            name = f"BLAS for {' and '.join(found['cores'])}"
            settings.setdefault(name, Setting(name, HERE, {"OPENBLAS_CORETYPE": core}))
    simd = (probe() or {"simd": []})["simd"]
    for name, left_out in (
        ("NumPy without AVX-512", [kind for kind in simd if WIDE.search(kind)]),
        ("NumPy without extensions", simd),
    ):
        variables = {"NPY_DISABLE_CPU_FEATURES": " ".join(left_out)}
        if left_out and probe(**variables):
            settings[name] = Setting(name, HERE, variables)
    return list(settings.values())


# --------------------------------------------------------------------------------------
# environments with other packages, in other Pythons


def requirements() -> dict[str, Requirement]:
    """Return what the tests and the lessons need directly, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = list(project["dependencies"])
    wanted = ["test"]
    while wanted:
        for line in extras[wanted.pop()]:
            requirement = Requirement(line)
            wanted += requirement.extras if requirement.name == project["name"] else ()
            lines += [line] if requirement.name != project["name"] else []
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


def package_setting(python: str, packages: str, folder: Path) -> Setting:
    """
    Make an environment with the oldest, the newest or the tried packages.

    Parameters
    ----------
    python : str
        A version such as "3.12", or the path of a Python.
    packages : str
        "oldest": of each package that pyproject.toml names the oldest version that it
        admits, and that can be installed together with the others. "newest": the
        newest of all. "tried": those of constraints.txt.
    folder : Path
        Where environments go; one of the same name is made anew.

    Returns
    -------
    Setting

    Raises
    ------
    SettingError
        There is no such Python, or no such packages for it.
    """
    tool = _uv(folder)
    short = re.sub(r"\W+", "-", python).strip("-")
    home = folder / f"python-{short}-{packages}"
    _run(tool, "venv", "--quiet", "--clear", "--python", python, str(home))
    inside = _program(home, "python")
    install = (tool, "pip", "install", "--quiet", "--python", str(inside))
    how = {
        "oldest": ("--resolution", "lowest-direct"),
        "newest": ("--upgrade",),
        "tried": ("--constraint", "constraints.txt"),
    }[packages]
    wheels = ("--only-binary", ":all:", "--requirement", "pyproject.toml")
    _run(*install, *how, *wheels, "--extra", "test")
    _run(*install, "--no-deps", "--editable", ".")
    version = _run(str(inside), "-c", "import platform as p; print(p.python_version())")
    return Setting(f"Python {version.strip()}, {packages} packages", inside)


def installed(setting: Setting, folder: Path) -> dict[str, str]:
    """Return the versions of all packages in a setting's environment."""
    command = ("pip", "list", "--format", "json", "--python", str(setting.python))
    listed = json.loads(_run(_uv(folder), *command))
    return {canonicalize_name(each["name"]): each["version"] for each in listed}


def described(versions: dict[str, str]) -> str:
    """Return the versions that matter most, in a line."""
    return ", ".join(f"{name} {versions[name]}" for name in SHOWN)


def not_oldest(versions: dict[str, str]) -> Iterator[str]:
    """Name the packages of which the oldest admitted version could not be had."""
    for name, requirement in requirements().items():
        bounds = {bound.operator: bound.version for bound in requirement.specifier}
        lowest = bounds.get("==") or bounds[">="]
        found = versions[name]
        if not f"{found}.".startswith(f"{lowest}."):
            yield f"{name} {found}, not {lowest}"


def _uv(folder: Path) -> str:
    """Return the path of uv, which is installed if need be."""
    found = shutil.which("uv") or shutil.which("uv", path=HERE.parent)
    if found:
        return found
    home = folder / "uv"
    program = _program(home, "uv")
    if not program.exists():
        venv.create(home, with_pip=True)
        pip = (str(_program(home, "python")), "-m", "pip", "--quiet")
        _run(*pip, "install", "--disable-pip-version-check", "uv")
    return str(program)


def _program(home: Path, name: str) -> Path:
    return home / ("Scripts" if sys.platform == "win32" else "bin") / name


def _run(*command: str) -> str:
    """Return what a command prints; its last complaint is the error's, if it fails."""
    done = subprocess.run(  # noqa: S603 - uv, pip or a Python that was named
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise SettingError(" ".join(lines[-3:]) or f"{command[0]} failed")
    return done.stdout
