import { type ChildProcess, spawn } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** dnsmasq, as the public resolver that a template names. It answers the lab's names, and asks no other server. */
export class PublicResolver {
  private readonly file: string;
  private readonly log: string;
  private readonly child: ChildProcess;
  private readonly names: Map<string, readonly string[]>;

  /** @param domain its address is also the address of every name below it */
  constructor(
    program: string,
    private readonly address: string,
    names: Readonly<Record<string, readonly string[]>>,
    domain: string,
    scratch: string,
  ) {
    this.file = join(scratch, 'hosts');
    this.log = join(scratch, 'questions');
    this.names = new Map(Object.entries(names));
    this.write();
    this.child = spawn(
      program,
      [
        '--keep-in-foreground',
        '--conf-file=/dev/null',
        '--no-hosts',
        '--no-resolv',
        `--addn-hosts=${this.file}`,
        `--listen-address=${address}`,
        '--bind-interfaces',
        '--user=root',
        '--pid-file=',
        `--address=/.${domain}/${names[domain]?.[0]}`,
        '--local-ttl=0',
        '--log-queries',
        `--log-facility=${this.log}`,
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
  }

  /** Changes the addresses of a name, as its owner could. */
  async point(name: string, addresses: readonly string[]): Promise<void> {
    this.names.set(name, addresses);
    this.write();
    this.child.kill('SIGHUP');
    const asker = new Resolver({ timeout: 200, tries: 1 });
    asker.setServers([this.address]);
    const wanted = [...addresses].sort().join();
    for (let tries = 0; tries < 100; tries += 1) {
      const given = await asker.resolve4(name).catch(() => []);
      if (given.sort().join() === wanted) return;
      await pause(20);
    }
    throw new Error(`the resolver does not take ${addresses.join()} for ${name}`);
  }

  /** Names with an attempt's mark that were asked for. */
  asked(): readonly string[] {
    const log = existsSync(this.log) ? readFileSync(this.log, 'utf8') : '';
    return [
      ...new Set([...log.matchAll(/query\[\w+\] (\S*dlab-\S*) from/g)].map((match) => match[1] as string)),
    ];
  }

  private write(): void {
    const lines = [...this.names].flatMap(([name, addresses]) =>
      addresses.map((each) => `${each} ${name}\n`),
    );
    writeFileSync(this.file, lines.join(''));
  }
}
