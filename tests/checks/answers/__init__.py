"""Right and wrong answers to every exercise: a table a lesson, and all in `ANSWERS`.

For each check there are `Answers`: a list of right ones, then a row for each mistake:
the wrong answer, and a piece of the hint that it has to get. A mistake that one line
shows is a lambda; a solution of many steps is a class with a method for each, and
`but` makes mistakes of it.
"""

from importlib import import_module
from pkgutil import iter_modules

from checks.tables import Table

ANSWERS: Table = {}
for lesson in iter_modules(__path__, f"{__name__}."):
    ANSWERS |= import_module(lesson.name).ANSWERS
