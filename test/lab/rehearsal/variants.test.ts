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

test('each setting that the faulty machine undoes is one of the kit', () => {
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
