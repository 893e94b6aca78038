"""Published lists as editions, and runs as of a day."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from admittance.errors import InputError, UsageError
from admittance.judge.fingerprints import shipped
from admittance.lab.scenario import Scenario
from admittance.lake import Lake
from admittance.model.edition import Edition, EditionKind
from admittance.model.episode import Change
from admittance.model.verdict import ControlRecord, Verdict
from admittance.pipeline.editions import (
    KeptList,
    OtherFile,
    PublishedList,
    editions_holding,
    keep_list,
    marks_of,
    published_lists,
    sites_of,
)
from admittance.pipeline.ingest import ingest
from admittance.pipeline.run import run
from tests.judge.probe import Hop, Page, web
from tests.pipeline.conftest import clock, derived_rows

PAGES = "name,scope,other_names,location_found,pattern_type,pattern,confidence_no_fp,expected_countries,source,exp_url,notes\n"
ANSWER = PAGES + "a,nat,,dns,full,{address},5,,made up,,\n"
SITES = "url,category_code,category_description,date_added,source,notes\nhttps://example.org/,NEWS,News Media,2020-01-01,,\n"
SIGNATURES = '{"fingerprint":"b_nat_a","pattern":"by decree"}\n'


def publish(folder: Path, name: str, text: str) -> str:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return str(folder / name)


def keep(lake: Lake, path: str, day: date, at: datetime | None = None) -> KeptList:
    (found,) = published_lists([path])
    assert isinstance(found, PublishedList)
    return keep_list(lake, found, holds_from=day, clock=lambda: at or clock())


@pytest.mark.parametrize(
    ("name", "text", "kind", "label"),
    [
        ("fingerprints_http.csv", PAGES + "a,nat,,body,contains,x y z,5,,,,\n", EditionKind.OONI_HTTP, "ooni_http"),
        ("mine.csv", PAGES + "a,nat,,body,contains,x y z,5,,,,\n", EditionKind.OONI_HTTP, "ooni_http"),
        ("mine.csv", ANSWER, EditionKind.OONI_DNS, "ooni_dns"),
        ("ZZ.csv", SITES, EditionKind.TEST_LIST, "zz"),
        ("blockpage_signatures.json", SIGNATURES, EditionKind.CENSORED_PLANET_BLOCKPAGES, "censored_planet_blockpages"),
    ],
)
def test_a_list_is_known_by_its_name_or_its_first_line(
    tmp_path: Path, name: str, text: str, kind: EditionKind, label: str
) -> None:
    (found,) = published_lists([publish(tmp_path, name, text)])
    assert isinstance(found, PublishedList)
    assert (found.kind, found.name, found.entries) == (kind, label, 1)


def test_what_is_no_known_list_is_left_out_of_a_folder_and_refused_by_name(tmp_path: Path) -> None:
    publish(tmp_path, "cn.csv", SITES)
    legend = publish(tmp_path, "legend.csv", "New Code,Description\nNEWS,News\n")
    assert [type(found) for found in published_lists([str(tmp_path)])] == [PublishedList, OtherFile]
    (refused,) = published_lists([legend])
    assert isinstance(refused, InputError)
    assert "--kind" in str(refused)
    (kept,) = published_lists([publish(tmp_path, "mine.json", SIGNATURES)], kind=EditionKind.CENSORED_PLANET_FALSE_POSITIVES)
    assert isinstance(kept, PublishedList)
    with pytest.raises(UsageError, match="no such file"):
        list(published_lists([str(tmp_path / "none")]))


def test_an_edition_holds_until_the_next_and_nothing_is_replaced(lake: Lake, tmp_path: Path) -> None:
    one = publish(tmp_path, "zz.csv", SITES)
    two = publish(tmp_path / "later", "zz.csv", SITES.replace("example.org", "example.net"))
    assert keep(lake, one, date(2023, 1, 1)).new
    assert not keep(lake, one, date(2023, 2, 1)).new
    assert keep(lake, two, date(2023, 3, 1)).new
    assert keep(lake, one, date(2023, 4, 1)).new  # back to what it was
    assert keep(lake, two, date(2023, 4, 1), clock() + timedelta(seconds=1)).new  # of one day the later one holds
    snapshot = lake.snapshot()
    assert snapshot.scan(Edition).collect().height == 4

    def held(day: date | None) -> list[str]:
        return [entry.url for entry in sites_of(editions_holding(snapshot, day)).entries]

    assert held(date(2022, 12, 31)) == []
    assert held(date(2023, 2, 28)) == ["https://example.org/"]
    assert held(date(2023, 3, 1)) == ["https://example.net/"]
    assert held(None) == ["https://example.net/"]


def test_marks_follow_the_shipped_ones_and_name_every_edition(lake: Lake, tmp_path: Path) -> None:
    kept = keep(lake, publish(tmp_path, "fingerprints_dns.csv", ANSWER.replace("{address}", "198.51.100.7")), date(2023, 1, 1))
    keep(lake, publish(tmp_path, "zz.csv", SITES), date(2023, 1, 1))
    marks = marks_of(editions_holding(lake.snapshot()))
    assert marks.version == f"{shipped().version} {kept.version}"
    assert marks.known_answer("198.51.100.7") == "a"
    assert marks_of([]).version == shipped().version


def fired(lake: Lake, as_of: str | None = None) -> dict[str, int]:
    verdicts = lake.snapshot(as_of=as_of).scan(Verdict).group_by("rule").len().sort("rule").collect()
    return dict(verdicts.iter_rows())


def test_a_run_as_of_a_day_uses_what_held_then_and_reads_no_raw_file(lake: Lake, tmp_path: Path) -> None:
    page = Page(403, "Access denied", 700, {"Content-Type": "text/html"}, text="withheld by decree 7")
    raw = tmp_path / "measurements.jsonl"
    raw.write_text(json.dumps(web(Hop("http://www.example.com/", page=page))) + "\n")
    ingest(lake, "ooni", [raw], clock=clock)
    raw.unlink()
    run(lake)
    before = fired(lake)
    marked = PAGES + "a,nat,,body,contains,withheld by decree,5,,made up,,\n"
    kept = keep(lake, publish(tmp_path, "fingerprints_http.csv", marked), date(2022, 1, 1))
    run(lake)
    now, present = fired(lake), derived_rows(lake.snapshot())
    assert "network.http.blockpage" not in before
    assert now["network.http.blockpage"] == 1

    former = run(lake, as_of=date(2021, 12, 31))
    assert (former.as_of, former.editions, former.changes) == ("2021-12-31", (), 0)
    assert fired(lake, "2021-12-31") == before
    later = run(lake, as_of=date(2022, 1, 1))
    assert later.editions == (kept.version,)
    assert fired(lake, "2022-01-01") == now
    named = lake.snapshot(as_of="2022-01-01").scan(Verdict).select("fingerprints").unique().collect()["fingerprints"].to_list()
    assert named == [f"{shipped().version} {kept.version}"]

    for name, table in derived_rows(lake.snapshot()).items():  # the present is as it was
        assert table.equals(present[name]), name
    again = run(lake, as_of=date(2021, 12, 31))
    assert again.rejudged == 0
    assert again.release == later.release


def test_a_run_as_of_a_day_has_the_controls_of_that_day_and_writes_no_change(lake: Lake, scenario: Scenario) -> None:
    ingest(lake, "ooni", [scenario.raw], clock=clock)
    run(lake)
    present = lake.snapshot()
    log = present.scan(Change).sort("sequence").collect()
    seen = present.scan(ControlRecord).collect()
    day = seen["last_seen"].max()
    assert isinstance(day, datetime)
    middle = (day - timedelta(days=3)).date()
    run(lake, as_of=middle)
    former = lake.snapshot(as_of=middle.isoformat()).scan(ControlRecord).collect()
    assert former["last_seen"].max() < datetime.combine(middle + timedelta(days=1), datetime.min.time(), UTC)  # type: ignore[operator]
    run(lake, as_of=date(2020, 1, 1))
    assert lake.snapshot(as_of="2020-01-01").scan(ControlRecord).collect().is_empty()
    assert lake.snapshot().scan(Change).sort("sequence").collect().equals(log)
    assert lake.snapshot(as_of="2020-01-01").scan(Change).sort("sequence").collect().equals(log)
