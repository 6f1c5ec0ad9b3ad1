import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXED_FILES } from '../../../constructs/agent-host/boot/fixed-files';
import { unpackFiles } from '../../../constructs/agent-host/boot/packed-files';
import { expectedOf } from '../../../lab/rehearsal/plan/expected';
import { changedLimits, faulty, otherRelease } from '../../../lab/rehearsal/plan/variants';
import { EXPECTED, USER_DATA } from './support';

test("the expectations are read from the kit's user data", () => {
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

test('the faulty machine applies all settings of the kit, and then undoes some', () => {
  const text = faulty(USER_DATA);
  expect(text.startsWith(USER_DATA)).toBe(true);
  expect(text.endsWith('exit 3\n')).toBe(true);
});

test('each setting that it undoes is one of the kit', () => {
  for (const path of ['/etc/systemd/resolved.conf.d/airlock.conf', '/etc/systemd/network/05-airlock.network'])
    expect(unpackFiles(USER_DATA)).toContain(`put 644 ${path} <<`);
  expect(FIXED_FILES.map(({ path }) => path)).toContain('/usr/lib/airlock/wait');
  const boot = (name: string) =>
    readFileSync(join(__dirname, '../../../constructs/agent-host/boot', name), 'utf8');
  expect(boot('agent.service')).toMatch(/^User=agent$/m);
  expect(boot('get.sh')).toContain(' sha512sum -c --status');
});

test.each([
  ['changedLimits', () => changedLimits('', 80)],
  ['otherRelease', () => otherRelease('', 'debian-13')],
])('%s refuses a text in which it would change nothing', (_, make) => {
  expect(make).toThrow(/user data has no .*: this variant can't be made of it/);
});

test('faulty refuses user data that is no boothook', () => {
  expect(() => faulty('#!/bin/sh\n')).toThrow(/no boothook/);
});
