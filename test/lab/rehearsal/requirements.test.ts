import { type Asked, debianArchive, findRequirements } from '../../../lab/rehearsal/run/requirements';

const LINUX: Asked = {
  ...{ platform: 'linux', uid: 0, arch: 'x64' },
  exists: () => true,
  aptTargets: () => 'https://mirror.example.com/debian trixie main\n',
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

const ARCHIVE = 'https://mirror.example.com/debian';
test.each([
  ['in the only line', `${ARCHIVE} trixie main\n`, ARCHIVE],
  ['after another maker', `https://x.example nodistro main\n${ARCHIVE} bookworm main\n`, ARCHIVE],
  ['not in updates alone', `${ARCHIVE} trixie-updates main\n${ARCHIVE} trixie-security main\n`, undefined],
  ['not on another distribution', `${ARCHIVE} noble main\n`, undefined],
  ['not in a path', 'file:/srv/debian trixie main\n', undefined],
  ['not without apt', '', undefined],
])("Debian's archive is found in apt's sources: %s", (_, targets, archive) => {
  expect(debianArchive(targets)).toBe(archive);
});
