import { matching, shaped } from '../finding';

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/;

/** Headers that control the message itself: a secret in one would break or redirect the request. */
const STEERING = new Set(
  (
    'host connection keep-alive proxy-connection proxy-authorization proxy-authenticate te trailer transfer-encoding ' +
    'upgrade content-length content-encoding content-type expect content-range date via forwarded x-forwarded-for ' +
    'x-forwarded-host x-forwarded-proto'
  ).split(' '),
);

export const checkHeaderName = shaped(TOKEN, (name) => {
  if (!TOKEN.test(name)) {
    return {
      message: 'is not a header name',
      fix: 'write letters, digits and hyphens only, such as "Authorization" or "X-Api-Key"',
    };
  }
  return STEERING.has(name.toLowerCase())
    ? {
        message: 'is a header that no secret may go into, because it steers the request itself',
        fix: 'name the header in which the API takes its credential, such as "Authorization"',
      }
    : undefined;
});

export const checkQueryParameter = matching(
  /^[A-Za-z0-9_.~-]{1,64}$/,
  'is not the name of a query parameter',
  'write 1 to 64 of a-z, A-Z, 0-9, "_", ".", "~" and "-"',
);

/**
 * What the agent writes into the path in place of the secret. It is long enough not to occur by chance, and has a
 * semicolon, which Go's query parser refuses: some releases of iron-proxy swap in queries too, and would write the value
 * wherever the agent likes, such as into a message to itself.
 */
export const checkPlaceholder = matching(
  /^(?=.*;)[A-Za-z0-9:;_-]{8,128}$/,
  'is not a placeholder for a path',
  'write 8 to 128 of a-z, A-Z, 0-9, ":", "_", "-" and at least one ";", such as "place;holder"',
);
