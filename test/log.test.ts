// What the operator's log may hold of an error.
import { expect, it } from 'vitest';
import { describeError } from '../src/log.ts';

it('an error is logged by its kind and place, never by its message', () => {
  for (const message of [
    'ada@example.com',
    'x\n    at ada@example.com',
    'x\n    at ada@example.com:1:2',
  ]) {
    const logged = describeError(new TypeError(message));
    expect(logged.error).toBe('TypeError');
    expect(JSON.stringify(logged)).not.toContain('ada');
    expect(logged.where).toContain('log.test');
  }
});
