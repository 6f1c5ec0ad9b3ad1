import { isRecord, own } from '../../../lib/json';

/** The values that CloudFormation has once it has made the resources. Undefined: this deployment has none. */
export interface Deployed {
  readonly ref: (id: string) => string | undefined;
  readonly attribute: (id: string, name: string) => string | undefined;
}

export type Filled =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string };

/** EC2's own limit for user data before base64 (EC2 user guide), in bytes. */
const LIMIT = 16_384;

/** A machine's user data after a deployment with these values, byte for byte. */
export function deployedUserData(value: unknown, deployed: Deployed): Filled {
  let text: string;
  try {
    text = textOf(value, deployed, 0);
  } catch (error) {
    return { ok: false, problem: (error as Error).message };
  }
  const bytes = Buffer.byteLength(text);
  if (bytes > LIMIT) return { ok: false, problem: `user data is ${bytes} bytes: EC2 takes ${LIMIT}` };
  return { ok: true, text };
}

/** @throws naming a missing value, or a function that isn't resolved here */
function textOf(value: unknown, deployed: Deployed, depth: number): string {
  if (typeof value === 'string') return value;
  if (depth > 16 || !isRecord(value)) throw unknown(value);
  const ref = own(value, 'Ref');
  if (typeof ref === 'string') return known(deployed.ref(ref), ref);
  const got = own(value, 'Fn::GetAtt');
  if (isTexts(got) && got.length === 2) {
    const [id, name] = got as [string, string];
    return known(deployed.attribute(id, name), `${id}.${name}`);
  }
  const encoded = own(value, 'Fn::Base64');
  if (encoded !== undefined) return textOf(encoded, deployed, depth + 1);
  const joined = own(value, 'Fn::Join');
  if (Array.isArray(joined) && typeof joined[0] === 'string') {
    return partsOf(joined[1], deployed, depth + 1).join(joined[0]);
  }
  throw unknown(value);
}

function partsOf(value: unknown, deployed: Deployed, depth: number): string[] {
  if (Array.isArray(value)) return value.map((part) => textOf(part, deployed, depth));
  const split = isRecord(value) ? own(value, 'Fn::Split') : undefined;
  if (Array.isArray(split) && typeof split[0] === 'string') {
    return textOf(split[1], deployed, depth).split(split[0]);
  }
  throw unknown(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string');
}

function known(text: string | undefined, name: string): string {
  if (text === undefined) throw new Error(`user data names ${name}, which the rehearsal has no value for`);
  return text;
}

function unknown(value: unknown): Error {
  return new Error(
    `user data holds ${JSON.stringify(value)?.slice(0, 80)}, which the rehearsal can't resolve`,
  );
}
