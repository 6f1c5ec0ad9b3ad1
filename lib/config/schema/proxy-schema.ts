import { z } from 'zod';
import { memoryFault } from '../../../constructs/proxy/memory';
import { shaped } from '../finding';
import type { FrontLimits } from '../model';
import { checkInstanceType } from '../values/instance-type';
import { text, wholeNumber } from './fields';

export const instanceType = text(checkInstanceType, 'EC2 instance type, arm64 (Graviton).');

/** Large enough for the programs of a proxy box. */
const proxyType = text(
  shaped(checkInstanceType.pattern as RegExp, (type) => {
    const message = memoryFault(type);
    return (
      checkInstanceType(type) ??
      (message === undefined ? undefined : { message, fix: 'write "t4g.micro" or a larger type' })
    );
  }),
  'EC2 instance type, arm64 (Graviton), with at least 1 GiB of memory.',
);

/** docs/CONFIGURATION.md has the reason for each. */
export const FRONT_LIMITS: FrontLimits = {
  connections: 512,
  connectionsPerSecond: 100,
  connectionsPerDay: 100_000,
  helloSeconds: 5,
  idleMinutes: 15,
  uploadMiBPerSecond: 32,
  uploadMiBPerDay: 10_240,
  downloadMiBPerDay: 51_200,
};

const limit = (name: keyof FrontLimits, least: number, most: number, unit: string, description: string) =>
  wholeNumber(least, most, unit, description).default(FRONT_LIMITS[name]);

const limits = z
  .strictObject({
    connections: limit('connections', 16, 1024, 'connections', 'Connections open at a time.'),
    connectionsPerSecond: limit(
      'connectionsPerSecond',
      1,
      1000,
      'connections',
      'New connections in any second.',
    ),
    connectionsPerDay: limit(
      'connectionsPerDay',
      100,
      1_000_000,
      'connections',
      'New connections in any 24 hours; each is one line of the log.',
    ),
    helloSeconds: limit('helloSeconds', 1, 60, 'seconds', 'Time for a TLS hello or a CONNECT.'),
    idleMinutes: limit(
      'idleMinutes',
      1,
      120,
      'minutes',
      'Time without a byte after which a connection ends.',
    ),
    uploadMiBPerSecond: limit('uploadMiBPerSecond', 1, 1024, 'MiB', 'MiB a second from the agent host.'),
    uploadMiBPerDay: limit('uploadMiBPerDay', 1, 1_048_576, 'MiB', 'MiB a day (UTC) from the agent host.'),
    downloadMiBPerDay: limit('downloadMiBPerDay', 1, 1_048_576, 'MiB', 'MiB a day (UTC) to the agent host.'),
  })
  .default(FRONT_LIMITS)
  .meta({ description: 'What the front lets through; over a limit it refuses.' });

export const proxyBox = z
  .strictObject({
    instanceType: proxyType.default('t4g.micro'),
    connect: z.boolean().optional().meta({
      description: 'Opens the port for clients with proxy settings. Default: where the runtime needs it.',
    }),
    limits,
  })
  .default({ instanceType: 't4g.micro', limits: FRONT_LIMITS })
  .meta({ description: 'The proxy box of this agent.' });
