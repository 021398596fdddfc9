"""The faults that are planted by night can still be planted: each place is in the code, once."""

from __future__ import annotations

import pytest

from tests.planted import FAULTS, ROOT, Fault


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_place_of_a_planted_fault_is_still_there(fault: Fault) -> None:
    assert (ROOT / fault.file).read_text(encoding="utf-8").count(fault.good) == 1
