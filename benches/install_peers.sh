#!/bin/sh
# Install the programs that the benchmarks compare with, into .cache/peers (npm and pip only).
set -eu
cd "$(dirname "$0")/.."
peers=.cache/peers
mkdir -p "$peers/node"
[ -f "$peers/node/package.json" ] || echo '{"private": true}' > "$peers/node/package.json"
npm install --prefix "$peers/node" --no-audit --no-fund --loglevel=error \
  @foundry-rs/anvil@^1 hardhat@^2
echo 'module.exports = { networks: { hardhat: { loggingEnabled: false } } };' \
  > "$peers/node/hardhat.config.js"
"${PYTHON:-python3}" -m venv "$peers/python"
"$peers/python/bin/python" -m pip install --quiet 'eth-tester[py-evm]>=0.12b1' eth-account
