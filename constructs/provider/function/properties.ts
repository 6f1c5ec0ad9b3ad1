/** Readers for the properties of a custom resource. An event may hold anything, so each checks the form. */
import { Refusal } from './refusal';

export function record(from: unknown): Readonly<Record<string, unknown>> {
  return typeof from === 'object' && from !== null ? (from as Record<string, unknown>) : {};
}

/** @throws Refusal naming the property when its value does not have that shape */
export function text(
  from: Readonly<Record<string, unknown>>,
  name: string,
  shape: RegExp,
  wanted: string,
): string {
  const value = from[name];
  if (typeof value !== 'string' || !shape.test(value)) throw unacceptable(name, wanted);
  return value;
}

/** The message doesn't repeat the value: a secret may have been put into the wrong property. */
export function unacceptable(name: string, wanted: string): Refusal {
  return new Refusal(
    `property ${name} of the custom resource must be ${wanted}: deploy with an unchanged kit`,
  );
}

/** @throws Refusal naming the property when it is no list */
export function list(from: Readonly<Record<string, unknown>>, name: string): readonly unknown[] {
  const value = from[name];
  if (!Array.isArray(value)) throw unacceptable(name, 'a list');
  return value;
}
