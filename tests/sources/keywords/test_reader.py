"""Tables of keywords in the shapes in which they are published."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from admittance.catalog import load
from admittance.errors import InputError
from admittance.model.ids import FileId
from admittance.sources import Batch, ReadOptions, Selection, SourceFile
from admittance.sources.keywords.platforms import PLATFORMS, platform_named, platforms_in_name
from admittance.sources.keywords.reader import KEYWORDS

Read = Callable[..., Batch]
Told = list[tuple[str, str, str, str]]


@pytest.fixture
def read_named(tmp_path: Path) -> Callable[..., Batch]:
    """Reads bytes as a file of a name: `read_named("search__ongoing__weibo.csv", content, **options)`."""

    def read(name: str, content: bytes, **options: object) -> Batch:
        path = tmp_path / "stored"
        path.write_bytes(content)
        file = SourceFile(path=path, file=FileId("f"), address=f"folder/{name}")
        given = {"recorded_at": datetime(2026, 1, 1, tzinfo=UTC), "batch_size": 1_000_000, **options}
        (batch,) = KEYWORDS.read(file, ReadOptions(**given))  # type: ignore[arg-type]
        return batch

    return read


def told(batch: Batch) -> Told:
    """Place, keyword, status and time of each observation, in the order of the file."""
    rows = batch.snapshots.select("place", "item", "status", "time").iter_rows()
    return [(place, item, status, f"{time:%Y-%m-%d %H:%M}") for place, item, status, time in rows]


def reasons(batch: Batch) -> list[str]:
    return batch.rejects["reason"].to_list()


def test_search_bans_with_their_trigger(read_named: Callable[..., Batch]) -> None:
    content = "Result,idx,Date,Source\n桃 + 李,0,2023-12-30T22:41:44Z,https://example.org/a\npeach,7,2023-12-31,\n".encode()
    batch = read_named("search__ongoing__weibo.csv", content)
    assert told(batch) == [("weibo", "李 + 桃", "banned", "2023-12-30 22:41"), ("weibo", "peach", "banned", "2023-12-31 00:00")]
    assert batch.snapshots["url"].to_list() == ["https://example.org/a", None]
    assert batch.snapshots["country"].unique().to_list() == ["CN"]
    assert batch.snapshots["gate"].unique().to_list() == ["content"]


@pytest.mark.parametrize(
    ("heading", "banned", "allowed"),
    [
        ("Keyword,Platform,Result,Date", "banned", "allowed"),
        ("Keyword,Platform,Censored,Date Found", "True", "False"),
        ("word,app,blocked,tested_at", "1", "0"),
        ("term,client,Status,timestamp", "Blocked", "Not blocked"),
        ("keyword,platform,outcome,observed_at", "yes", "no"),
    ],
)
def test_what_went_through_is_never_read_as_banned(
    heading: str, banned: str, allowed: str, read_named: Callable[..., Batch]
) -> None:
    content = f"{heading}\n劉曉波,WeChat,{banned},2017-07-14\n天氣,WeChat,{allowed},2017/7/14\n".encode()
    batch = read_named("sample.csv", content)
    assert told(batch) == [
        ("wechat", "劉曉波", "banned", "2017-07-14 00:00"),
        ("wechat", "天氣", "allowed", "2017-07-14 00:00"),
    ]


def test_a_list_that_tells_of_actions_is_one_of_changes(read_named: Callable[..., Batch]) -> None:
    content = "app,list,date,Action,word\nYY,filter,2016-03-01,added,翻牆\nYY,filter,2016-05-01,removed,翻牆\n".encode()
    assert [status for _, _, status, _ in told(read_named("yy.csv", content))] == [
        "not_listed",
        "listed",
        "listed",
        "not_listed",
    ]


def test_combinations_with_unpadded_hours(read_named: Callable[..., Batch]) -> None:
    batch = read_named("fruit__wechat.csv", "keyword_combination,detected_on\n李+桃+梅,2020-02-14 9:02:36\n".encode())
    assert told(batch) == [("wechat", "李 + 桃 + 梅", "banned", "2020-02-14 09:02")]


def test_a_list_with_translations_for_several_clients(read_named: Callable[..., Batch]) -> None:
    content = "word,human_translation,machine_translation,clients\n李子,Plum,Plums,TOM-Skype; YY\n桃,,Peach,LINE\n".encode()
    batch = read_named("fruit.csv", content, observed=datetime(2014, 6, 1, tzinfo=UTC))
    assert [(place, item) for place, item, _, _ in told(batch)] == [("tom-skype", "李子"), ("yy", "李子"), ("line", "桃")]
    assert batch.snapshots["title"].to_list() == ["Plum", "Plum", None]


def test_a_plain_list_is_a_keyword_a_line(read_named: Callable[..., Batch]) -> None:
    content = "桃\n\n李 园\r\n".encode() + b"\xff\xfe\n"
    batch = read_named("search__rules__weibo.txt", content, observed=datetime(2020, 1, 1, tzinfo=UTC))
    assert told(batch) == [
        ("weibo/list", "桃", "listed", "2020-01-01 00:00"),
        ("weibo/list", "李 园", "listed", "2020-01-01 00:00"),
    ]
    assert reasons(batch) == ["no UTF-8 at byte 0 of the line"]
    with_values = read_named("words.txt", "桃\n".encode(), observed=datetime(2020, 1, 1, tzinfo=UTC), values={"platform": "YY"})
    assert told(with_values)[0][0] == "yy/list"


HEAD = "app,list,ts,op,keyword\n"


def changes(*lines: str) -> bytes:
    return (HEAD + "".join(f"{line}\n" for line in lines)).encode()


def test_what_is_added_was_not_there_just_before(read_named: Callable[..., Batch]) -> None:
    batch = read_named("x.csv", changes("9158,|*.plain,2015-03-05-10,add,plum"))
    assert told(batch) == [
        ("9158/plain", "plum", "not_listed", "2015-03-05 09:00"),
        ("9158/plain", "plum", "listed", "2015-03-05 10:00"),
    ]


def test_what_is_removed_was_there_just_before_and_in_the_first_version(read_named: Callable[..., Batch]) -> None:
    lines = ("yy,h,2015-02-06-22,initial_size,281", "yy,h,2015-04-05-10,del,plum", "yy,h,2015-05-05-10,add,plum")
    batch = read_named("x.csv", changes(*lines))
    assert [(status, time) for _, _, status, time in told(batch)] == [
        ("listed", "2015-02-06 22:00"),
        ("listed", "2015-04-05 09:00"),
        ("not_listed", "2015-04-05 10:00"),
        ("not_listed", "2015-05-05 09:00"),
        ("listed", "2015-05-05 10:00"),
    ]
    later = read_named("x.csv", changes(*lines, "yy,h,2015-06-05-10,del,plum"))
    assert told(later)[5:] == [
        ("yy/h", "plum", "listed", "2015-06-05 09:00"),
        ("yy/h", "plum", "not_listed", "2015-06-05 10:00"),
    ]


def test_a_change_that_tells_nothing_new_is_a_reading(read_named: Callable[..., Batch]) -> None:
    lines = [f"yy,h,2015-03-0{day}-10,{change},plum" for day, change in ((1, "add"), (2, "add"), (3, "del"), (4, "del"))]
    assert [status for _, _, status, _ in told(read_named("x.csv", changes(*lines)))] == [
        "not_listed", "listed", "listed", "listed", "not_listed", "not_listed",
    ]  # fmt: skip


def test_lists_of_one_platform_are_told_apart_and_days_are_a_step(read_named: Callable[..., Batch]) -> None:
    batch = read_named("x.csv", changes("yy,h,2015-03-05,add,plum", "yy,n,2015-03-06,remove,plum"))
    assert told(batch) == [
        ("yy/h", "plum", "not_listed", "2015-03-04 00:00"),
        ("yy/h", "plum", "listed", "2015-03-05 00:00"),
        ("yy/n", "plum", "listed", "2015-03-05 00:00"),
        ("yy/n", "plum", "not_listed", "2015-03-06 00:00"),
    ]


def test_the_columns_of_the_house(read_bytes: Read) -> None:
    content = b"platform,keyword,observed,result,trigger_url\nTelegram,plum,2024-01-02T03:04:05+03:00,uncensored,\n"
    assert reasons(read_bytes("keywords", content)) != []  # nobody knows whose rules the platform follows
    batch = read_bytes("keywords", content, values={"country": "ru"})
    assert told(batch) == [("telegram", "plum", "allowed", "2024-01-02 00:04")]
    assert batch.snapshots["country"].to_list() == ["RU"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("weibo,,2024-01-01,banned", "keyword: missing"),
        ("weibo,a\x00b,2024-01-01,banned", "keyword: holds a NUL byte"),
        (f"weibo,{'x' * 1001},2024-01-01,banned", "keyword: longer than 1000 characters"),
        ("weibo,plum,2024-13-01,banned", "observed: no moment in time"),
        ("weibo,plum,2024-01-01-25,banned", "observed: no moment in time"),
        ("weibo,plum,2024-01-01 1:99:00,banned", "observed: no moment in time"),
        ("weibo,plum,,banned", "observed: missing"),
        ("weibo,plum,2998-01-01,banned", "observed: lies before 1990 or in the future"),
        ("weibo,plum,1989-06-04,banned", "observed: lies before 1990 or in the future"),
        ("weibo,plum,2024-01-01,sometimes", "result: unknown: 'sometimes'"),
        ("...,plum,2024-01-01,banned", "platform: no name"),
        (",plum,2024-01-01,banned", "platform: no name"),
        ("forum,plum,2024-01-01,banned", "country: missing, and nobody knows that of 'forum'"),
        ("weibo,plum,2024-01-01", "the row has 3 cells, the header 4"),
    ],
)
def test_a_bad_row_costs_itself_alone(read_bytes: Read, row: str, reason: str) -> None:
    batch = read_bytes("keywords", f"platform,keyword,observed,result\n{row}\nweibo,pear,2024-01-02,banned\n".encode())
    assert [item for _, item, _, _ in told(batch)] == ["pear"]
    (only,) = reasons(batch)
    assert reason in only


def test_only_what_is_wanted(read_bytes: Read) -> None:
    wanted = Selection(since=datetime(2015, 3, 5, 10, tzinfo=UTC), countries=frozenset({"CN"}))
    batch = read_bytes("keywords", changes("yy,h,2015-03-05-10,add,plum"), selection=wanted)
    assert [status for _, _, status, _ in told(batch)] == ["listed"]
    assert read_bytes(
        "keywords", changes("yy,h,2015-03-05-10,add,plum"), selection=Selection(countries=frozenset({"RU"}))
    ).snapshots.is_empty()


@pytest.mark.parametrize("content", [b"", b"\x00" * 50, b"PAR1x", b"a,b\n1,2\n", b"keyword,observed\nplum,2024-01-01\n"])
def test_what_is_no_table_is_refused(read_bytes: Read, content: bytes) -> None:
    with pytest.raises(InputError):
        read_bytes("keywords", content)


def test_parquet_and_json_lines(read_bytes: Read, read_file: Read, tmp_path: Path) -> None:
    table = pl.DataFrame({"platform": ["weibo"], "keyword": ["plum"], "observed": ["2024-01-01"]})
    table.write_parquet(tmp_path / "words.parquet")
    table.write_ndjson(tmp_path / "words.jsonl")
    for name in ("words.parquet", "words.jsonl"):
        assert told(read_file("keywords", tmp_path / name)) == [("weibo", "plum", "banned", "2024-01-01 00:00")]


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("search__ongoing__weibo.csv", "weibo"),
        ("coronavirus__wechat.csv.gz", "wechat"),
        ("WEIBO.csv", "weibo"),
        ("weibo-vs-baidu.csv", ""),
        ("outline.csv", ""),  # LINE is no piece of its own
        ("words.csv", ""),
    ],
)
def test_the_platform_in_a_file_s_name(name: str, platform: str) -> None:
    assert platforms_in_name(name) == platform


def test_platforms_have_names_of_their_own() -> None:
    names = [name for platform in PLATFORMS for name in {platform.id, *platform.names}]
    assert len(names) == len(set(names))
    assert platform_named(" Sina  Show ") == ("sina-show", "CN")
    assert platform_named("My Forum/x") == ("my-forum-x", None)


def test_a_platform_that_the_catalog_knows_has_its_id() -> None:
    """Else what documents say of words there, and what tables hold of them, would never meet."""
    entities = load().entities
    called = {name.casefold(): entity.id for entity in entities.values() for name in (entity.name, *entity.aliases)}
    strays = {platform.id: called[name] for platform in PLATFORMS for name in platform.names if name in called}
    assert {ours: theirs for ours, theirs in strays.items() if ours not in entities} == {}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "关键词,平台,日期,结果\n六四,微博,2022-06-01,屏蔽\n天气,微博,2022-06-01,正常\n",
            [("weibo", "六四", "banned"), ("weibo", "天气", "allowed")],
        ),
        (
            "search_term,engine,is_censored,check_date\nplum,Bing,TRUE,2023-04-01\npear,Bing,FALSE,2023-04-01\n",
            [("bing", "plum", "banned"), ("bing", "pear", "allowed")],
        ),
        ("query,site,blocked,date\nplum,Zhihu,Y,2023-04-01\n", [("zhihu", "plum", "banned")]),
        ("platform;keyword;date;result\nWeibo;plum;2018-01-20;banned\n", [("weibo", "plum", "banned")]),
        ("platform\tkeyword\tdate\tresult\nVK\tplum\t2018-01-20\tbanned\n", [("vk", "plum", "banned")]),
        ("platform,hashtag,date,result\nDouyin,#彭帅#,2021-11-03,hidden\n", [("douyin", "彭帅", "banned")]),
        ("app,word,first_seen,censored\nKakaoTalk,plum + pear,2014-01-20,true\n", [("kakaotalk", "pear + plum", "banned")]),
    ],
)
def test_tables_of_other_platforms(read_bytes: Read, content: str, expected: list[tuple[str, str, str]]) -> None:
    batch = read_bytes("keywords", content.encode())
    assert [(place, item, status) for place, item, status, _ in told(batch)] == expected
    assert reasons(batch) == []


def test_a_result_is_no_keyword(read_bytes: Read) -> None:
    with pytest.raises(InputError, match="keyword missing"):
        read_bytes("keywords", b"platform,slogan,date,result\nweibo,plum,2018-01-20,removed\n")


def test_a_row_may_tell_of_a_whole_stay_on_a_list(read_bytes: Read) -> None:
    content = b"platform,list,keyword,added_on,removed_on\nyy,h,plum,2015-02-01,2015-03-01\nyy,h,pear,2015-02-03,\n"
    assert [(item, status, time) for _, item, status, time in told(read_bytes("keywords", content))] == [
        ("plum", "not_listed", "2015-01-31 00:00"),
        ("plum", "listed", "2015-02-01 00:00"),
        ("plum", "listed", "2015-02-28 00:00"),
        ("plum", "not_listed", "2015-03-01 00:00"),
        ("pear", "not_listed", "2015-02-02 00:00"),
        ("pear", "listed", "2015-02-03 00:00"),
    ]
