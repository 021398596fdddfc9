"""Runs the demo in a folder of its own, so that a test never meets the developer's: demo_runner PORT FOLDER."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot import app, logs

if __name__ == "__main__":
    logs.set_up()
    asyncio.run(
        app.run_demo("127.0.0.1", int(sys.argv[1]), ready=lambda: print("ready", flush=True), folder=Path(sys.argv[2]))
    )
