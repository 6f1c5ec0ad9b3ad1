import { ONLY_AWS_SHOWS } from './check';
import type { Report, Seen } from './drive';

export interface Identity {
  readonly Account: string;
  readonly Arn: string;
}

export interface About {
  readonly identity: Identity;
  /** The caller's environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly region: string;
  readonly stack: string;
  readonly began: Date;
  /** Of the kit and of the programs it used. */
  readonly versions: Readonly<Record<string, string>>;
  /** SHA-256 of the first template. */
  readonly template: string;
}

export type EvidenceResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string };

/** Account numbers of AWS's documentation and of emulators. */
const NO_ACCOUNTS = ['123456789012', '111122223333', '444455556666', '000000000000'];

/** The text of docs/evidence/aws.json, for a run on AWS itself only. */
export function evidenceOf(report: Report, about: About): EvidenceResult {
  const { identity, env } = about;
  const elsewhere = Object.keys(env).find((name) => name.startsWith('AWS_ENDPOINT_URL') && env[name]);
  if (elsewhere)
    return { ok: false, why: `${elsewhere} names another endpoint than AWS: unset it, and run again` };
  if (!/^\d{12}$/.test(identity.Account) || NO_ACCOUNTS.includes(identity.Account)) {
    return { ok: false, why: `account ${identity.Account} belongs to an emulator or to AWS's documentation` };
  }
  if (!identity.Arn.includes(`:${identity.Account}:`)) {
    return { ok: false, why: "the caller's ARN is not of its account" };
  }
  const { region, stack, versions, template } = about;
  const shown = {
    about: 'One run of `npm run try-on-aws` against AWS. Account numbers are masked.',
    date: about.began.toISOString(),
    region,
    account: identity.Account,
    stack,
    versions,
    template,
    items: Object.fromEntries(
      Object.entries(ONLY_AWS_SHOWS).map(([item, title]) => [item, { title, ...shownBy(item, report.seen) }]),
    ),
    checks: report.seen,
    left: report.left.map(({ kind, id }) => `${kind} ${id}`),
    ...(report.cleanup ? { cleanup: report.cleanup } : {}),
  };
  const masked = JSON.stringify(shown, null, 2).replaceAll(identity.Account, '************');
  return { ok: true, text: `${masked}\n` };
}

/** An item is shown when every check that covers it passed. */
function shownBy(item: string, seen: readonly Seen[]) {
  const covering = seen.filter(({ covers }) => (covers as readonly string[]).includes(item));
  const shown = covering.length > 0 && covering.every(({ status }) => status === 'pass');
  return { shown, checks: covering.map(({ id }) => id) };
}
