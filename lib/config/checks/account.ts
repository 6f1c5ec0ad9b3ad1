import type { Draft } from '../draft/draft';
import type { Finding } from '../finding';
import type { Problem } from '../model';
import { quote } from '../quote';
import { type Path, problemAt, type Source, valueAt } from '../source/source';
import { accountOf, checkBoundary, regionOf } from '../values/account';
import { checkDestination } from '../values/audit';

/** Settings that fit the stack into a team's account: each is sound by itself, and these must fit one another. */
export function account({ source }: Draft): Problem[] {
  if (source === undefined) return [];
  const read = (...path: Path) => valueAt(source.value, path);
  return [
    ...transitGateway(source, read),
    ...vpc(source, read),
    ...boundary(source, read),
    ...destination(source, read),
  ];
}

type Read = (...path: Path) => unknown;

function at(source: Source, path: Path, finding: Finding, part?: 'key'): Problem {
  return problemAt({ source, path }, finding, part && { part });
}

function transitGateway(source: Source, read: Read): Problem[] {
  const isUsed = read('network', 'egress') === 'transit-gateway';
  const isNamed = read('network', 'transitGateway') !== undefined;
  if (isUsed && !isNamed) {
    const fix = 'add the id of the Transit Gateway, such as tgw-0123456789abcdef0';
    return [at(source, ['network', 'transitGateway'], { message: 'is missing', fix })];
  }
  if (!isNamed || isUsed) return [];
  const message = 'has no effect unless egress is transit-gateway';
  return [
    at(source, ['network', 'transitGateway'], {
      message,
      fix: 'remove it, or write egress: transit-gateway',
    }),
  ];
}

function vpc(source: Source, read: Read): Problem[] {
  if (read('network', 'vpc') === undefined || read('network', 'ipamPool') === undefined) return [];
  const message = 'has no effect beside network.vpc, whose block exists already';
  return [at(source, ['network', 'ipamPool'], { message, fix: 'remove one of the two' })];
}

function boundary(source: Source, read: Read): Problem[] {
  const arn = read('permissionsBoundary');
  const own = read('env', 'account');
  if (typeof arn !== 'string' || checkBoundary(arn) || typeof own !== 'string') return [];
  const other = accountOf(arn);
  if (other === 'aws' || other === own) return [];
  const message = `is a policy of the account ${other}, and a boundary must be one of the stack's own, ${own}`;
  return [at(source, ['permissionsBoundary'], { message, fix: `name a policy of ${own}` })];
}

/** A destination takes log groups of its own Region alone; what lies behind it may be anywhere. */
function destination(source: Source, read: Read): Problem[] {
  const arn = read('audit', 'forwardTo');
  if (typeof arn !== 'string' || checkDestination(arn)) return [];
  const path = ['audit', 'forwardTo'];
  const own = read('env', 'region');
  const other = regionOf(arn);
  if (own === undefined) {
    const message = 'is in one region, and the stack has none yet';
    return [at(source, path, { message, fix: `write env: { region: ${other} }` })];
  }
  if (typeof own !== 'string' || own === other) return [];
  const message = `is in ${other}, and CloudWatch Logs sends from ${quote(own)} to destinations there alone`;
  return [at(source, path, { message, fix: `make a destination in ${own}` })];
}
