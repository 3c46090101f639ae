"""Of a figure that moves, its still picture is saved.

A live view is of no use in a file. When a notebook is opened again, JupyterLab would
try to show the view, find nothing behind it, and say so, in place of the picture that
stands beside it. Without the view it shows the picture.
"""

from typing import Any

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# In the metadata of an output that holds a live view, and beside it a picture of it.
STILL_PICTURE = "still_picture"


def leave_pictures(model: dict, **_: Any) -> None:  # noqa: ANN401
    """
    Take the live views out of a notebook that is about to be saved.

    Parameters
    ----------
    model : dict
        What the server is to save, as its contents API has it; changed in place.
        Anything but a notebook is left alone.
    """
    if model["type"] != "notebook" or model.get("content") is None:
        return
    for cell in model["content"]["cells"]:
        for output in cell.get("outputs", []):
            if STILL_PICTURE in output.get("metadata", {}):
                output["data"].pop(WIDGET_VIEW, None)
