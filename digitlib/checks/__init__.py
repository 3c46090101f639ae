"""The judges of the exercises, one module a lesson.

`courseware.checking` says how to write one.
"""
