"""Pictures are fetched from Zalo's own hosts and nowhere else."""

from __future__ import annotations

import pytest

from bot.channels.base import DeliveryFailed, Trouble
from bot.channels.wire import Timeouts, Wire
from bot.channels.zalo_files import download, is_zalos
from tests.fakes.zalo_bot import FakeZaloBot

OURS = "https://bot-api.zaloplatforms.com"
GOOD = (
    "https://photo-stal-1.zdn.vn/abc.jpg",
    "https://zdn.vn/abc.jpg",
    "https://ZDN.VN:443/abc.jpg",
    "https://f20-zpc.zadn.vn/a?b=c",
    "https://bot-api.zaloplatforms.com/file/1",
)
FOREIGN = (
    "",
    "abc.jpg",
    "file:///etc/passwd",
    "ftp://zdn.vn/a",
    "http://zdn.vn/a",
    "https://zdn.vn:8443/a",
    "https://zdn.vn@127.0.0.1/a",
    "https://user@zdn.vn/a",
    "https://zdn.vn.evil.example/a",
    "https://evilzdn.vn/a",
    "https://127.0.0.1/a",
    "https://127.1/a",
    "https://2130706433/a",
    "https://0x7f000001/a",
    "https://[::1]/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://169.254.169.254/latest/meta-data",
    "https://10.0.0.1/a",
    "https://localhost/a",
    "https://localhost.zdn.vn.evil.example",
    "https://metadata.google.internal/",
    "https://[zdn.vn/a",
    "https://zdn.vn:port/a",
    "//zdn.vn/a",
    "https:///zdn.vn/a",
    "javascript:alert(1)",
    "data:image/png;base64,AAAA",
    "https://zdn。vn.evil.example/",
)


@pytest.mark.parametrize("address", GOOD)
def test_zalos_own(address: str) -> None:
    assert is_zalos(address, OURS)


@pytest.mark.parametrize("address", FOREIGN)
async def test_a_foreign_address_is_never_called(address: str) -> None:
    assert not is_zalos(address, OURS)
    wire = Wire(timeouts=Timeouts(), at_once=1)
    with pytest.raises(DeliveryFailed) as refused:
        await download(wire, address, 100, ours=OURS)
    assert (refused.value.trouble, refused.value.why) == (Trouble.REFUSED, "foreign_address")


async def test_size_and_absence() -> None:
    async with FakeZaloBot() as fake:
        wire = Wire(timeouts=Timeouts(), at_once=1)
        address = fake.keep_file(b"0123456789")
        assert await download(wire, address, 10, ours=fake.base_url) == b"0123456789"
        for wanted, limit, why in ((address, 9, "file_too_big"), (f"{fake.base_url}/files/none", 9, "file_gone")):
            with pytest.raises(DeliveryFailed) as refused:
                await download(wire, wanted, limit, ours=fake.base_url)
            assert refused.value.why == why
        await wire.close()
