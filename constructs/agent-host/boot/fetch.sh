# shellcheck shell=sh
# For /usr/lib/airlock/install, which fetches a runtime into its working directory.
set -eu
R=${AIRLOCK_ROOT:-}
# shellcheck disable=SC1091
. "$R/etc/airlock/agent.env"
set -a
# shellcheck disable=SC1091
. "$R/etc/environment"
set +a
