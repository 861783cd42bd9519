// Everything the scripts need on a machine, made sure of once: packages, node modules, the native binaries, a Python with torch.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { capture, root, run, step } from './run.mjs';

const marks = path.join(root, 'artifacts', 'marks');
const debian = process.platform === 'linux' && existsSync('/etc/debian_version');
const exe = process.platform === 'win32' ? '.exe' : '';

/** True where apt-get can be used without asking anybody. */
export const canApt = debian && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');

function missingPackages(names) {
  const listed = capture('dpkg-query', ['-W', '-f', '${Package} ${Status}\n']) ?? '';
  const installed = new Set(
    listed
      .split('\n')
      .filter((line) => line.endsWith(' ok installed'))
      .map((line) => line.split(' ')[0]),
  );
  return names.filter((name) => !installed.has(name));
}

// apt holds one lock for the whole machine: calls from this process wait in turn.
let aptTurn = Promise.resolve();

/**
 * Installs those of the Debian packages that are missing. `why` completes the sentence "installing … for …". Rejects, naming the
 * packages, where they are missing and cannot be installed here.
 */
export function ensureApt(names, why) {
  const turn = aptTurn.then(() => installMissing(names, why));
  aptTurn = turn.catch(() => {});
  return turn;
}

async function installMissing(names, why) {
  if (!debian)
    throw new Error(
      `${why} needs ${names.join(', ')} (Debian's package names), and this is not a Debian family machine.`,
    );
  const missing = missingPackages(names);
  if (missing.length === 0) return;
  if (!canApt) throw new Error(`${why} needs: apt-get install ${missing.join(' ')} (run it as root, then try again).`);
  const apt = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await step(`installing ${missing.join(', ')} for ${why}`, async () => {
    await run('apt-get', [...apt, 'update'], { env, log: 'apt-update' });
    await run('apt-get', [...apt, 'install', '-y', '--no-install-recommends', ...missing], { env, log: 'apt-install' });
  });
}

/** Does `work` unless it was done here with the same key before and its result is present. */
async function once(name, key, present, work) {
  const mark = path.join(marks, name);
  if (present && existsSync(mark) && readFileSync(mark, 'utf8') === key) return;
  await work();
  mkdirSync(marks, { recursive: true });
  writeFileSync(mark, key);
}

/** Runs `npm ci` when package-lock.json has changed since it was last run here. */
export async function ensureNpm() {
  const lock = path.join(root, 'package-lock.json');
  const key = createHash('sha256').update(readFileSync(lock)).digest('hex');
  await once('npm', key, existsSync(path.join(root, 'node_modules', '.package-lock.json')), () =>
    step('installing node modules', () => run('npm', ['ci', '--no-audit', '--no-fund'], { log: 'npm-ci' })),
  );
}

function contentKey(entries) {
  const hash = createHash('sha256');
  const add = (file) => hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  const visit = (folder) => {
    const found = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of found) {
      if (entry.name === 'bin' || entry.name === 'obj') continue;
      if (entry.isDirectory()) visit(path.join(folder, entry.name));
      else add(path.join(folder, entry.name));
    }
  };
  for (const folder of entries) visit(path.join(root, folder));
  for (const file of ['Directory.Build.props', 'Directory.Packages.props']) add(path.join(root, file));
  return hash.digest('hex');
}

const runtimeIds = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'osx-x64',
  'darwin-arm64': 'osx-arm64',
  'win32-x64': 'win-x64',
  'win32-arm64': 'win-arm64',
};

/** Absolute paths of the native binaries that `npm run build` makes. */
export const binaries = {
  server: path.join(root, 'bin', `lsptorch${exe}`),
  probe: path.join(root, 'bin', `lsptorch-probe${exe}`),
  preload: path.join(root, 'bin', 'lsptorch-preload.so'),
};

/** The libraries below the server, lowest first (ARCHITECTURE.md). */
const layers = ['Syntax', 'TorchScript', 'Evidence', 'Semantics', 'Analysis', 'Refactorings', 'Rules', 'Ide'].map(
  (name) => `server/LspTorch.${name}`,
);

/** Publishes the native server and probe worker into bin/ where their sources have changed since the last time. */
export async function ensureBuilt() {
  await publishOnce(
    'server',
    'LspTorch.Server',
    binaries.server,
    [...layers, 'server/LspTorch.Server'],
    'language server',
  );
  await publishOnce('probe', 'LspTorch.Probe', binaries.probe, ['server/LspTorch.Probe'], 'probe worker');
  if (process.platform === 'linux') {
    await publishOnce(
      'preload',
      'LspTorch.Preload',
      binaries.preload,
      ['server/LspTorch.Preload', 'server/LspTorch.Probe'],
      "probe's preloaded library",
    );
  }
}

async function publishOnce(name, project, binary, sources, title) {
  await once(name, contentKey(sources), existsSync(binary), async () => {
    const rid = runtimeIds[`${process.platform}-${process.arch}`];
    if (!rid) throw new Error(`No native build for ${process.platform}-${process.arch}.`);
    if (capture('dotnet', ['--version']) === null)
      throw new Error('The .NET 10 SDK is needed: https://dot.net/download');
    if (debian)
      await ensureApt(
        capture('sh', ['-c', 'command -v clang']) ? ['zlib1g-dev'] : ['clang', 'zlib1g-dev'],
        'the native build',
      );
    const published = path.join(root, 'artifacts', 'publish', name);
    await step(`building the native ${title}`, () =>
      run(
        'dotnet',
        [
          'publish',
          `server/${project}/${project}.csproj`,
          '-c',
          'Release',
          '-r',
          rid,
          '-o',
          published,
          '-nologo',
          '-v',
          'quiet',
        ],
        { log: `publish-${name}` },
      ),
    );
    mkdirSync(path.dirname(binary), { recursive: true });
    for (const file of readdirSync(published)) {
      if (/\.(dbg|pdb|dwarf|dSYM|xml)$/.test(file)) continue;
      const target = path.join(path.dirname(binary), file);
      rmSync(target, { force: true, recursive: true }); // a running server keeps its own, unlinked file
      cpSync(path.join(published, file), target, { recursive: true });
    }
  });
}

const hasTorch = "import sys, importlib.util as u; sys.exit(0 if u.find_spec('torch') else 1)";

/** The first interpreter with torch: LSPTORCH_TEST_PYTHON, VIRTUAL_ENV, each python3 on PATH, /usr/bin/python3; null where there is none. */
export function findTorchPython() {
  const candidates = [process.env.LSPTORCH_TEST_PYTHON];
  if (process.env.VIRTUAL_ENV)
    candidates.push(path.join(process.env.VIRTUAL_ENV, exe ? 'Scripts/python.exe' : 'bin/python'));
  for (const folder of (process.env.PATH ?? '').split(path.delimiter))
    candidates.push(path.join(folder, `python3${exe}`));
  candidates.push('/usr/bin/python3');
  return (
    [...new Set(candidates)].find(
      (python) => python && existsSync(python) && capture(python, ['-c', hasTorch]) !== null,
    ) ?? null
  );
}

/** Debian's torch 1.13 where no interpreter has one. Resolves to the interpreter's path. */
export async function ensureTorchPython() {
  const found = findTorchPython();
  if (found) return found;
  await ensureApt(['python3-torch', 'libpython3.11'], 'run-time types (no Python with torch was found)');
  const python = findTorchPython();
  if (!python)
    throw new Error('python3-torch was installed, but no Python on PATH or at /usr/bin/python3 can find torch.');
  return python;
}
