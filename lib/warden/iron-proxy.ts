import { readEnvironment } from './environment';
import type { Host } from './host';
import { asciiLine } from './reason';
import { redacted } from './testimony';

const UNIT = 'iron-proxy.service';
const HEALTH_PORT = 9090;
const MANAGEMENT_PORT = 9092;
/** How long iron-proxy may take to answer after its start, in milliseconds. */
const START_WINDOW = 20_000;
const STEP = 500;

export type Reload =
  | { readonly kind: 'done' }
  /** The file is wrong, and iron-proxy keeps its present policy. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

export async function isActive(host: Host): Promise<boolean> {
  return (await systemctl(host, 'is-active', '--quiet', UNIT)) === 0;
}

export async function answers(host: Host): Promise<boolean> {
  return (await host.request({ method: 'GET', port: HEALTH_PORT, path: '/healthz' })).status === 200;
}

/** Stops it, open connections included. */
export async function stop(host: Host): Promise<void> {
  await host.remove(host.paths.started);
  await systemctl(host, 'stop', UNIT);
}

/** Restarts it and waits for an answer; false without one. */
export async function restart(host: Host): Promise<boolean> {
  await host.remove(host.paths.started);
  await systemctl(host, 'reset-failed', UNIT);
  if ((await systemctl(host, 'restart', UNIT)) !== 0) return false;
  for (let waited = 0; waited < START_WINDOW; waited += STEP) {
    if ((await answers(host)) && (await isActive(host))) return true;
    if (waited > 0 && !(await isActive(host))) return false;
    await host.sleep(STEP);
  }
  return false;
}

/** Makes the running iron-proxy read the policy file; it answers 422 and keeps its pipeline when it can't. */
export async function reload(host: Host): Promise<Reload> {
  const bearer = (await readEnvironment(host)).get('IRON_MANAGEMENT_API_KEY');
  const answer = await host.request({ method: 'POST', port: MANAGEMENT_PORT, path: '/v1/reload', bearer });
  if (answer.status === 200) return { kind: 'done' };
  const message = asciiLine(errorText(answer.body));
  if (answer.status === 422) return { kind: 'refused', message };
  return {
    kind: 'failed',
    message: answer.status === 0 ? 'no answer' : `status ${answer.status} ${message}`,
  };
}

/** The last line of its stderr that is about no request: where it says why it ends. */
export async function lastWords(host: Host): Promise<string> {
  const lines = (await host.tail(host.paths.auditLog, 4096))
    .split('\n')
    .filter((line) => /error/i.test(line) && !line.includes('"audit"'));
  return asciiLine(redacted(lines.at(-1) ?? 'it said nothing'));
}

function errorText(body: string): string {
  try {
    return String(JSON.parse(body).error ?? '');
  } catch {
    return body;
  }
}

async function systemctl(host: Host, ...words: readonly string[]): Promise<number> {
  return (await host.run({ file: 'systemctl', arguments: words, timeoutSeconds: 60 })).status;
}
