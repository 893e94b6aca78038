"""Names of services and voices in sentences: what counts as a name, and what only looks like one."""

import pytest

from admittance.catalog import Catalog
from admittance.documents import read_text
from admittance.documents.gazetteer import gazetteer, lower
from admittance.documents.lexicon import lexicon
from admittance.model.documents import Place


def touched(text: str, catalog: Catalog) -> set[str]:
    reading = read_text(text, catalog=catalog, published="2024-05-07")
    claimed = {str(claim.subject) for claim in reading.network_claims}
    return claimed | {
        mention.entity or mention.surface
        for action in reading.actions
        for mention in action.mentions
        if mention.role in {"target", "object"}
    }


@pytest.mark.parametrize(
    ("text", "services"),
    [
        ("Vietnam blocked Luật Khoa, Dan Luan and The Vietnamese on Monday.", {"luat-khoa", "dan-luan", "the-vietnamese"}),
        ("Belarus blocked Novy Chas and Charter 97 on Monday.", {"novy-chas", "charter97"}),
        ("Russia blocked Chess.com and the Google Public DNS on Monday.", {"chess-com", "google-dns"}),
        ("Egypt blocked HuffPost Arabi and Mada Masr on Monday.", {"huffpost-arabi", "mada-masr"}),
        ("中国周一屏蔽了百度网盘和GitLab。", {"baidu-netdisk", "gitlab"}),
        ("香港周一封锁了香港编年史。", {"hk-chronicles"}),
    ],
)
def test_services_of_many_countries_are_known(text: str, services: set[str], catalog: Catalog) -> None:
    assert touched(text, catalog) == services


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("The Vietnamese government blocked Signal on Monday.", "VN"),
        ("The diplomat said that Iran blocked Signal on Monday.", "IR"),
        ("今日俄罗斯封锁了Signal。", "RU"),
    ],
)
def test_a_name_that_is_nobodys_hides_nothing(text: str, country: str, catalog: Catalog) -> None:
    (action,) = read_text(text, catalog=catalog, published="2024-05-07").actions
    assert touched(text, catalog) == {"signal"}
    assert action.place == Place(country=country)
    assert not any("diplomat" in str(voice.source) for voice in action.attribution)


@pytest.mark.parametrize(
    ("voice", "source"),
    [
        ("the Middle East News Agency", "mena-agency"),
        ("Anadolu Agency", "anadolu"),
        ("Tasnim News Agency", "tasnim"),
        ("HRANA", "hrana"),
        ("Hong Kong Free Press", "hkfp"),
        ("Media Foundation for West Africa", "mfwa"),
    ],
)
def test_agencies_papers_and_groups_are_voices(voice: str, source: str, catalog: Catalog) -> None:
    (claim,) = read_text(
        f"Signal was blocked in Chad on Thursday, according to {voice}.", catalog=catalog, published="2024-08-09"
    ).network_claims
    assert [one.source for one in claim.attribution] == [source]


def named(text: str, catalog: Catalog) -> set[str]:
    return {noun.entity for noun in gazetteer(catalog, lexicon()).nouns(text, lower(text)) if noun.entity}


@pytest.mark.parametrize(
    ("text", "stranger"),
    [
        ("In Russia 24 people were hurt, and Russia 1-0 Spain was the score.", "rossiya-24"),
        ("India today blocked fifty apps.", "india-today"),
        ("The trader Bunge bought a port.", "tz-parliament"),
        ("The firm ZAO Neft sold its shares.", "zao"),
        ("The package is on CRAN, the archive of the R project.", "na-cran"),
        ("Doctors in Ohio are paid under MACRA.", "mw-macra"),
        ("Canada's House of Commons voted on Monday.", "gb-parliament"),
        ("要发扬钉钉子精神。", "dingtalk"),
        ("当地部落冲突造成十人死亡。", "clash-of-clans"),
        ("这一问题捅了马蜂窝。", "mafengwo"),
        ("餐桌上有皮皮虾和豌豆荚。", "pipixia-app"),
        ("他在中国经济时报任职。", "economic-times"),
    ],
)
def test_ordinary_words_are_no_names(text: str, stranger: str, catalog: Catalog) -> None:
    assert stranger not in named(text, catalog)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Namibia's regulator CRAN warned the carriers.", "na-cran"),
        ("Canada's House of Commons voted on Monday.", "ca-parliament"),
        ("Britain's House of Commons voted on Monday.", "gb-parliament"),
        ("Bangladesh's Ministry of Information and Broadcasting blocked sites.", "bd-information"),
    ],
)
def test_names_that_several_share_are_the_countrys_own(text: str, body: str, catalog: Catalog) -> None:
    assert body in named(text, catalog)
