"""Draws every file as pictures of its pages, for the eye: python -m tests.reports.render FOLDER.

Needs LibreOffice (soffice) and pdftoppm, which the tests do not. Look at what comes out after a layout was changed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from bot.core.periods import Span, ending
from bot.engine import load_texts
from bot.reports.drawers import DRAWERS
from bot.reports.drawings import Picture
from bot.reports.files import Asked, Form, attachment_for
from bot.reports.letters import Head
from storage.demo import article_files
from tests.reports.conftest import AT, BY
from tests.storage.conftest import ARTICLE_DAY, open_with

LONGEST = 180  # seconds that LibreOffice may take


def every_file() -> list[Asked]:
    """Every file there is about the article's day."""
    day = ending(Span.DAY, ARTICLE_DAY)
    letters = [(ending(span, ARTICLE_DAY), head) for span in Span for head in Head]
    return [
        Asked(form=Form.WORKBOOK, scope="PPL", period=day),
        *(Asked(form=Form.PICTURE, scope="PPL", period=day, picture=picture) for picture in Picture),
        *(Asked(form=Form.LETTER, scope="PPL", period=period, head=head) for period, head in letters),
    ]


def draw_pages(folder: Path) -> list[Path]:
    """Write the files and their pages; returns the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    texts, records = load_texts(), open_with(article_files())
    for asked in every_file():
        file = attachment_for(records, asked, texts, by=BY, now=AT)
        (folder / file.name).write_bytes(DRAWERS[file.recipe](file.data))
    records.close()
    files = [str(path) for ending_ in ("docx", "xlsx") for path in sorted(folder.glob(f"*.{ending_}"))]
    profile = f"-env:UserInstallation={(folder / 'profile').absolute().as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *files]
    subprocess.run(command, check=True, timeout=LONGEST, start_new_session=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(folder / "profile")
    for file in files:
        pdf = folder / f"{Path(file).stem}.pdf"
        subprocess.run(["pdftoppm", "-r", "80", "-png", str(pdf), str(pdf.with_suffix(""))], check=True)
    return sorted(folder.glob("*.png"))


if __name__ == "__main__":
    for page in draw_pages(Path(sys.argv[1])):
        print(page)
