"""Makes plain `pytest` run the library's tests and the lessons alike."""

pytest_plugins = ["nbval_plugin", "pytester"]
