"""Packages that a lesson can do without.

A lesson names them once, near its top:

    optional_packages("torch", install="course[frameworks]")

Where one is missing, the cells that need it are left out, and say so in a line; all
others run. Nothing in those cells has to ask, so they read as if every reader had
everything. Where nothing is missing, nothing is changed.
"""

import ast
import dis
import importlib.util
import inspect
import re
import sys
from collections.abc import Iterable
from types import CodeType

LEFT_OUT = "left out: needs "  # in the place of a cell, with the packages' names


def optional_packages(*names: str, install: str) -> None:
    """Leave out, from the next cell on, the cells that need what is missing.

    Such a cell imports a missing package, or uses a name that a cell which was left
    out would have made. Prints a line that says whether anything is missing, and how
    to have it. A package that has been installed since the last call is found.

    Parameters
    ----------
    *names : str
        The packages, as they are imported.
    install : str
        What to install in order to have them, such as "course[frameworks]".
    """
    importlib.invalidate_caches()
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None:
        others = (t for t in shell.ast_transformers if not isinstance(t, CellFilter))
        shell.ast_transformers = [*others, *([CellFilter(missing)] if missing else [])]
    if missing:
        print(
            f"Not installed: {', '.join(missing)}. Cells that need what is missing are "
            f'left out. To run them: %pip install "{install}", then restart.'
        )
    else:
        print(f"Installed: {', '.join(names)}. Every cell runs.")


# Of a lesson's call of `optional_packages`, what stands in its brackets, and the names.
_CALL = re.compile(r"^optional_packages\((.*?)\)", re.DOTALL | re.MULTILINE)
_NAME = re.compile(r"""(?<!=)(["'])(\w+)\1""")


def named_packages(source: str) -> list[str]:
    """Return the packages that a lesson says it can do without, from its source."""
    call = _CALL.search(source)
    return [name for _, name in _NAME.findall(call[1])] if call else []


def missing_packages(source: str) -> list[str]:
    """Return those of a lesson's optional packages that are not installed here."""
    names = named_packages(source)
    return [name for name in names if importlib.util.find_spec(name) is None]


class CellFilter:
    """A transformer for IPython that puts a line in the place of certain cells.

    Parameters
    ----------
    missing : iterable of str
        Packages that cannot be imported.
    """

    def __init__(self, missing: Iterable[str]) -> None:
        # What cannot be had, and the package that it needs.
        self.needs = {name: name for name in missing}

    def visit(self, cell: ast.Module) -> ast.Module:
        """Return the cell, or a line in its place."""
        try:
            code = compile(cell, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        except (SyntaxError, ValueError):
            return cell  # IPython will say what is wrong with it
        made, used = made_and_used(code)
        packages = sorted({self.needs[name] for name in used & self.needs.keys()})
        if packages:
            self.needs = dict.fromkeys(made, packages[0]) | self.needs
            return ast.parse(f"print('{LEFT_OUT}{', '.join(packages)}')")
        for name in made:
            self.needs.pop(name, None)
        return cell


def made_and_used(code: CodeType) -> tuple[set[str], set[str]]:
    """Return which global names a piece of code gives a value, and which it needs.

    Parameters
    ----------
    code : code object
        Of a cell or a module; the order of its instructions is that of its execution.

    Returns
    -------
    made : set of str
    used : set of str
        Names that it reads before it has made them, and packages that it imports.
    """
    made, used = set(), set()
    for step in dis.get_instructions(code):
        if step.opname in ("STORE_NAME", "STORE_GLOBAL"):
            made.add(step.argval)
        elif step.opname == "IMPORT_NAME":
            used.add(step.argval.partition(".")[0])
        elif step.opname in ("LOAD_NAME", "LOAD_GLOBAL") and step.argval not in made:
            used.add(step.argval)
    # What functions and classes make is their own, and they may need what comes later.
    for inner in filter(inspect.iscode, code.co_consts):
        used |= made_and_used(inner)[1] - made
    return made, used
