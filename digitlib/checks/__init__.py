"""The judges of the exercises, one module a lesson; `courseware.checking` says how they work."""
