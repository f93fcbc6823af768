"""Reads the words of one picture in a process of its own: ``python read_alone.py picture.png`` prints JSON.

``[{"text": …, "boxes": [[left, top, right, bottom] | null for each character]}]`` in pixels of the picture.
On its own because the reader takes 0.5 GB, which goes back when it ends, because native code that decodes what
people upload must not be able to take a worker down, and because here the network can be shut off altogether:
the models lie inside the installed package, and any attempt to connect is an error.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import Any

GAP = 0.65  # of the height of a character: wider than this is a space


def _no_network(*_args: object, **_named: object) -> Any:
    raise OSError("no network here")


def shut_network() -> None:
    """Before anything of the reader is imported."""
    for name in ("connect", "connect_ex", "sendto"):
        setattr(socket.socket, name, _no_network)
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        setattr(socket, name, _no_network)


def read(path: str) -> list[dict[str, Any]]:
    from rapidocr import RapidOCR

    reader = RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,  # screens stand upright
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    found: Any = reader(path, return_word_box=True, return_single_char_box=True)
    return [line for words in found.word_results or () if (line := _line(words))["text"]]


def _line(words: Any) -> dict[str, Any]:
    """Characters with their boxes; a wide gap becomes a space without one."""
    text = ""
    boxes: list[list[int] | None] = []
    last = None
    for piece, _score, corners in words:
        xs, ys = [float(x) for x, _y in corners], [float(y) for _x, y in corners]
        left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
        if last is not None and left - last > GAP * (bottom - top):
            text += " "
            boxes.append(None)
        last = right
        step = (right - left) / max(len(piece), 1)
        for n, character in enumerate(piece):
            text += character
            boxes.append([round(left + n * step), round(top), round(left + (n + 1) * step), round(bottom)])
    return {"text": text, "boxes": boxes}


if __name__ == "__main__":
    os.nice(5)
    shut_network()
    lines = read(sys.argv[1])
    sys.stdout.write(json.dumps(lines, ensure_ascii=True))
