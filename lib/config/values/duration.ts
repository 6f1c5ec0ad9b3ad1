import { shaped } from '../finding';

const DURATION = /^(?=\d)(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?$/;
const SHORTEST = 60;
const LONGEST = 24 * 3600;

/** Seconds of a duration in Go's form (`15m`, `1h30m`, `90s`); undefined for any other text. */
export function parseDuration(text: string): number | undefined {
  const [, hours = '0', minutes = '0', seconds = '0'] = DURATION.exec(text) ?? [];
  return DURATION.test(text) ? Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds) : undefined;
}

export const checkDuration = shaped(DURATION, (text) => {
  const seconds = parseDuration(text);
  if (seconds === undefined) {
    return { message: 'is not a duration', fix: 'write hours, minutes and seconds such as "15m" or "1h30m"' };
  }
  return seconds < SHORTEST || seconds > LONGEST
    ? { message: 'must be from 1m to 24h', fix: 'write a duration in between, such as "15m"' }
    : undefined;
});
