import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ONLY_AWS_SHOWS } from '../../lab/aws/check';

const ROOT = join(__dirname, '..', '..');
const page = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
const EVIDENCE = join(ROOT, 'docs/evidence/aws.json');

test('SECURITY.md lists every item that no run on AWS has shown', () => {
  const items = existsSync(EVIDENCE) ? JSON.parse(readFileSync(EVIDENCE, 'utf8')).items : {};
  const open = Object.entries(ONLY_AWS_SHOWS).filter(([item]) => !items[item]?.shown);
  expect(open.map(([, title]) => title).filter((title) => !page.includes(`- ${title};\n`))).toEqual([]);
});

test('SECURITY.md says that nobody has run it if and only if there is no evidence', () => {
  expect(page.includes("**Nobody has run it yet: that file doesn't exist.**")).toBe(!existsSync(EVIDENCE));
});
