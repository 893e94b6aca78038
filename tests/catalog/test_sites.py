import re

import pytest

from admittance.catalog import load
from admittance.catalog.sites import SiteLists, read_test_list
from admittance.errors import InputError

HEADER = "url,category_code,category_description,date_added,source,notes\n"


def test_only_a_url_of_the_site_itself_speaks_of_the_subject() -> None:
    content = HEADER + (
        "https://www.news.example.com/,NEWS,News Media,2020-01-01,,\n"
        "https://www.example.net/,NEWS,News Media,2020-01-01,,\n"
        "https://example.org/page,HUMR,Human Rights Issues,2020-01-01,,\n"
        "ftp://example.com/,NEWS,News Media,2020-01-01,,\n"
    )
    found = read_test_list(content.encode(), "zz")
    assert [line for line, _ in found.unusable] == [5]
    lists = SiteLists(version="made up", entries=found.entries)
    assert list(lists.by_subject(load())) == ["site:example.net"]
    assert lists.categories == {"HUMR": "Human Rights Issues", "NEWS": "News Media"}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("a,b\n1,2\n", "line 1: no column url"), (HEADER, "line 1: the list holds no URL"), (HEADER + "x\n", "line 2: 1 fields")],
)
def test_a_malformed_list_is_refused_with_its_line(content: str, complaint: str) -> None:
    with pytest.raises(InputError, match=re.escape(complaint)):
        read_test_list(content.encode(), "zz")
