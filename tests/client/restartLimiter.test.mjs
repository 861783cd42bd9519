import assert from 'node:assert/strict';
import test from 'node:test';
import { load } from './load.mjs';

const { RestartLimiter } = await load('restartLimiter');

function limiterAt(limit, window) {
  const clock = { now: 1000 };
  return { clock, limiter: new RestartLimiter(limit, window, () => clock.now) };
}

test('restarts up to the limit, then gives up', () => {
  const { limiter } = limiterAt(3, 1000);
  assert.deepEqual(
    [1, 2, 3, 4, 5].map(() => limiter.mayRestart()),
    [true, true, true, false, false],
  );
});

test('old deaths are forgotten', () => {
  const { clock, limiter } = limiterAt(2, 1000);
  assert.equal(limiter.mayRestart(), true);
  clock.now += 600;
  assert.equal(limiter.mayRestart(), true);
  clock.now += 300;
  assert.equal(limiter.mayRestart(), false);
  clock.now += 200; // the first is now 1100 ms ago, the second 500
  assert.equal(limiter.mayRestart(), true);
  assert.equal(limiter.mayRestart(), false);
});

test('a death that was refused does not count', () => {
  const { clock, limiter } = limiterAt(1, 1000);
  limiter.mayRestart();
  for (let i = 0; i < 10; i += 1) {
    clock.now += 90;
    assert.equal(limiter.mayRestart(), false);
  }
  clock.now += 101;
  assert.equal(limiter.mayRestart(), true);
});

test('a restart by hand starts the count afresh', () => {
  const { limiter } = limiterAt(1, 1000);
  limiter.mayRestart();
  limiter.reset();
  assert.equal(limiter.mayRestart(), true);
});
