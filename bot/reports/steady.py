"""Office files are archives that carry the moment of their making; here they are made the same at any moment."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that an archive can name
PROPERTIES = "docProps/core.xml"
_MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def steady(file: bytes, at: int) -> bytes:
    """The same archive, made at an instant (epoch milliseconds) as far as it says."""
    moment = datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    plain = io.BytesIO()
    with ZipFile(io.BytesIO(file)) as made, ZipFile(plain, "w", ZIP_DEFLATED) as kept:
        for name in made.namelist():
            content = made.read(name)
            if name == PROPERTIES:
                content = _MOMENT.sub(rb"\g<1>" + moment, content)
            kept.writestr(ZipInfo(name, EPOCH), content, ZIP_DEFLATED)
    return plain.getvalue()
