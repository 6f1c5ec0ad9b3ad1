# shellcheck shell=sh
export npm_config_registry="$NPM" HOME="$PWD"
npm() { bin/node npm/bin/npm-cli.js "$@" --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error; }
echo '{"name":"a","dependencies":{"openclaw":"@OPENCLAW@"}}' >package.json
npm install --package-lock-only --omit-lockfile-registry-resolved --before=@BEFORE@
echo '@LOCK_DIGEST@ package-lock.json' | sha256sum -c --status || { echo 'airlock: other packages than the pinned ones'; exit 1; }
npm ci
# OpenClaw doesn't start without this step; root runs it, because the agent can't write here.
bin/node node_modules/openclaw/scripts/postinstall-bundled-plugins.mjs
rm -rf npm .npm
