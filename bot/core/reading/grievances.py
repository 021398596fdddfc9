"""Signs of a grievance in a message: wrong done by somebody, a protest, a demand, neglect, the way to complain.

Each table is one principle, so that a sentence nobody foresaw is still caught by one of them: who acts, what was
done wrong, what is demanded, who is not heard. They look at folded words; signs are words of their own in them.
"""

from __future__ import annotations

import re

_WORD = r"[^\s,.;:?!]+"


def any_of(*phrases: str) -> re.Pattern[str]:
    """Whole words that match one of the phrases."""
    return re.compile(rf"(?<!\S)(?:{'|'.join(phrases)})(?!\S)")


def within(most: int) -> str:
    """Up to so many words of the same clause, each with the space before it."""
    return rf"(?: {_WORD}){{0,{most}}}?"


# -- wrongdoing ---------------------------------------------------------------------------------

_OFFICIAL = (
    r"(?:can bo|cb|to truong|to pho|bi thu|chu tich|dia chinh|ke toan|thu quy|truong ban|pho ban|lanh dao|cong an|"
    rf"ban boi thuong|to (?:gpmb|cong tac|do dac|kiem dem_?)|(?:ong|ba_|anh|chi|nguoi|bon|nhom){within(2)} "
    r"(?:do (?:dat|dac)|kiem dem_?|dia chinh|gpmb|boi thuong))(?! (?:nao|dau))"
)
_MEANWHILE = rf"(?: (?!(?:toi|minh|dan|bao|hen|huong|tra|chi|phat|de|nhac|moi)(?!\S)){_WORD}){{0,6}}?"
_PRIVATE = r"(?:tien|trieu|nghin|ngan|ty|qua|quy|cua (?:dan|nha|ba_? con|nguoi ta))"
_KIN = r"(?:nguoi nha|em vo|anh em|ho hang|nguoi than|con chau|nguoi ngoai|nguoi quen|vo con)"

WRONG_IN_ITSELF = any_of(
    "to cao",
    "to giac",
    "tham nhung",
    "tham o",
    "hoi lo",
    "mua chuoc",
    "voi tien",
    "voi vinh",
    "vioi tien",
    "nhung nhieu",
    "lot tay",
    "boi tron",
    "phong bi",
    "bao ke",
    "bao che",
    "truc loi",
    "bien thu",
    "cau ket",
    "thong dong",
    "moc ngoac",
    "tu loi",
    "dut tui",
    "bo tui",
    "tu tui",
    "(?:khai|ke|ky|lap) (?:khong|gian|man)(?! (?:duoc|dung|ro|du))",
    "(?:loi|lam) dung (?:chuc|quyen)(?: (?:vu|quyen|han))?",
    "an chan tien",
    "an bot",
    "bot xen",
    "cat xen",
    "rut ruot",
    "nhan tien (?:cua dan|rieng)",
    "lay tien rieng",
    "chay chot",
    "(?:chay|mua|ban) (?:suat|ho so)(?! tai dinh cu (?:o dau|the nao|bao nhieu))",
    "gian lan",
    "goi y (?:dua|chi|them)?(?: )?tien",
    rf"goi y{within(4)} (?:tien|trieu|qua)",
    rf"(?:lam gia|gia mao|gia){within(1)} (?:chu ky|ho so|giay to|so lieu|bien ban|con dau)",
    "khuat tat",
    "hanh vi (?:sai|vi) pham",
    "vi pham (?:phap luat|ky luat|dao duc)",
    "tieu cuc",
    "sach nhieu",
    rf"dua (?:tien|qua){within(6)}(?: ,)? khong dua",
    rf"(?:cho|dua|sap xep|don) {_KIN}{within(2)} (?:vao|huong|dung ten|nhan)",
    rf"khong (?:dua|co|chi) (?:tien|qua){within(3)} (?:khong|ngam)",
    rf"phai (?:dua|chi|co|lo){within(2)} (?:tien|qua|phong bi){within(2)} (?:moi|thi moi)",
    "doi (?:them )?tien (?:moi|cua dan|dan|nha)",
)
"""Words for which an office is abused, whoever it was."""

WRONG_BY_SOMEBODY = any_of(
    rf"{_OFFICIAL}{_MEANWHILE} (?:lay|an|giu|nhan|thu|xin|doi|voi|moi|vay){within(5)} {_PRIVATE}",
    rf"{_OFFICIAL}{_MEANWHILE} (?:doa|doa nat|de doa|chui|chui boi|lang ma|danh|hanh hung|xuc pham|lua|an|"
    rf"an cap)(?! gia)",
    rf"{_OFFICIAL}{_MEANWHILE} (?:bat|ep|cuong ep){within(4)} (?:ky|dua|nop tien)",
    rf"{_OFFICIAL}{_MEANWHILE} (?:cho|de|sua|ghi|nang|uu ai|chia){within(8)} {_KIN}",
    rf"{_OFFICIAL}{_MEANWHILE} (?:sua|doi|nang|khai){within(2)} (?:so lieu|chu ky|so do|dien tich)",
    rf"(?:ong|ba_|anh|chi){within(3)} (?:chiem|an cap|thu tien|lay tien|lua){within(4)} (?:cua|dat cong|tien|moi)",
    r"chiem (?:dat cong|dung|doat)",
    rf"(?:ong|ba_|anh|chi|no|ho|bon){within(4)} (?:ban|chia){within(2)} (?:suat|dat cong)",
    rf"(?:ho|to truong|cac ong){within(4)} (?:lay|an|giu) tien",
)
"""Somebody in office who takes, threatens, forces, favours their own, or changes what was measured."""

# Without their accents these are common words of another meaning.
WRONG_ACCENTED = re.compile(
    r"ăn chặn|đòi tiền|gợi ý tiền|bồi dưỡng cho cán bộ|đút lót|ém tiền|ỉm đi|quỵt|chạy chọt|hạch sách|làm ngơ"
)

# -- protest ------------------------------------------------------------------------------------

_AGREE = r"(?:dong y|dong tinh|nhat tri|tan thanh|chap nhan|cong nhan|hai long|thoa man|phuc|chiu noi|dong thuan)"
_FAIR = (
    r"(?:thoa dang|hop ly|cong bang|minh bach|cong khai|khach quan|ro rang|dung (?:quy dinh|phap luat|luat|thuc te))"
)
_WRONG = r"(?:sai|thieu|nham|sot|lech|hut|hoan toan sai|be bet|khong dung2?|khong khop|khong du)"
_MADE = r"(?:do|do dac|do dat|tinh|ghi|ap|ap gia|kiem dem_?|kiem ke|thong ke|xac dinh|tru|ve|chi tra|lam)"
_PAPER = r"(?:dien tich|dt|ten|so thua|bien ban|ho so|quyet dinh|gia|phuong an|ket qua|ban do|moc|ranh gioi|nguon goc)"
_ANEW = r"(?:lai|cho ro|cho dung|thoa dang|dung gia|bang van ban)"

PROTESTS = any_of(
    # no consent
    rf"(?:khong|chua|chang|khong the|khong he|ko the|deo|cha) (?:the |bao gio )?{_AGREE}",
    rf"(?:khong|chua|chang|thieu|mat|khong duoc|chua duoc|khong he){within(1)} {_FAIR}",
    "(?:khong|chang|ai|eo) (?:chiu|thiet) (?:gia|ky|di|nhan|ban giao)",
    "(?<!khong ai )(?<!khong co ai )phan doi",
    "khong ky dau",
    "ai ma (?:chiu|ky)",
    "(?:bat|ep) (?:nguoi ta|dan|toi|minh|nha toi)",
    "o ep",
    "bi ep",
    "ep (?:dan|gia|ky)",
    "cuong che",
    "cuop",
    # against the law
    "trai (?:luat|phap luat|quy dinh)",
    "sai (?:luat|quy dinh|phap luat|trai|nguyen tac)",
    "khong dung (?:quy dinh|phap luat|luat)",
    "xam pham",
    "bat minh",
    "mo am",
    "bat cong",
    "vo ly",
    "bat hop ly",
    # something was made wrong
    rf"{_MADE}{within(4)} {_WRONG}",
    rf"{_PAPER}{within(4)} {_WRONG}",
    "(?:la|nhu the la|the la) sai",
    "bo sot",
    "bi (?:sot|thieu|nham|sai|thiet|mat|bo|ep|lun|nut)",
    rf"(?:thieu|mat|hut) (?:mat_? )?\d{within(2)}",
    rf"(?:ma|chi|nhung|lai) {_MADE}{within(3)} (?:co|con|duoc|chi) \d",
    rf"{_MADE} (?:lan|lan sang|len) (?:sang )?(?:dat|nha|vuon)",
    rf"chua (?:duoc )?(?:tinh|kiem dem_?|ghi|dua){within(2)} (?:den bu|vao|du)",
    # others get more
    "(?:duoc|nhan|tra|den)(?: duoc)? (?:nhieu|cao|it|thap) hon",
    "nguoi (?:it|nhieu) nguoi (?:it|nhieu)",
    "doi xu",
    # it is too little to live on
    "(?:qua|the nay|nhu the|re|thap) (?:thap|re|beo|it|mat)",
    "re mat_?",
    "song (?:lam )?sao",
    "song the nao",
    "ra duong (?:ma )?o",
    "mat trang",
    "lo (?:von|nang)",
    "thiet (?:thoi|qua|hai|don thiet kep)",
    "trang tay",
    # nothing was said to us
    "khong (?:he |thay |ai )?(?:bao|hoi|thong bao|hop)(?: y kien)? (?:truoc|gi|dan|ai)",
    "tu y",
    "tu tien",
    "luc khong co ai",
    # somebody will go higher
    "len (?:quan|thanh pho|thanh tra|tinh|trung uong|huyen)",
    "thanh tra",
    "vuot cap",
    "luat su",
    "(?<!y )kien (?:ra|len|cao|phuong|uy ban|den cung)",
    "(?:se|di|phai|muon|dang) kien",
    "(?:khoi|khieu) kien",
    "lam to chuyen",
    "keu (?:ai|cuu|oan)",
    "(?:lam|viet|gui|nop) don",
    "don thu",
    "doi quyen loi",
    "(?<!hom )qua ban",
    "vo cam",
)
"""What somebody says who does not agree with what was done or decided."""

DEMANDS = any_of(
    rf"(?:de nghi|yeu cau|doi|xin|mong|mong muon|kinh mong|phai|can){within(9)} "
    rf"(?:xem xet|xem|do|sua|tinh|kiem tra|kiem dem_?|kiem ke|xac minh|tra loi|dinh gia|ap gia|boi thuong|"
    rf"dinh chinh){within(6)} {_ANEW}",
    rf"(?:de nghi|yeu cau|doi|xin){within(6)} (?:huy|thu hoi quyet dinh|giai quyet|lam ro|dinh chi|bo sung|"
    rf"ho tro them)",
    "xem xet lai",
    "do lai",
    "(?:toi|dan|ho|chung toi|minh|gia dinh) (?:yeu cau|khong phuc|khong chap)",
    "khong phuc",
    "kien nghi",
)
"""That it be done again, put right or taken back."""

NEGLECT = any_of(
    rf"(?:khong|chang|cha|chua|ko) (?:thay )?(?:ai|mot ai|co ai|mot loi){within(1)} "
    r"(?:giai quyet|tra loi|xuong|den|noi|nghe|quan tam|tiep|giai thich|hoi han|lam gi|ngo ngang|biet)",
    "(?:cu|deu|van|chi) (?:im|im lang|lo di|dun day|hua|hen|khat)",
    "im lang",
    "dun day",
    "hua (?:suong|hao|mai)",
    "that hua",
    rf"(?:hen|keu|goi|hoi|xin|den|len|cho|nop|kien nghi|gui don){within(4)} (?:mai|hoai|may lan|nhieu lan|"
    rf"\d+ lan|bao lan|bao nhieu lan)",
    rf"(?:may|nhieu|bao nhieu|\d+) (?:lan|thang|nam|tuan){within(3)} (?:roi|nay)(?: roi)?{within(3)} (?:ma|van|"
    rf"chua|khong|chang)",
    rf"(?:goi|nhan|hoi|cho){within(5)} (?:khong|chang) (?:nghe may|bat may|tra loi|thay)",
    rf"(?:ho so|don|giay to){within(5)} (?:ngam|treo|de do|mac ket)",
    "coi thuong",
    "xem thuong",
    "vo trach nhiem",
    "quan lieu",
    "cua quyen",
    "hach dich",
    "lam an (?:the|kieu|gi|nhu)",
    "chan (?:lam|qua|that)",
    "buc (?:xuc|minh)",
    "tuc qua",
    "khong the chiu",
    "het chiu noi",
    "oan",
    "that vong",
)
"""Who was not answered, kept waiting or looked down upon, and says so."""

# -- half a grievance ---------------------------------------------------------------------------

REPROACHES = any_of(
    rf"(?:tai sao|sao|vi sao|co sao|ly do gi|ly do vi sao){within(9)} "
    r"(?:khong(?= \S)|lai|chua|it|thap|mai|moi|bi|the (?:a|nay)|nhieu hon|cham|lau)",
    rf"nha (?:ben|canh|hang xom|khac|nguoi ta|ong|ba_){within(6)}(?: ,)? (?:ma|con) (?:sao )?nha (?:toi|minh)",
    "mai (?:ma )?(?:khong thay|chua|van)",
    rf"(?:lau|cham){within(3)} (?:khong|chua|the|vay|qua|roi)",
    "co dung khong vay",
    "the ma",
    rf"don (?:khieu nai|kien nghi|to cao){within(8)}",
    "khong ro rang",
    rf"(?:toi|minh|dan|chung toi|nha) (?:khong|chua){within(2)} (?:ky|ban giao|nhan tien|di|chuyen|"
    rf"roi)(?= (?:thi|dau|vi)|$| [.!])",
)
"""What may be a question and may be a reproach: nobody but the person knows which."""

# -- the way itself -----------------------------------------------------------------------------

_COMPLAINING = (
    r"(?:(?:don |viec |quyen |thoi han |thoi hieu |thu tuc )?(?:khieu nai|to cao|khieu kien|kien nghi|phan anh)|"
    r"(?:lam|viet|gui|nop|lam don|viet don) don|don thu|lam don)"
)
NAMES_THE_WAY = any_of(
    _COMPLAINING,
    rf"(?:neu|gia su|truong hop|lo|nho){within(6)} (?:khong|chua) {_AGREE}",
    rf"khong {_AGREE} thi",
)
ASKS_THE_WAY = any_of(
    "o dau",
    "cho nao",
    "dau",
    "(?:gui|nop|gap|hoi|den|len|cho|tim) (?:cho )?(?:ai|dau|co quan nao|phong nao|cap nao)",
    "(?:lam|phai lam) (?:the nao|sao|gi)",
    "the nao",
    "nhu nao",
    "thu tuc",
    "thoi han",
    "thoi hieu",
    "mau don",
    "mau nao",
    "giay to gi",
    "nhung gi",
    "can gi",
    "bao lau",
    "bao nhieu ngay",
    "may ngay",
    "co duoc (?:khong|quyen)",
    rf"co (?:phai|can|duoc|mat_? phi|mat phi|mat tien){within(8)} (?:khong|hay)",
    "quyen gi",
    "ra sao",
    "cach nao",
    "cach",
)
AIMS_AT_SOMETHING = any_of(
    r"(?:khieu nai|to cao|khieu kien|phan anh|kien nghi) (?:ve |viec |ve viec )?"
    r"(?:viec|quyet dinh|phuong an|can bo|ong|ba_|anh|gia|ket qua|cach|bien ban|dien tich|to truong|chu tich|"
    r"ubnd|phuong)",
)
"""Whoever names what the complaint is about complains; whoever only asks for the way does not yet."""
ASKS_HOW_FAR = any_of("khi nao", "bao gio", "bao lau(?: nua)?", "den dau", "toi dau", "xong chua", "ket qua", "hom nao")
