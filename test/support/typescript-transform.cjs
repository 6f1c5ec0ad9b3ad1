// Types removed and imports turned into `require`, as scripts/build.mjs does it.
const { transformSync } = require('esbuild');

const options = {
  loader: 'ts',
  format: 'cjs',
  target: 'node20',
  sourcemap: 'external',
  sourcesContent: false,
};

module.exports = {
  process: (text, sourcefile) => transformSync(text, { ...options, sourcefile }),
};
