import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { probeSummary, statusLine, readServerFacts } = await load('statusText');
const facts = { python: '3.11', torch: '1.13', observedPlaces: 214 };
const running = { state: 'running', trusted: true, facts, probing: null };

test('python, torch and how much was observed', () => {
  const line = statusLine(running);
  assert.equal(line.text, 'LspTorch: python 3.11 · torch 1.13');
  assert.equal(line.detail, '214 places observed');
  assert.equal(line.busy, false);
  assert.equal(line.action, 'probe');
});

test('one place, no place', () => {
  assert.equal(statusLine({ ...running, facts: { ...facts, observedPlaces: 1 } }).detail, '1 place observed');
  assert.equal(statusLine({ ...running, facts: { ...facts, observedPlaces: 0 } }).detail, 'nothing observed');
});

test('a part that is not known is left out', () => {
  assert.equal(statusLine({ ...running, facts: { ...facts, torch: null } }).text, 'LspTorch: python 3.11');
  assert.equal(statusLine({ ...running, facts: { ...facts, python: null } }).text, 'LspTorch: torch 1.13');
  assert.equal(statusLine({ ...running, facts: null }).text, 'LspTorch: static');
});

test('busy while probing, with a way to stop', () => {
  const line = statusLine({ ...running, probing: 'run.py: 120 places' });
  assert.deepEqual(line, {
    text: 'LspTorch: probing',
    detail: 'run.py: 120 places',
    severity: 'information',
    busy: true,
    action: 'stopProbe',
  });
});

test('not trusted: said, with the way to trust', () => {
  const line = statusLine({ ...running, trusted: false });
  assert.match(line.detail, /restricted/);
  assert.equal(line.action, 'manageTrust');
});

test('stopped: an error with the way to start again, whatever else is known', () => {
  const line = statusLine({ state: 'stopped', trusted: false, facts, probing: 'run.py' });
  assert.equal(line.severity, 'error');
  assert.equal(line.action, 'restartServer');
  assert.equal(line.busy, false);
});

test('starting is busy', () => assert.equal(statusLine({ ...running, state: 'starting' }).busy, true));

test("the server's message is read as agreed", () => assert.deepEqual(readServerFacts({ ...facts, more: 1 }), facts));

test('anything else is read as not known', () => {
  const nothing = { python: null, torch: null, observedPlaces: 0 };
  for (const message of [
    null,
    undefined,
    'x',
    5,
    [],
    {},
    { python: 3, torch: '', observedPlaces: -1 },
    { observedPlaces: 1.5 },
    { observedPlaces: '7' },
  ]) {
    assert.deepEqual(readServerFacts(message), nothing, JSON.stringify(message));
  }
});

test('what a probe saw, in one line', () => {
  assert.equal(
    probeSummary('run.py', { status: 'ok', places: 214, files: [1, 2] }),
    '$(beaker) run.py: 214 places observed in 2 files',
  );
  assert.equal(
    probeSummary('run.py', { status: 'timedout', places: 1, files: [1] }),
    '$(beaker) run.py (timedout): 1 place observed in 1 file',
  );
  assert.equal(probeSummary('run.py', { status: 'ok', places: 0, files: [] }), '$(beaker) run.py: nothing observed');
});
