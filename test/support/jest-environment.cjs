const { AsyncLocalStorage } = require('node:async_hooks');
const { chmodSync, mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { ModernFakeTimers } = require('@jest/fake-timers');
const { ModuleMocker } = require('jest-mock');

/** Where Jest's own runner keeps one test file's tests and handlers. */
const RUNNER = ['JEST_STATE_SYMBOL', 'EVENT_HANDLERS', 'RETRY_TIMES_SETTER'];

/** Jest's runner makes one for each test file, and each slows every promise of the worker until it is disabled. */
const storages = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...call) {
  storages.add(this);
  return run.apply(this, call);
};

/**
 * Test files run in the global scope of the worker, not in one each: so they can share the packages that `jest-runtime.cjs`
 * loads once, and `instanceof` means what it means in Node. What a file may change here, the next file finds as it was.
 */
module.exports = class {
  constructor({ projectConfig }) {
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimers = null;
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    const { env, exit } = process;
    this.before = { env, exit, variables: { ...env }, directory: process.cwd(), listeners: listeners() };
    // What a test file leaves in its temporary directory goes with it.
    this.temporary = mkdtempSync(join(tmpdir(), 'airlock-test-'));
    chmodSync(this.temporary, 0o755);
    env.TMPDIR = this.temporary;
  }

  async setup() {}

  async teardown() {
    const { env, exit, variables, directory } = this.before;
    this.fakeTimersModern.dispose();
    for (const name of Object.keys(env)) if (!(name in variables)) delete env[name];
    Object.assign(process, { env: Object.assign(env, variables), exit });
    process.chdir(directory);
    rmSync(this.temporary, { recursive: true, force: true });
    for (const [event, listener] of listeners())
      if (!this.before.listeners.some(([, one]) => one === listener)) process.removeListener(event, listener);
    for (const key of Object.getOwnPropertySymbols(globalThis))
      if (RUNNER.includes(key.description)) delete globalThis[key];
    for (const storage of storages) storage.disable();
    storages.clear();
    this.global = null;
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  /** Jest asks for a context; `jest-runtime.cjs` compiles without one. */
  getVmContext() {
    return null;
  }
};

function listeners() {
  return process
    .eventNames()
    .flatMap((event) => process.rawListeners(event).map((listener) => [event, listener]));
}
