import { InvalidArgumentError, Option } from 'commander';

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Milliseconds of a text such as `90s`, `15m`, `1h` or `2d`.
 *
 * @throws InvalidArgumentError, which Commander reports
 */
export function duration(text: string): number {
  const [, number, unit] = /^([1-9][0-9]{0,4})([smhd])$/.exec(text) ?? [];
  if (unit === undefined) throw new InvalidArgumentError('Write a number and s, m, h or d, such as 15m.');
  return Number(number) * UNITS[unit as keyof typeof UNITS];
}

/** `--since`, of the commands that read records. */
export function sinceOption(text: string): Option {
  return new Option('--since <time>', 'how far back, such as 90s, 15m, 1h or 2d')
    .argParser(duration)
    .default(duration(text), text);
}
