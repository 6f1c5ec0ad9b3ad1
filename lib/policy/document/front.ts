import * as z from 'zod/mini';
import type { FrontLimits } from '../../config/model';

const number = (least: number, most: number) => z.int().check(z.minimum(least), z.maximum(most));

/** The front's part of warden's document. Whole numbers alone, since they become text of the front's configuration. */
export const frontSettings = z.strictObject({
  connect: z.boolean(),
  journal: z.optional(z.boolean()),
  canaries: z.optional(z.boolean()),
  scan: z.optional(z.boolean()),
  connections: number(1, 1024),
  connectionsPerSecond: number(1, 1000),
  connectionsPerDay: number(1, 1_000_000),
  helloSeconds: number(1, 60),
  idleMinutes: number(1, 120),
  uploadMiBPerSecond: number(1, 1024),
  uploadMiBPerDay: number(1, 1_048_576),
  downloadMiBPerDay: number(1, 1_048_576),
} satisfies Record<keyof FrontSettings, z.ZodMiniType>);

export type FrontSettings = FrontLimits & {
  readonly connect: boolean;
  /** Whether port 80 takes the agent host's journal. @default true */
  readonly journal?: boolean;
  /** Whether the box makes canaries, and port 80 gives them to the agent host. @default false */
  readonly canaries?: boolean;
  /** Whether the agent host reports a scan every week. @default false */
  readonly scan?: boolean;
};
