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
# Without the address it asks a host of its own first, and with -q it fails without a word.
uv/bin/uv python install --no-bin -i python @PYTHON@ \
  --mirror https://github.com/astral-sh/python-build-standalone/releases/download
uv/bin/uv export -q --frozen --extra anthropic --extra messaging --no-emit-project -o locked.txt
# The lock file is the whole truth: no resolving (pyproject.toml excludes what a mirror gives no date for), and nothing
# is built. Not into a virtual environment: that would point to where it was made, and this directory is renamed.
uv/bin/uv pip install -q -i "$PYPI/simple" --no-deps --only-binary :all: --require-hashes -r locked.txt \
  --no-config -p python/cpython-@PYTHON@-*/bin/python3 --target site
# The link to Python by its shorter name leads to where it was made; locks are open to anybody.
rm -rf uv .cache ./*/.lock python/cpython-?.??-*
