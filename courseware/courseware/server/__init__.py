"""An extension of the Jupyter server: the start page, and pictures that can be kept.

The start page opens first where a student's copy of a course is served: in a folder
into which lessons were handed out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from courseware.server.still_pictures import leave_pictures

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Tell the server where the extension is."""
    return [{"module": "courseware.server"}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    """Add the start page, and have `leave_pictures` called before a file is saved."""
    from courseware.server import start_page  # needs a server; the pictures do not

    start_page.add(server)
    # Once all extensions are loaded: Jupytext's puts another contents manager in place.
    server.io_loop.add_callback(
        lambda: server.contents_manager.register_pre_save_hook(leave_pictures)
    )
