"""Build the course's web site.

For instance:

    python site/build_site.py                          into site/_build
    python site/build_site.py --edition instructor     with the solutions
"""

import argparse
import subprocess
import sys
from pathlib import Path

from course_site.build import SITE, build
from course_site.launch import Repository
from course_site.pages import EDITIONS, ROOT, SiteError
from courseware.course import CourseError


def main() -> int:
    """Run the command line; returns the exit code."""
    options = _parser().parse_args()
    try:
        build(options.output, options.work, options.edition, options.repository)
    except (SiteError, CourseError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(error, (error.stderr or b"").decode(), sep="\n", file=sys.stderr)
        return 1
    size = sum(file.stat().st_size for file in options.output.rglob("*"))
    print(f"{options.output / 'index.html'}: {size / 1e6:.1f} MB in all")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Build the course's web site.")
    add = parser.add_argument
    add("--edition", choices=EDITIONS, default="student", help="with solutions or not")
    add("--output", type=Path, default=SITE / "_build", help="where the site goes")
    add("--work", type=Path, default=ROOT / "build" / "site", help="what is between")
    add(
        "--repository", type=Repository.parse, help="owner/name of the course on GitHub"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
