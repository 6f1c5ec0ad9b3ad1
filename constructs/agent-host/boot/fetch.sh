# shellcheck shell=sh
# For /usr/lib/airlock/install, which fetches a runtime into the directory it is run in.
set -eu
R=${AIRLOCK_ROOT:-}
# shellcheck disable=SC1091
. "$R/etc/airlock/agent.env"
set -a
# shellcheck disable=SC1091
. "$R/etc/environment"
set +a
# get PATH SHA512 [DIRECTORY]: a tarball of the npm mirror, unpacked once it is proven to be the pinned one.
get() {
  curl -fsSL -y 60 -o .tgz "$NPM/$1"
  echo "$2 .tgz" | sha512sum -c --status || {
    echo "airlock: $1 is not what is pinned, or not all of it"
    exit 1
  }
  mkdir -p "${3:-.}"
  tar -xzf .tgz -C "${3:-.}" --strip-components=1 --no-same-owner
  rm .tgz
}
