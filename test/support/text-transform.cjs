// What esbuild's text loader does in scripts/build.mjs, for jest. Read anew: jest has cut off a first line "#!…".
const { readFileSync } = require('node:fs');

module.exports = {
  process: (_text, path) => ({ code: `module.exports = ${JSON.stringify(readFileSync(path, 'utf8'))};` }),
};
