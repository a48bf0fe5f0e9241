#!/usr/bin/env bash
# Install the Debian packages named on the command line that are missing.
# Needs root or sudo; without either it prints the command and stops.
set -euo pipefail

present() {
    case "$1" in
        tesseract-ocr) command -v tesseract ;;
        chromium) command -v chromium ;;
        python3-venv) "${PYTHON:-python3}" -c 'import ensurepip' ;;
        postgresql) compgen -G "/usr/lib/postgresql/*/bin/initdb" ;;
        *) dpkg -s "$1" ;;
    esac >/dev/null 2>&1
}

missing=()
for package in "$@"; do
    present "$package" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

install="apt-get install --yes --no-install-recommends ${missing[*]}"
if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null; then
    as_root="sudo"
else
    echo "Needed from Debian: ${missing[*]}. As root, run: apt-get update && $install" >&2
    exit 1
fi
echo "== Debian packages (as root): $install"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root $install -qq >/dev/null
