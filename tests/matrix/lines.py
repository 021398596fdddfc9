"""The authorisation matrix: who may use which command, form and button. A handler without a line fails the tests.

A new command or form: its name, and the roles that may use it.
A new button: what it carries, with {thing} for what belongs to somebody, and the accounts that may press it;
everybody else must be answered as if the thing did not exist. A new {thing} is a function in `things.py`.

The accounts (see `town.py`): ho1 and ho2 residents of two households, cb05 and cb22 secretaries of two party cells,
canbo officer, lanhdao leader, quantri admin of the ward; hox, cbx, canbox, lanhdaox, quantrix the same of another ward;
la a stranger, cu somebody whose role was taken away, chan a resident who blocked us.
"""

from __future__ import annotations

from dataclasses import dataclass

EVERYBODY = "secretary resident officer leader admin"
ALWAYS = f"stranger {EVERYBODY}"
"""What may be said at any moment, also by somebody who holds no role."""

COMMANDS = {
    "start": EVERYBODY,
    "menu": EVERYBODY,
    "trogiup": EVERYBODY,
    "vaitro": EVERYBODY,
    "huy": EVERYBODY,
    "quaylai": EVERYBODY,
    "boqua": EVERYBODY,
    "xong": EVERYBODY,
    "tieptuc": EVERYBODY,
    "lienket": EVERYBODY,
    "dangky": "secretary resident",
    "baocao": "secretary resident",
    "buoi": "secretary resident officer",
    "mohinh": "secretary resident",
    "viec": "secretary resident",
    "thamdinh": "officer leader",
    "vang": "secretary officer leader",
    "dilamlai": "secretary officer leader",
    "vangmat": "officer leader admin",
    "nhapho": "secretary officer",
    "thongbao": "officer",
    "mautb": "officer",
    "duyettb": "officer leader",
    "dennha": "secretary officer",
    "danhan": "resident",
    "dahieu": "resident",
    "giaithich": "resident",
    "sogiaonhan": "officer leader",
    "thongke": "officer leader admin",
    "muctieu": "officer leader",
    "nhom": "admin",
    "taitep": "officer leader admin",
    "bangtin": "officer leader admin",
    "suckhoe": "admin",
    "hoi": "secretary resident",
    "cauhoi": "secretary resident officer leader",
    "khieunai": "secretary resident",
    "hoidap": "officer",
    "hop": "resident officer",
    "moihop": "officer",
    "dulieu": ALWAYS,
    "dung": ALWAYS,
    "xoadulieu": ALWAYS,
    "nhatky": "admin",
    "xacnhan": "officer",
    "hogiadinh": "resident",
}
"""Roles by command."""

FORMS = {
    "join": f"stranger {EVERYBODY}",
    "register_model": "secretary resident officer",
    "report_session": "secretary resident officer",
    "leave": "secretary officer leader",
    "behalf": "secretary officer",
    "correct_session": "secretary resident officer",
    "model_reason": "secretary resident officer leader",
    "recognize_model": "officer leader",
    "assess_model": "secretary resident",
    "correct_model": "secretary resident",
    "supplement_model": "secretary resident",
    "publish_notice": "officer",
    "notice_reason": "officer leader",
    "notice_wording": "officer",
    "find_household": "officer",
    "paper_service": "secretary officer",
    "send_round": "officer",
    "door_visit": "secretary officer",
    "set_goal": "officer",
    "ask_question": "secretary resident",
    "complain": "secretary resident",
    "answer_ticket": "officer",
    "pass_ticket": "officer",
    "ask_back": "officer",
    "contact_asker": "officer",
    "add_to_ticket": "secretary resident",
    "propose_faq": "officer",
    "invite_meeting": "officer",
    "send_delegate": "resident",
    "move_meeting": "officer",
    "cancel_meeting": "officer",
    "claim_household": "stranger resident",
    "refuse_claim": "officer",
}
"""Roles by form; "stranger" is somebody not known yet."""


@dataclass(frozen=True, slots=True)
class Button:
    """What a button carries, and the accounts that may press it."""

    data: str
    may: str = ""


KNOWN = "cu ho1 ho2 chan hox cb05 cb22 cbx canbo canbox lanhdao lanhdaox quantri quantrix"
"""Whoever is known, also without a role now: for buttons about oneself."""

BUTTONS = (
    Button("n|received|{notice_of_ho1}", "ho1"),
    Button("n|explain|{notice_of_ho1}", "ho1"),
    Button("n|understood|{notice_of_ho1}", "ho1"),
    Button("w|open|{notice_of_canbo}", "canbo lanhdao"),
    Button("w|see|{notice_of_canbo}", "canbo lanhdao"),
    Button("w|try|{notice_of_canbo}", "canbo lanhdao"),
    Button("w|approve|{notice_of_canbo}|1", "canbo lanhdao"),
    Button("w|return|{notice_of_canbo}|1", "canbo lanhdao"),
    Button("w|drop|{notice_of_canbo}|1", "canbo"),
    Button("x|{notice_of_canbo}|H001", "canbo"),
    Button("w|loud|{notice_of_canbo}", "canbo lanhdao"),
    Button("w|poster|{notice_of_canbo}", "canbo lanhdao"),
    Button("l|open|{sent_notice}", "canbo lanhdao"),
    Button("l|see|{sent_notice}", "canbo lanhdao"),
    Button("l|list|{sent_notice}|all", "canbo"),
    Button("l|more|all|{notice_of_ho1}", "canbo"),
    Button("l|home|{notice_of_ho1}", "canbo"),
    Button("l|serve|{notice_of_ho1}", "canbo"),
    Button("l|send|{sent_notice}", "canbo"),
    Button("l|file|{sent_notice}|docx", "canbo"),
    Button("l|file|{sent_notice}|sheet", "canbo"),
    Button("l|file|{sent_notice}|xlsx", "canbo"),
    Button("d|open|{round_of_cb05}", "cb05"),
    Button("d|next|{round_of_cb05}", "cb05"),
    Button("d|door|{round_of_cb05}|{door_of_cb05}", "cb05"),
    Button("d|visit|{round_of_cb05}|{door_of_cb05}", "cb05"),
    Button("d|serve|{round_of_cb05}|{door_of_cb05}", "cb05"),
    Button("y|open|payout", "canbo canbox"),
    Button("y|edit|payout", "canbo canbox"),
    Button("b|{report_of_cb05}", "cb05 canbo"),
    Button("b|{report_of_cb05}|log", "cb05 canbo"),
    Button("b|{report_of_cb05}|edit", "cb05 canbo"),
    Button("s|{report_of_cb05}|1|place", "cb05 canbo"),
    Button("m|open|{model_of_cb05}", "cb05 canbo lanhdao"),
    Button("m|approve|{model_of_cb05}|1", "canbo"),
    Button("m|return|{model_of_cb05}|1", "canbo"),
    Button("m|withdraw|{model_of_cb05}|1", "cb05"),
    Button("m|supplement|{model_of_cb05}|1", "cb05"),
    Button("p|yes|messages", KNOWN),
    Button("p|no|messages", KNOWN),
    Button("p|no|notices", KNOWN),
    Button("p|keep", KNOWN),
    Button("h|see|{claim_of_a_stranger}", "canbo"),
    Button("h|yes|{claim_of_a_stranger}|H001", "canbo"),
    Button("h|yes|{claim_of_a_stranger}|HX01"),
    Button("h|no|{claim_of_a_stranger}", "canbo"),
    Button("o|speak|{home_of_ho1}", "ho1"),
    Button("j|~", "quantri quantrix"),
    Button("m|mine|0", "ho1 ho2 cb05 cb22 hox cbx chan"),
    Button("m|wait|", "canbo lanhdao canbox lanhdaox"),
    Button("g|all|||day||0", "canbo lanhdao quantri canbox lanhdaox quantrix"),
    Button("g|all|CB05||day||0", "canbo lanhdao quantri"),
    Button("gs|{report_of_cb05}", "canbo lanhdao quantri"),
    Button("lk|code", "ho1 ho2 cb05 cb22 canbo lanhdao quantri hox cbx canbox lanhdaox quantrix chan"),
    Button("gr|code", "quantri quantrix"),
    Button("gr|stop", "quantri quantrix"),
    Button("gt|set", "canbo canbox"),
    Button("ug|PPL", "lanhdao"),
    Button("fq|right|{asked_by_ho1}", "ho1"),
    Button("fq|wrong|{asked_by_ho1}", "ho1"),
    Button("tk|list|0", "canbo canbox"),
    Button("tk|open|{ticket_of_ho1}", "ho1 canbo"),
    Button("tk|take|{ticket_of_ho1}|1", "canbo"),
    Button("tk|answer|{ticket_of_ho1}|1", "canbo"),
    Button("tk|pass|{ticket_of_ho1}|1", "canbo"),
    Button("tk|ask|{ticket_of_ho1}|1", "canbo"),
    Button("tk|add|{ticket_of_ho1}|1", "ho1"),
    Button("tk|withdraw|{ticket_of_ho1}|1", "ho1"),
    Button("fp|new|{ticket_of_ho1}", "canbo"),
    Button("mt|come|{meeting_of_ho1}|1", "ho1 ho2 chan"),
    Button("mt|send|{meeting_of_ho1}|1", "ho1 ho2 chan"),
    Button("mt|open|{meeting_of_ho1}", "ho1 ho2 chan canbo"),
    Button("mt|names|{meeting_of_ho1}|none", "canbo"),
    Button("mt|move|{meeting_of_ho1}|1", "canbo"),
    Button("mt|cancel|{meeting_of_ho1}|1", "canbo"),
    Button("rf|{denunciation_of_ho1}", "lanhdao"),
    Button("tep|xlsx", "canbo lanhdao quantri canbox lanhdaox quantrix"),
    Button("tep|docx|week|dang", "canbo lanhdao quantri canbox lanhdaox quantrix"),
    Button("tep|png|fields", "canbo lanhdao quantri canbox lanhdaox quantrix"),
    Button("nh|model|{helped_by_cb05}", "cb05 canbo"),
    Button("nh|session|{helped_by_cb05}", "cb05 canbo"),
)
