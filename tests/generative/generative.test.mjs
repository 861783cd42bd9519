// 1,000 small programs of the generator (tools/generative): no fix, alone or together with the others, changes what one computes.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'tools', 'generative', 'main.py');
const python = process.env.LSPTORCH_TEST_PYTHON || '/usr/bin/python3';

test('no fix changes what 1,000 generated programs compute', () => {
  const ran = spawnSync(python, ['-B', main, '--programs', '1000', '--seed', '1', '--python', python], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  assert.match(ran.stdout, /^1000 programs, 0 differences$/m, ran.stdout.slice(-8000) + ran.stderr.slice(-4000));
  assert.equal(ran.status, 0);
  const count = (what) => Number(ran.stdout.match(new RegExp(`(\\d+) ${what}`))?.[1] ?? 0);
  // A generator that makes nothing of use would find nothing.
  assert.ok(count('outcome ran') > 600, `${count('outcome ran')} ran`);
  assert.ok(count('fixes') > 1200, `${count('fixes')} fixes`);
  assert.ok(count('compiled') > 150, `${count('compiled')} compiled`);
});
