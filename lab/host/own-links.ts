import { command } from './command';

/** Watches this machine's own interfaces: the lab must not change them. @returns asks whether they are still the same */
export async function watchOwnLinks(): Promise<() => Promise<boolean>> {
  const before = await ownLinks();
  return async () => (await ownLinks()) === before;
}

async function ownLinks(): Promise<string> {
  const links: { ifname: string; ifindex: number }[] = JSON.parse(
    await command('ip', ['-json', 'link', 'show']),
  );
  return links.map(({ ifname, ifindex }) => `${ifindex} ${ifname}`).join('\n');
}
