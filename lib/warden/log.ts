import type { Host } from './host';
import { asciiLine } from './reason';

const LIMIT = 8 * 1024 * 1024;
/** For the CloudWatch agent's user: a file that it can't read ends the health metric, and every box alarms. */
const READABLE = { mode: 0o640, group: 'cwagent' } as const;

export type Level = 'info' | 'warn' | 'error';

/** One JSON line in warden's log. Never throws: a full disk must not stop warden from shutting the door. */
export async function say(host: Host, level: Level, message: string, detail = ''): Promise<void> {
  const line = {
    time: new Date(host.now()).toISOString(),
    level,
    message,
    ...(detail && { detail: asciiLine(detail) }),
  };
  await write(host, line);
}

export async function write(host: Host, line: object): Promise<void> {
  try {
    await host.append(host.paths.wardenLog, JSON.stringify(line), READABLE);
  } catch {
    // Nowhere is left to say it; silence raises the alarm, which treats missing data as bad news.
  }
}

/** The CloudWatch agent follows a renamed file to its end, so this loses nothing. */
export async function rotateLog(host: Host): Promise<void> {
  const size = await host.size(host.paths.wardenLog);
  if (size !== undefined && size.length > LIMIT)
    await host.place(host.paths.wardenLog, `${host.paths.wardenLog}.1`);
}
