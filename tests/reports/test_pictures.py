"""Pictures: the article's figures stand on them, every letter is drawn, nobody's words are markup."""

from __future__ import annotations

import io
import json
import unicodedata
import warnings

import pytest
from PIL import Image

from bot.engine import load_texts
from bot.reports.drawings import Picture, drawing_of
from bot.reports.paper import COLOURS, LETTERS, WIDTH, wrapped
from bot.reports.pictures import Bar, Bars, Drawing, Lines, draw, figure_of, from_json, to_json
from storage.database import Tx
from tests.reports.conftest import FIELDS, HOSTILE, material_of

TEXTS = load_texts()


def bars(*names: str) -> Bars:
    one = tuple(Bar(name=name, shares=(0.5,), words=(name,)) for name in names)
    return Bars(title="Tên", notes=(), groups=(), bars=one)


def words_on(drawing: Drawing) -> list[str]:
    return [text.get_text() for text in figure_of(drawing).texts]


def test_the_articles_figures_stand_on_the_picture(article: Tx) -> None:
    drawn = words_on(drawing_of(Picture.FIELDS, material_of(article).report, TEXTS))
    for collectives, share, individuals, their_share in FIELDS:
        assert f"{collectives} ({share})" in drawn
        assert f"{individuals} ({their_share})" in drawn
    assert any("Bắt buộc GPMB: 11/11 (100%)" in line for line in drawn)


@pytest.mark.parametrize("picture", Picture)
def test_each_picture_is_as_wide_as_a_phone_wants_it(article: Tx, picture: Picture) -> None:
    drawing = drawing_of(picture, material_of(article).report, TEXTS)
    png = Image.open(io.BytesIO(draw(drawing)))
    assert (png.format, png.width) == ("PNG", WIDTH)
    assert png.getextrema()[0] != (255, 255)  # something is on it
    assert draw(drawing) == draw(drawing)
    assert from_json(json.loads(json.dumps(to_json(drawing)))) == drawing


@pytest.mark.parametrize("picture", Picture)
def test_a_ward_in_which_nothing_has_happened(idle: Tx, picture: Picture) -> None:
    assert Image.open(io.BytesIO(draw(drawing_of(picture, material_of(idle).report, TEXTS)))).width == WIDTH


def test_a_scope_that_is_no_unit_has_pictures_too(article: Tx) -> None:
    for picture in Picture:
        assert draw(drawing_of(picture, material_of(article, scope="nowhere").report, TEXTS))


def test_every_vietnamese_letter_is_drawn() -> None:
    vowels = [
        base + accent for base in "aăâeêioôơuưy" for accent in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    ]
    letters = unicodedata.normalize("NFC", "".join([*vowels, "đ"]))
    both = letters + letters.upper()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # the library warns of a letter that it does not have
        assert words_on(bars(both))
    assert "\u25a1" not in "".join(words_on(bars(both)))


def test_a_letter_that_the_font_lacks_is_a_box() -> None:
    assert "\u25a1" in "".join(words_on(bars("漢")))
    draw(bars("漢 🙂"))


@pytest.mark.parametrize("words", HOSTILE)
def test_nobodys_words_are_markup(words: str) -> None:
    draw(bars(words, f"{words}$", "$\\frac{1}{2}$"))
    assert "$\\frac{1}{2}$" in words_on(bars("$\\frac{1}{2}$"))


def test_long_words_stay_on_the_paper() -> None:
    long = "Ủy ban Mặt trận Tổ quốc Việt Nam " * 6 + "x" * 200
    lines = wrapped(long, WIDTH - 100, LETTERS)
    assert len(lines) > 3
    assert "".join(lines).replace(" ", "") == long.replace(" ", "")


def test_the_lines_of_one_day_and_of_a_year() -> None:
    for count in (1, 2, 400):
        days = tuple(f"{number}" for number in range(count))
        draw(Lines(title="x", notes=(), groups=("a", "b"), days=days, counts=(tuple(range(count)), (0,) * count)))


def test_a_bar_is_as_long_as_its_share() -> None:
    """The longer of two bars is twice the shorter one, counted in dots of its colour."""
    drawing = Bars(
        title="", notes=(), groups=("a", "b"),
        bars=(Bar(name="x", shares=(0.4, 0.2), words=("", "")),),
    )  # fmt: skip
    png = Image.open(io.BytesIO(draw(drawing))).convert("RGB")
    rows = [[png.getpixel((x, y)) for x in range(png.width)] for y in range(png.height)]
    first, second = (max(row.count(_rgb(colour)) for row in rows) for colour in COLOURS[:2])
    assert first == pytest.approx(2 * second, abs=2)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
