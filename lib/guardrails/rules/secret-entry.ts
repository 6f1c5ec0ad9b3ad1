import { UNSET } from '../../../constructs/names';
import { fieldOf, type Json } from '../../json';
import { UNSET_LOCK } from '../../policy/document/facts';
import type { Finding, Report } from '../rule';

/** Findings about one entry of the `secrets` transform: without its secret a request must be refused, not sent. */
export function unlocked(secret: Json, name: string, finding: Report): Finding[] {
  const way = fieldOf(secret, 'inject') ?? fieldOf(secret, 'replace');
  const found: Finding[] = [];
  if (fieldOf(secret, 'source', 'type') !== 'aws_ssm') {
    found.push(finding(`the secret ${name} doesn't come from Parameter Store`, 'use source type aws_ssm'));
  }
  if (fieldOf(secret, 'source', 'with_decryption') === false) {
    found.push(
      finding(
        `the ciphertext of the secret ${name} would be sent, not its value`,
        'take with_decryption: false away',
      ),
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
