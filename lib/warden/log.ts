import type { Host } from './host';
import { asciiLine } from './reason';

const LIMIT = 8 * 1024 * 1024;
/** For the CloudWatch agent's user. If it can't read the file, the health metric ends, and every box alarms. */
const READABLE = { mode: 0o640, group: 'cwagent' } as const;

export type Level = 'info' | 'warn' | 'error';

/** One JSON line in warden's log. Never throws: a full disk must not keep warden from stopping iron-proxy. */
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
    // There is no other place to log it. The alarm treats missing data as a fault.
  }
}

/** The CloudWatch agent follows a renamed file to its end, so this loses nothing. */
export async function rotateLog(host: Host): Promise<void> {
  const size = await host.size(host.paths.wardenLog);
  if (size !== undefined && size.length > LIMIT)
    await host.place(host.paths.wardenLog, `${host.paths.wardenLog}.1`);
}
