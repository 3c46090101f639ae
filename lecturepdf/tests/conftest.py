"""What all tests share: time for busy machines, and no network."""

import os

from hypothesis import settings

settings.register_profile("lecturepdf", deadline=None)
settings.load_profile("lecturepdf")

for scheme in ("http", "https"):
    for name in (f"{scheme}_proxy", f"{scheme}_proxy".upper()):
        os.environ[name] = "http://127.0.0.1:9"  # where nothing listens
