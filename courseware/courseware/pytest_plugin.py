"""Makes plain `pytest` validate the lessons of a course, and sleeps everywhere else."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Wake up in a course: where the nearest pyproject.toml has [tool.courseware]."""
    starts = (config.rootpath, config.invocation_params.dir)
    courses = [folder for start in starts if (folder := _course(start))]
    if not courses:
        return
    # The rest is imported in a course only: others shall not wait for it.
    from courseware.course import Course, CourseError
    from courseware.validation import Validation

    try:
        validation = Validation(Course.find(courses[0]))
    except CourseError as error:
        raise pytest.UsageError(str(error)) from None
    config.pluginmanager.register(validation, "courseware-validation")


def _course(start: Path) -> Path | None:
    """Return the folder of the nearest pyproject.toml, if that is a course's."""
    for folder in (start, *start.parents):
        try:
            text = (folder / "pyproject.toml").read_text("utf-8")
        except (OSError, ValueError):
            continue
        return folder if "[tool.courseware]" in text else None
    return None
