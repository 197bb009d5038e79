"""The local preview: files of the site and nothing else, however their names are spelled."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator

import pytest

from pipeline.serve import make_server


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    site = tmp_path_factory.mktemp("site")
    for name, words in {
        "index.html": "front",
        "404.html": "not here",
        "models/index.html": "models",
        "data/prices.csv": "a\n1\n",
        ".ftprices-stamp.json": "hidden",
        "models/.draft/index.html": "hidden",
        "_headers": "/*\n  X-Everywhere: yes\n/data/*\n  X-Data: yes\n",
    }.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, encoding="utf-8")
    with make_server(site, 0) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def get(port: int, path: str, method: str = "GET") -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path, skip_host=True)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read().decode()


def test_the_pages_are_served_with_their_headers(port: int):
    assert get(port, "/")[2] == "front"
    assert get(port, "/models/?a=/.b")[2] == "models"
    status, headers, body = get(port, "/d%61ta/prices.csv")
    assert (status, body) == (200, "a\n1\n")
    assert (headers["X-Everywhere"], headers["X-Data"]) == ("yes", "yes")


@pytest.mark.parametrize(
    "path",
    [
        "/.ftprices-stamp.json",
        "/%2eftprices-stamp.json",
        "/%2Eftprices-stamp.json",
        "/models/.draft/",
        "/models%2f.draft/index.html",
        "/models/%2e%2e/index.html",
        "/data/../.ftprices-stamp.json",
        "/nothing",
        "/data/",
        "/data/?list",
        "/index.html/",
        "/" + "x" * 5000,
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_hidden_or_a_bare_folder_is_not_there(port: int, path: str, method: str):
    status, headers, body = get(port, path, method)
    assert status == 404
    assert body == ("not here" if method == "GET" else "")
    assert headers["X-Everywhere"] == "yes"


@pytest.mark.parametrize("path", ["/x%00y", "/%00", "/models%00/", "/%ff", "/%ED%A0%80"])
def test_what_names_no_file_is_a_bad_request(port: int, path: str, capsys: pytest.CaptureFixture[str]):
    assert get(port, path)[0] == 400
    assert capsys.readouterr().err == "", "a traceback"


def test_a_request_that_is_none_is_answered(port: int, capsys: pytest.CaptureFixture[str]):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"NONSENSE\r\n\r\n")
        assert b"400" in connection.recv(1000)
    assert capsys.readouterr().err == ""
