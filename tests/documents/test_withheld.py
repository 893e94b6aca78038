"""Words that a platform withholds: which sentences say so, of which words, where, and which only look like it."""

import pytest
from msgspec import UNSET

from admittance.catalog import load
from admittance.documents.read import read_text
from admittance.model.vocabulary import Gate

CATALOG = load()
Told = tuple[str, str, str | None, str]


def told(text: str) -> list[Told]:
    """Word, status (`denied` where the text denies it), platform and country of each claim about a keyword."""
    claims = read_text(text, catalog=CATALOG, published="2023-01-15").network_claims
    return [
        (
            claim.subject.removeprefix("keyword:"),
            claim.status.value if claim.factuality.polarity == "affirmed" else "denied",
            None if claim.platform is UNSET else claim.platform,
            claim.place.country,
        )
        for claim in claims
        if claim.gate is Gate.CONTENT
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Chinese microblog Weibo has banned searches for “Pooh bear” and “emperor”.",
            [("Pooh bear", "blocked", "weibo", "CN"), ("emperor", "blocked", "weibo", "CN")],
        ),
        ("Searching for “Urumqi fire” on Douyin returned no results.", [("Urumqi fire", "blocked", "douyin", "CN")]),
        (
            "In India, the hashtag #ResignModi was hidden by Facebook on April 28, 2021.",
            [("ResignModi", "blocked", "facebook", "IN")],
        ),
        ("Zhihu removed the hashtag #Sitong Bridge# from its topics.", [("Sitong Bridge", "blocked", "zhihu", "CN")]),
        ("Weibo has unblocked searches for “June 4”, users found.", [("June 4", "restored", "weibo", "CN")]),
        (
            "Weibo denied that it had censored the hashtag #XinjiangCotton.",
            [("XinjiangCotton", "denied", "weibo", "CN")],
        ),
        (
            "The words “lie flat” and “involution” are now sensitive terms that Weibo filters.",
            [("lie flat", "blocked", "weibo", "CN"), ("involution", "blocked", "weibo", "CN")],
        ),
        (
            "Baidu and Weibo have blocked searches for the keyword “Panama Papers”.",  # a country in a word is no place
            [("Panama Papers", "blocked", "weibo", "CN")],
        ),
        (
            "Searches on Weibo for “Shanghai lockdown” and “Omicron” turned up no results this week.",
            [("Shanghai lockdown", "blocked", "weibo", "CN"), ("Omicron", "blocked", "weibo", "CN")],
        ),
        (
            "WeChat users cannot send messages with the words “Falun Gong” in China.",
            [("Falun Gong", "blocked", "wechat", "CN")],
        ),
        ("Searching Zhihu for “Ren Zhiqiang” gives no results.", [("Ren Zhiqiang", "blocked", "zhihu", "CN")]),
        ("微信未屏蔽“清零”一词。", [("清零", "denied", "wechat", "CN")]),
        ("“鼠头鸭脖”等词在抖音被屏蔽。", [("鼠头鸭脖", "blocked", "douyin", "CN")]),
        ("Bilibili一度屏蔽“乌鲁木齐”的搜索,后已恢复搜索。", [("乌鲁木齐", "restored", "bilibili", "CN")]),
        ("新浪微博将“躺平”列为敏感词。", [("躺平", "blocked", "weibo", "CN")]),
        ("2022年10月13日,微博上无法搜索“北京+横幅”。", [("北京 + 横幅", "blocked", "weibo", "CN")]),
        ("抖音屏蔽了话题#彭帅#。", [("彭帅", "blocked", "douyin", "CN")]),
        ("知乎解封了“唐山打人”话题。", [("唐山打人", "restored", "zhihu", "CN")]),
        ("微信用户发现,含有“白纸革命”字样的消息无法发送。", [("白纸革命", "blocked", "wechat", "CN")]),
    ],
)
def test_words_that_a_text_says_are_withheld(text: str, expected: list[Told]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Tencent plans to block the search term “winner” on WeChat.",
        "“The platform must censor itself,” the minister said in China.",
        "The ministry blocked the website “Example News” in Turkey.",
        "Police in China banned the film “Ten Years”, reports said.",
        "Weibo blocked the user “Teacher Li” for posting rumours.",
        "The hashtag #Example was banned.",  # nobody says where
        "NetBlocks: Twitter and Instagram are now restricted in #Zambia on election day.",  # a place
        "Confirmed: TikTok has been blocked in Albania #KeepItOn",  # a label of the text itself
        "外交部发言人表示,“中国的互联网是开放的”,不存在屏蔽。",
        "国家网信办要求各平台严格审查“自媒体”账号。",
        "用户“李老师”在微博被封禁。",
        "China's regulator ordered platforms to filter the words “Hong Kong independence”.",  # a measure
        "A user searched for “VPN” and then the site was blocked in Iran.",
        "The words “freedom” and “vote” appear in a film that was banned in Iran.",
        "The hashtag #FreeSpeech trended on Weibo before posts were deleted in China.",
        "警方以“寻衅滋事”为由拘留在微博发帖的网民,相关话题被屏蔽。",
        "他在微博发表“再见”后,账号被封禁。",
    ],
)
def test_what_only_looks_like_it(text: str) -> None:
    assert told(text) == []


def test_a_claim_has_the_day_and_the_words_of_its_sentence() -> None:
    text = "An editor resigned. Weibo blocked searches for “white paper” on November 28, 2022, users said."
    (claim,) = read_text(text, catalog=CATALOG).network_claims
    assert (claim.onset.value, claim.rule) == ("2022-11-28", "en.keyword-withheld")
    assert [voice.source_class.value for voice in claim.attribution] == ["users"]
    assert claim.evidence[0].quote.startswith("Weibo blocked searches")
