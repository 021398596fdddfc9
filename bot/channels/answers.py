"""An answer that is in no table: how its class gets into a log without anything of anybody's."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 12  # words
_CODE: Final = re.compile(r"[A-Z]+(?:_[A-Z]+)+")
_PIECE: Final = re.compile(r"[A-Za-z_']+")
_QUOTED: Final = re.compile(r"\"[^\"]*\"?|“[^”]*”?|(?<![A-Za-z])'[^']*'?")
_WORDS: Final = """
a access account action active administrator allowed already an and api app application are argument array
attachment bad banned be been blocked bot bots button buttons by call can can't cannot caption channel character
characters chat closed code command commands content conversation data date deactivated deleted denied disabled
document duplicate edit edited empty enabled enough entities entity error exceeded exist existed expected expired
failed field file for forbidden format found from get group has have id identifier in inline integer internal
invalid is isn't json key keyboard kicked language length limit limited link list long markup media member message
messages method missing modified must name need needed no non not object of official old only or out parameter
parameters parse payload permission photo private query quota reached read reason reply request required response
restricted retry right rights secret send sending sent server service set size specified status sticker such
supergroup supported text than the this thread time timeout to token too topic type unallowed unauthorized
unavailable unknown unsupported update updates upload url user user_id username valid value violates wait was
webhook while with write wrong you your
"""
"""What platforms make their refusals of. A word that is not here may be somebody's own, and is left out."""
_KNOWN: Final = frozenset(_WORDS.split())


def wording(description: str) -> str:
    """The platform's own words of a description, without what it quotes; codes like SOME_THING as they are."""
    words = [_kept(word) for word in _PIECE.findall(_QUOTED.sub(" ", description))]
    return " ".join([word for word in words if word][:LONGEST])


def _kept(word: str) -> str:
    if _CODE.fullmatch(word):
        return word
    return word.lower() if word.lower() in _KNOWN else ""
