import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The CloudFormation linter inside aws-cdk-lib costs one to two seconds a process; one test of its own runs it.
process.env.CDK_VALIDATION ??= 'false';
// As bin/airlock.ts does: which Node.js is served is said in the README.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** Test files share a process: the next file finds it as this one did, and this file's temporary directory is gone. */
const { env, exit } = process;
const variables = { ...env };
const directory = process.cwd();
const listenersBefore = new Set(listeners().map(([, listener]) => listener));
const temporary = mkdtempSync(join(tmpdir(), 'file-'));
chmodSync(temporary, 0o755);
env.TMPDIR = temporary;

afterAll(() => {
  for (const name of Object.keys(env)) if (!(name in variables)) delete env[name];
  Object.assign(process, { env: Object.assign(env, variables), exit });
  process.chdir(directory);
  rmSync(temporary, { recursive: true, force: true });
  for (const [event, listener] of listeners())
    if (!listenersBefore.has(listener)) process.removeListener(event, listener);
});

function listeners() {
  return process
    .eventNames()
    .flatMap((event) =>
      process.rawListeners(event).map((listener) => [event, listener as () => void] as const),
    );
}
