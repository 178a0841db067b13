#!/usr/bin/env bash
# A fresh localnet on ports 9944 and 9945, for test suites that start their chain by
# `localnet.sh [True|False]`: True (the default) has blocks of 250 ms, False of 12 s.
# It stays in the foreground, prints "Imported #1" after the first block and ends at SIGTERM.
# Its Python is $PYTHON, else that of .venv, else python3.
# Finality trails by what three authors need to agree: votes go to the block before the last but one, in
# rounds of 1.3 s.
set -euo pipefail

case ${1:-True} in
  True) constants=fast lag=6 ;;
  False) constants=prod lag=2 ;;
  *) echo "usage: $0 [True|False]" >&2; exit 2 ;;
esac

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=${PYTHON:-$home/.venv/bin/python}
[ -x "$python" ] || python=python3
export PYTHONPATH=$home${PYTHONPATH:+:$PYTHONPATH} PYTHONUNBUFFERED=1
exec "$python" -m pysubtensor dev --chain local --tmp --constants "$constants" --finality-lag "$lag" \
  --port 9944 --port 9945
