import { debianMirror } from '../../../lab/rehearsal/plan/mirror';

const ARCHIVE = 'https://mirror.example.com/debian';
const stanza = (suites: string, more = '') =>
  `Types: deb\n# comment\nURIs: ${ARCHIVE}\nSuites: ${suites}\nComponents: main\n${more}`;

test.each([
  ['one line', [`deb ${ARCHIVE} trixie main contrib`]],
  ['one line with options', [`# deb x\ndeb [signed-by=/k arch=amd64] ${ARCHIVE} bookworm main`]],
  ['a stanza', [stanza('trixie trixie-updates')]],
  [
    'the second of two stanzas',
    [`Types: deb\nURIs: https://x.example\nSuites: trixie-security\nComponents: main\n\n${stanza('trixie')}`],
  ],
  ['the second of two files', ['deb https://tools.example.com nodistro main', stanza('bookworm')]],
])('the archive in the apt sources is found: %s', (_, sources) => {
  expect(debianMirror(sources)).toBe(ARCHIVE);
});

test.each([
  ['nothing', []],
  ['another distribution', ['deb https://mirror.example.com/other noble main']],
  ['security updates alone', [stanza('trixie-security')]],
  ['a path', ['deb file:///srv/debian trixie main']],
  ['sources of source packages', [`deb-src ${ARCHIVE} trixie main`]],
])('no archive is found: %s', (_, sources) => {
  expect(debianMirror(sources)).toBeUndefined();
});
