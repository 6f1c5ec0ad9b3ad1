/**
 * The value, if it has the pattern. Settings end up in files that a root shell, systemd or a runtime reads; `lib/config`
 * has checked them, but a construct can be used without it.
 *
 * @throws with the setting, its value, what is allowed
 */
export function matching<T extends string | undefined>(
  setting: string,
  value: T,
  pattern: RegExp,
  allowed: string,
): T {
  return value === undefined || pattern.test(value) ? value : refuse(setting, value, allowed);
}

/** @throws like `matching` */
export function within(setting: string, value: number, [low, high]: readonly [number, number]): number {
  return Number.isInteger(value) && value >= low && value <= high
    ? value
    : refuse(setting, value, `a whole number from ${low} to ${high}`);
}

export function refuse(setting: string, value: unknown, allowed: string): never {
  throw new Error(
    `agent host ${setting}: ${JSON.stringify(value)} cannot go into user data: write ${allowed}`,
  );
}
