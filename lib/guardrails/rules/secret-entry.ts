import { UNSET } from '../../../constructs/names';
import { fieldOf, type Json } from '../../json';
import { UNSET_LOCK } from '../../policy/document/facts';
import type { Finding, Report } from '../rule';

/** What is missing in one entry of the `secrets` transform for it to refuse rather than send a request bare. */
export function unlocked(secret: Json, name: string, finding: Report): Finding[] {
  const way = fieldOf(secret, 'inject') ?? fieldOf(secret, 'replace');
  const found: Finding[] = [];
  if (fieldOf(secret, 'source', 'type') !== 'aws_ssm') {
    found.push(finding(`the secret ${name} doesn't come from Parameter Store`, 'use source type aws_ssm'));
  }
  if (fieldOf(secret, 'source', 'with_decryption') === false) {
    found.push(
      finding(`the secret ${name} would go out encrypted as it lies`, 'take with_decryption: false away'),
    );
  }
  if (fieldOf(secret, 'require') !== true && fieldOf(way, 'require') !== true) {
    found.push(
      finding(`a request whose secret ${name} is unavailable would go out without it`, 'set require: true'),
    );
  }
  const formatter = fieldOf(secret, 'inject', 'formatter');
  if (
    fieldOf(secret, 'inject') !== undefined &&
    !(typeof formatter === 'string' && formatter.startsWith(UNSET_LOCK))
  ) {
    found.push(
      finding(
        `the secret ${name} would go out as ${UNSET} until it is set`,
        `begin its formatter with ${UNSET_LOCK}`,
      ),
    );
  }
  return found;
}
