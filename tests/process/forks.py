"""Processes forked from one that has imported what they run.

A test process has one such server, whoever asks for it: so one list says what it imports.
"""

from __future__ import annotations

from multiprocessing import get_context

CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.process.mortal", "tests.process.sweeper"])
