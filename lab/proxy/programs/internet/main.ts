/**
 * The internet of the lab, inside its namespace: servers for every host that a policy names, for an attacker and
 * for AWS's own endpoints, a public resolver, and a record of everything that arrives.
 */
import { mkdtempSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIPv4 } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import type { InternetRole, Serving } from '../../plan/cells';
import { ATTACKER } from '../../plan/target';
import { serveLines } from '../lines';
import { Arrivals, hostOf } from './arrivals';
import { Authority } from './authority';
import { Aws } from './aws';
import { makeRepository } from './git';
import { PublicResolver } from './resolver';
import { listen } from './servers';
import { type Sites, serve } from './site';

void serveLines<InternetRole>(async (role) => {
  const scratch = mkdtempSync(join(role.scratch, 'internet-'));
  const arrivals = new Arrivals();
  const authority = await Authority.make();
  const aws = await Aws.start(role.moto, role.region);
  const certificates = await aws.seed(role.seeds);
  arrivals.watchFor(role.secrets, role.placeholders);
  const names = Object.fromEntries(Object.entries(role.hosts).map(([name, address]) => [name, [address]]));
  const resolver = new PublicResolver(role.dnsmasq, role.resolver, names, ATTACKER, scratch);
  const git =
    role.repositories.length === 0 ? undefined : { host: 'github.com', directory: join(scratch, 'git') };
  for (const repository of role.repositories) makeRepository(join(scratch, 'git'), repository);
  const serving = new Map<string, Serving>();
  const sites: Sites = { files: role.files, serving, npm: role.npm, scratch, ...(git && { git }) };

  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const socket = request.socket as TLSSocket;
    const host = String(socket.servername || hostOf(request)).replace(/:\d+$/, '');
    if (socket.encrypted && role.awsHosts.includes(host)) return aws.pass(request, response);
    const arrival = arrivals.note(request);
    request.on('data', (chunk: Buffer) => arrivals.noteBody(arrival, chunk));
    request.on('end', () => arrivals.noteTrailers(arrival, request));
    request.on('error', () => undefined);
    serve(request, response, host, sites);
  };
  await listen(authority, arrivals, onRequest, [ATTACKER, ...Object.keys(role.hosts).filter(isIPv4)]);
  return {
    ready: { certificate: authority.certificate, certificates },
    actions: {
      since: ({ start }) => ({ ...arrivals.since(Number(start)), asked: resolver.asked() }),
      point: async ({ name, addresses: to }) => {
        await resolver.point(String(name), to as string[]);
        return {};
      },
      aws: ({ up }) => {
        aws.up = up === true;
        return {};
      },
      serve: ({ host, how }) => {
        serving.set(String(host), how as Serving);
        return {};
      },
      put: async ({ name, value }) => {
        await aws.put(String(name), String(value));
        return {};
      },
    },
  };
});
