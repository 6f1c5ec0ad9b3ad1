/** The state inside the machine at one moment (lab/rehearsal/programs/inspect.sh). */
export interface Inspection {
  readonly boot: string;
  readonly instance: string;
  readonly agent: Fields;
  /** User of the agent's main process; undefined: no process. */
  readonly runsAs?: { readonly user: string; readonly uid: number };
  /** As the kernel enforces them; undefined: no slice. */
  readonly limits?: { readonly memoryBytes: number; readonly cpus: number; readonly tasks: number };
  /** Read-only mounts in the agent's home, in its main process's namespace. */
  readonly held: readonly string[];
  readonly machine: { readonly cpus: number; readonly memoryBytes: number };
  /** The unit that waits for the proxy box. */
  readonly proxyWait: Fields;
  readonly listening: readonly Listener[];
  readonly failed: readonly string[];
  readonly cloud: { readonly status: string; readonly errors: readonly string[] };
  /** Seconds that cloud-init has waited for resolvers on this root disk (`is_resolvable`). */
  readonly resolvingSeconds: number;
  readonly resolver: string;
  readonly trusted: boolean;
  /** How the state volume is mounted; empty: not mounted. */
  readonly mount: string;
  /** What the agent's user wrote to the state volume: one line per boot. */
  readonly written: readonly string[];
  /** The boot scripts' own lines. */
  readonly journal: readonly string[];
}

export interface Listener {
  readonly protocol: string;
  readonly address: string;
  readonly port: string;
  readonly program: string;
}

type Fields = Readonly<Record<string, string>>;

/** Reads the output of inspect.sh; a section without output leaves its field empty. */
export function inspectionOf(text: string): Inspection {
  const sections = new Map(
    text
      .split(/^=== /m)
      .slice(1)
      .map((part): [string, string] => {
        const end = part.indexOf('\n');
        return [part.slice(0, end), part.slice(end + 1).trim()];
      }),
  );
  const section = (name: string) => sections.get(name) ?? '';
  const lines = (name: string) =>
    section(name)
      .split('\n')
      .filter((line) => line !== '');
  const [cpus = '0', memory = '0'] = lines('machine');
  return {
    boot: section('boot'),
    instance: section('instance'),
    agent: fields(lines('agent')),
    runsAs: processOf(section('process')),
    limits: limitsOf(lines('limits')),
    held: lines('held'),
    machine: { cpus: Number(cpus), memoryBytes: Number(memory) * 1024 },
    proxyWait: fields(lines('proxy-wait')),
    listening: lines('listening').flatMap(listenerOf),
    failed: lines('failed').map((line) => line.split(/\s+/)[0] as string),
    cloud: cloudOf(section('cloud'), lines('warnings')),
    resolvingSeconds: lines('resolving')
      .map((line) => Number(/ took ([\d.]+) /.exec(line)?.[1] ?? 0))
      .reduce((sum, each) => sum + each, 0),
    resolver: section('resolver'),
    trusted: /: OK$/m.test(section('trust')),
    mount: section('mount'),
    written: lines('written'),
    journal: lines('journal'),
  };
}

function fields(lines: readonly string[]): Fields {
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

function processOf(text: string): Inspection['runsAs'] {
  const [user, uid] = text.split(/\s+/);
  return user && uid ? { user, uid: Number(uid) } : undefined;
}

/** `max` means no limit: infinity. */
function limitsOf([memory, cpu, tasks]: readonly string[]): Inspection['limits'] {
  if (memory === undefined || cpu === undefined || tasks === undefined) return undefined;
  const [quota = 'max', period = '1'] = cpu.split(' ');
  const number = (text: string) => (text === 'max' ? Number.POSITIVE_INFINITY : Number(text));
  return { memoryBytes: number(memory), cpus: number(quota) / Number(period), tasks: number(tasks) };
}

function listenerOf(line: string): Listener[] {
  const [protocol, , , , local, , users = ''] = line.split(/\s+/);
  if (protocol === undefined || local === undefined) return [];
  const at = local.lastIndexOf(':');
  return [
    {
      protocol,
      address: local
        .slice(0, at)
        .replace(/%.*$/, '')
        .replace(/^\[|\]$/g, ''),
      port: local.slice(at + 1),
      program: /"([^"]+)"/.exec(users)?.[1] ?? 'unknown',
    },
  ];
}

function cloudOf(text: string, warnings: readonly string[]): Inspection['cloud'] {
  try {
    const { status, extended_status, errors, recoverable_errors = {} } = JSON.parse(text);
    const recovered = Object.entries(recoverable_errors as Record<string, string[]>).flatMap(
      ([level, each]) => each.map((message) => `${level}: ${message}`),
    );
    return {
      status: String(extended_status ?? status),
      errors: [...(errors ?? []), ...recovered, ...warnings].map(String),
    };
  } catch {
    return { status: 'unknown', errors: ['the status of cloud-init is unreadable'] };
  }
}
