#!/usr/bin/env bash
# Runs a command with an unlocked keychain and folders of its own, on the session bus it was started in.
set -euo pipefail
private=$(mktemp -d)
trap 'rm -rf "$private"' EXIT
mkdir -m 700 "$private/data" "$private/run" "$private/config" "$private/cache"
export XDG_DATA_HOME="$private/data" XDG_RUNTIME_DIR="$private/run" XDG_CONFIG_HOME="$private/config"
# Build tools keep their own caches: only the program under test is given new folders.
eval "$(printf 'test' | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null)"
export GNOME_KEYRING_CONTROL
"$@"
