"""Every command, form and button × every role × own, another's, and what does not exist."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from handlers import SUBJECTS
from handlers.registry import Registry
from tests.matrix.kinds import unlisted
from tests.matrix.lines import BUTTONS, COMMANDS, EVERYBODY, FORMS, Button
from tests.matrix.things import NOWHERE, THINGS
from tests.matrix.town import ROLES, Heard, Town

REGISTRY = Registry(SUBJECTS)
NOT_USABLE = "Nút này không còn dùng được."
ASKED_FOR_A_CODE = "cần mã mời của phường"
NOT_FOR_YOU = "Việc này không thuộc vai trò hiện tại"
THING = re.compile(r"{(\w+)}")
LINES = "add to tests/matrix/lines.py"


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    made = Town()
    yield made
    made.tx.close()


@pytest.fixture(scope="module")
def things(town: Town) -> dict[str, str]:
    return {name: make(town) for name, make in THINGS.items()}


# -- nothing is missing -------------------------------------------------------------------------


def words(roles: object) -> str:
    return " ".join(str(role) for role in EVERYBODY.split() if role in roles)  # type: ignore[operator]


def test_every_command_has_its_line_in_the_matrix() -> None:
    for name, command in REGISTRY.commands.items():
        who = f"{'stranger ' if command.always else ''}{words(command.roles)}"
        assert name in COMMANDS, f'/{name} is not in the matrix: {LINES}, COMMANDS:  "{name}": "{who}",'
        assert set(COMMANDS[name].split()) == set(who.split()), f"/{name}: the matrix and the handler differ on who may"
    assert COMMANDS.keys() <= REGISTRY.commands.keys(), "the matrix has commands that nobody handles"


def test_every_form_has_its_line_in_the_matrix() -> None:
    for name, dialogue in REGISTRY.dialogues.items():
        who = f"{'stranger ' if dialogue.strangers else ''}{words(dialogue.roles)}"
        assert name in FORMS, f'form {name} is not in the matrix: {LINES}, FORMS:  "{name}": "{who}",'
        assert set(FORMS[name].split()) == set(who.split()), (
            f"form {name}: the matrix and the handler differ on who may"
        )
    assert FORMS.keys() <= REGISTRY.dialogues.keys(), "the matrix has forms that nobody handles"


def test_every_kind_of_button_has_its_lines_in_the_matrix() -> None:
    listed = {button.data.partition("|")[0] for button in BUTTONS}
    for prefix in REGISTRY.buttons:
        line = f'Button("{prefix}|…|{{thing}}", "accounts that may press it"),'
        assert prefix in listed, f"button {prefix}| is not in the matrix: {LINES}, BUTTONS:  {line}"
    assert listed <= REGISTRY.buttons.keys(), "the matrix has buttons that nobody handles"


def test_no_two_subjects_share_a_button_a_command_or_its_words() -> None:
    prefixes = [prefix for subject in SUBJECTS for prefix in subject.buttons]
    commands = [command for subject in SUBJECTS for command in subject.commands]
    names = [command.name for command in commands]
    said = [(role, one) for command in commands for role in command.roles for one in {command.name, *command.words}]
    assert [one for one, times in Counter([*prefixes, *names, *said]).items() if times > 1] == []


# -- commands and forms -------------------------------------------------------------------------


@pytest.mark.parametrize("account", ROLES)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_answers_those_who_may_use_it_and_nobody_else(town: Town, name: str, account: str) -> None:
    with town.tried():
        heard = town.heard(account, text=f"/{name}")
    assert heard.answers
    assert heard.strayed == ()
    refused = ROLES[account] not in COMMANDS[name].split()
    assert not (refused and heard.wrote)
    if ROLES[account] == "stranger":
        assert (ASKED_FOR_A_CODE in heard.text) is refused
    else:
        assert (NOT_FOR_YOU in heard.text) is refused


# -- buttons ------------------------------------------------------------------------------------


def press(town: Town, account: str, button: Button, things: dict[str, str]) -> Heard:
    with town.tried():
        return town.heard(account, press=THING.sub(lambda found: things[found[1]], button.data))


@pytest.mark.parametrize("account", ROLES)
@pytest.mark.parametrize("button", BUTTONS, ids=lambda button: button.data)
def test_a_button_works_for_those_who_may_press_it(
    town: Town, things: dict[str, str], button: Button, account: str
) -> None:
    """Another's thing and one that does not exist are answered alike, and nothing is written."""
    heard = press(town, account, button, things)
    missing = press(town, account, button, dict.fromkeys(things, NOWHERE))
    assert heard.strayed == ()
    assert missing.strayed == ()
    if account in button.may.split():
        assert NOT_USABLE not in heard.text, f"{account} may press {button.data} and is refused"
        if THING.search(button.data):
            assert heard.text != missing.text
    else:
        assert heard.text == missing.text, f"{account} may not press {button.data} and learns that it is there"
        assert not heard.wrote
        assert NOT_USABLE in heard.text or (ROLES[account] == "stranger" and ASKED_FOR_A_CODE in heard.text)
    if THING.search(button.data):
        assert not missing.wrote


# -- whatever can be reached --------------------------------------------------------------------


@pytest.mark.parametrize("account", ROLES)
def test_nothing_that_can_be_reached_in_three_steps_tells_of_another_household(
    town: Town, things: dict[str, str], account: str
) -> None:
    """From each command, each button that is offered, and each that is offered then."""
    for name in COMMANDS:
        with town.tried():
            heard = town.heard(account, text=f"/{name}")
            assert heard.strayed == (), f"/{name}"
            assert unlisted(heard.buttons) == [], f"/{name}"
            follow(town, account, heard, f"/{name}", 2)


def follow(town: Town, account: str, heard: Heard, way: str, steps: int) -> None:
    choices = {choice.data: choice.label for answer in heard.answers for choice in answer.choices}
    for data, label in choices.items() if steps else ():
        if data.startswith("c|"):  # commands are walked by themselves
            continue
        with town.tried():
            following = town.heard(account, press=data)
            assert following.strayed == (), f"{way} → {label}"
            assert unlisted(following.buttons) == [], f"{way} → {label}"
            follow(town, account, following, f"{way} → {label}", steps - 1)
