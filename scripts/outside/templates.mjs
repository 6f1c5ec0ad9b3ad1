// The templates for the external tools: the test configuration (test/fixtures/kit) in every combination of its modes.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource } from 'aws-cdk-lib';
import { parse, stringify } from 'yaml';

const require = createRequire(import.meta.url);
const { AirlockStack, loadAirlock, formatProblem } = require('../../dist/lib/index.js');
const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
const schema = JSON.parse(readFileSync('config/schema/airlock.schema.json', 'utf8'));

/** The modes from the schema: a new value needs no change here. */
export const MODES = {
  'network.dns': schema.properties.network.properties.dns.enum,
  'network.egress': schema.properties.network.properties.egress.enum,
  access: schema.properties.access.enum,
};

/** Further settings that a mode needs. */
const ALONG = {
  'network.egress: transit-gateway': { network: { transitGateway: 'tgw-0123456789abcdef0' } },
};

/** A type that every region has (lib/config/regions/regions.json). */
const INSTANCE_TYPE = 't4g.large';

const combinations = Object.entries(MODES).reduce(
  (all, [path, values]) => all.flatMap((before) => values.map((value) => [...before, `${path}: ${value}`])),
  [[]],
);

/** Every combination, as a list of settings such as `network.dns: firewall`, and one with each switch that is off. */
export const COMBINATIONS = [
  ...combinations,
  ...['audit.archive: s3', 'dashboard: true'].map((off) => [...combinations[0], off]),
];

/**
 * Loads the test configuration with these settings, as `airlock` does, and synthesises it.
 *
 * @param settings such as `network.dns: firewall`
 * @param region the region of the stack
 */
export function templateOf(settings, region) {
  const directory = mkdtempSync(join(tmpdir(), 'airlock-outside-'));
  try {
    cpSync('test/fixtures/kit', directory, { recursive: true });
    edit(join(directory, 'airlock.yaml'), (airlock) => {
      airlock.env = { region };
      for (const setting of settings) {
        const [path, value] = setting.split(': ');
        set(airlock, path.split('.'), parse(value));
        for (const [group, values] of Object.entries(ALONG[setting] ?? {}))
          Object.assign(airlock[group], values);
      }
    });
    for (const name of readdirSync(join(directory, 'agents'))) {
      edit(join(directory, 'agents', name), (agent) => {
        agent.host.instanceType = INSTANCE_TYPE;
      });
    }
    const loaded = loadAirlock(directory);
    if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
    return synthesise(pinned(loaded.airlock), directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** An image for each machine, as `airlock images pin` would find them. */
function pinned(airlock) {
  const images = airlock.agents.flatMap(({ name: agent }) =>
    ['agent-host', 'proxy-box'].map((machine) => ({
      agent,
      machine,
      region: airlock.env.region,
      imageId: 'ami-0123456789abcdef0',
    })),
  );
  return { ...airlock, images };
}

function synthesise(airlock, directory) {
  const app = new App({
    outdir: join(directory, 'cdk.out'),
    treeMetadata: false,
    analyticsReporting: false,
    stackTraces: false,
    context: { ...context, 'aws:cdk:disable-asset-staging': true },
  });
  const stack = new AirlockStack(app, airlock.name, { airlock });
  const { template } = app.synth().getStackByName(airlock.name);
  const paths = new Map(
    stack.node
      .findAll()
      .filter(CfnResource.isCfnResource)
      .map((resource) => [stack.resolve(resource.logicalId), resource.node.path]),
  );
  return { template, paths };
}

function edit(file, change) {
  const value = parse(readFileSync(file, 'utf8'));
  change(value);
  writeFileSync(file, stringify(value));
}

function set(object, [key, ...rest], value) {
  if (rest.length === 0) object[key] = value;
  else {
    object[key] ??= {};
    set(object[key], rest, value);
  }
}
