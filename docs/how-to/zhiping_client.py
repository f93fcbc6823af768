"""Example: write answers, hand in data files, wait for the job, read level and gaps. Standard library only.

ZHIPING_URL=https://… ZHIPING_KEY=zhp_… python zhiping_client.py ASSESSMENT answers.json lab_report@LIS.csv
"""

import json
import os
import sys
import time
import uuid
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

BASE, KEY = os.environ["ZHIPING_URL"].rstrip("/"), os.environ["ZHIPING_KEY"]


def call(method, path, body=None, **headers):
    """Answer and its headers; a refusal ends the program with the server's own sentence."""
    if isinstance(body, dict):
        body, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    headers |= {"Authorization": f"Bearer {KEY}", "Accept-Language": "en"}
    for _attempt in range(5):
        try:
            with urlopen(Request(f"{BASE}{path}", body, headers, method=method), timeout=60) as answer:
                return json.load(answer), answer.headers
        except HTTPError as refused:
            problem = json.load(refused)
            if refused.code != 429:  # too many requests in this minute: wait as long as the server says
                sys.exit(f"{refused.code}: {problem['detail']} {problem.get('errors', '')}")
            time.sleep(int(refused.headers["Retry-After"]))
    sys.exit("The server stays busy.")


def upload(assessment, files):
    """A bundle of data files; the key makes a repetition after a lost connection harmless."""
    edge, parts = uuid.uuid4().hex, []
    for file in files:
        head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{file.name}"\r\n\r\n'
        parts += [head.encode(), file.read_bytes(), b"\r\n"]
    body = b"".join([*parts, f"--{edge}--\r\n".encode()])
    kind = f"multipart/form-data; boundary={edge}"
    job, headers = call("POST", f"{assessment}bundles/", body, Content_Type=kind, Idempotency_Key=edge)
    while job["state"] in ("waiting", "running"):
        time.sleep(int(headers.get("Retry-After", 2)))
        job, headers = call("GET", f"/api/v1/jobs/{job['id']}/")
    return job


if __name__ == "__main__":
    here = f"/api/v1/assessments/{sys.argv[1]}/"
    _now, state = call("GET", here)  # the ETag says what we have seen: if somebody saves meanwhile, 412
    document = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    taken, _headers = call("PATCH", f"{here}document/", document, If_Match=state["ETag"])
    print(f"{taken['written']} answers written, {len(taken['refused'])} not taken")
    print("data:", upload(here, [Path(name) for name in sys.argv[3:]])["state"])
    print("level:", call("GET", f"{here}card/")[0]["level"], "gaps:", len(call("GET", f"{here}gaps/")[0]))
