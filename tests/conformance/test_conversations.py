"""Every transcript on every channel: the same words, except for what the channel declares that it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.kit import Gone
from tests.conformance.reading import abroad_sentences, expected, read
from tests.conformance.stage import Stage
from tests.test_transcripts import FOLDER, TRANSCRIPTS, Player, is_ours

WEB_ONLY = [path for path in TRANSCRIPTS if path.read_text(encoding="utf-8").startswith("// on the web only")]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: str(path.relative_to(FOLDER).with_suffix("")))
async def test_a_transcript_reads_the_same_everywhere(path: Path, stage: Stage) -> None:
    """The program is started again whenever the phone changes hands."""
    if path in WEB_ONLY and stage.kit.name != "web":
        return
    player = Player(stage)
    for said, answers in turns(path.read_text(encoding="utf-8").splitlines()):
        if said.startswith("# "):
            await stage.restart()
        try:
            seen = await player.play(said)
        except Gone:  # what follows rests on a press that is not possible here
            return
        assert read(seen) == expected(answers, stage.kit, stage.channel), said


async def test_servers_abroad_are_named_before_anybody_agrees(stage: Stage) -> None:
    await stage.say("khach-moi", "tôi là chủ thửa 15 tờ 3")
    told = ""
    for said in ("Dự án đường hành lang chân đê", "Nguyễn Văn Út"):
        told = "\n".join(seen.text for seen in await stage.say("khach-moi", said))
    assert any(sentence in told for sentence in abroad_sentences()) == stage.channel.abroad


def turns(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Each line of ours that does something, and the bot's lines after it."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if is_ours(line) or not line:
            found[-1][1].append(line)
        elif not line.startswith("// "):
            found.append((line, []))
    return found
