# shellcheck shell=sh
# The rest of fetch.sh, for an installation from tarballs of the npm mirror.
# An image may lack curl, but always has apt's downloader.
command -v curl >/dev/null || curl() { /usr/lib/apt/apt-helper -qq download-file "$6" .tgz; }
# get PATH SHA512 [DIRECTORY]: fetches a tarball of the npm mirror, compares its digest and unpacks it.
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
