"""Is a solution found in a file, in whatever form the file has it?"""

import base64
import html
import json
import textwrap
import urllib.parse

import pytest

from courseware.editions.leaks import leaks, secret_lines

SECRET = 'return f"{x < 2}: ä\\n" and x + x  # \N{DOLPHIN} doubled'


def cell(source, *tags, kind="code"):
    return {"cell_type": kind, "source": source, "metadata": {"tags": list(tags)}}


def lesson(*cells):
    return {"cells": list(cells)}


def base64_of(text):
    return base64.b64encode(text.encode()).decode()


FORMS = {
    "as it is": str,
    "JSON": json.dumps,
    "JSON, beyond ASCII": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON in JSON": lambda text: json.dumps(json.dumps([text])),
    "HTML": html.escape,
    "HTML, numbers": lambda text: "".join(f"&#x{ord(c):x};" for c in text),
    "HTML in JSON": lambda text: json.dumps(html.escape(text)),
    "JSON in HTML": lambda text: html.escape(json.dumps(text)),
    "URL": urllib.parse.quote,
    "base64": base64_of,
    "base64 of a longer text, 1": lambda text: base64_of(f"_{text}\n..."),
    "base64 of a longer text, 2": lambda text: base64_of(f"__{text}\n..."),
    "base64 behind other letters": lambda text: f"data/{base64_of(text)}",
    "base64 for URLs": lambda text: (
        base64_of(f"??>{text}").replace("+", "-").replace("/", "_")
    ),
    "base64 in lines": lambda text: "\n".join(textwrap.wrap(base64_of(text), 20)),
    "base64 in lines, in JSON": lambda text: json.dumps(
        "\n".join(textwrap.wrap(base64_of(text), 20))
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_found_in_each_form(form):
    data = f'{{"a": "{FORMS[form](SECRET)}", "b": "\\u00e4"}}'.encode()
    assert leaks(data, {SECRET, "another one"}) == [SECRET]


def test_between_bytes_that_are_no_text_a_secret_is_found_too():
    assert leaks(b"PK\x03\xff" + SECRET.encode() + b"\x80\xfe", {SECRET}) == [SECRET]


def test_what_is_not_there_is_not_found():
    text = f"{SECRET[:-1]} {base64_of(SECRET[1:])} \\ud800 &#xD800; %ff".encode()
    assert leaks(text, {SECRET}) == []


def test_only_what_stands_in_solutions_alone_is_a_secret():
    whole = lesson(
        cell("def double(x):\n    raise NotImplementedError", "exercise"),
        cell("Write `return x + x`.", kind="markdown"),
        cell("def double(x):\n    y = x + x\n    return y + 0.0\n", "solution"),
        cell(["def triple(x):\n", "    return x + double(x)\n"], "solution"),
    )
    assert secret_lines([whole]) == {
        "return y + 0.0",
        "def triple(x):",
        "return x + double(x)",
    }
    other = lesson(cell("    return y + 0.0  # as in exercise 1"))
    assert "return y + 0.0" not in secret_lines([whole, other])
