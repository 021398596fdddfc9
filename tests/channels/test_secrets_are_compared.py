"""No secret, token or signature is compared by == or !=: how long that takes tells how much of it was right."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SECRET = re.compile(r"secret|signature|digest|(?<!un)expected|given|\bmac\b", re.IGNORECASE)
CHANNELS = sorted((ROOT / "bot" / "channels").glob("*.py"))


@pytest.mark.parametrize("path", CHANNELS, ids=lambda path: path.stem)
def test_what_came_with_a_call_is_compared_in_constant_time(path: Path) -> None:
    hasty = [
        ast.unparse(node)
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef) and function.name in ("webhook", "_sign")
        for node in ast.walk(function)
        if isinstance(node, ast.Compare)
        and any(isinstance(operator, ast.Eq | ast.NotEq) for operator in node.ops)
        and SECRET.search(ast.unparse(node))
    ]
    assert hasty == []


def test_every_webhook_compares_at_all() -> None:
    for name in ("telegram", "zalo_bot", "zalo_oa"):
        code = (ROOT / "bot" / "channels" / f"{name}.py").read_text(encoding="utf-8")
        assert "hmac.compare_digest" in code
