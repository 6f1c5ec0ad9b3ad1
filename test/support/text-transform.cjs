// What esbuild's text loader does in scripts/build.mjs, for jest.
module.exports = { process: (text) => ({ code: `module.exports = ${JSON.stringify(text)};` }) };
