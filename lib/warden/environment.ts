import type { Box } from './box';
import type { Host } from './host';

/**
 * Writes iron-proxy's environment: settings that differ from box to box, so that a policy can't hold them, and a
 * management key that is made on the box. Returns the text, because a changed one means that iron-proxy must restart.
 */
export async function ensureEnvironment(host: Host, box: Box): Promise<string> {
  const present = await host.read(host.paths.environment);
  const key = parse(present ?? '').get('IRON_MANAGEMENT_API_KEY') ?? host.random(32);
  const text = [`AWS_REGION=${box.region}`, `IRON_MANAGEMENT_API_KEY=${key}`, ''].join('\n');
  // systemd reads it as root before it drops privileges; nobody else reads it.
  if (text !== present) await host.write(host.paths.environment, text, { mode: 0o600 });
  return text;
}

export async function readEnvironment(host: Host): Promise<ReadonlyMap<string, string>> {
  return parse((await host.read(host.paths.environment)) ?? '');
}

function parse(text: string): ReadonlyMap<string, string> {
  const pairs = text.split('\n').map((line) => /^([A-Z_]+)=([\w.:-]+)$/.exec(line));
  return new Map(pairs.flatMap((match) => (match?.[1] && match[2] ? [[match[1], match[2]]] : [])));
}
