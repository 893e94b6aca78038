"""Every country of the catalog has its sentences read: whoever acts there is its own body, or at least its government."""

from collections.abc import Mapping

import pytest

from admittance.catalog import Catalog
from admittance.documents import read_text
from admittance.documents.lexicon import CountryNames, lexicon
from admittance.model.ids import EntityId

ENGLISH = {
    "regulator": "{whose} telecoms regulator ordered internet providers to block Telegram on Monday.",
    "ministry": "{whose} communications ministry blocked Telegram on Monday.",
    "court": "A court in {city} ordered internet providers to block Telegram on Monday.",
    "judge": "A judge in {name} ordered the blocking of Telegram on Monday.",
    "parliament": "{whose} parliament passed a law on Monday that bans TikTok.",
}
CHINESE = {
    "regulator": "{name}电信监管机构周一下令互联网服务提供商封锁Telegram。",
    "ministry": "{name}通信部周一封锁了Telegram。",
    "court": "{name}一家法院周一下令封锁Telegram。",
    "parliament": "{name}议会周一通过法律,禁止TikTok。",
}
TELECOMS = (
    "af-atra", "al-akep", "ao-inacom", "ar-enacom", "au-acma", "az-icta", "bd-btrc", "bf-arcep", "bh-tra", "bj-arcep",
    "br-anatel", "bw-bocra", "ca-crtc", "cd-arptc", "cm-art", "co-crc", "de-bnetza", "dz-arpce", "eg-ntra", "es-cnmc",
    "et-eca", "fr-arcep", "ga-arcep", "gb-ofcom", "gh-nca", "gn-arpt", "gr-eett", "hk-ofca", "in-trai", "iq-cmc",
    "ir-cra", "it-agcom", "jo-trc", "ke-ca", "kh-trc", "kr-kcc", "kw-citra", "lb-tra", "lk-trcsl", "ml-amrtp",
    "mw-macra", "mx-ift", "my-mcmc", "ne-arcep", "ng-ncc", "ni-telcor", "np-nta", "om-tra", "ph-ntc", "pk-pta",
    "pt-anacom", "qa-cra", "ru-rkn", "rw-rura", "sa-cst", "sd-tpra", "sn-artp", "so-nca", "ss-nca", "sy-sytra",
    "tg-arcep", "th-nbtc", "tn-intt", "tr-btk", "tw-ncc", "tz-tcra", "ua-nkek", "ug-ucc", "us-fcc", "uz-uzkomnazorat",
    "ve-conatel", "za-icasa", "zm-zicta", "zw-potraz",
)  # fmt: skip
COURTS = {"IR": "ir-judiciary"}  # where the courts are an entity of another name


def acting(text: str, catalog: Catalog) -> list[str | None]:
    return [
        next((mention.entity for mention in action.mentions if mention.role == "regulator"), None)
        for action in read_text(text, catalog=catalog, published="2024-05-07").actions
    ]


def sentences(patterns: Mapping[str, str], names: CountryNames) -> dict[str, str]:
    name = names.names[0]
    whose = f"{name}'" if name.endswith("s") else f"{name}'s"
    city = names.capitals[0] if names.capitals else name
    return {kind: pattern.format(name=name, whose=whose, city=city) for kind, pattern in patterns.items()}


@pytest.mark.parametrize(("language", "patterns"), [("en", ENGLISH), ("zh", CHINESE)])
def test_bodies_of_every_country_act_for_it(language: str, patterns: Mapping[str, str], catalog: Catalog) -> None:
    strangers: list[str] = []
    for code, names in lexicon().languages[language].countries.items():
        read = {kind: acting(text, catalog) for kind, text in sentences(patterns, names).items()}
        for kind, bodies in read.items():
            if [body for body in bodies if body and catalog.entities[EntityId(body)].country == code] != bodies or len(
                bodies
            ) != 1:
                strangers.append(f"{code} {kind}: {bodies}")
        court = COURTS.get(code, f"{code.lower()}-court")
        strangers += [f"{code} {kind}: {read[kind]}" for kind in ("court", "judge") if kind in read and read[kind] != [court]]
    assert strangers == []


@pytest.mark.parametrize(("language", "patterns"), [("en", ENGLISH), ("zh", CHINESE)])
def test_regulators_are_found_by_what_they_do(language: str, patterns: Mapping[str, str], catalog: Catalog) -> None:
    countries = lexicon().languages[language].countries
    wrong = {
        regulator: bodies
        for regulator in TELECOMS
        if (code := regulator[:2].upper()) in countries
        and (bodies := acting(sentences(patterns, countries[code])["regulator"], catalog)) != [regulator]
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "regulator"),
    [
        ("Ghana's NCA blocked Telegram on Monday.", "gh-nca"),
        ("The NCA of South Sudan blocked Telegram on Monday.", "ss-nca"),
        ("Telegram stopped working in Mali. The High Authority for Communication blocked Telegram on Monday.", "ml-hac"),
        ("Users in Gabon protested. The High Authority for Communication blocked Telegram on Monday.", "ga-hac"),
        ("Burkina Faso's CSC blocked Telegram on Monday.", "bf-csc"),
        ("The ARCEP in Togo blocked Telegram on Monday.", "tg-arcep"),
        ("In Qatar, the Communications Regulatory Authority blocked Telegram on Monday.", "qa-cra"),
        ("Hong Kong's Department of Justice blocked Telegram on Monday.", "hk-doj"),
        ("The U.S. Department of Justice blocked Telegram on Monday.", "us-doj"),
    ],
)
def test_bodies_that_share_a_name_are_told_apart_by_their_country(text: str, regulator: str, catalog: Catalog) -> None:
    assert acting(text, catalog) == [regulator]


@pytest.mark.parametrize(
    "text",
    ["The NCA blocked Telegram on Monday.", "Users in Norway said the CSC blocked Telegram on Monday."],
)
def test_an_abbreviation_without_its_country_is_nobodys(text: str, catalog: Catalog) -> None:
    assert not {"gh-nca", "ss-nca", "so-nca", "bf-csc", "ne-csc"} & set(acting(text, catalog))


@pytest.mark.parametrize(
    ("text", "regulator"),
    [
        ("A South African judge blocked Telegram on Monday.", "za-court"),
        ("Brazil's Supreme Court blocked Telegram on Monday. A court in Recife then blocked Signal.", "br-stf"),
        ("The Delhi High Court ordered Telegram to be blocked on Monday.", "in-delhi-court"),
        ("以色列议会周一通过法律,禁止TikTok。", "il-knesset"),
        ("The Knesset passed a law on Monday that bans TikTok.", "il-knesset"),
        ("喀土穆一家法院周一下令封锁Telegram。", "sd-court"),
    ],
)
def test_courts_and_parliaments_stand_for_themselves(text: str, regulator: str, catalog: Catalog) -> None:
    assert acting(text, catalog)[0] == regulator


@pytest.mark.parametrize(
    ("text", "regulator"),
    [
        ("北京市文化和旅游局约谈斗鱼。", "cn-local-ct"),
        ("上海市市场监督管理局约谈美团。", "cn-local-amr"),
        ("浙江省公安厅要求下架Telegram。", "cn-provincial-psb"),
        ("深圳市网信办约谈小红书。", "cn-provincial-cac"),
        ("北京市网信办约谈知乎。", "cn-cac-beijing"),
        ("A judge in California ordered internet providers to block Telegram on Monday.", "us-court"),
        ("A court in Côte d'Ivoire ordered internet providers to block Telegram on Monday.", "ci-court"),
    ],
)
def test_bodies_of_places_are_those_of_their_level_or_country(text: str, regulator: str, catalog: Catalog) -> None:
    assert acting(text, catalog) == [regulator]
