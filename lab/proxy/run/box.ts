import { join } from 'node:path';
import { CONNECT_PORT } from '../../../constructs/names';
import { packageRoot } from '../../../constructs/package-root';
import { fieldOf, jsonIn, listOf, textsOf } from '../../../lib/json';
import { leadsTo, leadTo } from '../../../lib/warden/front-files';
import { inSlotA } from '../../../lib/warden/slot';
import { labFile } from '../../host/files';
import { type Answer, LineProgram } from '../../host/line-program';
import type { Trouble } from '../plan/attempt';
import { boxScript, LAB_CERTIFICATE, NODE, PROGRAMS, UNIT } from '../plan/box-files';
import type { Cell } from '../plan/cells';
import { parsePolicy } from '../plan/policy';
import type { Found } from '../plan/records';
import { PROXY_VARIANTS, type ProxyVariantId, weakenConfig } from '../plan/variants';
import type { Reply } from '../plan/wire';
import { CONFIGS, IRON_PROXY, SLOT, TROUBLES } from './troubles';

/** The policy of slot a. */
const POLICY = '/etc/iron-proxy/a.yaml';
const CANARIES = '/var/lib/airlock/canaries.json';
const GATE_CANARIES = '/etc/airlock-gate/canaries.json';
const AUDIT = '/var/log/iron-proxy/audit.log';
/** What a box keeps of requests: iron-proxy's log, the gate's records, the front's log. */
const LOGS = {
  audit: AUDIT,
  gate: '/var/log/airlock-gate/records.log',
  front: '/var/log/airlock-front/front.log',
  journal: '/var/log/airlock-front/journal.log',
} as const;
export type Log = keyof typeof LOGS;
const WARDEN_LOG = '/var/log/airlock/warden.log';
/** Everything that the box has written to its root file system (programs/box.sh). */
const UPPER = '/proc/1/root/mnt/upper';
const WRITTEN = [UPPER, '/run', '/tmp'];
const FRONT = ['airlock-front.service', 'airlock-connect.service'];
const GATE_UNIT = '/etc/systemd/system/airlock-gate.service';
const CLOCK_BACK = `const { now } = Date;
const back = () => now() - 3_600_000;
globalThis.Date = class extends Date {
  constructor(...given) { super(...(given.length > 0 ? given : [back()])); }
  static now() { return back(); }
};`;
/** Milliseconds that iron-proxy may take to start or stop, and between two looks. */
const [PATIENCE, STEP] = [60_000, 150];
/** Milliseconds until warden has framed what iron-proxy wrote: it does so every second. */
const FRAMING = 1_300;

export interface BoxOptions {
  /** Its namespace's whole name. */
  readonly namespace: string;
  /** Its private address. */
  readonly address: string;
  readonly cell: Cell;
  /** What the template's DHCP options name. */
  readonly resolvers: readonly string[];
  /** PEM of the authority of the lab's internet. */
  readonly authority: string;
  readonly node: string;
}

/** A running proxy box: warden and iron-proxy (or the stand-in), with their own root file system, in its namespace. */
export class Box {
  /** While weakened, warden must stay stopped, or it restores the policy. */
  private weakened = false;

  private constructor(
    readonly cell: Cell,
    /** Its private address. */
    readonly address: string,
    private readonly worker: LineProgram,
  ) {}

  /** Prepares the box and starts warden, which starts iron-proxy when it has all it needs. */
  static async start({ namespace, address, cell, resolvers, authority, node }: BoxOptions): Promise<Box> {
    const directory = join(packageRoot(), 'dist');
    const own = ['unshare', '--mount', '--pid', '--fork', '--kill-child'];
    const words = [...own, 'sh', labFile('proxy', 'programs', 'box.sh'), directory, node];
    const { program } = await LineProgram.start(namespace, words, {});
    const box = new Box(cell, address, program);
    try {
      await box.shell(boxScript(cell, resolvers, authority));
      await box.startWarden();
      return box;
    } catch (error) {
      await box.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.worker.close();
  }

  /**
   * @param until what it must have logged. @default its start isn't waited for
   * @param before further arguments for Node.js
   */
  async startWarden(until?: RegExp, before: readonly string[] = []): Promise<void> {
    const warden = '/opt/airlock/warden/current/warden.cjs';
    if (until !== undefined) await this.shell(`: >${WARDEN_LOG}`);
    await this.worker.ask({
      do: 'keep',
      name: 'warden',
      words: [NODE, ...before, '--max-old-space-size=72', warden, 'run'],
      env: { NODE_EXTRA_CA_CERTS: LAB_CERTIFICATE },
      log: '/var/log/airlock/warden-boot.log',
    });
    if (until !== undefined) await this.untilLogged(until);
  }

  async stopWarden(): Promise<void> {
    await this.worker.ask({ do: 'stop', name: 'warden' });
  }

  /** Whether iron-proxy answers on its health port, and the front listens on its own. */
  async answers(): Promise<boolean> {
    const ports = parsePolicy(this.cell.policy).connect ? [80, CONNECT_PORT] : [80];
    const [healthy, ...listening] = await Promise.all([
      this.isHealthy(),
      ...ports.map((port) => this.listens(port)),
      this.listens(53, this.address),
    ]);
    return healthy && !listening.includes(false);
  }

  private async isHealthy(): Promise<boolean> {
    const reply = (await this.worker.ask({
      do: 'exchange',
      to: '127.0.0.1',
      port: (await this.slot()) === 'b' ? 9091 : 9090,
      send: ['GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
      patience: 1_000,
    })) as unknown as Partial<Reply>;
    return reply.statuses?.[0] === 200;
  }

  /** Sends nothing: a weakened box would take a request to `localhost` round in a circle. */
  private async listens(port: number, to = '127.0.0.1'): Promise<boolean> {
    const ask = { do: 'exchange', to, port, send: [], patience: 100 };
    return (await this.worker.ask(ask)).ended !== 'ECONNREFUSED';
  }

  /** Waits until iron-proxy answers, or doesn't. @throws with warden's last log lines */
  async untilServing(serving: boolean): Promise<void> {
    if (await eventually(async () => (await this.answers()) === serving)) return;
    const said = await this.shell(
      `tail -n 5 ${WARDEN_LOG} /var/log/airlock/warden-boot.log ${AUDIT} 2>&1 || true`,
    );
    throw new Error(
      `iron-proxy of ${this.cell.agent} does not ${serving ? 'start' : 'stop'}: ${said.trim().slice(-1500)}`,
    );
  }

  /** Replaces the policy, without warden, and restarts iron-proxy. */
  async usePolicy(text: string): Promise<void> {
    this.weakened = true;
    await this.stopWarden();
    await this.useSlotA();
    await this.shell(`cat >${POLICY} <<'LAB_END'\n${text}\nLAB_END\nsystemctl restart ${IRON_PROXY}`);
    await this.untilServing(true);
  }

  /** Weakens the box. @param policy the text that warden wrote */
  async weaken(id: ProxyVariantId, policy: string): Promise<void> {
    const variant = PROXY_VARIANTS[id];
    this.weakened = true;
    await this.stopWarden();
    if (variant.descriptors !== undefined) {
      await this.shell(`sed -i.lab 's/^LimitNOFILE=.*/LimitNOFILE=${variant.descriptors}/' ${UNIT}`);
    }
    if (variant.relay !== undefined) {
      await this.shell(FRONT.map((name) => `systemctl stop ${name}`).join('\n'));
      await this.shell(`systemctl stop ${IRON_PROXY}`);
      await this.worker.ask({
        do: 'keep',
        name: 'relay',
        words: [NODE, `${PROGRAMS}/relay.cjs`, String(variant.relay)],
        log: '/var/log/airlock/relay.log',
      });
      await this.untilListening();
      return;
    }
    // The gate looks every half second.
    if (variant.canaries === false) await this.shell(`rm -f ${GATE_CANARIES}; sleep 1`);
    for (const name of ['front', 'dns', 'quota'] as const) {
      const [edit, file] = [variant[name], CONFIGS[name]];
      if (edit === undefined) continue;
      const config = edit(await this.shell(`cp ${file} ${file}.lab; cat ${file}`));
      await this.shell(
        `cat >${file} <<'LAB_END'\n${config}\nLAB_END\nsystemctl restart airlock-${name}.service`,
      );
    }
    await this.usePolicy(weakenConfig(policy, id));
  }

  /** Undoes every weakening, and starts warden again. */
  async restore(policy: string): Promise<void> {
    await this.worker.ask({ do: 'stop', name: 'relay' });
    for (const file of [UNIT, ...Object.values(CONFIGS)])
      await this.shell(`[ ! -e ${file}.lab ] || mv ${file}.lab ${file}`);
    await this.shell(
      ['airlock-quota.service', ...FRONT, 'airlock-dns.service']
        .map((name) => `systemctl restart ${name}`)
        .join('\n'),
    );
    await this.usePolicy(policy);
    this.weakened = false;
    await this.startWarden();
  }

  /** Restarts iron-proxy with the policy that it has. */
  async restartProxy(): Promise<void> {
    await this.shell(`systemctl restart ${IRON_PROXY}`);
    await this.untilServing(true);
  }

  /** The policy in force, as slot a has it. */
  async policy(): Promise<string> {
    const slot = (await this.slot()) === 'b' ? 'b' : 'a';
    return inSlotA(slot, await this.shell(`cat /etc/iron-proxy/${slot}.yaml`));
  }

  /** The slot to which the front leads. */
  async leadsTo(): Promise<string> {
    return leadsTo('b', await this.shell(`cat ${CONFIGS.front}`)) ? 'b' : 'a';
  }

  async slot(): Promise<string> {
    return (await this.shell(`cat ${SLOT} 2>/dev/null || true`)).trim();
  }

  /** Warden, which is stopped now, may have left iron-proxy in the other slot. */
  private async useSlotA(): Promise<void> {
    if ((await this.slot()) !== 'b') return;
    const config = leadTo('a', await this.shell(`cat ${CONFIGS.front}`));
    await this.shell(
      `systemctl stop iron-proxy@b.service; echo a >${SLOT}
      cat >${CONFIGS.front} <<'LAB_END'\n${config}\nLAB_END\nsystemctl restart airlock-front.service`,
    );
  }

  /** Restarts gate and warden with a clock that is an hour behind. @returns what undoes it */
  async setClockBack(): Promise<() => Promise<void>> {
    await this.stopWarden();
    await this.shell(`cat >/opt/back.cjs <<'LAB_END'\n${CLOCK_BACK}\nLAB_END
      sed -i.lab 's# --max-old# --require=/opt/back.cjs --max-old#' ${GATE_UNIT}; systemctl restart airlock-gate.service`);
    await this.startWarden(undefined, ['--require=/opt/back.cjs']);
    return async () => {
      await this.stopWarden();
      await this.shell(`mv ${GATE_UNIT}.lab ${GATE_UNIT}; systemctl restart airlock-gate.service`);
      await this.startWarden();
      await this.untilServing(true);
    };
  }

  /** Complete lines of a log from a byte on. */
  async log(log: Log, from = 0): Promise<{ readonly lines: readonly string[]; readonly end: number }> {
    return this.ask({ do: 'lines', file: LOGS[log], from });
  }

  /** Values of the box's canaries, by id. */
  async canaries(): Promise<readonly (readonly [id: string, value: string])[]> {
    const kept = jsonIn(await this.shell(`cat ${CANARIES} 2>/dev/null || true`));
    return listOf(fieldOf(kept, 'all')).flatMap((each) =>
      textsOf(fieldOf(each, 'values')).map((value) => [String(fieldOf(each, 'id')), value] as const),
    );
  }

  /** Where each log of the box ends. */
  async logEnds(): Promise<ReadonlyMap<string, number>> {
    const list = await this.shell("find /var/log -type f -printf '%s %p\\n'");
    return new Map(list.split('\n').flatMap((line) => (line === '' ? [] : [logEnd(line)])));
  }

  /** What the logs have grown by, of each its last part: those that leave the box, and those that warden frames first. */
  async loggedSince(
    ends: ReadonlyMap<string, number>,
  ): Promise<{ readonly sent: string; readonly raw: string }> {
    if (!this.weakened) await new Promise((resolve) => setTimeout(resolve, FRAMING));
    const grown = [...(await this.logEnds())].filter(([file, end]) => end > (ends.get(file) ?? 0));
    const parts = await Promise.all(
      grown.map(async ([file]) => {
        const text = await this.shell(`tail -c +${(ends.get(file) ?? 0) + 1} '${file}' | tail -c 200000`);
        return [/^\/var\/log\/airlock(-gate)?\//.test(file) ? 'sent' : 'raw', text] as const;
      }),
    );
    const of = (which: string) => parts.flatMap(([kind, text]) => (kind === which ? [text] : [])).join('\n');
    return { sent: of('sent'), raw: of('raw') };
  }

  /** Looks for values in all that the box has written, and in arguments and environment of its processes. */
  async search(values: Readonly<Record<string, string>>): Promise<readonly Found[]> {
    const { found } = await this.ask<{ found: readonly Found[] }>({
      do: 'search',
      directories: WRITTEN,
      processes: 'all',
      values,
    });
    return found.map(({ id, place }) => ({ id, place: place.replace(UPPER, '') }));
  }

  /** Brings trouble to the box; the caller changes what is outside of it. */
  async cause(trouble: Trouble): Promise<void> {
    const { cause, warden, serves, isOfShipped } = TROUBLES[trouble];
    if (trouble === 'flooded' || (isOfShipped && this.weakened)) return;
    await this.stopWarden();
    if (cause !== undefined) await this.shell(cause);
    if (serves === true) await this.untilServing(true);
    if (warden !== undefined && !this.weakened) await this.startWarden(warden.logs);
    if (serves === false) await this.untilServing(false);
  }

  /** Undoes it, and waits until iron-proxy serves again. It is restarted: connections of a flood would linger. */
  async recover(trouble: Trouble): Promise<void> {
    const { undo, isOfShipped } = TROUBLES[trouble];
    if (undo !== undefined && !(isOfShipped && this.weakened)) await this.shell(undo);
    await this.stopWarden();
    await this.shell(`systemctl restart ${IRON_PROXY}\nsystemctl start airlock-dns.service`);
    if (!this.weakened) await this.startWarden();
    await this.untilServing(true);
  }

  /** @throws with its words when it fails */
  async shell(text: string): Promise<string> {
    const { status, output, broken } = (await this.worker.ask({
      do: 'command',
      words: ['sh', '-c', text],
    })) as Answer & { status?: number; output?: string };
    if (status !== 0)
      throw new Error(`in the box of ${this.cell.agent}: ${broken ?? output?.trim().slice(-500)}`);
    return output ?? '';
  }

  private async ask<T>(request: object): Promise<T> {
    const answer = await this.worker.ask(request);
    if (answer.broken !== undefined) throw new Error(`in the box of ${this.cell.agent}: ${answer.broken}`);
    return answer as unknown as T;
  }

  private async untilLogged(words: RegExp): Promise<void> {
    if (await eventually(async () => words.test(await this.shell(`cat ${WARDEN_LOG}`)))) return;
    throw new Error(`the warden of ${this.cell.agent} does not log ${words}`);
  }

  private async untilListening(): Promise<void> {
    if (await eventually(() => this.listens(CONNECT_PORT))) return;
    throw new Error('the relay does not listen');
  }
}

function logEnd(line: string): [file: string, end: number] {
  const space = line.indexOf(' ');
  return [line.slice(space + 1), Number(line.slice(0, space))];
}

/** Whether a condition comes true in time. */
async function eventually(condition: () => Promise<boolean>): Promise<boolean> {
  for (let waited = 0; waited < PATIENCE; waited += STEP) {
    if (await condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, STEP));
  }
  return false;
}
