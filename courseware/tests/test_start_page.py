"""The start page, asked of a Jupyter server as a browser asks."""

import asyncio
import io
import json
import os
import re
import socket
import subprocess
import sys
import time
import zipfile
from http.cookiejar import CookieJar
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pytest

from courseware.editions.update import hand_out
from courseware.progress import progress
from courseware.unsaved import perhaps_unsaved, running_sessions

pytest.importorskip("jupyter_server", reason="needs jupyter_server")

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from courseware.server.open_notebooks import OpenNotebooks
from courseware.server.start_page import add, sentence

BASE = "/user/ann/"
OPTIONS = (
    "--ServerApp.jpserver_extensions={'courseware.server': True}",
    f"--ServerApp.base_url={BASE}",
    "--ServerApp.default_url=/lab",  # which is JupyterLab's
    "--IdentityProvider.token=secret",
    *("--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"),
    "--ServerApp.shutdown_no_activity_timeout=60",
    "--MappingKernelManager.cull_idle_timeout=60",
    "--MappingKernelManager.cull_interval=10",
)
CODE = {"cell_type": "code", "execution_count": None, "outputs": []}
CELLS = (
    {"cell_type": "markdown", "source": "# A <script>swing</script> & more"},
    CODE | {"source": "length = 1", "execution_count": 1},
    {"cell_type": "markdown", "source": "**Exercise 1.1** How long?"},
    CODE | {"source": "def period():\n    raise", "metadata": {"tags": ["exercise"]}},
)
LESSON = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"description": "see how `long` it takes"},
    "cells": [{"id": f"cell-{n}", "metadata": {}} | c for n, c in enumerate(CELLS)],
}


class Browser:
    """Whoever comes back with the cookies that the server has set."""

    def __init__(self, address):
        self.address = address
        cookies = HTTPCookieProcessor(CookieJar())
        self._open = build_opener(ProxyHandler({}), cookies).open

    def get(self, path="courseware", **form):
        """Return the status, the address at the end, the headers and the body."""
        data = urlencode(form).encode() if form else None
        url = f"{self.address}{path}"
        try:
            answer = self._open(Request(url, data, {"Referer": url}), timeout=30)
        except HTTPError as error:
            answer = error
        with answer:
            place = answer.url.removeprefix(self.address)
            return answer.status, place, answer.headers, answer.read()

    def page(self, path="courseware", **form):
        """Return the text of a page."""
        status, _, _, body = self.get(path, **form)
        assert status == 200
        return body.decode()

    def hand_in(self, name):
        """Fill in the form on the page, and return what comes then."""
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', self.page())[1]
        return self.page(name=name, _xsrf=xsrf)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A student's folder, with a lesson that came with the course."""
    folder = tmp_path_factory.mktemp("courses") / "student"
    hand_out({"01_swing.ipynb": json.dumps(LESSON).encode()}, folder)
    (folder / "README.md").write_text('# Swings & "things"\n', "utf-8")
    return folder


@pytest.fixture(scope="module")
def address(folder):
    """Where a server serves that folder."""
    home = folder.with_name("home")
    names = ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")
    variables = {name: str(home) for name in (*names, "JUPYTER_RUNTIME_DIR")}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        home.mkdir()
        with (home / "log").open("wb") as log:
            command = [sys.executable, "-m", "jupyter_server", *OPTIONS]
            command.append(f"--ServerApp.root_dir={folder}")
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield listening(process, home)
        finally:
            process.kill()
            process.wait()


def listening(process, home):
    """Return the server's address, as soon as it answers there."""
    while process.poll() is None:
        try:
            told = json.loads((home / f"jpserver-{process.pid}.json").read_bytes())
            socket.create_connection(("127.0.0.1", told["port"])).close()
        except (OSError, ValueError):  # it is not there, or not written to its end
            time.sleep(0.05)
        else:
            return told["url"]
    pytest.fail((home / "log").read_text())


@pytest.fixture
def ann(address):
    """A browser that has come by the address that the server has printed."""
    browser = Browser(address)
    status, place, _, _ = browser.get("?token=secret")
    assert (status, place) == (200, "courseware?token=secret")
    return browser


def test_it_opens_first_and_says_what_there_is(ann, folder):
    [opened] = folder.with_name("home").glob("jpserver-*-open.html")
    assert f"{ann.address}courseware?token=secret" in opened.read_text()
    status, _, headers, body = ann.get()
    page = body.decode()
    assert status == 200
    assert "<h1>Swings &amp; &#34;things&#34;</h1>" in page
    assert "A &lt;script&gt;swing&lt;/script&gt; &amp; more" in page
    assert "<script>swing" not in page
    assert "<p>See how long it takes.</p>" in page
    assert f'href="{BASE}lab/tree/01_swing.ipynb#cell-id=cell-2"' in page
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("wanted", "is_handed_out", "opens"),
    [
        ("lab", True, "courseware"),
        ("lab", False, "lab"),
        ("lab/tree/01_swing.ipynb", True, "lab/tree/01_swing.ipynb"),
        ("tree", True, "tree"),
    ],
)
def test_it_opens_first_only_in_a_students_folder(
    tmp_path, wanted, is_handed_out, opens
):
    if is_handed_out:
        hand_out({"01_swing.ipynb": b"{}"}, tmp_path)
    web_app = SimpleNamespace(add_handlers=lambda *_: None, settings={})
    server = SimpleNamespace(base_url=BASE, root_dir=tmp_path, web_app=web_app)
    server.default_url = f"{BASE}{wanted}"
    add(server)
    assert server.default_url == f"{BASE}{opens}"
    assert web_app.settings["page_config_data"] == {
        "coursewarePage": f"{BASE}courseware"
    }


def test_it_is_for_its_owner_alone(address, ann):
    stranger = Browser(address)
    assert stranger.get()[1].startswith("login?")
    assert stranger.get(name="Eve")[0] == 403
    assert ann.get(name="Eve")[0] == 403  # a form on somebody else's page


def test_handing_in_writes_a_file_that_can_be_downloaded(ann, folder):
    page = ann.hand_in("Ann <b>")
    assert "Ann_b.zip was made: 1 lesson, as last saved." in page
    assert "1 exercise not answered" in page
    link = re.search(r'href="([^"]+\.zip[^"]*)"', page)[1]
    data = ann.get(link.removeprefix(BASE))[3]
    assert data == (folder / "Ann_b.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        lesson = archive.read("Ann_b/01_swing.ipynb")
    assert lesson == (folder / "01_swing.ipynb").read_bytes()
    assert 'name="name" value="Ann &lt;b&gt;"' in ann.page()
    assert "in place of the earlier one" in ann.hand_in("Ann <b>")


def test_what_cannot_be_handed_in_is_told(ann, folder):
    (folder / "mine.zip").write_bytes(b"of my own")
    for name, words in (("?", "Give your name"), ("mine", "mine.zip is there")):
        page = ann.hand_in(name)
        assert "Nothing was handed in." in page
        assert words in page
    assert (folder / "mine.zip").read_bytes() == b"of my own"


def test_damaged_files_are_named(ann, folder):
    path = folder / "02_<cut>.ipynb"
    path.write_text('{"cells": [')
    page = ann.page()
    path.unlink()
    assert "Files that cannot be read" in page
    assert "02_&lt;cut&gt;.ipynb" in page
    assert "Files that cannot be read" not in ann.page()


def test_what_a_check_has_said_stands_there_with_its_code(ann, folder):
    said = {"output_type": "stream", "name": "stdout"}
    said["text"] = "not yet: period - put `<b>` in place of `raise`"
    check = CODE | {"source": "check", "metadata": {"tags": ["check"]}}
    check |= {"id": "check", "outputs": [said]}
    answer = LESSON["cells"][3] | {"source": "def period():\n    return 1"}
    lesson = LESSON | {"cells": [*LESSON["cells"][:3], answer, check]}
    path = folder / "02_checked.ipynb"
    path.write_text(json.dumps(lesson))
    page = ann.page()
    path.unlink()
    assert "put <code>&lt;b&gt;</code> in place of <code>raise</code>" in page


def test_an_open_lesson_may_be_unsaved(ann, address, folder):
    assert "Perhaps not saved" not in ann.page()
    assert running_sessions(folder) == []
    os.utime(folder / "01_swing.ipynb", (1, 1))
    session = {"path": "01_swing.ipynb", "type": "notebook", "name": "", "kernel": {}}
    head = {"Authorization": "token secret"}
    url = f"{address}api/sessions"
    request = Request(url, json.dumps(session).encode(), head)
    build_opener(ProxyHandler({})).open(request, timeout=30).close()
    assert "Perhaps not saved:</strong> lesson 1, A &lt;script&gt;" in ann.page()
    assert [found["path"] for found in running_sessions(folder)] == ["01_swing.ipynb"]
    assert running_sessions(folder.parent) == []
    asyncio.run(tell_as_jupyterlab_does(ann))


async def tell_as_jupyterlab_does(ann):
    async def line(**head):
        url = f"{ann.address.replace('http', 'ws', 1)}courseware/open"
        return await websocket_connect(HTTPRequest(url, headers=head))

    with pytest.raises(HTTPClientError, match="403"):
        await line()
    opened = await line(Authorization="token secret")
    for is_changed in (False, True, False):
        await opened.write_message(json.dumps([["01_swing.ipynb", is_changed]]))
        for _ in range(200):  # until it has come
            if ("Perhaps not saved" in ann.page()) == is_changed:
                break
        else:
            pytest.fail(f"is_changed={is_changed} does not count")
    opened.close()


def test_what_jupyterlab_tells_counts_more_than_what_a_kernel_did(folder):
    told, path, worked = OpenNotebooks(), "01_swing.ipynb", "2026-01-01T00:00:00Z"
    os.utime(folder / path, (1, 1))
    sessions = []

    async def list_sessions():
        return sessions

    def is_unsaved():
        known = asyncio.run(told.sessions(SimpleNamespace(list_sessions=list_sessions)))
        return bool(perhaps_unsaved(progress(folder).lessons, known))

    assert not is_unsaved()
    told.tell("a page", {path: True})
    assert is_unsaved()  # though no kernel is there
    told.leave("a page")
    sessions.append({"path": path, "kernel": {"last_activity": worked}})
    assert is_unsaved()  # nobody knows better
    told.tell("a page", {path: False})
    assert not is_unsaved()
    told.tell("another", {path: True})
    assert is_unsaved()
    told.leave("another")
    assert not is_unsaved()
    told.leave("a page")
    assert not is_unsaved()
    sessions[0]["kernel"]["last_activity"] = "9999-01-01T00:00:00Z"
    assert is_unsaved()  # by something else, since


@pytest.mark.parametrize(
    ("phrase", "plain"),
    [
        ("see it", "See it."),
        ("is *it* a `0`?", "Is it a 0?"),
        ("In [lesson 3](03_a.ipynb) you.", "In lesson 3 you."),
        ("", ""),
    ],
)
def test_a_phrase_becomes_a_plain_sentence(phrase, plain):
    assert sentence(phrase) == plain
