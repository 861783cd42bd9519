// Writes the settings into package.json (what VS Code shows) and docs/settings.md (what everybody reads), from where they are
// described: the server's settings.json and the client's. `--check` writes nothing and fails where they have drifted.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, root } from './lib/run.mjs';

const sources = ['server/LspTorch.Server/Workspace/settings.json', 'client/settings.json'];
const manifestFile = path.join(root, 'package.json');
const pageFile = path.join(root, 'docs', 'settings.md');

const read = (file) => fs.readFileSync(file, 'utf8');

/** Every setting by name, in the order in which they are described. */
export function describedSettings() {
  return Object.assign({}, ...sources.map((file) => JSON.parse(read(path.join(root, file)))));
}

/** The text of package.json with these settings: one a line, everything else untouched. */
export function manifestWith(settings, manifest = read(manifestFile)) {
  const begin = /( {8}|\t)?"properties": \{\n/.exec(manifest);
  if (!begin) throw new Error('package.json has no "properties" of "configuration".');
  const from = begin.index + begin[0].length;
  const end = manifest.indexOf('\n      }', from - 1);
  const entries = Object.entries(settings).map(
    ([name, value], index) =>
      `        ${JSON.stringify(name)}: ${JSON.stringify({ order: index + 1, ...value }, null, 2).replaceAll('\n', '\n        ')}`,
  );
  return `${manifest.slice(0, from)}${entries.join(',\n')}${manifest.slice(end)}`;
}

export function page(settings) {
  const lines = [
    '# Settings',
    '',
    'In VS Code: Settings, "LspTorch". In other editors: the answer to `workspace/configuration` for the section `lsptorch`, or',
    '`initializationOptions`. For a project, whatever the editor: `pyproject.toml`, table `[tool.lsptorch]`, with the names below',
    'without `lsptorch.`; what a user sets in the editor comes before it.',
    '',
    '<!-- Generated from the descriptions by `node scripts/settings.mjs`: change those, not this. -->',
  ];
  for (const [name, value] of Object.entries(settings)) {
    lines.push('', `## \`${name}\``, '', value.markdownDescription ?? value.description, '');
    lines.push(`Type: ${typeOf(value)}. Default: \`${JSON.stringify(value.default)}\`.${scopeOf(value)}`);
    (value.enumDescriptions ?? []).forEach((text, index) => {
      if (index === 0) lines.push('');
      lines.push(`- \`${value.enum[index]}\`: ${text}`);
    });
  }
  return `${lines.join('\n')}\n`;
}

function typeOf(value) {
  if (value.enum) return value.enum.map((one) => `\`${JSON.stringify(one)}\``).join(', ');
  const types = [value.type].flat().filter((type) => type !== 'null');
  if (types[0] === 'array') return `list of ${typeOf(value.items)}`;
  if (types[0] === 'object') return `object with values of ${typeOf(value.additionalProperties)}`;
  const least = value.minimum === undefined ? '' : `, at least ${value.minimum}`;
  return `${types.join(' or ')}${least}${[value.type].flat().includes('null') ? ', or nothing' : ''}`;
}

function scopeOf(value) {
  return value.scope === 'machine-overridable' ? ' Not taken from a folder that is not trusted.' : '';
}

/** The files that are not what they should be; with `write`, they are then. */
export function syncSettings({ write }) {
  const settings = describedSettings();
  const wanted = [
    [manifestFile, manifestWith(settings)],
    [pageFile, page(settings)],
  ];
  const drifted = wanted.filter(([file, text]) => !fs.existsSync(file) || read(file) !== text);
  if (write) for (const [file, text] of drifted) fs.writeFileSync(file, text);
  return drifted.map(([file]) => path.relative(root, file));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes('--check');
  const drifted = syncSettings({ write: !check });
  if (check && drifted.length > 0) fail(`${drifted.join(', ')}: run \`node scripts/settings.mjs\`.`);
  console.log(drifted.length > 0 ? `written: ${drifted.join(', ')}` : 'up to date');
}
