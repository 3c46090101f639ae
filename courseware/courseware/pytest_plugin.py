"""Makes plain `pytest` validate the lessons of a course, and sleeps everywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Wake up in a course: where pyproject.toml has [tool.courseware]."""
    if not any(map(_is_course, _places(config))):
        return
    # The rest is imported in a course only: others shall not wait for it.
    from courseware.course import Course, CourseError
    from courseware.validation import Validation

    try:
        course = Course.find(next(filter(_is_course, _places(config))))
    except CourseError as error:
        raise pytest.UsageError(str(error)) from None
    config.pluginmanager.register(Validation(course), "courseware-validation")


def _places(config: pytest.Config) -> list[Path]:
    """Return the folders whose pyproject.toml may be a course's, the nearest first."""
    starts = (config.rootpath, config.invocation_params.dir)
    return [folder for start in starts for folder in (start, *start.parents)]


def _is_course(folder: Path) -> bool:
    try:
        return "[tool.courseware" in (folder / "pyproject.toml").read_text("utf-8")
    except (OSError, ValueError):
        return False
