import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporary } from '../support/temporary';

import { Box } from './system-upgrade/box';
import { makeRepositories, RELEASES } from './system-upgrade/repositories';

const lacking = ['dnf', 'rpm', 'rpmbuild', 'createrepo_c'].filter(
  (tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0,
);
const isRoot = userInfo().uid === 0;
const lacks = [...lacking, ...(isRoot ? [] : ['root'])].join(', ');

const { old, sound, replacing, refusing, absent } = RELEASES;
const at = (release: string, version: string, library: string) => [
  `amazon-cloudwatch-agent ${version}`,
  library,
  `nodejs22 ${version}`,
  `system-release ${release}`,
];
const OLD = at(old, '1', 'library 1');
const SOUND = at(sound, '2', 'library 2');

(lacks ? describe.skip : describe)(
  `a move to another release, with real packages${lacks && `: lacks ${lacks}`}`,
  () => {
    const directory = temporary();
    let box: Box;
    beforeAll(() => makeRepositories(directory));
    beforeEach(() => {
      box = new Box(join(directory, 'repositories'));
    });

    const times = new Map<string, number>();
    const timeOf = (release: string): number => {
      const known = times.get(release);
      if (known !== undefined) return known;
      const whole = new Box(join(directory, 'repositories'));
      whole.ask(release);
      const begin = Date.now();
      whole.run();
      times.set(release, Date.now() - begin);
      return timeOf(release);
    };

    const expectSettled = () => {
      expect(['system-upgrade', 'system-step'].filter((name) => box.has(name))).toEqual([]);
      expect(box.differences()).toBe('');
    };

    test('ends with every package of it, and says each step', () => {
      box.ask(sound);
      expect(box.run()).toEqual(['begins', 'installed', 'proven']);
      expect(box.packages()).toEqual(SOUND);
      expect(box.read('calls')).toContain('try-restart sshd.service\nrestart airlock-warden.service');
      expect(box.has('bad-release')).toBe(false);
      expectSettled();
    });

    test('restarts the box when it must, and goes on after it', () => {
      box.ask(sound);
      box.set('must-reboot');
      expect(box.run()).toEqual(['begins', 'installed', 'restarts']);
      expect(box.read('calls')).toMatch(/^reboot$/m);
      box.unset('must-reboot');
      box.reboot();
      expect(box.run()).toEqual(['proven']);
      expectSettled();
    });

    test('changes nothing when the release can not be had, and holds nothing against it', () => {
      box.ask(absent);
      expect(box.run()).toEqual(['begins', 'unavailable']);
      expect(box.packages()).toEqual(OLD);
      expect(box.has('bad-release')).toBe(false);
      expectSettled();
    });

    test('is undone when a package fails half-way', () => {
      box.ask(refusing);
      expect(box.run()).toEqual(['begins', 'failed', 'undone']);
      expect(box.packages()).toEqual(OLD);
      expect(box.read('var/lib/airlock/bad-release')).toBe(`${refusing}\n`);
      expect(box.read('calls')).toContain(`grubby --set-default=${box.root}/boot/vmlinuz-old`);
      expectSettled();
    });

    test('is undone, packages that took the place of others included, when warden does not see its box well', () => {
      box.set('makes-ill', `${replacing}\n`);
      box.ask(replacing);
      expect(box.run()).toEqual(['begins', 'installed', 'unproven', 'undone']);
      expect(box.packages()).toEqual(OLD);
      expectSettled();
    });

    test('shuts the box when it can not be undone either, and says so', () => {
      box.set('makes-ill', `${sound}\n${old}\n`);
      box.ask(sound);
      expect(box.run()).toEqual(['begins', 'installed', 'unproven', 'shut']);
      expect(box.has('system-broken')).toBe(true);
      expect(box.read('calls')).toMatch(/^stop iron-proxy@a\.service iron-proxy@b\.service$/m);
    });

    test('shuts the box when the release before is gone', () => {
      box.set('makes-ill', `${sound}\n`);
      box.withWarden(`sed -i 's/releasever/&-gone/' "$AIRLOCK_ROOT/etc/yum.repos.d/amazonlinux.repo"`);
      box.ask(sound);
      expect(box.run()).toEqual(['begins', 'installed', 'unproven', 'shut']);
      expect(box.has('system-broken')).toBe(true);
    });

    test('that loses power in the middle of a transaction is finished at the next boot', async () => {
      box.set('slow');
      box.ask(sound);
      const { cut } = box.start();
      while (!box.packages().includes('library 2')) await sleep(50);
      await cut();
      const left = box.packages().filter((each) => each.startsWith('library'));
      expect(left).toEqual(['library 1', 'library 2']);
      box.unset('slow');
      box.reboot();
      expect(box.run()).toEqual(['installed', 'proven']);
      expect(box.packages()).toEqual(SOUND);
      expectSettled();
    });

    test.each([
      [sound, 0],
      [sound, 0.3],
      [sound, 0.6],
      [sound, 0.9],
      [refusing, 0.5],
      [refusing, 0.8],
    ])('to %s that loses power after %d of its time is finished or undone', async (release, share) => {
      const took = timeOf(release);
      box.ask(release);
      const { cut } = box.start();
      await sleep(took * share);
      await cut();
      box.reboot();
      box.run();
      expect(box.packages()).toEqual(release === sound ? SOUND : OLD);
      expect(box.has('system-broken')).toBe(false);
      expectSettled();
    });

    test.each(['', 'latest\nlatest\n', `${sound}\n`, `${sound};reboot\n${old}\n`])(
      'does nothing for a damaged request: %j',
      (text) => {
        box.request(text);
        box.run();
        expect(box.packages()).toEqual(OLD);
      },
    );
  },
);
