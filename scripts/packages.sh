#!/usr/bin/env bash
# Install a lock file's packages with the given Python, and say how far it is.
#   scripts/packages.sh PYTHON LOCK
set -euo pipefail

total=$(grep -c == "$2")
echo "== $total Python packages of $2"
"$1" -m pip install --disable-pip-version-check --no-deps -r "$2" 2>&1 |
    awk -v total="$total" '
        /^(Collecting|Processing|Requirement already satisfied)/ && (++seen % 20 == 0 || seen == total) {
            print "   " seen " of " total " looked up"
        }
        /^Installing collected/ { print "   installing" }
        /ERROR|error:/ { failed = 1 }
        failed { print }
        { fflush() }'
