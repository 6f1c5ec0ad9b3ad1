/** What the user data says about the agent's unit. */
export interface Expected {
  readonly cpuPercent: number;
  readonly memoryPercent: number;
  readonly os: string;
  /** Places in the agent's home where root's files are mounted read-only. */
  readonly held: readonly string[];
}

/** Undefined: this kit did not make the user data. */
export function expectedOf(userData: string): Expected | undefined {
  const number = (pattern: RegExp) => Number(pattern.exec(userData)?.[1]);
  const os = /^OS='([a-z0-9-]+)'$/m.exec(userData)?.[1];
  const cpuPercent = number(/^CPU_PERCENT='(\d+)'$/m);
  const memoryPercent = number(/^MemoryMax=(\d+)%$/m);
  const mounts = /^BindReadOnlyPaths=(.+)$/m.exec(userData)?.[1]?.split(' ') ?? [];
  const held = mounts.flatMap((mount) => mount.split(':')[1] ?? []);
  return os !== undefined && cpuPercent > 0 && memoryPercent > 0
    ? { os, cpuPercent, memoryPercent, held }
    : undefined;
}
