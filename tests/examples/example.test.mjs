// The example is honest: it runs, torch.jit.script refuses it for exactly the reasons kept in blockers.json, and with each of them
// fixed it compiles, saves, loads and says the same.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const tts = join(here, '..', '..', 'examples', 'tts');
const python = process.env.LSPTORCH_TEST_PYTHON ?? '/usr/bin/python3';
const run = (...args) =>
  execFileSync(python, ['-B', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

test('the example speaks two sentences of different length and writes nothing', () => {
  const before = readdirSync(tts).filter((name) => name !== '__pycache__');
  const printed = run(join(tts, 'run.py'));
  const frames = [...printed.matchAll(/mel \[1, 20, (\d+)\], samples \[1, (\d+)\]/g)].map((match) => [
    Number(match[1]),
    Number(match[2]),
  ]);
  assert.equal(frames.length, 2, printed);
  assert.notEqual(frames[0][0], frames[1][0]);
  for (const [mel, samples] of frames) assert.equal(samples, 16 * mel);
  assert.deepEqual(
    readdirSync(tts).filter((name) => name !== '__pycache__'),
    before,
  );
});

test('the example writes a sound file when asked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lsptorch-wav-'));
  try {
    const wav = join(folder, 'a.wav');
    run(join(tts, 'run.py'), '--wav', wav);
    assert.ok(existsSync(wav));
    assert.equal(readFileSync(wav).subarray(0, 4).toString('latin1'), 'RIFF');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the front end reads kana and romaji alike', () => {
  const program =
    'import sys, json; sys.path.insert(0, sys.argv[1]); import text; print(json.dumps([text.phonemes(s) for s in sys.argv[2:]]))';
  const [kana, romaji, small] = JSON.parse(run('-c', program, tts, 'がっこう きょう', 'gakkou kyou', 'しゃしん'));
  assert.deepEqual(kana, romaji);
  assert.deepEqual(small, ['sh', 'a', 'sh', 'i', 'N']);
});

test('torch.jit.script refuses it for the reasons kept, and takes it when each is fixed', () => {
  const kept = JSON.parse(readFileSync(join(here, 'blockers.json'), 'utf8'));
  const now = JSON.parse(run(join(here, 'compiles.py')));
  assert.equal(now.original.ok, false);
  for (const blocker of now.blockers) {
    const { ok, run: ran } = blocker.alone;
    assert.ok(!ok || ran.crash || !ran.script, `'${blocker.name}' blocks nothing`);
  }
  assert.deepEqual(now.fixed, {
    compiles: { ok: true, hasEncode: true },
    agrees: { eager: true, script: true, loaded: true },
  });
  if (now.torch === kept.torch) assert.deepEqual(now, kept, 'accept with: python3 tests/examples/compiles.py --accept');
});

test('the kept model is the example with the fixes of fixes.py', () => {
  const program =
    'import sys; sys.path.insert(0, sys.argv[1]); import fixes; sys.stdout.write(fixes.fixed(open(sys.argv[2], encoding="utf8").read()))';
  const fixed = run('-c', program, here, join(tts, 'model.py'));
  assert.equal(
    readFileSync(join(here, 'fixed_model.py'), 'utf8'),
    fixed,
    'accept with: python3 tests/examples/compiles.py --accept',
  );
});

test("the README's table says what the compiler says", () => {
  const { blockers } = JSON.parse(readFileSync(join(here, 'blockers.json'), 'utf8'));
  const readme = readFileSync(join(here, '..', '..', 'README.md'), 'utf8');
  const table = readme.slice(readme.indexOf('| line it names |'), readme.indexOf('### 1. Probe'));
  const rows = table.split('\n').filter((line) => /^\| [^-l]/.test(line) && !line.includes('| nothing; but'));
  assert.equal(rows.length, 17);
  for (const row of rows) {
    const [, lines, said] = row.split('|').map((cell) => cell.trim());
    const quoted = said.slice(1, -1);
    const matching = blockers.filter(({ alone }) => alone.message?.includes(quoted)).map(({ alone }) => alone);
    assert.notEqual(matching.length, 0, `nobody says: ${quoted}`);
    const placed = /^\d+$/.test(lines)
      ? (alone) => alone.line === Number(lines)
      : (alone) => alone.line === null && alone.insideTorch === (lines !== '**none**');
    assert.ok(matching.some(placed), `${row}: ${matching.map((alone) => alone.line)}`);
  }
  const unplaced = blockers.filter(({ alone }) => !alone.ok && alone.line === null).length;
  assert.match(readme, new RegExp(`there are ${blockers.length} things to fix`));
  assert.equal(unplaced, 2);
  assert.match(readme, /For two of them it\s+names no line of the file/);
});
