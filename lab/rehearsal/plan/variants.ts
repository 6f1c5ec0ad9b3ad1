/**
 * Edits user data. Each edit must find its text: a variant without a change would prove nothing.
 *
 * @throws naming the missing text
 */
function edit(text: string, ...edits: readonly (readonly [from: string | RegExp, to: string])[]): string {
  return edits.reduce((sofar, [from, to]) => {
    const next = sofar.replace(from, () => to);
    if (next === sofar) throw new Error(`user data has no ${from}: this variant can't be made of it`);
    return next;
  }, text);
}

/** The same machine with half of its memory limit, as after an edit of `host.limits`. */
export function changedLimits(userData: string, memoryPercent: number): string {
  const next = Math.max(1, Math.floor(memoryPercent / 2));
  return edit(userData, [/^MemoryMax=\d+%$/m, `MemoryMax=${next}%`]);
}

/** The same configuration for another Debian. */
export function otherRelease(userData: string, os: string): string {
  return edit(userData, [`OS='${os}'`, `OS='${os === 'debian-13' ? 'debian-12' : 'debian-13'}'`]);
}

/** Undoes the settings of the user data, before its units start: they wait for the end of its script. */
const FAULTS = [
  'cd /etc/systemd',
  'rm resolved.conf.d/airlock.conf network/05-airlock.network',
  'ln -sfn ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf',
  'systemctl --no-block restart systemd-networkd systemd-resolved',
  "printf '#!/bin/sh\\ncurl -sm 5 http://192.0.2.1\\nexit 0\\n' >/usr/lib/airlock/wait",
  'grep -q ^User=agent system/agent.service',
  "sed -i '/^User=/d; /^Slice=/d' system/agent.service",
  "sed -i 's/ sha512sum -c --status/ true/' /usr/lib/airlock/fetch",
  'systemctl daemon-reload',
  'systemd-run -q --no-block --unit=faulty-listener python3 -m http.server 8000',
  'systemd-run -q --no-block --unit=faulty-unit false',
  'exit 3',
  '',
].join('\n');

/**
 * A machine with many faults at once, so that each check of a running machine is seen to fail: DHCP's resolvers, no wait
 * for the proxy box, packages compared with no digest, an agent that is root without limits, a listener, a failed unit,
 * and a script that ends with an error.
 */
export function faulty(userData: string): string {
  if (!userData.startsWith('#cloud-boothook\n'))
    throw new Error('the user data is no boothook: nothing can be appended to it');
  return `${userData}${FAULTS}`;
}
