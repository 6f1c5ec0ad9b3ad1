/** What the instance metadata service, version 2, says of this machine. */
export interface Machine {
  readonly region: string;
  readonly address: string;
}

const TIMEOUT = 3000;

/** Throws while the service can't be reached; the caller retries. */
export async function identify(endpoint: string): Promise<Machine> {
  const token = await ask(`${endpoint}/latest/api/token`, {
    method: 'PUT',
    headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '60' },
  });
  const read = (path: string) =>
    ask(`${endpoint}/latest/meta-data/${path}`, { headers: { 'X-aws-ec2-metadata-token': token } });
  const [region, address] = await Promise.all([read('placement/region'), read('local-ipv4')]);
  if (!/^[a-z]{2}(-[a-z]+)+-[0-9]$/.test(region)) throw new Error('instance metadata names no region');
  if (!/^[0-9]{1,3}(\.[0-9]{1,3}){3}$/.test(address))
    throw new Error('instance metadata names no private address');
  return { region, address };
}

async function ask(url: string, init: RequestInit): Promise<string> {
  const response = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(TIMEOUT) });
  if (!response.ok) throw new Error(`instance metadata answers ${response.status}`);
  return response.text();
}
