# shellcheck shell=sh
export HOME="$PWD" DEBIAN_FRONTEND=noninteractive
apt-get -qq -o DPkg::Lock::Timeout=600 update
apt-get -qqy -o DPkg::Lock::Timeout=600 install git python3-venv
git init -q .
git fetch -q --depth 1 https://github.com/NousResearch/hermes-agent.git @COMMIT@
git checkout -q FETCH_HEAD
[ "$(git rev-parse HEAD)" = @COMMIT@ ]
python3 -m venv uv
uv/bin/pip -q install -i "$PYPI/simple" uv==@UV@
uv/bin/uv python install -q -i python @PYTHON@
uv/bin/uv export -q --frozen --extra anthropic --extra messaging --no-emit-project -o locked.txt
# Not into a virtual environment: that would point to where it was made, and this directory is renamed.
python=$(echo python/cpython-@PYTHON@-*/bin/python3)
uv/bin/uv pip install -q -p "$python" --target site --index-url "$PYPI/simple" --require-hashes -r locked.txt
rm -rf uv .cache
