"""The log: in files of a bounded size that only their owner reads, without secrets, and never a trouble by itself."""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import logs

DAY = 24 * 3600.0


@pytest.fixture(autouse=True)
def own_root() -> Iterator[None]:
    """The root logger as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    yield
    for handler in root.handlers:
        with contextlib.suppress(OSError):
            handler.close()
    root.handlers, root.level = handlers, level


def test_a_log_of_a_month_of_noise_stays_within_its_bound(tmp_path: Path) -> None:
    logs.keep(tmp_path / "logs")
    line = "không nối được " * 20
    for number in range(60_000):  # a bad month: 2,000 lines a day
        logging.getLogger("ward").error("%d %s", number, line)
    files = list((tmp_path / "logs").iterdir())
    assert len(files) == logs.KEPT + 1
    assert sum(file.stat().st_size for file in files) <= logs.LARGEST * (logs.KEPT + 1)
    assert "59999 " in (tmp_path / "logs" / "danvan.log").read_text(encoding="utf-8")


def test_files_of_long_ago_are_removed(tmp_path: Path) -> None:
    for number, days in ((1, 10), (2, 100)):
        file = tmp_path / f"danvan.log.{number}"
        file.write_text("x")
        os.utime(file, (time.time() - days * DAY,) * 2)
    logs.keep(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["danvan.log", "danvan.log.1"]


def test_secrets_and_telephone_numbers_do_not_reach_the_file(tmp_path: Path) -> None:
    logs.keep(tmp_path)
    logging.getLogger("ward").error("token %s of %s", "123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAA", "0912345678")
    written = (tmp_path / "danvan.log").read_text(encoding="utf-8")
    assert "[token] of [phone]" in written


def test_where_no_file_can_be_written_the_terminal_is_enough(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("not a folder")
    logs.set_up()
    logs.keep(tmp_path / "logs")
    logging.getLogger("ward").error("words")
    assert "ward: words" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_makes_no_noise_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "danvan.log").symlink_to("/dev/full")
    logs.keep(tmp_path)
    logging.getLogger("ward").error("words")
    assert "Traceback" not in capsys.readouterr().err
