#!/usr/bin/env bash
# A private PostgreSQL cluster for the tests: own folder, own port, loopback only, gone afterwards.
#   scripts/postgres.sh start FOLDER   prints the address of the database; scripts/postgres.sh stop FOLDER
set -eu
action=$1
folder=$2

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb 2>/dev/null || true)")
[ -x "$bin/initdb" ] || { echo "PostgreSQL's server programs are missing: apt-get install postgresql" >&2; exit 1; }

# The server refuses to run as root: then it runs as the package's own user.
as_owner() {
  if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups env HOME="$folder" "$@"; else "$@"; fi
}

case $action in
  start)
    mkdir -p "$folder/socket"
    [ "$(id -u)" -ne 0 ] || chown -R postgres:postgres "$folder"
    chmod 700 "$folder"
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    cd "$folder"
    as_owner "$bin/initdb" -D "$folder/data" -U zhiping --auth=trust --encoding=UTF8 --locale=C.UTF-8 >"$folder/initdb.log" 2>&1 \
      || { cat "$folder/initdb.log" >&2; exit 1; }
    as_owner "$bin/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/server.log" -o \
      "-p $port -k $folder/socket -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" start \
      >"$folder/start.log" 2>&1 || { cat "$folder/start.log" "$folder/server.log" >&2; exit 1; }
    echo "postgresql://zhiping@127.0.0.1:$port/postgres"
    ;;
  stop)
    cd "$folder"
    as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    cd /
    rm -rf "$folder"
    ;;
  *)
    echo "postgres.sh start|stop FOLDER" >&2
    exit 2
    ;;
esac
