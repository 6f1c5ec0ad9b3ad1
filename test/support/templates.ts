import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

// biome-ignore lint/suspicious/noExplicitAny: tests take templates apart at will
export type Json = any;

const FILE = join(__dirname, '..', 'fixtures', 'templates.yaml');
const written: Record<string, Json> = parse(readFileSync(FILE, 'utf8'));

/** A template of `fixtures/templates.yaml`, fresh at each call. */
export function fixture(name: string): Json {
  const found = written[name];
  if (found === undefined) throw new Error(`no template ${name} in ${FILE}`);
  const { from, Resources, ...rest } = structuredClone(found);
  const base = from === undefined ? {} : fixture(from).Resources;
  return { ...rest, Resources: merged(base, completed(Resources, base)) };
}

const MACHINE = {
  ImageId: 'ami-0123456789abcdef0',
  InstanceType: 't4g.micro',
  MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
};
const OF_VPC = { VpcId: { Ref: 'Vpc' } };
/** CDK's placeholder, which matches no packet. */
const NOTHING = [{ IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' }];
/** What a new resource of a type has unless it says otherwise. */
const USUAL: Readonly<Record<string, object>> = {
  'AWS::EC2::Instance': MACHINE,
  'AWS::EC2::NetworkAcl': OF_VPC,
  'AWS::EC2::RouteTable': OF_VPC,
  'AWS::EC2::SecurityGroup': { GroupDescription: 'example', SecurityGroupEgress: NOTHING, ...OF_VPC },
  'AWS::EC2::Subnet': OF_VPC,
};

function completed(resources: Json, base: Json): Json {
  return Object.fromEntries(
    Object.entries(resources).map(([id, resource]: [string, Json]) => {
      const usual = id in base ? undefined : USUAL[resource?.Type];
      return [
        id,
        usual ? { ...resource, Properties: { ...structuredClone(usual), ...resource.Properties } } : resource,
      ];
    }),
  );
}

export const FIXTURES = Object.keys(written);

/** A JSON merge patch (RFC 7396). */
function merged(value: Json, patch: Json): Json {
  if (typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const result = typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
  for (const [key, edit] of Object.entries(patch)) {
    if (edit === null) delete result[key];
    else result[key] = merged(result[key], edit);
  }
  return result;
}
