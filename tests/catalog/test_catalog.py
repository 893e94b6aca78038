from pathlib import Path

import msgspec
import pytest

from admittance.catalog import Catalog, load
from admittance.errors import CatalogError, UsageError
from admittance.model.ids import EntityId, SubjectId, TargetId


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


@pytest.mark.parametrize(
    ("test_name", "host", "subject", "target"),
    [
        ("telegram", "149.154.167.51", "telegram", "telegram/dc_pool"),
        ("telegram", "203.0.113.7", "telegram", "telegram/dc_pool"),  # a data centre that the catalog does not list yet
        ("telegram", "web.telegram.org", "telegram", "telegram/web"),
        ("web_connectivity", "203.0.113.7", "site:203.0.113.7", "site:203.0.113.7/203.0.113.7"),
        ("web_connectivity", "telegram.org", "telegram", "site:telegram.org/telegram.org"),
        ("web_connectivity", "WEB.Telegram.org.", "telegram", "telegram/web"),
        ("web_connectivity", "zh.wikipedia.org", "wikipedia", "site:wikipedia.org/zh.wikipedia.org"),
        ("web_connectivity", "en.wikipedia.org", "wikipedia", "site:wikipedia.org/en.wikipedia.org"),
        ("web_connectivity", "www.example.co.uk", "site:example.co.uk", "site:example.co.uk/www.example.co.uk"),
        ("signal", "chat.signal.org", "signal", "signal/chat"),
        ("web_connectivity", "www.clubhouseapi.com", "clubhouse", "clubhouse/api"),
        ("whatsapp", "e16.whatsapp.net", "whatsapp", "whatsapp/endpoints"),
        ("whatsapp", "v.whatsapp.net", "whatsapp", "whatsapp/registration"),
        ("facebook_messenger", "edge-mqtt.facebook.com", "messenger", "messenger/edge"),
        ("tor", "128.31.0.39", "tor", "tor/directory"),
        ("tor", "2001:db8::7", "tor", "tor/bridges"),
        ("vanilla_tor", "tor", "tor", "tor/tunnel"),
        ("psiphon", "psiphon", "psiphon", "psiphon/tunnel"),
        ("riseupvpn", "203.0.113.7", "riseup", "riseup/gateways"),
        ("openvpn", "203.0.113.7", "openvpn", "openvpn/gateways"),
        ("http_invalid_request_line", "203.0.113.7", "ooni", "ooni/helpers"),
    ],
)
def test_endpoints_resolve_to_targets(catalog: Catalog, test_name: str, host: str, subject: str, target: str) -> None:
    assert catalog.target_of_endpoint(test_name, host) == (subject, target)


def test_a_room_can_be_unjoinable_while_its_audio_goes_on(catalog: Catalog) -> None:
    clubhouse = catalog.subjects[SubjectId("clubhouse")]
    assert set(clubhouse.works.all_of) == {"api", "audio"}
    assert catalog.targets[TargetId("clubhouse/api")].hosts != catalog.targets[TargetId("clubhouse/audio")].hosts


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        ("signal", "signal"),
        ("Signal", "signal"),
        ("874139669", "signal"),
        ("org.thoughtcrime.securesms", "signal"),
        ("https://web.telegram.org/k/", "telegram"),
        ("微信", "wechat"),
        ("news.example.co.uk", "site:example.co.uk"),
        ("site:example.org", "site:example.org"),
    ],
)
def test_people_find_a_subject_by_what_they_call_it(catalog: Catalog, query: str, subject: str) -> None:
    assert catalog.find_subject(query) == subject


def test_an_unknown_name_says_what_was_near(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="did you mean telegram"):
        catalog.find_subject("telegra")
    with pytest.raises(UsageError, match="give an id, a name or a host"):
        catalog.find_subject("no such thing")


def test_apps_resolve_by_store(catalog: Catalog) -> None:
    assert catalog.target_of_app("apple", "874139669") == ("signal", "signal/ios")
    assert catalog.target_of_app("gplay", "org.example.app") == (
        "app:gplay/org.example.app",
        "app:gplay/org.example.app/android",
    )


def test_every_subject_of_the_shipped_catalog_can_be_found_by_its_id(catalog: Catalog) -> None:
    for entity in catalog.entities:
        assert catalog.find_subject(entity) == SubjectId(entity)


GOOD_ENTITY: dict[str, object] = {"id": "a", "kind": "app", "name": "A"}
GOOD_TARGETS = """
[[subject]]
id = "a"
name = "A"
targets = ["a/web"]
works = { all_of = ["web"] }
[[target]]
id = "a/web"
subject = "a"
gate = "network"
role = "web"
hosts = ["a.example"]
"""


def write(folder: Path, entities: list[dict[str, object]], targets: str) -> Path:
    (folder / "entities.jsonl").write_bytes(b"\n".join(msgspec.json.encode(entity) for entity in entities))
    (folder / "targets.toml").write_text(targets)
    (folder / "topics.toml").write_text('tibet = { en = ["tibet"], zh = ["西藏"] }')
    (folder / "roles.toml").write_text('api = { en = ["api"] }')
    return folder


def test_the_version_changes_with_the_content_and_only_with_it(tmp_path: Path) -> None:
    one = load(write(tmp_path, [GOOD_ENTITY], GOOD_TARGETS)).version
    assert load(write(tmp_path, [GOOD_ENTITY], GOOD_TARGETS)).version == one
    assert load(write(tmp_path, [{**GOOD_ENTITY, "name": "B"}], GOOD_TARGETS)).version != one


@pytest.mark.parametrize(
    ("entities", "targets", "message"),
    [
        ([GOOD_ENTITY, GOOD_ENTITY], GOOD_TARGETS, "line 2: id 'a' stands twice"),
        ([{**GOOD_ENTITY, "parent": "b"}], GOOD_TARGETS, "a: parent 'b' is unknown"),
        ([{**GOOD_ENTITY, "names": []}], GOOD_TARGETS, "line 1: .*names"),
        ([{key: GOOD_ENTITY[key] for key in ("id", "name")}], GOOD_TARGETS, "line 1: .*kind"),
        ([{**GOOD_ENTITY, "id": "b"}], GOOD_TARGETS, "subject 'a' is no entity"),
        ([GOOD_ENTITY], GOOD_TARGETS.replace('["web"]', '["app"]'), "no target has the role 'app'"),
        ([GOOD_ENTITY], GOOD_TARGETS.replace('"a/web"', '"b/web"'), "must start with its subject"),
        ([GOOD_ENTITY], GOOD_TARGETS.replace('["a.example"]', '["a.example", "a.example"]'), "claimed twice"),
        ([GOOD_ENTITY], GOOD_TARGETS.replace("network", "networks"), "networks"),
        ([GOOD_ENTITY], "[[subject", "targets.toml"),
    ],
)
def test_a_catalog_that_contradicts_itself_is_refused(
    tmp_path: Path, entities: list[dict[str, object]], targets: str, message: str
) -> None:
    with pytest.raises(CatalogError, match=message):
        load(write(tmp_path, entities, targets))


def test_ids_are_lower_case_and_free_of_spaces(catalog: Catalog) -> None:
    assert [entity for entity in catalog.entities if entity != EntityId(entity.lower().replace(" ", "-"))] == []
