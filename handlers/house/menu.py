"""The way around: the menu of a role, help, changing one's role, and the commands that steer a form."""

from __future__ import annotations

from bot.core.message import Choice, Outbound
from bot.core.people import Membership, Role
from bot.core.texts import Words, capital
from handlers.dialogue.visit import Visit
from handlers.subject import Command, Replies, Subject
from storage.database import Tx

MENUS: dict[Role, tuple[str, ...]] = {
    Role.SECRETARY: ("dangky", "baocao", "viec", "nhiemvu", "mohinh", "buoi", "hoi", "trogiup"),
    Role.RESIDENT: ("thongbaonha", "hoi", "cauhoi", "hogiadinh", "dangky", "baocao", "mohinh", "buoi", "trogiup"),
    Role.OFFICER: (
        "thongbao",
        "duyettb",
        "sogiaonhan",
        "cauhoi",
        "hop",
        "thamdinh",
        "nhiemvu",
        "buoi",
        "thongke",
        "taitep",
        "trogiup",
    ),
    Role.LEADER: ("thongke", "taitep", "duyettb", "cauhoi", "nhiemvu", "trogiup"),
    Role.ADMIN: ("suckhoe", "ngaynghi", "thongke", "taitep", "trogiup"),
}


def menu_choices(visit: Visit, role: Role) -> tuple[Choice, ...]:
    """What a role can start with; a form put aside comes first, changing roles is offered to those who have several."""
    several = visit.asker is not None and len(visit.asker.memberships) > 1
    names = (*(("tieptuc",) if visit.put_aside else ()), *MENUS[role], *(("vaitro",) if several else ()))
    return tuple(visit.desk.command_choice(name) for name in names)


def menu_message(visit: Visit, role: Role, text: str) -> Outbound:
    """A text with the menu of a role under it."""
    return visit.reply(text, menu_choices(visit, role))


def title_of(visit: Visit, membership: Membership) -> Words:
    """What a person is called in a role and unit."""
    return visit.desk.title(membership.role, membership.unit_name, deputy=membership.deputy)


def show_menu(_tx: Tx, visit: Visit) -> Replies:
    """Greeting and menu."""
    asker = visit.known
    return [
        menu_message(visit, asker.role, visit.say("menu.greeting", asker=asker, title=title_of(visit, asker.active)))
    ]


def show_help(_tx: Tx, visit: Visit) -> Replies:
    """What this role can do, in a few lines."""
    role = visit.known.role
    return [menu_message(visit, role, visit.say(f"menu.help.{role}"))]


def show_roles(_tx: Tx, visit: Visit) -> Replies:
    """As whom the person acts, and as whom they could."""
    asker = visit.known
    choices = [
        Choice(label=capital(title_of(visit, membership)), data=f"v|{membership.membership_id}")
        for membership in asker.memberships
    ]
    return [visit.answer("menu.roles", choices, title=title_of(visit, asker.active))]


SUBJECT = Subject(
    name="menu",
    commands=(
        Command(name="start", words=("bat dau", "xin chao", "chao"), run=show_menu),
        Command(name="menu", words=("chuc nang", "danh muc"), plain=True, run=show_menu),
        Command(name="trogiup", words=("tro giup", "giup", "giup do", "help", "huong dan"), plain=True, run=show_help),
        Command(name="vaitro", words=("vai tro", "doi vai tro"), run=show_roles),
        # Those below steer a form; the conversation itself carries them out.
        Command(name="huy"),
        Command(name="quaylai"),
        Command(name="boqua"),
        Command(name="xong"),
        Command(name="tieptuc", words=("tiep tuc",)),
    ),
)
