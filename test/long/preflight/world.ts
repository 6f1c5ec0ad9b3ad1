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
  private constructor(
    readonly airlock: Airlock,
    readonly moto: Moto,
    readonly account: BuiltAccount,
    private readonly template: StackTemplate,
    readonly command: AirlockCommand,
    private readonly between: Between,
  ) {}

  static async start(): Promise<World> {
    const home = temporary();
    const config = join(home, 'config');
    configuration(config);
    const loaded = loadAirlock(config);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const template = templateOf(loaded.airlock);
    const file = join(home, 'template.json');
    writeFileSync(file, JSON.stringify(template));
    const moto = await Moto.start();
    const account = new BuiltAccount(moto);
    const between = await Between.start(account, moto.endpoint, (_, pass) => pass());
    const command = new AirlockCommand(between.endpoint, config, file, home);
    return new World(loaded.airlock, moto, account, template, command, between);
  }

  close(): void {
    this.between.close();
    this.moto.close();
  }

  /** Where the command sends its calls. */
  get endpoint(): string {
    return this.between.endpoint;
  }

  /** Makes the stack in an empty account. */
  async deploy(): Promise<void> {
    await this.moto.reset();
    this.account.plan(this.template);
    await this.account.build();
  }

  /** Deploys, then sets scout's secrets, makes a backup and logs requests: every check passes. */
  async sound(): Promise<void> {
    await this.deploy();
    await this.setSecrets();
    await this.backUp();
    for (const status of [200, 403]) await this.account.line('scout', 'requests', { status }, new Date());
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
