"""The start page: what there is, what is done, where to go on, and handing in.

It is made anew at each visit, of what is stored in the server's folder. The form for
handing in answers with the same page, and with what has become of it.
"""

from __future__ import annotations

import re
import secrets
from functools import cached_property
from pathlib import Path
from urllib.parse import quote, unquote

from jinja2 import Environment, StrictUndefined
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler, RedirectWithParams
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from tornado import web

from courseware.contents import title
from courseware.course import CourseError
from courseware.editions.ledger import LIST
from courseware.editions.news import last_news
from courseware.handing_in import HandIn, hand_in
from courseware.progress import State, progress
from courseware.server.open_notebooks import OpenLine, OpenNotebooks, Sessions
from courseware.unsaved import HOW_TO_SAVE, perhaps_unsaved

PAGE = "courseware"
_NAME = "courseware-name"
_YEAR = 365
_TEMPLATE = Path(__file__).with_name("start_page.html")
_ENVIRONMENT = Environment(
    autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
)


def add(server: ServerApp) -> None:
    """Add the start page to a server; in a student's folder it is what opens first."""
    page = url_path_join(server.base_url, PAGE)
    shared = {"notebooks": OpenNotebooks()}
    handlers: list[tuple] = [
        (page, StartPage, shared),
        (url_path_join(page, "open"), OpenLine, shared),
        (url_path_join(page, "sessions"), Sessions, shared),
    ]
    lab = url_path_join(server.base_url, "lab")
    if server.default_url == lab and (Path(server.root_dir) / LIST).is_file():
        server.default_url = page
        to_page = {"url": page, "permanent": False}
        handlers.append((re.escape(server.base_url), RedirectWithParams, to_page))
    server.web_app.add_handlers(".*$", handlers)
    # What JupyterLab's page is told, and with it our extension there: start_page.js.
    told = server.web_app.settings.setdefault("page_config_data", {})
    told["coursewarePage"] = page


class StartPage(JupyterHandler):
    """Answers whoever may read the server's files; handing in writes one."""

    auth_resource = "contents"

    def initialize(self, notebooks: OpenNotebooks) -> None:
        """Take what pages of JupyterLab have told."""
        self.notebooks = notebooks

    @cached_property
    def nonce(self) -> str:
        """By what the browser knows the script for the page's own."""
        return secrets.token_urlsafe()

    @property
    def content_security_policy(self) -> str:
        """The page has a style and a script of its own, and one form."""
        own = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'"
        script = f"script-src 'nonce-{self.nonce}'; connect-src 'self'"
        policy = super().content_security_policy
        return f"{policy}; {own}; {script}; form-action 'self'"

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Show what there is."""
        name = self.get_cookie(_NAME, "")
        await self._show(name=unquote(name))

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Hand in."""
        name = self.get_body_argument("name", "")
        try:
            done = hand_in(self.folder, name)
        except (CourseError, OSError) as error:
            await self._show(name=name, refused=str(error))
            return
        # For the next time.
        self.set_cookie(
            _NAME, quote(name), path=self.base_url, expires_days=_YEAR, samesite="Lax"
        )
        await self._show(name=name, done=done)

    @property
    def folder(self) -> Path:
        """Where the lessons are."""
        return Path(self.serverapp.root_dir)

    async def _show(
        self, *, name: str, refused: str = "", done: HandIn | None = None
    ) -> None:
        found = progress(self.folder)
        sessions = await self.notebooks.sessions(self.session_manager)
        # Whoever comes back by the browser's button is to see what is true by now.
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(
            _ENVIRONMENT.from_string(_TEMPLATE.read_text("utf-8")).render(
                title=title(self.folder) or "Your lessons",
                folder=self.folder.resolve(),
                progress=found,
                right=sum(e.state == State.RIGHT for e in found.exercises),
                news=last_news(self.folder, found.titles),
                unsaved=perhaps_unsaved(found.lessons, sessions),
                how_to_save=HOW_TO_SAVE,
                lab=self._lab,
                sentence=sentence,
                nonce=self.nonce,
                icon=self.static_url("favicon.ico"),
                here=url_path_join(self.base_url, PAGE),
                download=url_path_join(self.base_url, "files"),
                xsrf=self.xsrf_form_html(),
                name=name,
                refused=refused,
                done=done,
            )
        )

    def _lab(self, name: str = "", cell: str = "") -> str:
        """Return the address of JupyterLab, or of a lesson's cell in it."""
        path = f"lab/tree/{quote(name)}.ipynb" if name else "lab"
        place = f"#cell-id={quote(cell)}" if cell else ""
        return url_path_join(self.base_url, path) + place


def sentence(text: str) -> str:
    """Return a phrase of Markdown as a plain sentence."""
    plain = re.sub(r"\[(.*?)\]\(.*?\)", r"\1", text).translate(dict.fromkeys(b"*`"))
    end = "." if plain and not plain.endswith((".", "?", "!")) else ""
    return f"{plain[:1].upper()}{plain[1:]}{end}"
