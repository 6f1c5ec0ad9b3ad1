import type { Problem } from '../model';
import type { Parsed, ParsedAirlock } from '../parsed';
import { quote } from '../quote';
import { isWritten, problemAt } from '../source/source';
import { accountOf, regionOf } from '../values/account';

/** Checks that the settings for a team's own account fit each other. */
export function account({ airlock }: Parsed): Problem[] {
  return airlock
    ? [
        ...transitGateway(airlock),
        ...vpc(airlock),
        ...block(airlock),
        ...boundary(airlock),
        ...destination(airlock),
        ...archive(airlock),
      ]
    : [];
}

function transitGateway({ source, settings }: ParsedAirlock): Problem[] {
  const place = { source, path: ['network', 'transitGateway'] };
  const isUsed = settings.network?.egress === 'transit-gateway';
  if (isUsed === isWritten(place)) return [];
  return [
    problemAt(
      place,
      isUsed
        ? {
            message: 'is missing',
            fix: 'add the id of the Transit Gateway, such as tgw-0123456789abcdef0',
          }
        : {
            message: 'has no effect unless egress is transit-gateway',
            fix: 'remove it, or write egress: transit-gateway',
          },
    ),
  ];
}

function vpc({ source }: ParsedAirlock): Problem[] {
  const place = { source, path: ['network', 'ipamPool'] };
  if (!isWritten(place) || !isWritten({ source, path: ['network', 'vpc'] })) return [];
  const message = 'has no effect beside network.vpc, whose block exists already';
  return [problemAt(place, { message, fix: 'remove one of the two' })];
}

/** An existing network decides the block, so the default could be wrong. */
function block({ source, settings }: ParsedAirlock): Problem[] {
  const place = { source, path: ['network', 'cidr'] };
  const { vpc, ipamPool, transitGateway } = settings.network ?? {};
  const other = Object.entries({ vpc, ipamPool, transitGateway }).find(([, id]) => id !== undefined)?.[0];
  if (other === undefined || isWritten(place)) return [];
  const fix = `add the block that network.${other} ${other === 'transitGateway' ? 'routes to the VPC' : 'has for it'}`;
  return [problemAt(place, { message: `is missing beside network.${other}`, fix })];
}

function boundary({ source, settings }: ParsedAirlock): Problem[] {
  const own = settings.env?.account;
  const other = settings.permissionsBoundary && accountOf(settings.permissionsBoundary);
  if (own === undefined || other === undefined || other === 'aws' || other === own) return [];
  const message = `is a policy of the account ${other}, and a boundary must be one of the stack's own, ${own}`;
  return [problemAt({ source, path: ['permissionsBoundary'] }, { message, fix: `name a policy of ${own}` })];
}

/** Settings of an archive that isn't there. */
function archive({ source, settings }: ParsedAirlock): Problem[] {
  const { archive, archiveLock, archiveDays } = settings.audit ?? {};
  const stray = Object.entries({ archiveLock, archiveDays }).find(([, value]) => value !== undefined)?.[0];
  if (archive !== undefined || stray === undefined) return [];
  const message = 'is of an archive, and there is none';
  return [
    problemAt(
      { source, path: ['audit', stray] },
      { message, fix: 'add "archive: s3" beside it, or remove it' },
    ),
  ];
}

/** A log group can send only to a destination in its own region; the destination may pass logs on to another. */
function destination({ source, settings }: ParsedAirlock): Problem[] {
  const other = settings.audit?.forwardTo && regionOf(settings.audit.forwardTo);
  if (other === undefined) return [];
  const place = { source, path: ['audit', 'forwardTo'] };
  if (!isWritten({ source, path: ['env', 'region'] })) {
    const message = 'is in one region, and the stack has none yet';
    return [problemAt(place, { message, fix: `write env: { region: ${other} }` })];
  }
  const own = settings.env?.region;
  if (own === undefined || own === other) return [];
  const message = `is in ${other}, and CloudWatch Logs sends from ${quote(own)} to destinations there alone`;
  return [problemAt(place, { message, fix: `make a destination in ${own}` })];
}
