// What a file costs when it has twice as many lines, for files of each kind that findings, names or text come in numbers in. No goal but the ratio: 2 is linear.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { binaries } from '../lib/ensure.mjs';
import { diagnosticsOf, LspClient } from '../lib/lsp-client.mjs';

const head = 'import torch\nimport numpy as np\nfrom typing import Optional\nfrom torch import Tensor\n';
const lines = (n, line) => Array.from({ length: n }, (_, i) => line(i));
const inForward = (body) =>
  `${head}class M(torch.nn.Module):\n    def forward(self, x: Tensor, n: int):\n${body.map((line) => `        ${line}\n`).join('')}        return x\n`;

/** By name: the size to begin with, and a file of so many lines (or parts of one line). */
const kinds = {
  'prints and lambdas': [
    1000,
    (n) => inForward(lines(n, (i) => `print('%d of %s' % (n, x)); f${i} = lambda q: q + ${i}`)),
  ],
  'numpy calls': [1000, (n) => inForward(lines(n, (i) => `a${i} = np.zeros(${i + 1})`))],
  'one f-string with many specifications': [
    2000,
    (n) => inForward([`s = f'${lines(n, (i) => `{n:>${(i % 20) + 1}}`).join('')}'`]),
  ],
  'f-strings': [1000, (n) => inForward(lines(n, (i) => `s${i} = f'{n:>5} {n}'`))],
  'empty lists that are filled': [1000, (n) => inForward(lines(n, (i) => `l${i} = []\n        l${i}.append(n)`))],
  'None, then a value': [1000, (n) => inForward(lines(n, (i) => `v${i} = None\n        v${i} = x`))],
  comprehensions: [
    1000,
    (n) => inForward(lines(n, (i) => `c${i} = [z for z in range(n) if z]\n        d${i} = {k for k in range(n)}`)),
  ],
  'functions in functions': [
    1000,
    (n) => inForward(lines(n, (i) => `def g${i}(q):\n            return q + ${i}\n        x = g${i}(x)`)),
  ],
  'starred and keyword arguments': [
    1000,
    (n) => inForward(lines(n, (i) => `x = x.view(*[1, 2])\n        x = torch.add(x, other=x, alpha=${i})`)),
  ],
  branches: [1000, (n) => inForward(lines(n, (i) => `if n > ${i}:\n            x = x * 2`))],
  'Optional values': [1000, (n) => inForward(lines(n, (i) => `o${i}: Optional[Tensor] = None\n        x = o${i} + 1`))],
  functions: [
    500,
    (n) =>
      `${head}${lines(n, (i) => `def f${i}(x, n=3):\n    l = []\n    y = np.zeros(n)\n    print(f'{n:d}')\n    return y\n`).join('')}`,
  ],
  classes: [
    500,
    (n) =>
      `${head}${lines(n, (i) => `class M${i}(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.a = []\n    def forward(self, x, n: int):\n        y = np.zeros(n)\n        print(f'{n:d}')\n        return y\n`).join('')}`,
  ],
  'calls in a chain': [
    250,
    (n) =>
      `${head}${lines(n, (i) => `def f${i}(x: Tensor):\n    return f${i + 1}(x)\n`).join('')}def f${n}(x: Tensor):\n    return x\n`,
  ],
  nesting: [40, (n) => inForward([...lines(n, (i) => `${'    '.repeat(i)}if n > ${i}:`), `${'    '.repeat(n)}l = []`])],
  'a long sum': [2000, (n) => inForward([`y = ${lines(n, () => 'x').join(' + ')}`])],
  'a long list': [20000, (n) => inForward([`y = [${lines(n, (i) => String(i)).join(', ')}]`])],
  'a long dictionary': [10000, (n) => inForward([`y = {${lines(n, (i) => `'${i}': ${i}`).join(', ')}}`])],
};

const ways = {
  check: ['check', '--entry', 'all'],
  'check --format json': ['check', '--entry', 'all', '--format', 'json'],
  'fix --suggested': ['fix', '--suggested', '--diff'],
};
const longest = 60_000;

/** The quicker of two runs, in milliseconds; null where it takes longer than a minute. */
function milliseconds(words, file) {
  const times = [1, 2].map(() => {
    const started = performance.now();
    const { error } = spawnSync(binaries.server, [...words, file, '--torch', '1.13'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1 << 30,
      timeout: longest,
    });
    return error ? null : performance.now() - started;
  });
  return times.includes(null) ? null : Math.min(...times);
}

/** Code actions at twenty places of an open file, in milliseconds. */
async function codeActions(file, text) {
  const client = new LspClient(binaries.server, ['lsp']);
  const { capabilities } = await client.initialize(path.dirname(file), { trusted: false, entries: ['all'] });
  const uri = pathToFileURL(file).href;
  client.open(uri, text);
  await diagnosticsOf(client, capabilities, uri);
  const all = text.split('\n').length;
  const started = performance.now();
  for (let at = 0; at < 20; at++) {
    const line = Math.floor((at * all) / 20);
    await client.request('textDocument/codeAction', {
      textDocument: { uri },
      range: { start: { line, character: 0 }, end: { line, character: 60 } },
      context: { diagnostics: [] },
    });
  }
  const time = performance.now() - started;
  await client.close();
  return time;
}

/** Calls `row` with the worst ratio of each way, and with each kind that misses the goal. */
export async function growth(row) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lsptorch-growth-'));
  const goal = 2.3;
  try {
    const empty = path.join(folder, 'empty.py');
    writeFileSync(empty, head);
    const base = milliseconds(ways.check, empty) ?? 0;
    for (const way of [...Object.keys(ways), 'code actions']) {
      let worst = { ratio: 0, kind: '' };
      for (const [kind, [size, make]] of Object.entries(kinds)) {
        const times = [];
        for (const n of [size, 2 * size]) {
          const file = path.join(folder, `grows_${n}.py`),
            text = make(n);
          writeFileSync(file, text);
          const time = way === 'code actions' ? await codeActions(file, text) : milliseconds(ways[way], file);
          times.push(time === null ? Infinity : Math.max(way === 'code actions' ? time : time - base, 1));
        }
        // What takes less than some milliseconds says nothing of how it grows.
        const ratio = times[1] < 30 ? 0 : times[1] / times[0];
        if (ratio > goal)
          row(
            `${way}, twice the ${kind}`,
            ratio,
            'times',
            goal,
            `${Math.round(times[0])} and ${Math.round(times[1])} ms`,
          );
        if (ratio > worst.ratio) worst = { ratio, kind };
      }
      row(`${way}: twice the lines cost at most`, worst.ratio, 'times', goal, worst.kind);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
