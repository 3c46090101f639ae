"""The packages that a lesson can do without, and which of them are missing here."""

from __future__ import annotations

import importlib.util
import re

# A lesson's call of digitlib's function, and in its brackets the names of packages.
_CALL = re.compile(r"^optional_packages\((.*?)\)", re.DOTALL | re.MULTILINE)
_NAME = re.compile(r'(?<!=)"(\w+)"')


def optional_packages(source: str) -> list[str]:
    """Return the packages that a lesson says it can do without, from its source."""
    call = _CALL.search(source)
    return _NAME.findall(call[1]) if call else []


def missing_packages(source: str) -> list[str]:
    """Return those of a lesson's optional packages that are not installed here."""
    names = optional_packages(source)
    return [name for name in names if importlib.util.find_spec(name) is None]
