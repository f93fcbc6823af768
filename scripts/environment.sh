# Sourced by ./run and ./test: finds Python, makes .venv, installs what the lock file names, looks for
# system libraries. Says exactly what to install where it cannot do it itself.

say() { printf '%s\n' "$*"; }
refuse() { printf '%s\n' "$*" >&2; exit 1; }

is_root() { [ "$(id -u)" -eq 0 ]; }

apt_updated=""
# install_packages NAME... : with root and apt; 0 when they are there afterwards
install_packages() {
  is_root && command -v apt-get >/dev/null 2>&1 || return 1
  if [ -z "$apt_updated" ]; then apt-get update -qq >/dev/null 2>&1 || true; apt_updated=yes; fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

find_python() {
  for name in python3.13 python3.12 python3.11 python3; do
    if command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

# make_environment LOCKFILE : .venv with exactly the packages of the lock file
make_environment() {
  lock=$1
  if [ ! -x .venv/bin/python ]; then
    python=$(find_python) || { install_packages python3 python3-venv && python=$(find_python); } \
      || refuse "Python 3.11 or newer is missing. Install it and start again: sudo apt-get install python3 python3-venv"
    say "Making the Python environment in .venv ..."
    "$python" -m venv .venv 2>/dev/null || { rm -rf .venv; install_packages python3-venv "python3$("$python" -c 'import sys; print(f".{sys.version_info[1]}")')-venv" || install_packages python3-venv; "$python" -m venv .venv 2>/dev/null; } \
      || { rm -rf .venv; refuse "Python cannot make an environment. Install its venv module and start again: sudo apt-get install python3-venv"; }
  fi
  stamp=.venv/installed-$(basename "$lock")
  if ! cmp -s "$lock" "$stamp"; then
    say "Installing the Python packages of $lock ..."
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" \
      || refuse "The Python packages could not be installed (see above). A package registry must be reachable the first time; later starts need none."
    cp "$lock" "$stamp"
  fi
}

has_library() { .venv/bin/python -c 'import ctypes.util, sys; sys.exit(ctypes.util.find_library(sys.argv[1]) is None)' "$1"; }

# need_pdf_libraries : Pango and HarfBuzz, which WeasyPrint draws text with
need_pdf_libraries() {
  has_library pango-1.0 && has_library pangoft2-1.0 && has_library harfbuzz-subset && return 0
  say "Installing Pango for PDF documents ..."
  install_packages libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
  has_library pango-1.0 && has_library pangoft2-1.0 && has_library harfbuzz-subset
}
