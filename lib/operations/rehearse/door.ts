import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, type Standing } from '../lab/network';
import { ENVIRONMENT } from '../lab/requirements';

/** The proxy box, as far as a rehearsal needs it: shut at first. */
export interface Door {
  /** What answers behind it, for reports. */
  readonly what: string;
  /** PEM of the authority that the agent host is to trust. */
  readonly certificate: string;
  readonly open: () => Promise<void>;
  readonly shut: () => Promise<void>;
}

const SHUT = [
  'table ip door {',
  '  chain in { type filter hook input priority -10; policy accept;',
  '    iifname "eth0" meta l4proto { tcp, udp } th dport { 7, 53, 80, 443, 8080 } drop',
  '  }',
  '}',
];

/** Before the echo server takes the port over. */
const DNS = [
  'table ip names {',
  '  chain in { type nat hook prerouting priority -110; policy accept;',
  '    iifname "eth0" meta l4proto { tcp, udp } th dport 53 redirect to :53',
  '  }',
  '}',
];

/**
 * A door without a proxy: in the proxy box's namespace, every name resolves to its address (dnsmasq) and an echo server
 * accepts on the doors' ports. It shows that the agent host waits and finds its door, and nothing of what passes it.
 */
export async function plainDoor(standing: Standing, namespace: string, address: string): Promise<Door> {
  const certificate = await selfSigned();
  const inside = (words: readonly string[], input?: string) =>
    command('ip', ['netns', 'exec', standing.full(namespace), ...words], input);
  const load = (lines: readonly string[]) => inside(['nft', '-f', '-'], lines.join('\n'));
  await load(SHUT);
  await load(DNS);
  nameServer(standing.full(namespace), address);
  let isOpen = false;
  return {
    what: 'no proxy: every name resolves to the box, and its ports answer with an echo',
    certificate,
    open: async () => {
      if (!isOpen) await inside(['nft', 'delete', 'table', 'ip', 'door']);
      isOpen = true;
    },
    shut: async () => {
      if (isOpen) await load(SHUT);
      isOpen = false;
    },
  };
}

/** Ends with its namespace. */
function nameServer(namespace: string, address: string): ChildProcess {
  const words = [
    ...['dnsmasq', '--keep-in-foreground', '--conf-file=/dev/null', '--pid-file=', '--log-facility=-'],
    ...['--no-resolv', '--no-hosts', '--user=root', `--address=/#/${address}`],
  ];
  return spawn('ip', ['netns', 'exec', namespace, ...words], { env: ENVIRONMENT, stdio: 'ignore' });
}

async function selfSigned(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'airlock-rehearsal-'));
  const [key, file] = [join(directory, 'key'), join(directory, 'certificate')];
  try {
    await command('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '1'],
      ...['-subj', '/CN=rehearsal', '-keyout', key, '-out', file],
      ...['-addext', 'keyUsage=critical,keyCertSign'],
    ]);
    return readFileSync(file, 'utf8').trimEnd();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
