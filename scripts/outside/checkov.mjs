import { run } from './programs.mjs';
import { sample, settingsOf, variants } from './variants.mjs';

/** Security rules over the templates; an exception stands in the template, beside its resource (constructs/skip-checkov.ts). */
export const checkov = {
  name: 'checkov',
  program: 'checkov',
  what: 'every combination of modes',
  findings() {
    const templates = variants().flatMap(({ templates: each }) => each);
    const reports = check(templates.map(({ file }) => file));
    const excused = templates.flatMap(({ template }) =>
      Object.values(template.Resources).flatMap(skipsOf),
    ).length;
    const skipped = reports.flatMap(({ results }) => results.skipped_checks ?? []).length;
    return [
      ...failedIn(reports),
      ...(skipped === excused
        ? []
        : [`${excused} exceptions are written, and checkov used ${skipped} of them`]),
    ];
  },
  spoilt() {
    const Resources = { Open: { Type: 'AWS::SNS::Topic', Properties: {} } };
    return failedIn(check([sample('unencrypted.json', JSON.stringify({ Resources }))]));
  },
};

function check(files) {
  const flags = ['--framework', 'cloudformation', '--output', 'json', '--compact', '--skip-download'];
  const { stdout } = run('checkov', [...files.flatMap((file) => ['--file', file]), ...flags]);
  return [JSON.parse(stdout)].flat();
}

function failedIn(reports) {
  return reports
    .flatMap(({ results }) => results.failed_checks)
    .map(
      ({ check_id, check_name, resource, file_abs_path }) =>
        `${check_id} ${check_name}: ${resource} with ${settingsOf(file_abs_path)}`,
    );
}

function skipsOf({ Metadata }) {
  return Metadata?.checkov?.skip ?? [];
}
