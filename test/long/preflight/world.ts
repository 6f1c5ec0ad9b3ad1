import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAirlock } from '../../../lib/config';
import { IMAGES_LOCK, SOFTWARE_LOCK } from '../../../lib/config/config-files';
import type { Airlock } from '../../../lib/config/model';
import { templateOf } from '../../stack/synthesise';
import { KIT_CONFIG } from '../../support/kit-config';
import { temporary } from '../../support/temporary';
import { Between, type Twist } from './between';
import { AirlockCommand } from './command';
import { DeployedStack } from './deployed-stack';
import { Moto } from './moto';

const AGENTS = ['mender', 'scout', 'scout-2'];

/**
 * The built command, the test configuration with a second scout, and the stack synthesised from it, which moto's
 * CloudFormation deploys (moto, not AWS: `playable.ts` says what it doesn't play).
 */
export class World {
  private constructor(
    readonly airlock: Airlock,
    readonly moto: Moto,
    readonly stack: DeployedStack,
    readonly command: AirlockCommand,
    private readonly between: Between,
    /** A directory that is gone once the world is closed. */
    readonly home: string,
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
    const stack = new DeployedStack(moto, template);
    const between = await Between.start(moto.endpoint, (_, pass) => pass());
    const command = new AirlockCommand(between.endpoint, config, file, home);
    return new World(loaded.airlock, moto, stack, command, between, home);
  }

  close(): void {
    this.between.close();
    this.moto.close();
  }

  /** The stack anew, with nothing wrong in scout's cell: secrets set, a backup done, requests in the log. */
  async sound(): Promise<void> {
    await this.stack.deploy();
    await this.setSecrets();
    await this.stack.snapshot(this.stack.id('scout', 'state'));
    const lines = [200, 403].map((status) => `{"host":"api.github.com","status":${status}}`);
    await this.stack.log('scout', lines);
  }

  async setSecrets(names = this.secrets()): Promise<void> {
    const key = this.stack.id('scout', 'AWS::KMS::Key');
    for (const name of names) await this.stack.put(name, 'placeholder', key);
  }

  /** Names of scout's. */
  secrets(): string[] {
    const scout = this.airlock.agents.find(({ name }) => name === 'scout');
    return scout?.secrets.map(({ parameter }) => parameter) ?? [];
  }

  /** Uses the command with somebody between it and moto. */
  async through<T>(twist: Twist, use: (command: AirlockCommand) => Promise<T>): Promise<T> {
    const between = await Between.start(this.moto.endpoint, twist);
    try {
      return await use(this.command.at(between.endpoint));
    } finally {
      between.close();
    }
  }
}

/** The test configuration, pinned, and a second scout, whose name begins with the first one's. */
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
