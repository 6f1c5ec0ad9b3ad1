/**
 * Edits of user data. Each has to find what it edits: a variant that changed nothing would prove nothing.
 *
 * @throws naming the text that isn't there
 */
function edit(text: string, ...edits: readonly (readonly [from: string | RegExp, to: string])[]): string {
  return edits.reduce((sofar, [from, to]) => {
    const next = sofar.replace(from, () => to);
    if (next === sofar) throw new Error(`user data has no ${from}: this variant can't be made of it`);
    return next;
  }, text);
}

/** The same machine with half of its memory limit: what a deployer's edit of `host.limits` becomes. */
export function changedLimits(userData: string, memoryPercent: number): string {
  const next = Math.max(1, Math.floor(memoryPercent / 2));
  return edit(userData, [/^MemoryMax=\d+%$/m, `MemoryMax=${next}%`]);
}

/** The same configuration for another Debian. */
export function otherRelease(userData: string, os: string): string {
  return edit(userData, [`OS='${os}'`, `OS='${os === 'debian-13' ? 'debian-12' : 'debian-13'}'`]);
}

/** Undoes what the user data did, before any unit it started has begun: those wait for the end of its script. */
const CARELESS = [
  'cd /etc/systemd',
  'rm resolved.conf.d/airlock.conf network/05-airlock.network',
  'ln -sfn ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf',
  'systemctl --no-block restart systemd-networkd systemd-resolved',
  "printf '#!/bin/sh\\ncurl -sm 5 http://192.0.2.1\\nexit 0\\n' >/usr/lib/airlock/door",
  'grep -q ^User=agent system/agent.service',
  "sed -i '/^User=/d; /^Slice=/d' system/agent.service",
  "sed -i 's/ sha512sum -c --status/ true/' /usr/lib/airlock/fetch",
  'systemctl daemon-reload',
  'systemd-run -q --no-block --unit=careless-listener python3 -m http.server 8000',
  'systemd-run -q --no-block --unit=careless-failure false',
  'exit 3',
  '',
].join('\n');

/**
 * Everything done wrong at once, so that each check that looks at a running machine is seen to fail: resolvers left to
 * DHCP, a door that is never waited for, packages that are compared with nothing, an agent that is root and has no
 * limits, a listener, a failed unit, and a script that ends with an error.
 */
export function careless(userData: string): string {
  if (!userData.startsWith('#cloud-boothook\n'))
    throw new Error('user data is no boothook: nothing can be added to it');
  return `${userData}${CARELESS}`;
}
