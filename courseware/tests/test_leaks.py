"""Is a solution found in a student's notebook, wherever it stands?"""

import html

import pytest

from courseware.__main__ import chosen_names
from courseware.editions.leaks import leaks, secret_lines

SECRET = 'return f"{x < 2}: ä\\n" and x + x  # \N{DOLPHIN} doubled'


def cell(source, *tags, kind="code"):
    return {"cell_type": kind, "source": source, "metadata": {"tags": list(tags)}}


def lesson(*cells):
    return {"cells": list(cells)}


@pytest.mark.parametrize(
    "part",
    [
        {"source": f"x = 1\n  {SECRET}"},
        {"source": ["x = 1\n", SECRET]},
        {"outputs": [{"text": ["line 1\n", f"----> {SECRET}\n"]}]},
        {"outputs": [{"data": {"text/html": html.escape(SECRET)}}]},
        {"metadata": {"anything": {"deeper": [1, None, {"x": SECRET}]}}},
        {"attachments": [["", {"y": [SECRET, 3]}]]},
    ],
)
def test_a_secret_is_found_in_each_place(part):
    assert leaks({"cells": [{}, part]}, {SECRET, "another one"}) == [SECRET]


def test_what_is_not_there_is_not_found():
    assert (
        leaks({"cells": [{"source": SECRET[:-1]}, {"source": SECRET[1:]}]}, {SECRET})
        == []
    )


def test_only_what_stands_in_solutions_alone_is_a_secret():
    whole = lesson(
        cell("def double(x):\n    raise NotImplementedError", "exercise"),
        cell("Write `return x + x`.", kind="markdown"),
        cell("def double(x):\n    y = x + x\n    return y + 0.0\n", "solution"),
        cell("from itertools import pairwise\nimport math as m", "solution"),
        cell(["def triple(x):\n", "    return x + double(x)\n"], "solution"),
    )
    assert secret_lines([whole]) == {
        "return y + 0.0",
        "def triple(x):",
        "return x + double(x)",
    }
    other = lesson(cell("    return y + 0.0  # as in exercise 1"))
    assert "return y + 0.0" not in secret_lines([whole, other])


def test_a_number_is_that_of_one_lesson():
    assert chosen_names(["1", "10_b"], ["01_a", "10_b", "11_c"]) == ["01_a", "10_b"]
