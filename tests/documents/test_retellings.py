"""One text told again is one witness; two texts on one matter are two."""

import hashlib
from itertools import permutations

from admittance.documents.retellings import Told, first_tellings
from admittance.model.documents import Sha256

DISPATCH = (
    "The encrypted messaging app Signal has been blocked in China since Monday evening, the monitoring group GreatFire said on "
    "Tuesday. Users in several provinces could not connect without a virtual private network, and the company's website was "
    "out of reach. The cyberspace regulator did not answer a request for comment, and an Apple spokeswoman declined to speak."
)
OTHER = (
    "Signal stopped working for many people in China this week. A reporter in Shanghai found on Tuesday that messages no "
    "longer left her phone unless she turned on a tunnel; GreatFire, which watches such things, dates the blocking to Monday. "
    "Neither the regulator nor Apple would comment when asked about the app, which had been downloaded half a million times."
)
HANZI = (
    "国家互联网信息办公室发布通报称，经检测核实，该应用存在严重违法违规收集使用个人信息问题，"
    "依据网络安全法相关规定，通知应用商店下架该应用，要求运营公司认真整改。"
)


def told(text: str, published: str | None = None) -> Told:
    return Told(sha256=Sha256(hashlib.sha256(text.encode()).hexdigest()), text=text, published=published)


def test_a_reprint_with_another_head_and_foot_is_the_first_telling_again() -> None:
    first = told(DISPATCH, "2021-03-16")
    reprint = told(f"Signal goes dark!\n\n{DISPATCH.replace('Tuesday', 'TUESDAY')}\n\n(Agencies. Subscribe now.)", "2021-03-17")
    undated = told(f"REUTERS – {DISPATCH}")
    own = told(OTHER, "2021-03-16")
    for order in permutations([first, reprint, undated, own]):
        assert first_tellings(order) == {reprint.sha256: first.sha256, undated.sha256: first.sha256}


def test_chinese_notices_reprinted_are_one() -> None:
    first, second = told(HANZI, "2021-07-04"), told(f"新闻晚报讯 {HANZI.replace('，', ', ')}", "2021-07-05")
    assert first_tellings([second, first]) == {second.sha256: first.sha256}


def test_short_texts_and_empty_ones_are_never_one() -> None:
    assert (
        first_tellings([told("Signal has been blocked in China."), told("Signal has been blocked in China!"), told("")]) == {}
    )


def test_a_digest_of_two_texts_does_not_make_them_one() -> None:
    a, b = told(DISPATCH, "2021-03-16"), told(OTHER, "2021-03-17")
    digest = told(f"{DISPATCH}\n\n{OTHER}", "2021-03-18")
    assert first_tellings([digest, b, a]) == {digest.sha256: a.sha256}
