// What package.json declares is what the code has, and the other way round.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { describedSettings, syncSettings } from '../../scripts/settings.mjs';
import { root } from './load.mjs';

const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const { contributes } = manifest;
const sources = fs
  .readdirSync(path.join(root, 'client', 'src'))
  .map((name) => fs.readFileSync(path.join(root, 'client', 'src', name), 'utf8'))
  .join('\n');

/** Names that start a quoted word in the client's sources. */
function quoted(pattern) {
  return new Set([...sources.matchAll(new RegExp(`['"\`](${pattern})['"\`]`, 'g'))].map((match) => match[1]));
}

const declared = new Set(contributes.commands.map(({ command }) => command));
const registered = new Set([...sources.matchAll(/^ {4}'(lsptorch\.\w+)':/gm)].map((match) => match[1]));
const ofTheServer = new Set(
  [...fs.readFileSync(path.join(root, 'client', 'src', 'protocol.ts'), 'utf8').matchAll(/: '(lsptorch\.\w+)',/g)].map(
    (match) => match[1],
  ),
);

test('every command that is declared is registered, and the other way round', () => {
  assert.ok(registered.size > 5);
  assert.deepEqual([...declared].sort(), [...registered].sort());
});

test('no command of the client has the name of a server command: the language client registers those', () => {
  assert.ok(ofTheServer.size > 0);
  for (const name of ofTheServer) assert.ok(!registered.has(name), name);
});

test('the server offers the commands that the client sends', () => {
  const server = [];
  const visit = (folder) => {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === 'bin' || entry.name === 'obj') continue;
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) visit(file);
      else if (entry.name.endsWith('.cs')) server.push(fs.readFileSync(file, 'utf8'));
    }
  };
  for (const part of ['LspTorch.Server', 'LspTorch.Ide', 'LspTorch.Rules']) visit(path.join(root, 'server', part));
  const text = server.join('\n');
  for (const name of ofTheServer) assert.ok(text.includes(`"${name}"`), name);
});

test('menus, keybindings and walkthroughs name commands that are declared', () => {
  const used = [
    ...JSON.stringify([contributes.menus, contributes.walkthroughs, contributes.viewsWelcome]).matchAll(
      /lsptorch\.\w+/g,
    ),
  ]
    .map((match) => match[0])
    .filter(
      (name) =>
        name !== 'lsptorch.start' &&
        name !== 'lsptorch.probing' &&
        !contributes.views.explorer.some((view) => view.id === name),
    );
  assert.ok(used.length > 0);
  for (const name of used) assert.ok(declared.has(name), name);
});

test("commands that other code runs are declared or the editor's own", () => {
  for (const name of quoted('lsptorch\\.\\w+')) {
    const known =
      declared.has(name) ||
      ofTheServer.has(name) ||
      name in contributes.configuration.properties ||
      [
        'lsptorch.status',
        'lsptorch.probing',
        'lsptorch.exe',
        ...contributes.views.explorer.map((view) => view.id),
      ].includes(name);
    assert.ok(known, name);
  }
});

test('every setting that the client reads is declared', () => {
  const read = new Set([...sources.matchAll(/\.get<[^>]*>\('([\w.]+)'/g)].map((match) => `lsptorch.${match[1]}`));
  const affected = [...sources.matchAll(/\$\{SECTION\}\.(\w+)`/g)].map((match) => `lsptorch.${match[1]}`);
  assert.ok(read.has('lsptorch.serverPath'));
  for (const name of [...read, ...affected]) assert.ok(name in contributes.configuration.properties, name);
});

test('every setting that is declared is described, in package.json and in docs/settings.md', () => {
  assert.deepEqual(Object.keys(contributes.configuration.properties), Object.keys(describedSettings()));
  assert.deepEqual(syncSettings({ write: false }), [], 'run `node scripts/settings.mjs`');
});

test('the settings that decide what is run are not taken from an untrusted folder', () => {
  const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
  assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
  for (const name of ['lsptorch.pythonPath', 'lsptorch.serverPath', 'lsptorch.probe.args', 'lsptorch.probe.env'])
    assert.ok(restricted.includes(name), name);
  for (const name of restricted) assert.ok(name in contributes.configuration.properties, name);
});

test('every file that the manifest names exists', () => {
  const files = [
    manifest.icon,
    ...contributes.grammars.map((grammar) => grammar.path),
    ...contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps.map((step) => step.media.markdown)),
  ];
  for (const file of files) assert.ok(fs.existsSync(path.join(root, file)), file);
});

test('what runs in the extension host was typed against no newer editor than the manifest admits', () => {
  const typed = manifest.devDependencies['@types/vscode'];
  assert.equal(manifest.engines.vscode, `^${typed}`.replace(/\.\d+$/, '.0'));
});
