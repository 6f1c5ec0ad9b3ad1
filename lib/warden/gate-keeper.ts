import { isRecord } from '../json';
import type { Box } from './box';
import type { GateState } from './gate/main';
import type { Host } from './host';
import { type Reason, reason } from './reason';
import { sha256 } from './render';

const UNIT = 'airlock-gate.service';
/** Milliseconds without a sign of life after which the gate counts as dead; it gives one every five seconds. */
const SILENT = 30_000;
/** Milliseconds that a started gate may take, or a running one to read its policy, and between two looks. */
const [WINDOW, STEP] = [20_000, 250];

/**
 * Gives the gate its policy, starts it, and replaces one that is silent or of another warden. iron-proxy needs no telling:
 * without the gate it answers every request with 502.
 *
 * @param policy Absent while the wanted policy is unknown: the one on disk stays.
 */
export async function tendGate(
  host: Host,
  box: Box,
  policy: string | undefined,
): Promise<Reason | undefined> {
  const { gatePolicy } = host.paths;
  const present = await host.read(gatePolicy);
  if (policy !== undefined && policy !== present)
    await host.write(gatePolicy, policy, { mode: 0o640, group: 'airlock-gate' });
  const wanted = policy ?? present;
  if (wanted === undefined) return undefined;
  const digest = sha256(wanted);
  if (!isAlive(await gateState(host), box, host.now())) await systemctl(host, 'restart');
  for (let waited = 0; waited < WINDOW; waited += STEP) {
    const state = await gateState(host);
    if (isAlive(state, box, host.now()) && state?.policy === digest) {
      return state.failure === undefined ? undefined : reason('records-failing', state.failure);
    }
    await host.sleep(STEP);
  }
  const isActive = (await systemctl(host, 'is-active')) === 0;
  return reason('gate-down', isActive ? 'it runs without a sign of life for this policy' : 'it does not run');
}

function isAlive(state: GateState | undefined, box: Box, now: number): boolean {
  return state !== undefined && state.warden === box.warden && now - state.time < SILENT;
}

/** The gate's sign of life, as it says. */
export async function gateState(host: Host): Promise<GateState | undefined> {
  try {
    const parsed: unknown = JSON.parse((await host.read(host.paths.gateState)) ?? '');
    return isRecord(parsed) && typeof parsed.time === 'number' ? (parsed as unknown as GateState) : undefined;
  } catch {
    return undefined;
  }
}

async function systemctl(host: Host, verb: string): Promise<number> {
  return (await host.run({ file: 'systemctl', arguments: [verb, UNIT], timeoutSeconds: 60 })).status;
}
