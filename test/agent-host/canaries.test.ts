import { statSync } from 'node:fs';
import { archiveOf } from '../../lib/canary/archive';
import { makeCanaries } from '../../lib/canary/credentials';
import { useConfiguredMachine } from './machine';

const machine = useConfiguredMachine();
const HOME = '/var/lib/agent';
const DAY = 86_400_000;
const MADE = Date.UTC(2026, 10, 27);

/** A boot, when the box has these. */
function boot(canaries = makeCanaries(), made = MADE) {
  machine.write('/archive', archiveOf(canaries, made));
  machine.run(['sh', machine.at('usr/lib/airlock/runtime')]);
  return canaries;
}
const at = ({ place, path }: { place: string; path: string }) => `${place === 'state' ? HOME : ''}/${path}`;
const placed = (canaries: ReturnType<typeof makeCanaries>) =>
  canaries.filter((canary) => machine.has(at(canary)) && machine.read(at(canary)) === canary.text);

beforeEach(() => {
  machine.run(['rm', '-rf', machine.at('srv'), machine.at(HOME)]);
  machine.run(['mkdir', '-p', machine.at(HOME)]);
  machine.standIn('curl', 'cat "$AIRLOCK_ROOT/archive"');
  machine.standIn('chown');
  machine.standIn('runuser', 'HOME=$AIRLOCK_ROOT/var/lib/agent; export HOME; sh -c "$3"');
  machine.write('/usr/lib/airlock/install', '#!/bin/sh\n');
});

test('canaries lie in the home and beside it, and give way to those of a new proxy box', () => {
  expect(placed(boot())).toHaveLength(8);
  const [first] = boot(makeCanaries(), MADE + DAY);
  expect(placed(boot(makeCanaries(), MADE + 2 * DAY))).toHaveLength(8);
  expect(statSync(machine.at(at(first as never))).mode & 0o777).toBe(0o600);
});

test('a file of the agent’s own stays, before the first canary and after it', () => {
  const mine = { place: 'state', path: '.aws/credentials' };
  machine.write(at(mine), '[default]\n');
  const [changed] = boot().filter(({ path }) => path !== mine.path);
  machine.write(at(changed as never), 'changed\n');
  expect(placed(boot(makeCanaries(), MADE + DAY))).toHaveLength(6);
  expect([machine.read(at(mine)), machine.read(at(changed as never))]).toEqual(['[default]\n', 'changed\n']);
});

test('without canaries at the box nothing is placed', () => {
  machine.standIn('curl', 'exit 22');
  boot();
  expect(machine.has(`${HOME}/.aws`) || machine.has('/srv')).toBe(false);
});
