import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackFiles } from '../../../constructs/agent-host/boot/packed-files';
import { expectedOf } from '../../../lab/rehearsal/plan/expected';
import { careless, changedLimits, otherRelease } from '../../../lab/rehearsal/plan/variants';
import { EXPECTED, USER_DATA } from './support';

test("what the kit's own user data promises can be read from it", () => {
  expect(expectedOf(USER_DATA)).toEqual(EXPECTED);
  expect(expectedOf('#!/bin/sh\n')).toBeUndefined();
});

test('a changed limit is the only change', () => {
  const changed = changedLimits(USER_DATA, EXPECTED.memoryPercent);
  expect(expectedOf(changed)).toEqual({ ...EXPECTED, memoryPercent: 40 });
  expect(changed.replace('MemoryMax=40%', 'MemoryMax=80%')).toBe(USER_DATA);
});

test('another release is the only change', () => {
  expect(expectedOf(otherRelease(USER_DATA, EXPECTED.os))?.os).toBe('debian-12');
});

test('the careless machine does all that the kit says, and then undoes it', () => {
  const text = careless(USER_DATA);
  expect(text.startsWith(USER_DATA)).toBe(true);
  expect(text.endsWith('exit 3\n')).toBe(true);
});

test('what it undoes is what the kit wrote', () => {
  for (const path of ['/etc/systemd/resolved.conf.d/airlock.conf', '/etc/systemd/network/05-airlock.network'])
    expect(unpackFiles(USER_DATA)).toContain(`put 644 ${path} <<`);
  const boot = (name: string) =>
    readFileSync(join(__dirname, '../../../constructs/agent-host/boot', name), 'utf8');
  expect(boot('agent.service')).toMatch(/^User=agent$/m);
  expect(boot('agent-files.ts')).toContain("'/usr/lib/airlock/door'");
  expect(boot('get.sh')).toContain(' sha512sum -c --status');
});

test.each([
  ['changedLimits', () => changedLimits('', 80)],
  ['otherRelease', () => otherRelease('', 'debian-13')],
])('%s refuses a text in which it would change nothing', (_, make) => {
  expect(make).toThrow(/user data has no .*: this variant can't be made of it/);
});

test('careless refuses what is no boothook', () => {
  expect(() => careless('#!/bin/sh\n')).toThrow(/no boothook/);
});
