import type { Box } from './box';
import type { Host } from './host';

/**
 * Writes iron-proxy's environment: settings that differ from box to box, so that a policy can't hold them. Returns the text,
 * because a changed one means that iron-proxy must start anew.
 */
export async function ensureEnvironment(host: Host, box: Box): Promise<string> {
  const text = `AWS_REGION=${box.region}\n`;
  if (text !== (await host.read(host.paths.environment)))
    await host.write(host.paths.environment, text, { mode: 0o600 });
  return text;
}
