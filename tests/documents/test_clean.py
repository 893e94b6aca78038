import pytest

from admittance.documents.clean import clean


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("“Signal’s” ＶＰＮ，２０２１", '"Signal\'s" VPN,2021'),
        ("封鎖臉書", "封锁脸书"),
        ("Te\u200bleg\u00adram", "Telegram"),
        ("中国zhōngguó政府", "中国政府"),
        ("6 月 10 日", "6月10日"),
        ("an app\nthat is", "an app that is"),
        ("A title\n\nA line.\nAnother.", "A title\n\nA line.\nAnother."),
    ],
)
def test_readable_text(text: str, readable: str) -> None:
    assert clean(text).text == readable


def test_noise_is_blanked_and_nothing_moves() -> None:
    text = "China blocked Signal.\nWarning: A non-numeric value encountered in /x/td_block.php on line 353"
    readable = clean(text)
    assert len(readable.text) == len(text)
    assert readable.text.rstrip() == "China blocked Signal."


def test_spans_lead_back_to_the_original() -> None:
    text = "據報道 “Te\u200blegram” 6 月"
    readable = clean(text)
    start = readable.text.index("Telegram")
    span = readable.span(start, start + len("Telegram"))
    assert span.quote == "Te\u200blegram"
    assert text[span.start : span.end] == span.quote


def test_sentences_know_headline_and_language() -> None:
    sentences = clean("A headline\n\nDr. Li of the U.S. said so. He left.\n网信办约谈。微博整改。").sentences
    assert [(sentence.headline, sentence.language) for sentence in sentences] == [
        (True, "en"),
        (False, "en"),
        (False, "en"),
        (False, "zh"),
        (False, "zh"),
    ]
