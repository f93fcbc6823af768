"""The product behind a real socket, on the connection of the test: what is written is rolled back with it."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections

from config.wsgi import application


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """No line per request."""


@contextmanager
def staying_connected() -> Iterator[None]:
    """Requests that go past Django's test client do not end the connection whose transaction the test is in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@contextmanager
def served() -> Iterator[str]:
    """Address of the server. One request at a time; jobs run as soon as the request that asked for them is done."""
    shared = connections["default"]

    def answer(environ: Any, start: Any) -> Iterable[bytes]:
        connections["default"] = shared  # of this thread
        made = application(environ, start)
        try:
            body = [*made]
        finally:
            made.close()
        waiting, shared.run_on_commit = shared.run_on_commit, []
        for entry in waiting:
            entry[1]()
        return body

    server = make_server("127.0.0.1", 0, answer, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    shared.inc_thread_sharing()
    thread.start()
    try:
        with staying_connected():
            yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        shared.dec_thread_sharing()
