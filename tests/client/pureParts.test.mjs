import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { nest } = await load('settingTree');
const { looksLikeScript } = await load('scriptText');
const { entryTitle } = await load('entryText');
const { classAt } = await load('classText');

test('dotted names become a tree', () => {
  assert.deepEqual(
    nest([
      ['mode', 'both'],
      ['probe.timeout', 5],
      ['probe.args', ['a']],
      ['a.b.c', null],
    ]),
    { mode: 'both', probe: { timeout: 5, args: ['a'] }, a: { b: { c: null } } },
  );
});

test('nothing set is an empty tree', () => assert.deepEqual(nest([]), {}));

test('a branch comes before a value of the same name', () => {
  assert.deepEqual(
    nest([
      ['a', 1],
      ['a.b', 2],
    ]),
    { a: { b: 2 } },
  );
});

for (const [text, expected] of [
  ['if __name__ == "__main__":\n    main()', true],
  ["import x\n\nif __name__=='__main__': main()", true],
  ['if ("__main__" == __name__):\n    main()', true],
  ['if __name__ == "__main__\':\n    main()', false],
  ['    if __name__ == "__main__":\n        main()', false],
  ['# if __name__ == "__main__":', false],
  ['class Model: pass', false],
]) {
  test(`${expected ? 'a script' : 'no script'}: ${JSON.stringify(text)}`, () =>
    assert.equal(looksLikeScript(text), expected));
}

test('what can be run says what it is', () => {
  assert.deepEqual(entryTitle({ entry: '/w/m.py', label: 'Decoder', kind: 'class' }), {
    label: '$(symbol-class) Call Decoder',
    description: 'with example inputs, by a program that you can change',
  });
  assert.deepEqual(entryTitle({ entry: 'launch:Train', label: 'Train', kind: 'launch' }), {
    label: '$(debug-alt) Train',
    description: 'launch configuration',
  });
  assert.equal(entryTitle({ entry: '/w/t.py::test_a', label: 'test_a', kind: 'test' }).description, 'pytest');
  assert.equal(entryTitle({ entry: '-m a.b', label: '-m a.b', kind: 'remembered' }).description, 'ran before');
});

const classes =
  'import torch\n\n\nclass A(nn.Module):\n    def f(self):\n        """\n  text\n"""\n        return (\n1\n)\n\n\n@final\nclass B: pass\nx = 1\n';
for (const [line, expected] of [
  [0, ''],
  [2, ''],
  [3, 'A'],
  [6, 'A'],
  [8, 'A'],
  [10, 'A'],
  [11, 'A'],
  [13, ''],
  [14, 'B'],
  [15, ''],
  [99, ''],
]) {
  test(`line ${line} is in class '${expected}'`, () => assert.equal(classAt(classes, line), expected));
}
