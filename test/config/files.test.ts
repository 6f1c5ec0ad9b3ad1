import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAirlock } from '../../lib/config';
import { directoryWith, problemsOf } from './directory';

const AGENT = 'agents/scout.yaml';
const text = (directory: string) => readFileSync(join(directory, AGENT), 'utf8');

describe('a file that cannot be read is one clear message', () => {
  const contents: [defect: string, content: Buffer | string, message: RegExp][] = [
    ['empty', '', /^agents\/scout\.yaml:1:1 is empty: /],
    ['nothing but comments', '# later\n', /^agents\/scout\.yaml:1:1 is empty: /],
    ['a byte order mark', '\ufeffname: scout\n', /starts with a byte order mark: save it as UTF-8/],
    ['UTF-16', Buffer.from('\ufeffname: scout\n', 'utf16le'), /is not UTF-8 but UTF-16/],
    [
      'a byte that is not UTF-8',
      Buffer.from('name: scout\nowner: \xe9@example.com\n', 'latin1'),
      /^agents\/scout\.yaml:2:8 holds a byte that is not UTF-8/,
    ],
    ['NUL', 'name: sc\0out\n', /^agents\/scout\.yaml:1:9 holds a character that can't be seen \(\\u0000\)/],
    ['an escape sequence', 'name: \u001b[31mscout\n', /holds a character that can't be seen \(\\u001b\)/],
    ['a zero-width space', 'name: sc\u200bout\n', /holds a character that can't be seen \(\\u200b\)/],
    ['5 MB', `name: scout\n${'# filler\n'.repeat(600_000)}`, /is larger than 256 KiB: /],
    ['brackets without end', '['.repeat(40_000), /^agents\/scout\.yaml:1:\d+ .*(nested|bracket)/],
    ['maps without end', '{a: '.repeat(20_000), /^agents\/scout\.yaml:1:\d+ /],
  ];

  test.each(contents)('%s', (_defect, content, message) => {
    expect(problemsOf(directoryWith({ [AGENT]: content }))).toEqual([expect.stringMatching(message)]);
  });

  test('a link that leads back to itself', () => {
    const directory = directoryWith();
    rmSync(join(directory, AGENT));
    symlinkSync('scout.yaml', join(directory, AGENT));
    expect(problemsOf(directory)).toEqual([
      `${AGENT}:1:1 is a link that leads back to itself: put the file itself here`,
    ]);
  });

  test('a link out of the directory', () => {
    const directory = directoryWith();
    const other = directoryWith();
    rmSync(join(directory, AGENT));
    symlinkSync(join(other, AGENT), join(directory, AGENT));
    expect(problemsOf(directory)).toEqual([
      `${AGENT}:1:1 is a link that leads out of the configuration directory: put the file itself here`,
    ]);
  });

  test('a folder that is a link out of the directory', () => {
    const directory = directoryWith();
    rmSync(join(directory, 'agents'), { recursive: true });
    symlinkSync(join(directoryWith(), 'agents'), join(directory, 'agents'));
    expect(problemsOf(directory)).toEqual([
      'agents:1:1 is a link that leads out of the configuration directory: put the folder itself here',
    ]);
  });

  test('a link inside the directory, and a directory that is a link, are fine', () => {
    const directory = directoryWith();
    writeFileSync(join(directory, 'shared.yaml'), text(directory));
    rmSync(join(directory, AGENT));
    symlinkSync('../shared.yaml', join(directory, AGENT));
    symlinkSync(directory, `${directory}-link`);
    try {
      expect(loadAirlock(`${directory}-link`)).toMatchObject({ ok: true });
    } finally {
      rmSync(`${directory}-link`);
    }
  });

  test('presets that are a dangling link are not taken for absent', () => {
    const directory = directoryWith();
    symlinkSync('nowhere', join(directory, 'presets'));
    expect(problemsOf(directory)).toEqual([expect.stringMatching(/^presets:1:1 does not exist/)]);
  });

  test('a directory instead of a file', () => {
    const directory = directoryWith();
    rmSync(join(directory, 'airlock.yaml'));
    mkdirSync(join(directory, 'airlock.yaml'));
    expect(problemsOf(directory)).toContain('airlock.yaml:1:1 is not a regular file: put a text file here');
  });

  test('a named pipe does not hang the reader', () => {
    const directory = directoryWith();
    rmSync(join(directory, AGENT));
    execFileSync('mkfifo', [join(directory, AGENT)]);
    expect(problemsOf(directory)).toEqual([`${AGENT}:1:1 is not a regular file: put a text file here`]);
  });

  const asRoot = process.getuid?.() === 0;
  (asRoot ? test.skip : test)('a file without read permission', () => {
    const directory = directoryWith();
    chmodSync(join(directory, AGENT), 0o000);
    expect(problemsOf(directory)).toEqual([
      `${AGENT}:1:1 may not be read by this user: give yourself read permission`,
    ]);
  });
});

describe('a directory that is not a configuration is one clear message', () => {
  test('it does not exist', () => {
    expect(problemsOf('/nowhere/config')).toEqual([
      'DIR:1:1 does not exist: write one with "npx airlock init AGENT", or name another directory with --config',
    ]);
  });

  test.each(['', '\0', 'a'.repeat(5000)])('its name is impossible', (name) => {
    expect(loadAirlock(name)).toMatchObject({ ok: false, problems: [{ line: 1, column: 1, path: '' }] });
  });

  test('it is a file', () => {
    expect(problemsOf(join(directoryWith(), 'airlock.yaml'))).toEqual([
      expect.stringMatching(/^DIR:1:1 is not a directory: name the directory that holds airlock\.yaml/),
    ]);
  });

  test('airlock.yaml is called something else', () => {
    const directory = directoryWith({ 'airlock.yml': 'name: airlock\n' });
    rmSync(join(directory, 'airlock.yaml'));
    expect(problemsOf(directory)).toContain('airlock.yaml:1:1 does not exist: rename airlock.yml');
  });

  test('it has no agents', () => {
    const directory = directoryWith();
    rmSync(join(directory, AGENT));
    expect(problemsOf(directory)).toEqual([
      'agents:1:1 holds no .yaml file: add agents/<name>.yaml for each agent',
    ]);
    rmSync(join(directory, 'agents'), { recursive: true });
    expect(problemsOf(directory)).toEqual([
      'agents:1:1 does not exist: add agents/<name>.yaml for each agent',
    ]);
  });

  test('files that would be overlooked are named; hidden ones and a README are left alone', () => {
    const directory = directoryWith({
      'agents/mender.yml': 'x',
      'agents/scout.yaml~': 'x',
      'agents/old/x.yaml': 'x',
      'agents/.gitkeep': '',
      'agents/README.md': '# Agents\n',
    });
    expect(problemsOf(directory)).toEqual([
      'agents/mender.yml:1:1 is not a .yaml file, so it is not read: name it <name>.yaml, or remove it',
      'agents/old:1:1 is not a .yaml file, so it is not read: move its files here, or remove it',
      'agents/scout.yaml~:1:1 is not a .yaml file, so it is not read: name it <name>.yaml, or remove it',
    ]);
  });

  test('a file name with an escape sequence is printed harmlessly', () => {
    const directory = directoryWith({ 'agents/\u001b[2J.txt': 'x' });
    expect(problemsOf(directory)).toEqual([expect.stringMatching(/^agents\/\\u001b\[2J\.txt:1:1 /)]);
  });
});

describe("a directory's own presets", () => {
  test("stand in the place of the kit's", () => {
    const preset = readFileSync(join(__dirname, '../../config/presets/anthropic.yaml'), 'utf8');
    const directory = directoryWith({ 'presets/anthropic.yaml': preset });
    const agent = text(directory).replace('egress:', 'egress:\n  - preset: openai');
    writeFileSync(join(directory, AGENT), agent);
    expect(problemsOf(directory)).toEqual([
      expect.stringMatching(/"openai" is not a preset: there are anthropic: /),
    ]);
  });
});
