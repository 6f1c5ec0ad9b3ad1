import wardenUnit from '../../constructs/proxy/boot/airlock-warden.service';
import ironProxySlice from '../../constructs/proxy/boot/ironproxy.slice';
import type { ProxyProgram } from '../../lab/proxy/run/proxy-program';
import type { Figures } from './log';
import type { Measured, Row } from './measure';
import type { Memory } from './memory';

/** Memory of a proxy box with the default instance type, in MiB. */
const MACHINE = 1024;

/** The measurements as lines: the ratios are the result, the other numbers show the scale. */
export function linesOf(program: ProxyProgram, { rows, idle, loaded, seconds }: Measured): string[] {
  return [
    program.kind === 'iron-proxy'
      ? `iron-proxy ${program.version} (${program.origin})`
      : `the stand-in ${program.version}: these are no figures of iron-proxy (${program.origin})`,
    '',
    '                               through the proxy box           direct to the upstream     proxy / direct',
    'body        secret  conn.   p50 ms    p99 ms      per s    p50 ms    p99 ms      per s    p50    p99   rate',
    ...rows.map(rowLine),
    `measured in ${seconds.toFixed(0)} s`,
    '',
    ...memoryLines(program, idle, loaded),
  ];
}

function rowLine({ body, secret, connections, proxy, direct }: Row): string {
  const ratios = (['p50', 'p99', 'rate'] as const).map((name) =>
    (proxy[name] / direct[name]).toFixed(2).padStart(5),
  );
  return [
    body.padEnd(10),
    (secret ? 'yes' : 'no').padEnd(6),
    String(connections).padStart(5),
    figures(proxy),
    figures(direct),
    ratios.join('  '),
  ].join('  ');
}

function figures({ p50, p99, rate }: Figures): string {
  const ms = (microseconds: number) => (microseconds / 1000).toFixed(2).padStart(7);
  return [ms(p50), ms(p99).padStart(8), rate.toFixed(0).padStart(9)].join('  ');
}

function memoryLines({ kind }: ProxyProgram, idle: Memory, loaded: Memory): string[] {
  const line = (name: string, before: number, peak: number, limit: number) =>
    [name.padEnd(12), ...[before, peak, limit].map((each) => each.toFixed(0).padStart(11))].join('  ');
  const [proxy, warden] = [limitIn(ironProxySlice), limitIn(wardenUnit)];
  return [
    'resident MiB  before load         most   MemoryMax',
    line(kind, idle.proxy.now, loaded.proxy.peak, proxy),
    line('warden', idle.warden.now, loaded.warden.peak, warden),
    `free of ${MACHINE} MiB for Amazon Linux and the log agent, which don't run here: ` +
      `${(MACHINE - loaded.proxy.peak - loaded.warden.peak).toFixed(0)}, and ${MACHINE - proxy - warden} with both at their limits`,
  ];
}

/** Memory limit of a unit in MiB; the lab doesn't enforce it. */
export function limitIn(unit: string): number {
  const limit = /^MemoryMax=(\d+)M$/m.exec(unit)?.[1];
  if (limit === undefined) throw new Error('a unit of the proxy box has no MemoryMax in megabytes');
  return Number(limit);
}
