// `lsptorch verdict` on the example: before the fixes each blocker once at its line, after them every compiler agrees with eager.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const python = process.env.LSPTORCH_TEST_PYTHON ?? '/usr/bin/python3';
const server = process.env.LSPTORCH_BIN ?? path.join(root, 'bin', 'lsptorch');

function verdict(script) {
  const ran = spawnSync(server, ['verdict', script, '--python', python, '--format', 'json'], { encoding: 'utf8' });
  assert.ok(ran.stdout.startsWith('{'), ran.stderr);
  const { version, modules } = JSON.parse(ran.stdout);
  assert.equal(version, 1);
  return { status: ran.status, modules: Object.fromEntries(modules.map((module) => [module.class, module])) };
}

test('before the fixes each module names what stops it, where it stands', () => {
  const { status, modules } = verdict(path.join(root, 'examples', 'tts', 'run.py'));
  assert.equal(status, 1);
  const lines = readFileSync(path.join(root, 'examples', 'tts', 'model.py'), 'utf8').split('\n');
  const stopped = Object.fromEntries(
    Object.values(modules)
      .filter((module) => module.script.ok === false && module.script.error.range)
      .map((module) => [
        module.class,
        lines[module.script.error.range.start.line].slice(module.script.error.range.start.character),
      ]),
  );
  assert.match(stopped.Encoder, /^np\.arange\(/);
  assert.match(stopped.Synthesizer, /frames, attention ends at/);
  assert.match(stopped.Speakers, /^def forward\(self, x, speaker=None, alpha=1\.0\)/);
  assert.match(stopped.Attention, /^def forward\(self, query/);
  assert.match(stopped.Postnet, /^reversed\(self\.flows\)/);
  assert.match(modules.Vocoder.script.error.message, /WeightNorm/);
  assert.equal(modules.Coupling.script.ok, true);
  assert.equal(modules.Encoder.trace.generalises, false);
  assert.ok(modules.Encoder.trace.warnings.every((warning) => warning.path.endsWith('model.py')));
});

test('before the fixes each blocker is named once at its line, by script or, behind that, by what is predicted', () => {
  const ran = spawnSync(server, ['verdict', 'run.py', '--python', python], {
    encoding: 'utf8',
    cwd: path.join(root, 'examples', 'tts'),
  });
  const said = ran.stdout.slice(ran.stdout.indexOf('script stops at:'));
  const named = [...said.matchAll(/^(?:model\.py):(\d+):\d+: (.*)$/gm)].map((match) => [Number(match[1]), match[2]]);
  assert.equal(new Set(named.map(([line, text]) => `${line} ${text}`)).size, named.length, said);
  const lines = named.map(([line]) => line);
  const { blockers } = JSON.parse(readFileSync(path.join(root, 'tests', 'examples', 'blockers.json'), 'utf8'));
  for (const { name, kind, mended, alone } of blockers) {
    if (alone.ok || alone.line === undefined || alone.line === null) continue;
    // The compiler names the call that a parameter's type does not fit, and the parameter is what to mend.
    assert.ok(
      lines.includes(alone.line) || lines.includes(mended),
      `${name} (${kind}), line ${alone.line} or ${mended}:\n${said}`,
    );
  }
});

test("after the fixes that are on offer, script, trace and libtorch give eager's answer for every module", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lsptorch-verdict-'));
  try {
    for (const name of ['run.py', 'text.py']) cpSync(path.join(root, 'examples', 'tts', name), path.join(folder, name));
    cpSync(path.join(root, 'tests', 'examples', 'fixed_model.py'), path.join(folder, 'model.py'));
    const { modules } = verdict(path.join(folder, 'run.py'));
    assert.deepEqual(Object.keys(modules).sort(), [
      'Attention',
      'Coupling',
      'Decoder',
      'Encoder',
      'Postnet',
      'Speakers',
      'Synthesizer',
      'Vocoder',
    ]);
    for (const [name, module] of Object.entries(modules)) {
      assert.deepEqual([name, module.eager.ok], [name, true]);
      for (const column of ['script', 'trace', 'libtorch'])
        assert.deepEqual([name, column, module[column].ok, module[column].matchesEager], [name, column, true, true]);
      assert.notEqual(module.script.generalises, false, name);
    }
    assert.equal(modules.Speakers.libtorch.signature, 'forward(Tensor x, int? speaker=None, float alpha=1.) -> Tensor');
    // What a trace keeps of the recorded call: how many frames there were, who spoke.
    assert.deepEqual(
      Object.values(modules)
        .filter((module) => module.trace.generalises === false)
        .map((module) => module.class)
        .sort(),
      ['Decoder', 'Speakers', 'Synthesizer', 'Vocoder'],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a dict and a str go into libtorch and come back', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lsptorch-verdict-'));
  try {
    writeFileSync(
      path.join(folder, 'run.py'),
      `import torch
from typing import Dict, List, Tuple


class Words(torch.nn.Module):
    def forward(self, x: Dict[str, torch.Tensor], names: List[str], sizes: Tuple[int, float]):
        out: Dict[str, torch.Tensor] = {}
        for name in names:
            out[name] = x[name] * sizes[1]
        return out, "done", [out], sizes[0]


Words()({"a": torch.ones(2), "b": torch.ones(3)}, ["a", "b"], (1, 2.0))
`,
    );
    const { status, modules } = verdict(path.join(folder, 'run.py'));
    assert.deepEqual(modules.Words.libtorch, {
      ok: true,
      matchesEager: true,
      signature: modules.Words.script.signature,
    });
    assert.equal(status, 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('lsptorch check predicts what script says of the example, before and after the fixes', () => {
  const ran = spawnSync(
    server,
    ['verdict', path.join(root, 'examples', 'tts', 'run.py'), '--python', python, '--differences'],
    { encoding: 'utf8' },
  );
  assert.match(ran.stdout, /agree on \d+ of 8 module classes/);
  assert.doesNotMatch(ran.stdout, /false alarm/);
});

test('libtorch tells of a file that it cannot load, without a crash', () => {
  const worker = process.env.LSPTORCH_LIBTORCH ?? path.join(root, 'bin', 'libtorch', 'lsptorch-libtorch');
  assert.ok(existsSync(worker));
  const ran = spawnSync(worker, [fileURLToPath(import.meta.url)], { encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  const answer = JSON.parse(ran.stdout);
  assert.equal(answer.ok, false);
  assert.ok(answer.error.length > 0);
});

test("a module that calls what is left to Python compiles, and libtorch's column says where it stops", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'lsptorch-verdict-'));
  const source = `import torch


class Told(torch.nn.Module):
    def forward(self, x):
        self._tell(x)
        return x + 1

    @torch.jit.ignore
    def _tell(self, x: torch.Tensor) -> None:
        print(f"{x.mean().item():.2f}")


Told()(torch.zeros(2))
`;
  try {
    const script = path.join(folder, 'told.py');
    writeFileSync(script, source);
    const { status, modules } = verdict(script);
    assert.equal(status, 1); // the print is no part of the trace, which is loaded; that the number in it is no constant, nothing has shown
    assert.deepEqual([modules.Told.script.ok, modules.Told.script.matchesEager], [true, true]);
    assert.deepEqual(
      [modules.Told.trace.ok, modules.Told.libtorch.ok, modules.Told.libtorch.generalises],
      [true, true, false],
    );
    assert.match(modules.Told.libtorch.note, /cannot be saved for C\+\+: it calls '_tell'/);

    // No trace to load: the state goes through a list of strings.
    writeFileSync(
      script,
      source
        .replace('forward(self, x):', 'forward(self, x, words: List[str]):')
        .replace('import torch', 'from typing import List\nimport torch')
        .replace('(torch.zeros(2))', '(torch.zeros(2), ["a"])')
        .replace('return x + 1', 'return x + 1, words'),
    );
    const { Told } = verdict(script).modules;
    assert.equal(Told.trace.ok, false);
    assert.equal(Told.libtorch.ok, false);
    assert.match(Told.libtorch.error.message, /cannot be saved for C\+\+: it calls '_tell'/);
    assert.equal(Told.libtorch.error.range.start.line, 6);

    const fixed = spawnSync(server, ['fix', script, '--suggested'], { encoding: 'utf8' });
    assert.equal(fixed.status, 0, fixed.stderr);
    assert.match(readFileSync(script, 'utf8'), /if not torch\.jit\.is_scripting\(\):\n {12}self\._tell\(x\)/);
    assert.deepEqual(
      [verdict(script).modules.Told.libtorch.ok, verdict(script).modules.Told.libtorch.matchesEager],
      [true, true],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
