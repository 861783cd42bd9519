// A small editor's side of the Language Server Protocol over stdin and stdout: enough to open files, ask, and be asked back. It imports nothing
// but Node: npm start speaks to the server in a fresh clone, before any node module is installed.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** What this client can do, as `initialize` says it. */
const CAPABILITIES = {
  general: { positionEncodings: ['utf-16'] },
  workspace: {
    configuration: true,
    workspaceFolders: true,
    applyEdit: true,
    executeCommand: {},
    inlayHint: { refreshSupport: true },
    diagnostics: { refreshSupport: true },
    codeLens: { refreshSupport: true },
    workspaceEdit: { documentChanges: true },
  },
  window: { workDoneProgress: true },
  textDocument: {
    synchronization: { didSave: true },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    inlayHint: { resolveSupport: { properties: ['tooltip', 'textEdits'] } },
    diagnostic: { relatedDocumentSupport: false },
    publishDiagnostics: {
      versionSupport: true,
      relatedInformation: true,
      codeDescriptionSupport: true,
    },
    codeAction: {
      codeActionLiteralSupport: {
        codeActionKind: {
          valueSet: ['', 'quickfix', 'refactor', 'refactor.extract', 'refactor.rewrite', 'source', 'source.fixAll'],
        },
      },
      isPreferredSupport: true,
      disabledSupport: true,
      dataSupport: true,
      resolveSupport: { properties: ['edit'] },
    },
    codeLens: {},
  },
};

/** An error that the server answered with. */
export class LspError extends Error {
  constructor(method, error) {
    super(`${method}: ${error.message} (${error.code})`);
    this.code = error.code;
  }
}

export class LspClient {
  #child;
  #waiting = new Map();
  #listeners = new Map();
  #progress = new Map();
  #buffer = Buffer.alloc(0);
  #next = 1;
  #ended = null;
  #stderr = '';

  /** Starts `command`; `env` is added to this process's. Milliseconds are counted from here. */
  constructor(command, args, { env = {}, cwd } = {}) {
    this.spawned = performance.now();
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env }, cwd });
    this.#child.stdout.on('data', (chunk) => this.#receive(chunk));
    this.#child.stderr.on('data', (chunk) => {
      this.#stderr = (this.#stderr + chunk).slice(-4000);
    });
    this.#child.stdin.on('error', () => {}); // the end of the server is told below
    this.exited = new Promise((resolve) => {
      const end = (reason) => {
        if (this.#ended !== null) return;
        this.#ended = reason;
        for (const { method, reject } of this.#waiting.values())
          reject(new Error(`${method}: the server ended (${reason})\n${this.#stderr}`.trimEnd()));
        this.#waiting.clear();
        resolve(reason);
      };
      this.#child.once('error', (error) => end(error.message));
      this.#child.once('close', (code, signal) => end(signal ?? `status ${code}`));
    });
  }

  get pid() {
    return this.#child.pid;
  }

  /** The last lines that the server wrote to stderr. */
  get stderr() {
    return this.#stderr;
  }

  /** `initialize` and `initialized` for one folder. Resolves to { capabilities, serverInfo, milliseconds since spawn }. */
  async initialize(folder, initializationOptions = {}) {
    const uri = pathToFileURL(folder).href;
    const result = await this.request('initialize', {
      processId: process.pid,
      clientInfo: { name: 'lsptorch scripts' },
      rootUri: uri,
      workspaceFolders: [{ uri, name: path.basename(folder) }],
      capabilities: CAPABILITIES,
      initializationOptions,
    });
    const milliseconds = performance.now() - this.spawned;
    this.notify('initialized', {});
    return { ...result, milliseconds };
  }

  request(method, params) {
    if (this.#ended !== null)
      return Promise.reject(new Error(`${method}: the server ended (${this.#ended})\n${this.#stderr}`.trimEnd()));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { method, resolve, reject });
      this.#send({ id, method, params });
    });
  }

  notify(method, params) {
    if (this.#ended === null) this.#send({ method, params });
  }

  /** Calls `listener(params)` for each notification of that method. Returns a function that stops it. */
  on(method, listener) {
    const all = this.#listeners.get(method) ?? new Set();
    this.#listeners.set(method, all.add(listener));
    return () => all.delete(listener);
  }

  /** A request whose work-done progress goes to `report({ kind, title, message, percentage })`. */
  async requestWithProgress(method, params, report) {
    const token = `token-${this.#next}`;
    this.#progress.set(token, report);
    try {
      return await this.request(method, { ...params, workDoneToken: token });
    } finally {
      this.#progress.delete(token);
    }
  }

  open(uri, text, version = 1) {
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'python', version, text } });
  }

  /** Ends the server as the protocol says; kills it where it does not end within `patience` milliseconds. */
  async close(patience = 3000) {
    if (this.#ended !== null) return;
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), patience);
    try {
      await this.request('shutdown', null);
      this.notify('exit', null);
    } catch {
      this.#child.kill('SIGKILL');
    }
    await this.exited;
    clearTimeout(timer);
  }

  #send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#child.stdin.write(Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]));
  }

  #receive(chunk) {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(this.#buffer.toString('latin1', 0, end))?.[1]);
      if (!Number.isInteger(length))
        throw new Error(`not a language server: ${this.#buffer.toString('latin1', 0, 200)}`);
      if (this.#buffer.length < end + 4 + length) return;
      const message = JSON.parse(this.#buffer.toString('utf8', end + 4, end + 4 + length));
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#dispatch(message);
    }
  }

  #dispatch(message) {
    if (message.method === undefined) {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error) waiting?.reject(new LspError(waiting.method, message.error));
      else waiting?.resolve(message.result);
    } else if (message.id !== undefined) {
      this.#send({ id: message.id, result: answer(message) });
    } else {
      if (message.method === '$/progress') this.#progress.get(message.params.token)?.(message.params.value);
      for (const listener of this.#listeners.get(message.method) ?? []) listener(message.params);
    }
  }
}

/** What an editor without settings of its own answers to the server's questions. */
function answer({ method, params }) {
  if (method === 'workspace/configuration') return params.items.map(() => null);
  if (method === 'workspace/applyEdit') return { applied: false, failureReason: 'this client shows, it does not edit' };
  return null;
}

/** All diagnostics of one open file, pulled where the server offers that, else the next ones published. */
export async function diagnosticsOf(client, capabilities, uri) {
  if (capabilities.diagnosticProvider) {
    const report = await client.request('textDocument/diagnostic', { textDocument: { uri } });
    return report.items ?? [];
  }
  return new Promise((resolve) => {
    const stop = client.on('textDocument/publishDiagnostics', (params) => {
      if (params.uri !== uri) return;
      stop();
      resolve(params.diagnostics);
    });
  });
}

/** `text` after LSP edits of that same text (UTF-16 columns). */
export function applyEdits(text, edits) {
  const starts = [0];
  for (let index = text.indexOf('\n'); index >= 0; index = text.indexOf('\n', index + 1)) starts.push(index + 1);
  const offset = ({ line, character }) => Math.min((starts[line] ?? text.length) + character, text.length);
  return edits
    .map((edit, order) => ({
      order,
      start: offset(edit.range.start),
      end: offset(edit.range.end),
      newText: edit.newText,
    }))
    .sort((a, b) => b.start - a.start || b.end - a.end || b.order - a.order)
    .reduce((changed, edit) => changed.slice(0, edit.start) + edit.newText + changed.slice(edit.end), text);
}
