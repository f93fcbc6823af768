"""Prepares the installation and runs web and worker until one of them, or the person, stops."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
PATIENCE = 90  # seconds for the web process to answer: loading takes five, on a busy machine many times that


def prepare() -> list[str]:
    """Migrate, load the rubrics, lay the demo data; returns the lines that name the demo sign-ins."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    for folder in ("queue", "queue-control", "files", "static"):
        (settings.VAR_DIR / folder).mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("rubric", "load", verbosity=0, stdout=io.StringIO())
    if not settings.ZHIPING_DEMO:
        return []
    from assessments.demo.lay import lay_demo, sign_ins

    lay_demo()
    return sign_ins()


def free_port(host: str, wanted: int) -> int:
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    sys.exit(f"Ports {wanted} to {wanted + 49} are all taken; set ZHIPING_PORT to a free one.")


def answers(address: str, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def main() -> int:
    host = os.environ.get("ZHIPING_HOST", "127.0.0.1")
    port = free_port(host, int(os.environ.get("ZHIPING_PORT", "8000")))
    lines = prepare()
    python = sys.executable
    web = subprocess.Popen(
        [
            python,
            "-m",
            "gunicorn",
            "config.wsgi:application",
            "--bind",
            f"{host}:{port}",
            "--workers",
            "2",
            "--threads",
            "4",
            "--worker-class",
            "gthread",
            "--log-level",
            "warning",
            "--preload",
        ],
        cwd=HERE,
    )
    worker = subprocess.Popen(
        [
            python,
            "-W",
            "ignore:You're running the worker",  # as root on somebody's own machine: they know
            "-m",
            "celery",
            "-A",
            "config",
            "--quiet",
            "worker",
            "--concurrency",
            "2",
            "--beat",
            "--loglevel",
            "WARNING",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ],
        cwd=HERE,
    )
    processes = {"web": web, "worker": worker}

    def stop(*_: object) -> None:
        for process in processes.values():
            if process.poll() is None:
                process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    shown = "127.0.0.1" if host == "0.0.0.0" else host
    if not answers(f"http://{shown}:{port}/sign-in/", PATIENCE):
        stop()
        print(f"The web process did not answer within {PATIENCE} seconds; see above.", file=sys.stderr)
        return 1
    print(f"\n智评 Zhiping: http://{shown}:{port}/\n")
    for line in lines:
        print(line)
    print("\nCtrl-C 停止 / stops", flush=True)
    while all(process.poll() is None for process in processes.values()):
        time.sleep(0.5)
    ended = next(name for name, process in processes.items() if process.poll() is not None)
    code = processes[ended].returncode
    stop()
    for process in processes.values():
        process.wait(timeout=30)
    if code not in (0, -signal.SIGTERM, -signal.SIGINT):
        print(f"The {ended} process ended with status {code}; its messages are above.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
