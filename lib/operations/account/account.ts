import type { Airlock } from '../../config/model';
import { unlessRefused } from '../aws';
import { fail, type Verdict } from '../preflight/check';
import { readKitTemplate } from '../user-data';
import type { LiveAccount } from './aws-account';
import { ACCOUNT_CHECKS } from './checks';
import { rolePermissions } from './role-permissions';

export interface AccountInput {
  readonly airlock: Airlock;
  /** Path of the synthesised template. */
  readonly template: string;
  readonly live: LiveAccount;
}

export type AccountLine = { readonly id: string; readonly title: string } & Verdict;

export type AccountResult =
  | { readonly reason: 'ready' | 'not-ready'; readonly stack: string; readonly lines: readonly AccountLine[] }
  | { readonly reason: 'no-template' | 'no-answer'; readonly message: string };

/** Whether an account has what a stack needs. A check that AWS denies fails. */
export async function checkAccount({ airlock, template, live }: AccountInput): Promise<AccountResult> {
  const read = readKitTemplate(template);
  if (!read.ok) return { reason: 'no-template', message: read.message };
  const subject = { airlock, permissions: rolePermissions(read.template), live };
  const lines: AccountLine[] = [];
  for (const { id, title, run } of ACCOUNT_CHECKS) {
    const verdict = await unlessRefused(
      () => run(subject),
      (why, { reason, message, fix }) => (reason === 'no-credentials' ? why : fail(message, fix)),
    );
    // One error stands for all: the account may have everything.
    if (typeof verdict === 'string') return { reason: 'no-answer', message: verdict };
    lines.push({ id, title, ...verdict });
  }
  const isReady = lines.every(({ result }) => result !== 'fail');
  return { reason: isReady ? 'ready' : 'not-ready', stack: airlock.name, lines };
}
