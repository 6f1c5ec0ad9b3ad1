import { type Asked, findRequirements } from '../../../lab/rehearsal/run/requirements';

const LINUX: Asked = {
  ...{ platform: 'linux', uid: 0, arch: 'x64' },
  exists: () => true,
  sources: () => ['deb https://mirror.example.com/debian trixie main'],
};
const without = (...names: string[]): Asked => ({
  ...LINUX,
  exists: (path) => !names.some((name) => path.endsWith(`/${name}`)),
});

test.each([
  ['another system', { ...LINUX, platform: 'darwin' }, undefined, /needs Linux/],
  ['no root', { ...LINUX, uid: 1000 }, undefined, /sudo npx airlock rehearse AGENT/],
  [
    'no emulator and no debootstrap',
    without('qemu-system-x86_64', 'debootstrap'),
    undefined,
    /^qemu-system-x86_64, debootstrap not found: run 'apt-get install qemu-system-x86 debootstrap'$/,
  ],
])('what is missing for a rehearsal is named with the command for it: %s', (_, asked, mirror, words) => {
  const found = findRequirements(process.execPath, '', mirror, asked);
  expect(found.ok ? '' : found.message).toMatch(words);
});
