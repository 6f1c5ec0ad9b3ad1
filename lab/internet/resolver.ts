import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** dnsmasq, as the public resolver that a template names. It knows the lab's names and asks nobody. */
export class PublicResolver {
  private readonly file: string;
  private readonly log: string;
  private readonly child: ChildProcess;
  private readonly names: Map<string, readonly string[]>;

  constructor(
    program: string,
    address: string,
    names: Readonly<Record<string, readonly string[]>>,
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
        '--local-ttl=0',
        '--log-queries',
        `--log-facility=${this.log}`,
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
  }

  /** Another answer from now on, as whoever owns a name may give. */
  point(name: string, addresses: readonly string[]): void {
    this.names.set(name, addresses);
    this.write();
    this.child.kill('SIGHUP');
  }

  /** Names that were asked for and that bear an attempt's mark. */
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
