"""A bucket on an S3 server of this machine, for tests of what lies on `s3://`."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest

__all__ = ["Bucket", "serving"]


class Bucket:
    """A bucket, what is put into it, and the requests that its server was sent."""

    def __init__(self, name: str, endpoint: str, requests: list[tuple[str, str]]) -> None:
        import boto3  # type: ignore[import-untyped]

        self.name = name
        self.endpoint = endpoint
        self.address = f"s3://{name}"
        self.requests = requests
        self._client = boto3.client("s3", endpoint_url=endpoint)
        self._client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})

    def put(self, key: str, content: bytes) -> None:
        """Store an object that anybody may read."""
        self._client.put_object(Bucket=self.name, Key=key, Body=content, ACL="public-read")

    def fetched(self) -> list[str]:
        """Keys of the objects that were fetched since this was last asked, sorted."""
        return sorted(path.removeprefix(f"/{self.name}/") for path in self._asked() if "?" not in path)

    def listed(self) -> list[str]:
        """Prefixes that were listed since this was last asked, sorted."""
        queries = [parse_qs(urlsplit(path).query) for path in self._asked() if "list-type=" in path]
        return sorted(query.get("prefix", [""])[0] for query in queries)

    def _asked(self) -> list[str]:
        paths = [path for method, path in self.requests if method == "GET"]
        self.requests.clear()
        return paths


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A fresh bucket, and an environment that names its server and credentials for it."""
    pytest.importorskip("moto")
    pytest.importorskip("flask")
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    requests: list[tuple[str, str]] = []

    class Noting(WSGIRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            requests.append((self.command, self.path))

    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True, request_handler=Noting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }.items():
        monkeypatch.setenv(name, value)
    try:
        yield Bucket(f"bucket-{uuid.uuid4().hex}", endpoint, requests)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
