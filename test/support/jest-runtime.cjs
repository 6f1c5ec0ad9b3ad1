const { createRequire, isBuiltin, _extensions } = require('node:module');
const { join, resolve, sep } = require('node:path');
const { compileFunction, Script } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

const ROOT = join(__dirname, '../..');
const PACKAGES = `${sep}node_modules${sep}`;

/**
 * Packages, the kit's own modules and `test/support` load once for each worker, by Node's own `require`. Tests, and what lies
 * beside them, load once for each test file, as Jest does it. So no shared module may keep what one test does and another
 * sees. A test that replaces a module does so in `jest.isolateModules`: there the kit's modules load anew, by Jest.
 */
class SharingRuntime extends Runtime {
  constructor(...options) {
    super(...options);
    transform = (path) => this.transformCache.transform(path);
    this.transformCache.sourceMaps = SOURCE_MAPS;
    this.executor.compile = (source, filename) => {
      const parameters = this.executor.injectedModuleParameters;
      return filename.includes(PACKAGES)
        ? compiledOnce(source, parameters, filename)
        : compileFunction(source, parameters, { filename });
    };
  }

  requireModuleOrMock(from, name) {
    const shared =
      isPackage(name) || (!this.isolated && isOwn(name.startsWith('.') ? resolve(from, '..', name) : name));
    return shared && !from.includes(PACKAGES)
      ? createRequire(from)(name)
      : super.requireModuleOrMock(from, name);
  }

  isolateModules(load) {
    this.isolated = true;
    try {
      super.isolateModules(load);
    } finally {
      this.isolated = false;
    }
  }
}

/** Jest loads its own packages anew for each test file: compiled once, they keep what V8 has compiled of them since. */
function compiledOnce(source, parameters, filename) {
  let script = scripts.get(filename);
  if (script === undefined) {
    script = new Script(`(function (${parameters}) {${source}\n})`, { filename });
    scripts.set(filename, script);
  }
  return script.runInThisContext();
}
const scripts = new Map();

/** What Jest makes of a source file, by the runtime of the test file that runs. */
let transform;
const SOURCE_MAPS = new Map();

// Node tries the extensions in the order of this list: sources come first, as for Jest.
const others = { ..._extensions };
for (const extension of Object.keys(others)) delete _extensions[extension];
Object.assign(_extensions, { '.ts': load, ...others, '.js': load });

/** Text files come here too: Node takes an extension that it doesn't know for JavaScript. */
function load(module, path) {
  return isOwn(path) ? module._compile(transform(path), path) : others['.js'](module, path);
}

function isPackage(name) {
  return /^[^./]/.test(name) && !isBuiltin(name) && name !== 'agent-airlock';
}

function isOwn(path) {
  return OWN.some((room) => path.startsWith(room));
}
const OWN = ['bench', 'constructs', 'lab', 'lib', 'test/support'].map((room) => join(ROOT, room) + sep);

module.exports = SharingRuntime;
