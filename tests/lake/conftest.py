from collections.abc import Iterator

import pytest
from tests.s3 import Bucket, serving


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with serving(monkeypatch) as bucket:
        yield bucket
