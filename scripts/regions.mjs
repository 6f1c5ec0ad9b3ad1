// npm run regions: writes lib/config/regions/regions.json from the data of cfn-lint (.ci/requirements.txt has the
// version) and from the resource types of the kit's own templates.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installPython, pythonPrograms } from './outside/python.mjs';
import { COMBINATIONS, templateOf } from './outside/templates.mjs';

process.env.CDK_VALIDATION = 'false';
installPython();
const python = join(pythonPrograms(), 'python3');
const { source, regions } = JSON.parse(
  execFileSync(python, ['scripts/regions.py'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }),
);
const types = typesBySetting();
const all = Object.values(types).flat();
const names = Object.keys(regions);
const lacking = (type) => names.filter((region) => !regions[region].types.includes(type));
const nowhere = all.filter((type) => lacking(type).length === names.length);
if (nowhere.length > 0) {
  console.error(`CloudFormation makes ${nowhere.join(', ')} in no region: take it out of the template`);
  process.exit(1);
}
const missing = Object.fromEntries(
  all.flatMap((type) => (lacking(type).length > 0 ? [[type, lacking(type).join(' ')]] : [])).sort(),
);
const arm64 = Object.fromEntries(names.map((region) => [region, regions[region].arm64]));
writeFileSync(
  'lib/config/regions/regions.json',
  `${JSON.stringify({ source, types, missing, arm64 }, null, 2)}\n`,
);
execFileSync('npx', ['biome', 'format', '--write', 'lib/config/regions/regions.json'], { stdio: 'inherit' });

/** Types by setting: `always`, or the fewest settings of which each adds them. */
function typesBySetting() {
  const templates = COMBINATIONS.map((settings) => {
    const resources = Object.values(templateOf(settings, 'us-east-1').template.Resources);
    return {
      settings,
      types: new Set(resources.map(({ Type }) => Type).filter((type) => type.startsWith('AWS::'))),
    };
  });
  const found = {};
  for (const type of [...new Set(templates.flatMap(({ types: each }) => [...each]))].sort()) {
    const holding = templates.filter(({ types: each }) => each.has(type));
    const settings =
      holding.length === templates.length
        ? ['always']
        : fewest(
            holding,
            [...new Set(holding.flatMap((each) => each.settings))].filter((setting) =>
              templates.every((each) => !each.settings.includes(setting) || each.types.has(type)),
            ),
          );
    if (settings.length === 0) throw new Error(`no one setting decides whether a template holds ${type}`);
    for (const setting of settings) {
      found[setting] ??= [];
      found[setting].push(type);
    }
  }
  return found;
}

/** Of the settings that imply a type, those that explain the most templates, until each template is explained. */
function fewest(holding, settings) {
  const explainedBy = (setting) => holding.filter((each) => each.settings.includes(setting));
  const chosen = [];
  for (const setting of settings.toSorted(
    (one, other) => explainedBy(other).length - explainedBy(one).length,
  )) {
    if (explainedBy(setting).some((each) => !chosen.some((other) => each.settings.includes(other))))
      chosen.push(setting);
  }
  return chosen;
}
