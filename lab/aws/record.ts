import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Report } from './drive';
import { type About, evidenceOf } from './evidence';

const EVIDENCE = 'docs/evidence/aws.json';

/** Writes the evidence, or returns the reason against it. */
export function record(
  root: string,
  directory: string,
  report: Report,
  about: Omit<About, 'template'>,
): string {
  const { version, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const file = join(directory, 'cdk.out', `${about.stack}.template.json`);
  const template = existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'none';
  const versions = {
    ...about.versions,
    kit: version,
    'aws-cdk': devDependencies['aws-cdk'],
    'aws-cdk-lib': devDependencies['aws-cdk-lib'],
  };
  const evidence = evidenceOf(report, { ...about, versions, template });
  if (!evidence.ok) return `${EVIDENCE} was not written: ${evidence.why}`;
  mkdirSync(dirname(join(root, EVIDENCE)), { recursive: true });
  writeFileSync(join(root, EVIDENCE), evidence.text);
  return `written: ${EVIDENCE}`;
}
