import { parse } from 'tldts';

const WHOLE = { extractHostname: false, validateHostname: false } as const;

/** Whether hosts below this name belong to many registrants: `com`, `co.uk`, `kawasaki.jp` (the public suffix list). */
export function isPublicSuffix(name: string): boolean {
  return [name, `x.${name}`].some((each) => parse(each, WHOLE).publicSuffix === each);
}

/**
 * Whether the name is, or lies below, one whose owner gives names to strangers: `github.io`, `s3.amazonaws.com` (the
 * list's private section).
 */
export function isOfManyOwners(name: string): boolean {
  return parse(name, { ...WHOLE, allowPrivateDomains: true }).isPrivate === true;
}

/** The part of a host name that its owner registered: `example.co.uk` of `api.example.co.uk`. */
export function registeredName(host: string): string {
  return parse(host, WHOLE).domain ?? host;
}
