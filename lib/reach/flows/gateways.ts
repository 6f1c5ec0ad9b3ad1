import { internetOnly } from '../address/internet';
import type { Interface, Target } from '../network/model';
import type { Control, Party } from '../report';
import { blockParty } from './parties';
import type { Flow, Piece } from './piece';

/** The packets that the gateway itself carries. */
export function carried(
  each: Interface,
  direction: Flow['direction'],
  pieces: readonly Piece[],
  target: Target,
): Piece[] {
  switch (target.kind) {
    case 'internet-gateway': {
      // It translates between a private address and its public one: without a public address nothing passes.
      const control: Control = {
        kind: 'address',
        id: each.owner,
        rule: each.publicV4 ?? 'IPv6 addresses are public',
      };
      const able = pieces.filter((piece) => piece.box.family === 6 || each.publicV4 !== undefined);
      return onInternet(able).map((piece) => ({ ...piece, controls: [...piece.controls, control] }));
    }
    case 'egress-only-gateway':
      return direction === 'inbound' ? [] : onInternet(pieces.filter((piece) => piece.box.family === 6));
    case 'gateway-endpoint':
      return direction === 'inbound' ? [] : onInternet(pieces).flatMap(webPorts);
    case 'interface':
      return target.forwards ? [...pieces] : [];
    default:
      return [...pieces];
  }
}

function onInternet(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece) => internetOnly([piece.box]).map((box) => ({ ...piece, box })));
}

/** Gateway endpoints (S3, DynamoDB) serve HTTP and HTTPS. */
function webPorts(piece: Piece): Piece[] {
  const { protocols, ports } = piece.box;
  if (protocols[0] > 6 || protocols[1] < 6) return [];
  return [80, 443]
    .filter((port) => ports[0] <= port && port <= ports[1])
    .map((port) => ({
      ...piece,
      box: { ...piece.box, protocols: [6, 6] as const, ports: [port, port] as const },
    }));
}

export function partyBehind(target: Target, piece: Piece): Party {
  switch (target.kind) {
    case 'internet-gateway':
    case 'egress-only-gateway':
      return blockParty('internet', piece.named);
    case 'gateway-endpoint':
      return { kind: 'endpoint', id: target.id };
    case 'peer':
    case 'vpn':
      return blockParty(target.kind, piece.named, target.id);
    default:
      return blockParty('unknown', piece.named, 'id' in target ? target.id : undefined);
  }
}
