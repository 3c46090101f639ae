"""Does each rule for lessons turn red? Each is shown a small lesson that breaks it."""

from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
)

from courseware import rules
from courseware.editions.leaks import secret_lines

STUB = 'def double(x):\n    """Return twice x."""\n    raise NotImplementedError'
CHECK = "check_double(double)"
SOLUTION = f"def double(x):\n    return x + x  # the secret\n\n\n{CHECK}"


def prose(source, *tags):
    return new_markdown_cell(source, metadata={"tags": list(tags)} if tags else {})


def code(source, *tags, outputs=()):
    metadata = {"tags": list(tags)} if tags else {}
    return new_code_cell(source, metadata=metadata, outputs=list(outputs))


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def shown(data, metadata=None):
    return new_output("display_data", data=data, metadata=metadata or {})


def verdict(text):
    return shown({"text/plain": text})


def picture(alt="A falling curve of the cost."):
    return shown({"image/png": "iVBORw0KGgo="}, {"image/png": {"alt": alt}})


def exercise():
    return [
        prose("**Exercise 3.1** (5 minutes). Write `double`."),
        code(STUB, "exercise"),
        code(CHECK, "check", outputs=[verdict("not yet: double - a stub")]),
        prose("<details><summary>Hint</summary>Add x to itself.</details>", "hint"),
        code(SOLUTION, "solution", outputs=[verdict("bravo: double")]),
    ]


@pytest.fixture
def good():
    """A lesson that keeps all rules."""
    cells = [
        prose("# A lesson", "slide"),
        prose(
            "**What you'll do**\n\n* read;\n\n"
            "**What you\N{RIGHT SINGLE QUOTATION MARK}ll learn**"
        ),
        prose("**What you'll need**\n\nNothing but `<b>` and $a < b > c$."),
        prose(
            "So\n\n$$ a\n    = b \\tag{1} $$\n\nholds.\n\n    print('<b>')\n\nOr $c_1$."
        ),
        code("print('ä', 1)", "nbval-atol-5", outputs=[printed("ä 1 of 3 / 4\n")]),
        code("plot()", outputs=[picture(), shown({"text/plain": "a square root"})]),
        prose("### What you learned"),
        prose("### Exercises"),
        *exercise(),
        prose("### Further reading"),
    ]
    notebook = new_notebook(cells=cells)
    for count, (_, cell) in enumerate(rules._code("", notebook), start=1):
        cell.execution_count = count
    notebook.metadata.update(
        title="A lesson",
        kernelspec=dict(rules.KERNELSPEC),
        language_info=dict(rules.LANGUAGE),
    )
    return notebook


def declared_packages(name, notebook):
    return rules.declared_packages(
        name, notebook, ["course", "numpy>=2", 'uv; "a" > "b"']
    )


RULES = (*rules.ALWAYS, *rules.STYLE, declared_packages)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_good_lesson_keeps_each_rule(rule, good):
    assert rule("03_good", good) == []


def changed_code(source):
    return lambda notebook: notebook.cells[4].update(source=source)


def changed_prose(source):
    return lambda notebook: notebook.cells[3].update(source=source)


def put_out(output):
    return lambda notebook: notebook.cells[4].outputs.append(output)


def without(index):
    return lambda notebook: notebook.cells.pop(index)


def later(solution, source):
    """Put a line into the solution, and a cell behind it that runs `source`."""

    def breach(notebook):
        notebook.cells[12].source += f"\n{solution}"
        notebook.cells.append(code(source))

    return breach


def header(**values):
    return lambda notebook: notebook.metadata.update(values)


def tagged(*tags):
    return lambda notebook: notebook.cells[4].metadata.update(tags=list(tags))


def count(value):
    return lambda notebook: notebook.cells[4].update(execution_count=value)


BREACHES = [
    (rules.executed_in_order, count(None), "cell 5: its execution count is None"),
    (rules.executed_in_order, count(2), "cell 5: its execution count is 2, not 1"),
    (rules.small_cells, changed_code("a\n" * 26), "cell 5: has 26 lines"),
    (rules.small_cells, changed_code("a" * 80), "cell 5: is 80 columns wide"),
    (rules.small_cells, changed_code(" \n"), "cell 5: is empty"),
    (rules.ascii_names, changed_code("ε = 1"), "cell 5: the name 'ε'"),
    (rules.ascii_names, changed_code("%who\nε = 1"), "cell 5: the name 'ε'"),
    (rules.stable_header, header(authors="me"), "'authors' does not belong"),
    (rules.stable_header, header(title=""), "no title"),
    (rules.stable_header, header(kernelspec={"name": "ir"}), "the header of 03_bad.py"),
    (
        rules.stable_header,
        header(language_info={"name": "python", "version": "3.11.7"}),
        "language_info is not",
    ),
    (
        rules.stable_header,
        lambda notebook: notebook.cells[4].metadata.update(execution={}),
        "cell 5: 'execution' does not belong",
    ),
    (
        rules.unique_ids,
        lambda notebook: notebook.cells[4].update(id=notebook.cells[3].id),
        "cell 5: its id",
    ),
    (rules.unique_ids, lambda notebook: notebook.cells[4].pop("id"), "cell 5: its id"),
    (rules.known_tags, tagged("excercise"), "cell 5: there is no tag 'excercise'"),
    (rules.known_tags, tagged("nbval-skip"), "cell 5: there is no tag 'nbval-skip'"),
    (rules.known_tags, tagged("nbval-rtol-x"), "cell 5: tag 'nbval-rtol-x' ends in no"),
    (
        rules.clean_outputs,
        put_out(new_output("error", ename="OSError", evalue="no", traceback=[])),
        "cell 5: raised OSError",
    ),
    (rules.clean_outputs, put_out(printed("oh", "stderr")), "cell 5: wrote to stderr"),
    (rules.clean_outputs, put_out(printed("in /home/me/x")), "path of this machine"),
    (rules.clean_outputs, put_out(printed(r"C:\data")), "path of this machine"),
    (
        rules.clean_outputs,
        put_out(shown({"text/plain": "<function f at 0x7f1b5c0d>"})),
        "an address in memory: 0x7f1b5c0d",
    ),
    (
        rules.clean_outputs,
        put_out(shown({"text/plain": "np.float64(0.5)"})),
        "a NumPy scalar",
    ),
    (
        rules.harmless_outputs,
        put_out(shown({"application/javascript": "alert(1)"})),
        "cell 5: holds application/javascript",
    ),
    (
        rules.harmless_outputs,
        put_out(shown({"text/html": "<SCRIPT src='x'></SCRIPT>"})),
        "cell 5: holds script",
    ),
    (
        rules.harmless_outputs,
        put_out(shown({"text/html": "<a href='JavaScript:alert(1)'>a</a>"})),
        "cell 5: holds script",
    ),
    (
        rules.harmless_outputs,
        put_out(shown({"application/vnd.jupyter.widget-view+json": {}})),
        "cell 5: holds application/vnd.jupyter.widget-view+json",
    ),
    (rules.stable_header, header(widgets={"state": {}}), "'widgets' does not belong"),
    (
        rules.harmless_outputs,
        lambda notebook: notebook.cells[3].update(
            attachments={"a.svg": {"image/svg+xml": "<svg onload='alert(1)'/>"}}
        ),
        "cell 4: has an attachment",
    ),
    (
        rules.harmless_outputs,
        put_out(shown({"text/html": "<img onerror='alert(1)'>"})),
        "cell 5: holds script",
    ),
    (rules.alt_texts, put_out(picture(alt="")), "cell 5: its picture has no sentence"),
    (rules.alt_texts, put_out(picture(alt="plot")), "cell 5: its picture has no"),
    (rules.opening_and_closing, without(0), "does not begin with its title"),
    (rules.opening_and_closing, without(1), '"What you\'ll do" is missing'),
    (rules.opening_and_closing, without(-1), "'Further reading' is missing"),
    (rules.opening_and_closing, without(7), "'Exercises' is missing"),
    (
        rules.opening_and_closing,
        lambda notebook: notebook.cells.reverse(),
        "out of order",
    ),
    (rules.whole_exercises, without(8), "cell 9: no task"),
    (rules.whole_exercises, without(9), "cell 10: is a check without an exercise"),
    (rules.whole_exercises, without(10), "cell 11: the exercise before it lacks its c"),
    (rules.whole_exercises, without(11), "cell 12: the exercise before it lacks its h"),
    (rules.whole_exercises, without(12), "cell 13: the exercise before it lacks its s"),
    (
        rules.whole_exercises,
        lambda notebook: notebook.cells.__delitem__(slice(12, None)),
        "the last exercise lacks its solution",
    ),
    (
        rules.hidden_solutions,
        put_out(printed("----> 2     return x + x  # the secret\n")),
        "shows 'return x + x  # the secret' of a solution",
    ),
    (
        rules.hidden_solutions,
        lambda notebook: notebook.cells[11].update(source=SOLUTION),
        "shows 'return x + x  # the secret' of a solution",
    ),
    (
        rules.right_verdicts,
        lambda notebook: notebook.cells[12].update(outputs=[verdict("not yet: x")]),
        "cell 13: the solution does not pass its check: not yet: x",
    ),
    (
        rules.right_verdicts,
        lambda notebook: notebook.cells[12].update(outputs=[]),
        "cell 13: the solution is not checked",
    ),
    (
        rules.right_verdicts,
        lambda notebook: notebook.cells[10].update(outputs=[verdict("bravo: x")]),
        "cell 11: the untouched stub passes the check",
    ),
    (
        rules.right_verdicts,
        lambda notebook: notebook.cells[10].update(outputs=[]),
        "cell 11: it shows no verdict",
    ),
    (
        rules.runs_without_solutions,
        later("from math import pi as double_pi", "print(double_pi)"),
        "cell 15: takes 'double_pi' from a solution",
    ),
    (
        rules.runs_without_solutions,
        later("half = 0.5", "def area(x):\n    return [half * y for y in x]"),
        "cell 15: takes 'half' from a solution",
    ),
    (
        rules.runs_without_solutions,
        later("", "print(double(3))"),
        "cell 15: needs 'double', which is a stub",
    ),
    (declared_packages, changed_code("import torch.nn"), "cell 5: imports torch"),
    (
        declared_packages,
        changed_code("def f():\n    from sklearn.svm import SVC"),
        "cell 5: imports sklearn, which the course does",
    ),
    (
        declared_packages,
        changed_code('optional_packages("torch", install="sklearn")\nimport sklearn'),
        "cell 5: imports sklearn",
    ),
    (rules.plain_formulas, changed_prose("So\n$$ a $$\n\nholds"), "cell 4: a $$ form"),
    (rules.plain_formulas, changed_prose("So\n\n$$ a $$\nholds"), "cell 4: a $$ form"),
    (rules.plain_formulas, changed_prose("$$ a"), "cell 4: a $$ formula"),
    (rules.plain_formulas, changed_prose(r"$\color{red} a$"), r"cell 4: \color, \href"),
    (rules.plain_formulas, changed_prose(r"$\def\R{b}$"), "cell 4: a macro"),
    (
        rules.plain_formulas,
        changed_prose("$$\n\\begin{array}{c} a\n\\end{array}\n$$"),
        "cell 4: an array",
    ),
    (rules.plain_formulas, changed_prose(r"$a \text{ if $b$}$"), r"cell 4: $ inside"),
    (rules.plain_formulas, changed_prose(r"$\texttt{a_b}$"), r"cell 4: _ without \ "),
    (rules.no_html, changed_prose("one<br>two"), "cell 4: HTML in the text: <br>"),
    (rules.no_html, changed_prose('<img src="a.png">'), "cell 4: HTML in the text"),
    (rules.no_html, changed_prose("<!-- later -->"), "cell 4: HTML in the text"),
]


@pytest.mark.parametrize(
    ("rule", "breach", "complaint"),
    BREACHES,
    ids=[f"{rule.__name__}-{complaint}" for rule, _, complaint in BREACHES],
)
def test_a_breach_is_named(rule, breach, complaint, good):
    breach(good)
    complaints = rule("03_bad", good)
    assert [text for text in complaints if complaint in text], complaints
    assert all(text.startswith("03_bad.ipynb") for text in complaints)


def test_each_rule_is_broken_once():
    assert {rule for rule, _, _ in BREACHES} == set(RULES)


def test_a_lesson_may_have_no_exercises(good):
    del good.cells[7:13]
    assert rules.opening_and_closing("03_good", good) == []


HEADER = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
#   title: A lesson
# ---

# %% [markdown]
# # A lesson
"""


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("percent\n", "percent\n#       format_version: '1.3'\n", "'jupytext' in its"),
        (
            "#   jupytext:\n",
            "#   jupytext:\n#     formats: ipynb,py\n",
            "'jupytext' in",
        ),
        ("Python 3\n", "Python 3 (ipykernel)\n", "'kernelspec' in its header"),
        ("#   title", "#   execution: 7\n#   title", "'execution' does not belong"),
        ("# jupyter:", "# author: me\n# jupyter:", "'author' does not belong"),
        ("# ---\n", "", "does not begin with a Jupytext header"),
    ],
)
def test_a_source_with_a_header_that_changes(old, new, complaint, tmp_path):
    source = tmp_path / "03_bad.py"
    source.write_text(HEADER, "utf-8")
    assert rules.stable_source_header(source) == []
    source.write_text(HEADER.replace(old, new, 1), "utf-8")
    [found] = rules.stable_source_header(source)
    assert found.startswith("03_bad.py: ")
    assert complaint in found


def test_a_name_that_a_solution_keeps_to_itself_may_be_used_elsewhere(good):
    good.cells[12].source += "\n\n\ndef inner(z):\n    y = z\n    return y"
    good.cells.append(code("def outer(y):\n    return [x + y for x in y]"))
    assert rules.runs_without_solutions("03_good", good) == []


def test_what_the_lesson_shows_anyway_is_no_secret(good):
    good.cells[4].source = "y = 1\nreturn x + x  # the secret"
    assert secret_lines([good]) == set()


def test_a_lesson_may_import_what_it_says_is_optional(good):
    source = (
        'import numpy as np\n\noptional_packages("torch", "sklearn", install="more")'
    )
    changed_code(f"{source}\nfrom sklearn.svm import SVC")(good)
    assert declared_packages("03_good", good) == []


@pytest.mark.parametrize(("wanted", "told"), [(["known_tags"], 1), ([], 0)])
def test_what_a_lesson_slips_in_is_told(tmp_path, wanted, told):
    stub = new_code_cell("1", metadata={"tags": ["excercise"]})
    solution = new_code_cell("2", metadata={"tags": ["solution"]}, execution_count=1)
    solution.outputs = [new_output("stream", text="not yet: f - wrong\n")]
    nbformat.write(new_notebook(cells=[stub, solution]), tmp_path / "01_one.ipynb")
    course = SimpleNamespace(lessons=tmp_path, rules=wanted, requirements=[])
    failed, *found = rules.slips(course, ["01_one", "02_not_made_yet"])
    assert "the solution does not pass its check: not yet: f - wrong" in failed
    assert len(found) == told
    assert all("there is no tag 'excercise'" in line for line in found)
