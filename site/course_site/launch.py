"""What launches a lesson where nothing is installed: JupyterLite, Colab and others.

JupyterLite is part of the site. The others fetch the course from its repository, so
they can only be offered by who knows where that is.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat

from course_site.pages import INSTALL, INSTALL_IN_LITE, runnable

BRANCH = "gh-pages"  # where the workflow puts the site


@dataclass(frozen=True)
class Repository:
    """Where the course lies on GitHub.

    Attributes
    ----------
    owner, name : str
        As in github.com/owner/name.
    """

    owner: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Repository:
        """Return the repository of "owner/name"; ValueError if it is no such text."""
        owner, _, name = text.partition("/")
        if not (owner and name) or "/" in name:
            raise ValueError(f"a repository is written owner/name, not {text!r}")
        return cls(owner, name)

    @property
    def pages(self) -> str:
        """Where GitHub serves the site."""
        return f"https://{self.owner.lower()}.github.io/{self.name}"

    def links(self, lesson: str) -> list[tuple[str, str]]:
        """Return what runs a lesson elsewhere: names and addresses."""
        place = f"{self.owner}/{self.name}"
        copy = f"{place}/blob/{BRANCH}/colab/{lesson}.ipynb"
        kaggle = "https://www.kaggle.com/kernels/welcome?src=https://github.com"
        binder = f"https://mybinder.org/v2/gh/{place}/HEAD?labpath=student"
        return [
            ("Colab", f"https://colab.research.google.com/github/{copy}"),
            ("Kaggle", f"{kaggle}/{copy}"),
            ("Binder", f"{binder}/{lesson}.ipynb"),
        ]


def write_lite(
    lessons: dict[str, nbformat.NotebookNode],
    wheels: dict[str, bytes],
    work: Path,
    output: Path,
) -> None:
    """Write a JupyterLite with the lessons and the packages.

    Parameters
    ----------
    lessons : dict
        Names and notebooks, of the edition to show.
    wheels : dict of bytes
        The packages: digitlib, and what it needs that no index has.
    work, output : Path
        For what lies between, and where it goes.
    """
    contents = work / "contents"
    contents.mkdir(parents=True)
    write_files(wheels, work / "pypi")  # where JupyterLite looks for them
    for name, notebook in lessons.items():
        nbformat.write(runnable(notebook, INSTALL_IN_LITE), contents / f"{name}.ipynb")
    command = [str(Path(sys.executable).with_name("jupyter")), "lite", "build"]
    command += ["--no-sourcemaps", "--no-unused-shared-packages"]
    options = {
        "--lite-dir": work,
        "--contents": contents,
        "--output-dir": output,
        "--apps": "notebooks",
    }
    for option, value in options.items():
        command += [option, str(value)]
    subprocess.run(command, check=True, capture_output=True, cwd=work)  # noqa: S603


def write_colab(
    lessons: dict[str, nbformat.NotebookNode], addresses: list[str], folder: Path
) -> None:
    """Write the notebooks that Colab and Kaggle open; each first fetches the packages.

    Parameters
    ----------
    lessons : dict
        Names and notebooks, of the edition to show.
    addresses : list of str
        Where the packages' wheels will be.
    folder : Path
        Where the notebooks go.
    """
    folder.mkdir(parents=True)
    for name, notebook in lessons.items():
        lesson = runnable(notebook, INSTALL.format(" ".join(addresses)))
        nbformat.write(lesson, folder / f"{name}.ipynb")


def write_files(files: dict[str, bytes], folder: Path) -> None:
    """Write files of given names and bytes into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
