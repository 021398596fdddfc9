"""The figures as they are printed."""

from __future__ import annotations

import io

from rich.console import Console

from bot.core.periods import Span, ending
from bot.reports.stats_table import print_stats, report_lines, stats_lines
from storage.database import Tx
from storage.statistics import day_figures, report
from tests.storage.conftest import ARTICLE_DAY, written_texts

TEXTS = written_texts("stats")


def test_the_lines_are_the_articles_paragraph(article: Tx) -> None:
    lines = stats_lines(day_figures(article, "PPL", ARTICLE_DAY), TEXTS)
    assert lines[:10] == [
        ("Đã đăng ký", "31", "12"),
        ("Đối tượng bắt buộc GPMB đã đăng ký", "11/11 (100%)", ""),
        ("Đối tượng bắt buộc GPMB đã tuyên truyền", "11/11 (100%)", ""),
        ("Giải phóng mặt bằng (đăng ký thêm)", "04/31 (12,9%)", "02/12 (16,7%)"),
        ("Xây dựng, quản lý đô thị", "03/31 (9,7%)", "01/12 (8,3%)"),
        ("Bảo vệ môi trường", "05/31 (16,1%)", "02/12 (16,7%)"),
        ("Văn hóa xã hội", "08/31 (25,8%)", "05/12 (41,7%)"),
        ("An ninh quốc phòng", "01/31 (3,2%)", "02/12 (16,7%)"),
        ("Lĩnh vực khác", "03/31 (9,7%)", "02/12 (16,7%)"),
        ("Buổi tuyên truyền, vận động", "18 (phối hợp 01)", ""),
    ]
    assert lines[-6:-1] == [
        ("– UBND phường: Dự án đường hành lang chân đê", "04", ""),
        ("– UBND phường: Tuyến ngõ 279 (đường 15,5m)", "01", ""),
        ("– Hội Cựu chiến binh phường", "01", ""),
        ("– Hội Liên hiệp Phụ nữ phường", "01", ""),
        ("Chi bộ đã ban hành Nghị quyết", "21/21 (100%)", ""),
    ]
    assert lines[-1][0] == "Chưa có buổi tuyên truyền"
    assert lines[-1][1].startswith("16: Chi bộ 12, Chi bộ 13, ")


def test_who_is_missing_is_named(article: Tx) -> None:
    article.execute("UPDATE models SET state = 'withdrawn' WHERE owner_unit_id = 'CB05'")
    lines = stats_lines(day_figures(article, "PPL", ARTICLE_DAY), TEXTS)
    assert ("Bắt buộc, chưa có mô hình GPMB", "01: Chi bộ 05", "") in lines
    assert ("Chưa đăng ký mô hình", "01: Chi bộ 05", "") in lines


def test_a_unit_without_duties_has_no_line_about_them(article: Tx) -> None:
    labels = [label for label, _, _ in stats_lines(day_figures(article, "CAP", ARTICLE_DAY), TEXTS)]
    assert not any("bắt buộc" in label.lower() for label in labels)


def test_the_printed_table_has_every_figure_and_takes_names_as_they_are(article: Tx) -> None:
    article.execute("UPDATE fields SET name = '[red]Lĩnh vực[/] khác' WHERE code = 'KHAC'")
    console = Console(file=io.StringIO(), width=140, color_system=None)
    print_stats(report(article, "PPL", ending(Span.DAY, ARTICLE_DAY)), TEXTS, console)
    printed = console.file.getvalue()  # type: ignore[attr-defined]
    assert "Phường Phúc Lợi, đến hết ngày 24/03/2021" in printed
    for figure in ("31", "12", "11/11 (100%)", "08/31 (25,8%)", "05/12 (41,7%)", "18 (phối hợp 01)", "21/21 (100%)"):
        assert figure in printed
    assert "[red]Lĩnh vực[/] khác" in printed
    assert len(printed.splitlines()[0]) <= 140


def test_duties_goals_and_periods_have_their_lines(article: Tx) -> None:
    article.execute("UPDATE duty_units SET done_on = NULL, reported_on = NULL WHERE unit_id = 'CB05'")
    article.execute(
        "INSERT INTO goals (campaign_id, unit_id, measure, target) VALUES ('2021-PPL', 'CB05', 'sessions', 2)"
    )
    lines = report_lines(report(article, "PPL", ending(Span.WEEK, ARTICLE_DAY)), TEXTS)
    (duty,) = [line for line in lines if line[0].startswith("Ban hành Nghị quyết")]
    assert duty[1] == "20/21 (95,2%); chưa xong: Chi bộ 05"
    assert ("Chỉ tiêu Chi bộ 05, số buổi", "01/02 (50%)", "") in lines
    assert lines[-1][1] == "mô hình 00 (02), buổi 02 (05), hộ đã nhận thông báo 00 (00), lượt xong nhiệm vụ 00 (00)"
