# shellcheck shell=sh
export HOME="$PWD" DEBIAN_FRONTEND=noninteractive
apt-get -qq -o DPkg::Lock::Timeout=600 update
apt-get -qqy -o DPkg::Lock::Timeout=600 install git python3-venv
git init -q .
git fetch -q --depth 1 https://github.com/NousResearch/hermes-agent.git @COMMIT@
git checkout -q @COMMIT@
python3 -m venv uv
echo uv==@UV@ --hash=sha256:@UV_DIGEST@ |
  uv/bin/pip -q install -i "$PYPI/simple" --require-hashes -r /dev/stdin
# Without --mirror uv asks another host first, and with -q it fails silently.
uv/bin/uv python install --no-bin -i python @PYTHON@ \
  --mirror https://github.com/astral-sh/python-build-standalone/releases/download
uv/bin/uv export -q --frozen --extra anthropic --extra messaging --no-emit-project -o locked.txt
# Installs exactly the lock file: no resolving (pyproject.toml excludes packages for which a mirror gives no date), no
# builds. Not into a virtual environment, which would hold this directory's path: the directory is renamed later.
uv/bin/uv pip install -q -i "$PYPI/simple" --no-deps --only-binary :all: --require-hashes -r locked.txt \
  --no-config -p python/cpython-@PYTHON@-*/bin/python3 --target site
# The link with Python's shorter name holds the old path, and anybody may write the lock files.
rm -rf uv .cache ./*/.lock python/cpython-?.??-*
