// The shape of answers: names of keys and types, and never what may be data.
import { describe, expect, it } from 'vitest';
import {
  compareShape,
  type ExpectedKey,
  isPresentable,
  learnShape,
  namesInside,
  newShape,
} from '../../src/upstream/shape.ts';

const EXPECTED: readonly ExpectedKey[] = [
  { path: 'id', types: ['text'] },
  { path: 'person', types: ['object'] },
  { path: 'person.name', types: ['text', 'null'] },
  { path: 'person.age', types: ['number'], isOptional: true },
  { path: 'goals', types: ['list'], or: 'oldGoals' },
  { path: 'oldGoals', types: ['list'], isOptional: true },
  { path: 'goals[]', types: ['object'], isOptional: true },
  { path: 'goals[].name', types: ['text'] },
  { path: 'clicks', types: ['object'], isOptional: true, isOpen: true },
  { path: 'profile', types: ['object'], isOptional: true, isClosed: true },
];
const GOOD = { id: 'x', person: { name: null }, goals: [{ name: 'signup' }] };

function compare(...answers: unknown[]) {
  const shape = newShape();
  for (const answer of answers) learnShape(shape, EXPECTED, answer);
  return compareShape('Get thing', EXPECTED, shape);
}

describe('the shape of answers', () => {
  it('that are as expected shows no difference', () => {
    expect(compare(GOOD, { ...GOOD, profile: { anything: 1 }, clicks: { gclid: 'x' } })).toEqual({
      name: 'Get thing',
      answers: 2,
      keys: 8,
      added: [],
      missing: [],
      retyped: [],
      hidden: 0,
    });
  });

  it('names keys that are new, gone or of another type', () => {
    expect(
      compare({ id: 7, person: { nick: 'x' }, goals: [{ title: 'x' }], payments: [{ anna: 1 }] }),
    ).toMatchObject({
      added: ['person.nick', 'goals[].title', 'payments'],
      missing: ['person.name', 'goals[].name'],
      retyped: ['id (number)'],
    });
  });

  it('misses nothing inside a list that was empty, and accepts the other name of a key', () => {
    expect(compare({ ...GOOD, goals: [] })).toMatchObject({ missing: [] });
    expect(compare({ id: 'x', person: { name: 'y' }, oldGoals: [] })).toMatchObject({
      missing: [],
    });
  });

  it('never tells a value, a name that may be data, or a name inside an object that is not expected', () => {
    const findings = compare({
      ...GOOD,
      person: { name: 'Ada', 'ada@example.com': 1, 'a b': 1, user_12345: 1, ada_example_com: 1 },
      customers: { ada: { lovelace: 1 } },
      profile: { email: 'ada@example.com', secret: 1 },
      ['x'.repeat(500)]: 1,
      '<script>': 1,
      '4f1c2d3e-aaaa-4bbb-8ccc-123456789abc': 1,
    });
    expect(findings.added).toEqual(['customers']);
    expect(findings.hidden).toBe(7);
    expect(JSON.stringify(findings)).not.toMatch(/ada|lovelace|secret|script|123/i);
  });

  it('lists the names inside an object whose names somebody chose', () => {
    const shape = newShape();
    learnShape(shape, EXPECTED, { clicks: { gclid: 'a', li_fat_id: 'b', 'x@y': 'c' } });
    expect(namesInside(shape, 'clicks')).toEqual(['gclid', 'li_fat_id']);
  });

  it.each([null, 'text', 7, [], [[[]]], { person: [], goals: {}, clicks: 'x' }])(
    'of any answer at all is learned: %j',
    (answer) => {
      expect(() => compare(answer)).not.toThrow();
    },
  );

  it('of an answer of any size is learned in no time', () => {
    const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`k${n}`, n]));
    const findings = compare({ ...GOOD, clicks: many, goals: Array(50_000).fill({ name: 'x' }) });
    expect(findings.keys).toBeLessThan(100);
  });
});

describe('a name', () => {
  it.each(['gclid', 'li_fat_id', 's_kwcid', 'utm_source', 'gad_campaignid', 'completedGoals'])(
    'like %s is told',
    (name) => expect(isPresentable(name)).toBe(true),
  );
  it.each(['', 'ada@example.com', 'a.b', 'id_4711', '+4930123', 'ada_gmail_com', '__proto__'])(
    'like "%s" is not told',
    (name) => expect(isPresentable(name)).toBe(false),
  );
});
