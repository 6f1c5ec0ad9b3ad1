import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAirlock } from '../../../lib/config';
import { IMAGES_LOCK, SOFTWARE_LOCK } from '../../../lib/config/config-files';
import type { Airlock } from '../../../lib/config/model';
import { type StackTemplate, templateOf } from '../../stack/synthesise';
import { KIT_CONFIG } from '../../support/kit-config';
import { temporary } from '../../support/temporary';
import { BuiltAccount } from '../verify/account';
import { Between, type Twist } from './between';
import { AirlockCommand } from './command';
import { Moto } from './moto';

const AGENTS = ['mender', 'scout', 'scout-2'];

/**
 * The built command, the test configuration with a second scout, and the stack synthesised from it, made in moto.
 */
export class World {
  private now: Held;

  private constructor(
    readonly airlock: Airlock,
    private readonly config: string,
    private readonly home: string,
    private readonly template: StackTemplate,
    private readonly first: Held,
  ) {
    this.now = first;
  }

  /** An account in which every check passes: scout's secrets are set, there is a backup, and requests are logged. */
  static async start(): Promise<World> {
    const home = temporary();
    const config = join(home, 'config');
    configuration(config);
    const loaded = loadAirlock(config);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const template = templateOf(loaded.airlock);
    writeFileSync(join(home, 'template.json'), JSON.stringify(template));
    const moto = await Moto.start();
    const world = new World(loaded.airlock, config, home, template, await held(moto, new BuiltAccount(moto)));
    await world.deploy();
    await world.setSecrets();
    await world.backUp();
    for (const status of [200, 403]) await world.account.line('scout', 'requests', { status }, new Date());
    return world;
  }

  close(): void {
    for (const each of new Set([this.now, this.first])) end(each);
  }

  get moto(): Moto {
    return this.now.moto;
  }

  get account(): BuiltAccount {
    return this.now.account;
  }

  /** Where the command sends its calls. */
  get endpoint(): string {
    return this.now.between.endpoint;
  }

  get command(): AirlockCommand {
    const { endpoint, config, home } = this;
    return new AirlockCommand(endpoint, config, join(home, 'template.json'), home);
  }

  /** Goes back to the account of the start. */
  async sound(): Promise<void> {
    if (this.now !== this.first) end(this.now);
    this.now = await copyOf(this.first);
  }

  /** Runs something in a copy of the account as it is now. Nothing of what it does there stays. */
  async aside<T>(act: () => Promise<T>): Promise<T> {
    const before = this.now;
    this.now = await copyOf(before);
    try {
      return await act();
    } finally {
      end(this.now);
      this.now = before;
    }
  }

  /** Makes the stack in an empty account. */
  async deploy(): Promise<void> {
    await this.moto.reset();
    this.account.plan(this.template);
    await this.account.build();
  }

  async setSecrets(names = this.secrets()): Promise<void> {
    const key = this.account.id('AWS::KMS::Key', { agent: 'scout' });
    for (const name of names) await this.account.secret(name, 'placeholder', key);
  }

  async backUp(): Promise<void> {
    const VolumeId = this.account.id('AWS::EC2::Volume', { agent: 'scout' });
    await this.account.call('ec2', 'CreateSnapshot', { VolumeId });
  }

  /** Names of scout's. */
  secrets(): string[] {
    const scout = this.airlock.agents.find(({ name }) => name === 'scout');
    return scout?.secrets.map(({ parameter }) => parameter) ?? [];
  }

  /** Runs the command with a proxy that changes answers. */
  async through<T>(twist: Twist, use: (command: AirlockCommand) => Promise<T>): Promise<T> {
    const between = await Between.start(this.account, this.moto.endpoint, twist);
    try {
      return await use(this.command.at(between.endpoint));
    } finally {
      between.close();
    }
  }
}

/** An account in moto, and the proxy before it. */
interface Held {
  readonly moto: Moto;
  readonly account: BuiltAccount;
  readonly between: Between;
}

async function held(moto: Moto, account: BuiltAccount): Promise<Held> {
  return { moto, account, between: await Between.start(account, moto.endpoint, (_, pass) => pass()) };
}

async function copyOf({ moto, account }: Held): Promise<Held> {
  const copy = await moto.fork();
  return held(copy, account.in(copy));
}

function end({ moto, between }: Held): void {
  between.close();
  moto.close();
}

/** The test configuration, pinned, with an agent whose name begins with scout's. */
function configuration(directory: string): void {
  cpSync(KIT_CONFIG, directory, { recursive: true });
  const scout = readFileSync(join(directory, 'agents', 'scout.yaml'), 'utf8');
  const second = scout
    .replace('name: scout', 'name: scout-2')
    .replaceAll('/airlock/scout/', '/airlock/scout-2/');
  writeFileSync(join(directory, 'agents', 'scout-2.yaml'), second);
  const images = AGENTS.flatMap((agent) =>
    ['agent-host', 'proxy-box'].map((machine) => ({
      agent,
      machine,
      region: 'us-east-1',
      imageId: 'ami-1234567890abcdef0',
    })),
  );
  const zones = [{ region: 'us-east-1', zone: 'us-east-1a' }];
  writeFileSync(
    join(directory, IMAGES_LOCK),
    JSON.stringify({ version: 1, images, zones, amazonLinux: { release: '2023.9.20251105' } }),
  );
  const ironProxy = {
    version: '9.9.9',
    url: 'https://releases.example.com/iron-proxy.tar.gz',
    sha256: '0'.repeat(64),
  };
  writeFileSync(join(directory, SOFTWARE_LOCK), JSON.stringify({ ironProxy }));
}
