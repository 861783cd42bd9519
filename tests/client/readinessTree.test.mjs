import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { blockerOf, childrenOf, moduleAt, rootsOf } = await load('readinessTree');

const column = (name, state, text = '') => ({ name, state, label: `${name} ${state}`, text });
const module = (name, line, fields = {}) => ({
  class: name,
  uri: 'file:///m.py',
  line,
  ready: true,
  stale: false,
  advice: 'script it',
  why: [],
  columns: [column('script', 'good'), column('export', 'skipped')],
  holds: [],
  ...fields,
});
const part = (name, type, times = 1) => ({ name, class: type, uri: 'file:///m.py', times });

const inner = module('Inner', 3);
const bad = module('Bad', 10, {
  ready: false,
  columns: [column('eager', 'good'), column('script', 'bad', 'no: line 12: numpy')],
});
const outer = module('Outer', 20, {
  holds: [part('layers.0', 'Inner', 4), part('bad', 'Bad'), part('other', 'Other')],
});

test('the tree begins with what nothing else holds, and opens to verdicts and parts', () => {
  const all = [inner, bad, outer];
  const roots = rootsOf(all);
  assert.deepEqual(
    roots.map((node) => node.module.class),
    ['Outer'],
  );
  const children = childrenOf(roots[0], all);
  assert.deepEqual(
    children.map((node) => node.kind),
    ['module', 'module', 'unasked', 'column'],
  );
  assert.equal(children[0].name, 'layers.0 ×4');
  assert.deepEqual(
    childrenOf(children[1], all).map((node) => node.column.name),
    ['eager', 'script'],
  );
});

test('what holds the most comes first', () => {
  assert.deepEqual(
    rootsOf([bad, module('Alone', 15), module('Whole', 20, { holds: [part('inner', 'Inner')] }), inner]).map(
      (node) => node.module.class,
    ),
    ['Whole', 'Bad', 'Alone'],
  );
});

test('a class inside itself ends the tree', () => {
  const tree = module('Tree', 1, { holds: [part('left', 'Tree')] });
  const [root] = rootsOf([tree]);
  const [once] = childrenOf(root, [tree]);
  assert.equal(once.module.class, 'Tree');
  assert.deepEqual(
    childrenOf(once, [tree]).map((node) => node.kind),
    ['column'],
  );
});

test('a blocker is named by who says it', () => {
  assert.equal(blockerOf(bad), 'script: line 12: numpy');
  assert.equal(blockerOf(inner), 'script it');
});

test('the module at a line is the last one that begins before it', () => {
  assert.equal(moduleAt([outer, inner, bad], 'file:///m.py', 15).class, 'Bad');
  assert.equal(moduleAt([outer], 'file:///m.py', 5), undefined);
});
