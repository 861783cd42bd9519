// numpy written in torch: each case of numpy_cases.py is probed, fixed by the command line, compiled, and compared with what it was, in value and dtype.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const server =
  process.env.LSPTORCH_BIN ?? join(here, '..', '..', 'bin', process.platform === 'win32' ? 'lsptorch.exe' : 'lsptorch');
const python = process.env.LSPTORCH_TEST_PYTHON ?? '/usr/bin/python3';
let folder;
let original;
let fixed;

const judge = (...args) =>
  execFileSync(python, ['-B', join(here, 'numpy_judge.py'), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 26,
  });
const lsptorch = (...args) =>
  execFileSync(server, args, { stdio: 'ignore', env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') } });

function fixAndJudge() {
  lsptorch('fix', fixed, '--suggested', '--select', 'numpy-in-script');
  return Object.entries(JSON.parse(judge('--judge', original, fixed).trim().split('\n').at(-1)));
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'lsptorch-numpy-'));
  [original, fixed] = [join(folder, 'original.py'), join(folder, 'fixed.py')];
  judge('--write', original);
  copyFileSync(original, fixed);
});

after(() => rmSync(folder, { recursive: true }));

test('without a run, what is written in torch gives what numpy gave', () => {
  const rewritten = fixAndJudge().filter(([, said]) => !said.numpy);
  assert.ok(rewritten.length >= 45, `${rewritten.length} rewritten`);
  for (const [name, said] of rewritten)
    assert.ok(said.same && said.eager, `${name}: ${said.text}\n${said.error ?? said.why}`);
});

test('after a run, every case is written in torch or left to Python, as its list says', () => {
  copyFileSync(original, fixed);
  lsptorch('probe', fixed, '--python', python);
  const said = fixAndJudge();
  assert.ok(said.length > 150);
  for (const [name, { numpy, same, eager, text, error, why }] of said) {
    if (name.startsWith('Kept')) assert.ok(numpy, `${name} was written in torch:\n${text}`);
    else assert.ok(!numpy && same && eager, `${name}: ${text}\n${error ?? why}`);
  }
});

test('a parameter that is only taken for a Tensor is not handed to torch', () => {
  const body =
    'import numpy as np\nimport torch\n\n\nclass M(torch.nn.Module):\n    def forward(self, x, t):\n        return x[:, :int(np.ceil(t / 2))] + torch.from_numpy(np.asarray(t))\n';
  writeFileSync(fixed, body);
  lsptorch('fix', fixed, '--suggested', '--select', 'numpy-in-script');
  assert.doesNotMatch(readFileSync(fixed, 'utf8'), /torch\.ceil|t\.clone| \+ t\b/);
});
