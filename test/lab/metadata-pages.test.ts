import { hardwareAddress, metadataPages } from '../../lab/network/plan/metadata-pages';
import { KIT, rolesIn } from './support';

const FACTS = {
  id: 'i-lab-1',
  hardwareAddress: hardwareAddress('10.64.0.5'),
  privateAddress: '10.64.0.5',
  subnetBlock: '10.64.0.0/22',
  vpcBlock: '10.64.0.0/20',
  region: 'lab-east-1',
  zone: 'lab-east-1a',
  instanceType: 't4g.large',
};

test("a machine's hardware address is locally administered and its own", () => {
  expect(FACTS.hardwareAddress).toBe('0a:ff:0a:40:00:05');
  expect(hardwareAddress('10.64.0.6')).not.toBe(FACTS.hardwareAddress);
});

test('cloud-init finds what it asks for: the instance, its link, its place', () => {
  const pages = metadataPages(FACTS);
  const link = `meta-data/network/interfaces/macs/${FACTS.hardwareAddress}`;
  expect(pages['meta-data/instance-id']).toBe('i-lab-1');
  expect(pages[`${link}/local-ipv4s`]).toBe('10.64.0.5');
  expect(JSON.parse(pages['dynamic/instance-identity/document'] as string).region).toBe('lab-east-1');
  expect(Object.keys(pages).filter((page) => page.includes('public'))).toEqual([]);
});

test('a page is never a directory as well', () => {
  const names = Object.keys(metadataPages({ ...FACTS, publicAddress: '198.51.100.1' }));
  expect(names.filter((name) => names.some((other) => other.startsWith(`${name}/`)))).toEqual([]);
});

test('every machine of a plan has its own pages, user data among them', () => {
  const { metadata } = rolesIn(KIT).plan.services;
  expect(new Set(metadata.map(({ pages }) => pages['meta-data/local-ipv4'])).size).toBe(metadata.length);
  expect(metadata.filter(({ pages }) => pages['user-data'] === undefined)).toEqual([]);
});
