"""Letters in Word: opened and read again; two heads that never mix; layouts that were broken by hand."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.shared import Mm

from bot.core.periods import Span
from bot.engine import load_texts
from bot.reports.drawings import fields_drawing
from bot.reports.files import broken_layouts
from bot.reports.letters import LAYOUTS, NAMES, Head, LayoutBroken, layout_of, letter, values_of
from bot.reports.pictures import draw
from storage.database import Tx
from tests.reports.conftest import AT, FIELDS, HOSTILE, material_of
from tests.storage.conftest import ARTICLE_DAY

TEXTS = load_texts()
KINDS = [(span, head) for span in Span for head in Head]


def written(tx: Tx, span: Span, head: Head, scope: str = "PPL") -> Any:
    material = material_of(tx, span, scope)
    chart = draw(fields_drawing(material.report, TEXTS))
    return Document(io.BytesIO(letter(layout_of(span, head), values_of(material, TEXTS), chart, at=AT)))


def paragraphs(document: Any) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    heads = [paragraph.text for section in document.sections for paragraph in section.header.paragraphs]
    return "\n".join([*heads, *(paragraph.text for paragraph in document.paragraphs), *cells])


def test_there_is_a_layout_for_each_kind_and_no_other() -> None:
    named = {path.name for path in LAYOUTS.glob("bao_cao_*.docx")}
    assert named == {layout_of(span, head).name for span, head in KINDS}
    assert set(NAMES) == set(Span)


@pytest.mark.parametrize(("span", "head"), KINDS)
def test_the_articles_figures_in_paragraph_table_and_chart(article: Tx, span: Span, head: Head) -> None:
    document = written(article, span, head)
    text = paragraphs(document)
    assert "Phường Phúc Lợi có 31 tập thể và 12 cá nhân đã lựa chọn và đăng ký mô hình" in text
    assert "11/11 tập thể (tỷ lệ 100%) là đối tượng bắt buộc" in text
    assert "đã tổ chức 18 buổi tuyên truyền, vận động (trong đó 01 buổi phối hợp" in text
    assert "21/21 chi bộ (tỷ lệ 100%)" in text
    for collectives, share, individuals, their_share in FIELDS:
        assert f"{collectives} tập thể (tỷ lệ {share}), {individuals} cá nhân (tỷ lệ {their_share})" in text
    table = next(table for table in document.tables if table.rows[0].cells[0].text == "Lĩnh vực")
    assert [tuple(cell.text for cell in row.cells[2:]) for row in table.rows[1:]] == FIELDS
    assert len(document.inline_shapes) == 1
    assert "{" not in text


@pytest.mark.parametrize(("span", "head"), KINDS)
def test_the_heads_never_mix_and_it_is_always_an_unsigned_draft(article: Tx, span: Span, head: Head) -> None:
    text = paragraphs(written(article, span, head))
    government = (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "/BC-UBND",
        "CHỦ TỊCH",
        "Lưu: VT",
        "./.",
    )
    party = ("ĐẢNG CỘNG SẢN VIỆT NAM", "ĐẢNG BỘ QUẬN LONG BIÊN", "-BC/ĐU", "T/M ĐẢNG ỦY", "Lưu Đảng ủy")
    own, foreign = (government, party) if head is Head.GOVERNMENT else (party, government)
    assert [words for words in own if words not in text] == []
    assert [words for words in foreign if words in text] == []
    assert "DỰ THẢO" in text
    assert "(dự thảo, chưa ký)" in text
    assert "Phường Phúc Lợi, ngày 24 tháng 3 năm 2021" in text


@pytest.mark.parametrize("head", Head)
def test_reports_of_a_week_and_a_month_have_four_sections(article: Tx, head: Head) -> None:
    for span in (Span.WEEK, Span.MONTH):
        text = paragraphs(written(article, span, head))
        for section in ("I. CÔNG TÁC CHỈ ĐẠO", "II. KẾT QUẢ", "III. HẠN CHẾ, NGUYÊN NHÂN", "IV. NHIỆM VỤ"):
            assert section in text


@pytest.mark.parametrize(("span", "head"), KINDS)
def test_paper_and_letters_are_the_official_ones(span: Span, head: Head) -> None:
    section = Document(str(layout_of(span, head))).sections[0]
    measures = (section.page_width, section.page_height, section.left_margin, section.right_margin, section.top_margin)
    assert [round(measure / Mm(1)) for measure in measures] == [210, 297, 30, 15, 20]


@pytest.mark.parametrize(("span", "head"), KINDS)
def test_a_ward_in_which_nothing_has_happened(idle: Tx, span: Span, head: Head) -> None:
    text = paragraphs(written(idle, span, head))
    assert "có 00 tập thể và 00 cá nhân" in text
    assert "Đối tượng bắt buộc chưa có mô hình GPMB: Chi bộ 01" in text or span is Span.DAY


def test_a_scope_that_is_no_ward_writes_under_its_ward(article: Tx) -> None:
    text = paragraphs(written(article, Span.WEEK, Head.GOVERNMENT, scope="CB05"))
    assert "PHƯỜNG PHÚC LỢI" in text
    assert "Chi bộ 05 có 01 tập thể" in text


@pytest.mark.parametrize("words", HOSTILE)
def test_nobodys_words_are_a_template_or_markup(article: Tx, words: str) -> None:
    article.execute("UPDATE units SET name = ? WHERE unit_id = 'CAP'", [words])
    article.execute("UPDATE models SET state = 'withdrawn' WHERE owner_unit_id = 'CAP'")
    text = paragraphs(written(article, Span.MONTH, Head.PARTY))
    assert words.strip("\x02\x03\t") in text.replace("\x02", "") or "\x02" in words
    assert "49" not in words  # what {{ 7*7 }} would have become


# Broken by hand --------------------------------------------------------------------------------


def layout_with(folder: Path, words: str) -> Path:
    """A layout with these words in its only paragraph."""
    document = Document()
    document.add_paragraph(words)
    document.save(str(folder / "mau.docx"))
    return folder / "mau.docx"


@pytest.mark.parametrize(
    ("words", "reason", "detail"),
    [
        ("{{ tap_thee }}", "unknown_name", "tap_thee"),
        ("{% for dong in linh_vuc %}{{ dong.tenn }}{% endfor %}", "unknown_name", "tenn"),
        ("{% for dong in linh_vuc %}", "bad_form", ""),
        ("{{ tap_the | khongco }}", "bad_form", "khongco"),
        ("{{ tap_the", "bad_form", ""),
        ("{{ bieu_do.tpl.save('/nowhere/x') }}", "not_allowed", ""),
        ("{{ ''.__class__.__mro__ }}", "not_allowed", "__class__"),
        ("{{ tap_the.upper() }}", "not_allowed", "upper"),
        ("{{ cycler.__init__.__globals__ }}", "not_allowed", ""),
    ],
)
def test_a_broken_layout_is_told_by_what_is_wrong(
    article: Tx, tmp_path: Path, words: str, reason: str, detail: str
) -> None:
    with pytest.raises(LayoutBroken) as told:
        letter(layout_with(tmp_path, words), values_of(material_of(article), TEXTS), b"", at=AT)
    assert told.value.reason == reason
    assert detail in told.value.detail
    sentence = TEXTS.say(f"letter.broken.{told.value.reason}", file="mau.docx", detail=told.value.detail)
    assert "mau.docx" in sentence


def test_no_layout_and_no_word_file(tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_bytes(b"not a letter")
    for name, reason in (("x.docx", "not_word"), ("y.docx", "missing")):
        with pytest.raises(LayoutBroken) as told:
            letter(tmp_path / name, {}, b"", at=AT)
        assert told.value.reason == reason


def test_all_layouts_are_tried(article: Tx, tmp_path: Path) -> None:
    assert broken_layouts(article, "PPL", ARTICLE_DAY, TEXTS) == []
    for path in LAYOUTS.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    layout_with(tmp_path, "{{ so_bui }}").rename(tmp_path / "bao_cao_tuan_dang.docx")
    (tmp_path / "bao_cao_ngay_ubnd.docx").unlink()
    broken = broken_layouts(article, "PPL", ARTICLE_DAY, TEXTS, tmp_path)
    assert [(error.path.name, error.reason, error.detail) for error in broken] == [
        ("bao_cao_ngay_ubnd.docx", "missing", ""),
        ("bao_cao_tuan_dang.docx", "unknown_name", "so_bui"),
    ]


@pytest.mark.parametrize("span", Span)
@pytest.mark.parametrize("head", Head)
def test_duties_households_and_questions_are_told(article: Tx, span: Span, head: Head) -> None:
    article.execute("UPDATE duty_units SET done_on = NULL, reported_on = NULL WHERE unit_id = 'CB05'")
    article.execute(
        "UPDATE outreach_sessions SET met_count = 9, agreed_count = 6, hesitating_count = 3 WHERE number = 1"
    )
    text = paragraphs(written(article, span, head))
    assert "Nhiệm vụ giao: 20/21 (95,2%) lượt đơn vị đã hoàn thành. " in text
    assert "đã gặp 09 lượt hộ, từ 5 trở lên lượt hộ đồng ý, còn dưới 5 hộ băn khoăn." in text
    assert "câu hỏi" not in text
