"""What is open in JupyterLab, and whether it is saved, as its pages tell the server.

Of what is typed a server knows nothing, and of a kernel only when it last worked.
Therefore each page of JupyterLab keeps a line to here, and tells; see start_page.js.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field

from jupyter_client.jsonutil import json_default
from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server.services.sessions.sessionmanager import SessionManager
from tornado import web
from tornado.websocket import WebSocketHandler


@dataclass
class OpenNotebooks:
    """
    What all pages have told.

    Attributes
    ----------
    pages : dict of OpenLine to dict of str to bool
        For each page that is there the paths of its notebooks, and whether they have
        changes that are not in their files.
    known_saved : dict of str to float
        When a notebook was last known to have none, in seconds since 1970.
    """

    pages: dict[OpenLine, dict[str, bool]] = field(default_factory=dict)
    known_saved: dict[str, float] = field(default_factory=dict)

    def tell(self, page: OpenLine, notebooks: dict[str, bool]) -> None:
        """Note what a page has open."""
        self._note_saved()  # until now
        self.pages[page] = notebooks

    def leave(self, page: OpenLine) -> None:
        """Forget a page that is there no longer."""
        self._note_saved()
        self.pages.pop(page, None)

    async def sessions(self, manager: SessionManager) -> list[dict]:
        """Return the server's sessions, and of each notebook what is known of it."""
        self._note_saved()
        unsaved = self._unsaved()
        known = {path: {"known_saved": when} for path, when in self.known_saved.items()}
        known |= {path: {"unsaved": True} for path in unsaved}
        sessions = await ensure_async(manager.list_sessions())
        with_kernels = {session["path"] for session in sessions}
        return [
            *(session | known.get(session["path"], {}) for session in sessions),
            *({"path": path, "unsaved": True} for path in unsaved - with_kernels),
        ]

    def _unsaved(self) -> set[str]:
        told = (item for page in self.pages.values() for item in page.items())
        return {path for path, unsaved in told if unsaved}

    def _note_saved(self) -> None:
        paths = {path for page in self.pages.values() for path in page}
        self.known_saved |= dict.fromkeys(paths - self._unsaved(), time.time())


class OpenLine(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """A page's line to the server: while it stands, the page is there."""

    auth_resource = "contents"

    def initialize(self, notebooks: OpenNotebooks) -> None:
        """Take what is shared by all lines."""
        self.notebooks = notebooks

    def set_default_headers(self) -> None:
        """Leave out what the headers of a page would be."""

    @ws_authenticated
    async def get(self) -> None:
        """Begin."""
        await super().get()

    def on_message(self, message: str | bytes) -> None:
        """Take down what the page has open."""
        told = json.loads(message)
        self.notebooks.tell(self, {str(path): bool(dirty) for path, dirty in told})

    def on_close(self) -> None:
        """Forget the page."""
        self.notebooks.leave(self)


class Sessions(APIHandler):
    """Tells programs what the start page knows."""

    auth_resource = "contents"

    def initialize(self, notebooks: OpenNotebooks) -> None:
        """Take what is shared with the lines."""
        self.notebooks = notebooks

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Return the sessions, as the server's own API does, and what is known."""
        sessions = await self.notebooks.sessions(self.session_manager)
        self.finish(json.dumps(sessions, default=json_default))
