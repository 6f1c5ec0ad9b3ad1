/** The worker in a namespace: it sends every kind of request, and runs commands. */

import type { Exchange, Http2Exchange } from '../../plan/wire';
import { serveLines } from '../lines';
import { ordinary } from './client';
import { command } from './command';
import { exchange } from './exchange';
import { hold, release } from './flood';
import { exchangeHttp2 } from './http2';
import { keep, stop } from './keep';
import { lines } from './lines';
import { type Search, search } from './search';

interface Role {
  /** PEM of the CA that the agent trusts. Undefined: it verifies no certificate. */
  readonly authority?: string;
  /** Values that must never come back, by id. */
  readonly secrets?: Readonly<Record<string, string>>;
}

void serveLines<Role>(async ({ authority, secrets = {} }) => ({
  ready: {},
  actions: {
    exchange: (ask) => exchange(ask as unknown as Exchange, authority, Object.entries(secrets)),
    http2: (ask) => exchangeHttp2(ask as unknown as Http2Exchange, authority, Object.entries(secrets)),
    ordinary: (ask) =>
      ordinary(ask as unknown as Parameters<typeof ordinary>[0], authority, Object.entries(secrets)),
    hold: (ask) => hold(ask as unknown as Parameters<typeof hold>[0]),
    release: () => release(),
    command: (ask) => command(ask as unknown as Parameters<typeof command>[0]),
    keep: (ask) => keep(ask as unknown as Parameters<typeof keep>[0]),
    lines: (ask) => lines(ask as unknown as Parameters<typeof lines>[0]),
    search: (ask) => search(ask as unknown as Search),
    stop: (ask) => stop(String(ask.name)),
  },
}));
