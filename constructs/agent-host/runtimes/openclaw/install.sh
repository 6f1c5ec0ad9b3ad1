# shellcheck shell=sh
export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt npm_config_registry="$NPM" HOME="$PWD"
npm() { bin/node npm/bin/npm-cli.js "$@" --ignore-scripts --no-audit --no-fund --no-update-notifier; }
echo '{"name":"a","dependencies":{"openclaw":"@OPENCLAW@"}}' >package.json
npm install --package-lock-only --omit-lockfile-registry-resolved --before=@BEFORE@
echo '@LOCK_SHA256@ package-lock.json' | sha256sum -c
npm ci
# It refuses to start before; as root, because the agent can't write here.
bin/node node_modules/openclaw/scripts/postinstall-bundled-plugins.mjs
rm -rf npm .npm
