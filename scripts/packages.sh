#!/usr/bin/env bash
# Install a lock file's packages with the given Python, and say how far it is.
#   scripts/packages.sh PYTHON LOCK
set -euo pipefail

total=$(grep -c == "$2")
echo "== $total Python packages of $2"
"$1" -m pip install --disable-pip-version-check --no-deps -r "$2" |
    awk -v total="$total" '
        /^(Collecting|Requirement already satisfied)/ { if (++seen % 20 == 0 || seen == total) report("looked up") }
        /^Installing collected/ { print "   installing"; fflush() }
        function report(what) { printf "   %d of %d %s\n", seen, total, what; fflush() }'
