"""Answers that look alike, for a person to look at: it is no verdict.

Compared are the tokens, without comments and texts, and all names as one, so that a
renamed copy stays a copy. What many have written counts for nothing: short answers,
and what the task says, all look alike.
"""

from __future__ import annotations

import ast
import io
import keyword
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_SIZE = 6  # tokens that are compared in one go
_RARE = 3  # or this share of a class, whichever is more
_RARE_SHARE = 0.03
_FEWEST = 8  # such pieces that an answer has to have
_LIKE = 0.8  # of their rare pieces


@dataclass(frozen=True)
class Group:
    """Answers that look alike.

    Attributes
    ----------
    students : tuple of str
        Whose they are.
    column : str
        Of which exercise.
    share : float
        How much of what is rare in them they have in common, the least of two.
    """

    students: tuple[str, ...]
    column: str
    share: float


def alike(answers: Iterable[tuple[str, str, str]]) -> list[Group]:
    """
    Find groups of answers that look alike.

    Parameters
    ----------
    answers : iterable of tuple
        Student, column and source of each.

    Returns
    -------
    list of Group
        Most alike first.
    """
    columns: dict[str, dict[str, frozenset]] = defaultdict(dict)
    for student, column, source in answers:
        columns[column][student] = frozenset(_pieces(source))
    groups = [
        Group(tuple(sorted(students)), column, share)
        for column in columns
        for students, share in _joined(_pairs(columns[column]))
    ]
    return sorted(groups, key=lambda one: (-one.share, one.column, one.students))


def _joined(pairs: Iterable[tuple[set, float]]) -> list[tuple[set, float]]:
    """Make one of all pairs that hang together."""
    groups: list[tuple[set, float]] = []
    for students, share in pairs:
        near = [group for group in groups if group[0] & students]
        groups = [group for group in groups if group not in near]
        all_of_them = students.union(*(others for others, _ in near))
        groups.append((all_of_them, min([share, *(each for _, each in near)])))
    return groups


def _pairs(pieces: dict[str, frozenset]) -> Iterator[tuple[set, float]]:
    owners = defaultdict(list)
    for student, own in pieces.items():
        for piece in own:
            owners[piece].append(student)
    most = max(_RARE, _RARE_SHARE * len(pieces))
    rare: dict[str, set] = defaultdict(set)
    shared: dict[tuple[str, str], int] = defaultdict(int)
    for piece, students in owners.items():
        if len(students) > most:
            continue
        for i, student in enumerate(students):
            rare[student].add(piece)
            for other in students[:i]:
                shared[other, student] += 1
    for (one, other), count in shared.items():
        share = count / max(len(rare[one]), len(rare[other]))
        if count >= _FEWEST and share >= _LIKE:
            yield {one, other}, share


def _pieces(source: str) -> Iterator[tuple[str, ...]]:
    tokens = [*_tokens(source)]
    for i in range(len(tokens) - _SIZE + 1):
        yield tuple(tokens[i : i + _SIZE])


def _tokens(source: str) -> Iterator[str]:
    skipped = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING)
    try:
        # A body of several lines, a docstring and brackets may be written in many ways.
        source = ast.unparse(ast.parse(source))
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.STRING:
                yield "text"
            elif token.type == tokenize.NAME and not keyword.iskeyword(token.string):
                yield "name"
            elif token.type not in skipped:
                yield token.string
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError):
        yield from source.split()
