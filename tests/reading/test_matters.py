"""What residents write is told apart: nobody's complaint is taken for a question."""

from __future__ import annotations

import pytest

from bot.core.reading.fold import fold
from bot.core.reading.matters import Matter, matter_of
from tests.reading.corpus import residents

GOAL = 0.95
GRAVE = {Matter.COMPLAINT, Matter.DENUNCIATION}
ASKED_BACK = GRAVE | {Matter.DOUBT}  # whoever is asked which it is was not taken for a questioner


CORPUS = [(row.input, Matter(row.expected)) for row in residents()]


def test_the_corpus_is_large_and_has_every_matter() -> None:
    assert len({words for words, _ in CORPUS}) == len(CORPUS) >= 120
    assert {matter for _, matter in CORPUS} == set(Matter)


@pytest.mark.parametrize("bare", [False, True], ids=["as typed", "without accents"])
def test_nearly_all_are_told_apart(bare: bool) -> None:
    read = [(words, matter, matter_of(fold(words) if bare else words)) for words, matter in CORPUS]
    wrong = [(words, meant, got) for words, meant, got in read if meant is not got]
    assert len(wrong) <= (1 - GOAL) * len(CORPUS), wrong


@pytest.mark.parametrize("bare", [False, True], ids=["as typed", "without accents"])
def test_no_complaint_is_taken_for_a_question(bare: bool) -> None:
    grave = [fold(words) if bare else words for words, matter in CORPUS if matter in GRAVE]
    assert [words for words in grave if matter_of(words) not in ASKED_BACK] == []


def test_a_denunciation_is_not_taken_for_a_complaint_whose_words_are_kept() -> None:
    denouncing = [words for words, matter in CORPUS if matter is Matter.DENUNCIATION]
    assert [words for words in denouncing if matter_of(words) is not Matter.DENUNCIATION] == []
