// What npm start prints: source lines with hints inside, carets under the right columns, messages that fit.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyEdits } from '../../scripts/lib/lsp-client.mjs';
import { markdown, sourceView, textWidth, wrap } from '../../scripts/lib/terminal.mjs';

const at = (line, character) => ({ line, character });
const range = (line, from, to) => ({ start: at(line, from), end: at(line, to) });
const plain = (lines) => lines.map((line) => line.replace(/\x1b\[[\d;]*m/g, ''));

test('hints stand inside the line and move the caret along', () => {
  const lines = plain(
    sourceView(
      'def f(x, n=1):\n    return x\n',
      [{ ...at(0, 7), label: ': Tensor' }],
      [{ range: range(0, 9, 12), severity: 1, message: 'annotate it', code: 'rule', fixes: ["Annotate 'n: int'"] }],
    ),
  );
  assert.deepEqual(lines, [
    '1 │ def f(x: Tensor, n=1):',
    `  │ ${' '.repeat(17)}^^^`,
    `  │ ${' '.repeat(17)}✗ annotate it [rule]`,
    `  │ ${' '.repeat(17)}  → Annotate 'n: int'`,
    '2 │     return x',
  ]);
});

test('a hint at the start of a problem stands before it, and wide characters take two columns', () => {
  const lines = plain(sourceView('x = "こ"; y = 1\n', [], [{ range: range(0, 9, 10), severity: 2, message: 'm' }]));
  assert.equal(lines[1].indexOf('^') - '  │ '.length, textWidth('x = "こ"; '));
});

test('a problem over several lines is underlined to the end of its first', () => {
  const lines = plain(sourceView('f(1,\n  2)\n', [], [{ range: { start: at(0, 0), end: at(1, 4) }, message: 'm' }]));
  assert.equal(lines[1], '  │ ^^^^');
});

test('lines without anything to say are left out on request, those with problems never', () => {
  const lines = plain(sourceView('a\nb\nc\nd\n', [], [{ range: range(2, 0, 1), message: 'm' }], () => false));
  assert.deepEqual(lines, ['  ⋮', '3 │ c', '  │ ^', '  │ ✗ m', '  ⋮']);
});

test('text is wrapped at spaces and loses nothing', () => {
  const text = 'one two three four five';
  const lines = wrap(text, 9);
  assert.ok(
    lines.every((line) => textWidth(line) <= 9),
    lines.join('|'),
  );
  assert.equal(lines.join(' '), text);
});

test('hover markdown reads as text', () => {
  assert.deepEqual(
    plain(markdown('```python\nx: Tensor\n```\n**observed** List\\[int\\] · 3 times  \n_not a type_ [page](http://a)')),
    ['x: Tensor', 'observed List[int] · 3 times', 'not a type page'],
  );
});

test('edits are applied to the text they were made for', () => {
  const text = 'ab\ncd\n';
  assert.equal(
    applyEdits(text, [
      { range: range(1, 0, 1), newText: 'X' },
      { range: range(0, 1, 1), newText: '1' },
      { range: range(0, 1, 1), newText: '2' },
      { range: { start: at(0, 2), end: at(1, 0) }, newText: ' ' },
    ]),
    'a12b Xd\n',
  );
});
