"""Makes plain `pytest` run the library's tests and the lessons alike."""

from hypothesis import settings

pytest_plugins = ["nbval_plugin", "pytester"]

# A busy machine is no error: how long an example takes depends on what else runs.
settings.register_profile("course", deadline=None)
settings.load_profile("course")
