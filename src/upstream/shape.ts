// The shape of an answer: which keys it has, and of which type. Never a value. It is held against what the code expects,
// so that the doctor can say where a service differs from its documentation.
import { isObject } from '../json.ts';

export type ValueType = 'text' | 'number' | 'boolean' | 'null' | 'list' | 'object';

/** A key as the code expects it. */
export interface ExpectedKey {
  /** `activity.visitedPages[].url`; `[]` stands for the items of a list. */
  path: string;
  types: readonly ValueType[];
  /** It may be absent. */
  isOptional?: true;
  /** Another key that serves as well. */
  or?: string;
  /** What is inside may be data about people, or is not read: the keys inside are not looked at. */
  isClosed?: true;
  /** The keys inside are names that somebody chose, such as parameters. They are no new keys. */
  isOpen?: true;
}

/** The keys that were seen in some answers of one kind, with their types. */
export interface Shape {
  answers: number;
  types: Map<string, Set<ValueType>>;
  /** Names that may hold data, and are not told. */
  hidden: number;
}

/** How the answers of one kind differ from what the code expects. Lists of paths; the last one with types. */
export interface ShapeFindings {
  /** `Get visitor` */
  name: string;
  answers: number;
  keys: number;
  added: readonly string[];
  missing: readonly string[];
  retyped: readonly string[];
  hidden: number;
}

export const newShape = (): Shape => ({ answers: 0, types: new Map(), hidden: 0 });

/** Of a list so many items are looked at, and of an object so many keys. */
const MAX_ITEMS = 20;
const MAX_KEYS = 60;

/**
 * Adds what one answer shows. The keys inside an object that the code does not expect are not looked at: they may be
 * data, such as an object with a key for every person.
 */
export function learnShape(shape: Shape, expected: readonly ExpectedKey[], answer: unknown): void {
  const known = new Map(expected.map((key) => [key.path, key]));
  shape.answers += 1;
  const learn = (path: string, value: unknown): void => {
    const types = shape.types.get(path) ?? new Set();
    shape.types.set(path, types.add(typeOf(value)));
    const key = known.get(path);
    if (path === '' || (key && !key.isClosed)) learnInside(path, value);
  };
  const learnInside = (path: string, value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value.slice(0, MAX_ITEMS)) learn(`${path}[]`, item);
    } else if (isObject(value)) {
      for (const name of Object.keys(value).slice(0, MAX_KEYS)) {
        const inner = path === '' ? name : `${path}.${name}`;
        if (known.has(inner) || isPresentable(name)) learn(inner, value[name]);
        else shape.hidden += 1;
      }
    }
  };
  learn('', answer);
}

function typeOf(value: unknown): ValueType {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'object';
}

/**
 * Whether a key may be told. A key can be data: an address, an ID, a token. Only a short identifier without a long
 * number, and without the end of a domain, counts as a name.
 */
export function isPresentable(name: string): boolean {
  return (
    /^[a-z][a-z0-9_]{0,39}$/i.test(name) && !/\d{3}|_(com|net|org|io|co|de|app|dev)$/i.test(name)
  );
}

export function compareShape(
  name: string,
  expected: readonly ExpectedKey[],
  { types, answers, hidden }: Shape,
): ShapeFindings {
  const known = new Map(expected.map((key) => [key.path, key]));
  const isItem = (path: string) => path.endsWith('[]');
  const isNew = (path: string) =>
    path !== '' && !isItem(path) && !known.has(path) && !known.get(parentOf(path))?.isOpen;
  const isMissing = ({ path, or = path, isOptional }: ExpectedKey) =>
    !isOptional &&
    types.get(parentOf(path))?.has('object') === true &&
    !types.has(path) &&
    !types.has(or);
  return {
    name,
    answers,
    hidden,
    keys: [...types.keys()].filter((path) => path !== '' && !isItem(path)).length,
    added: [...types.keys()].filter(isNew),
    missing: expected.filter(isMissing).map(({ path }) => path),
    retyped: expected.flatMap(({ path, types: allowed }) => {
      const others = [...(types.get(path) ?? [])].filter((type) => !allowed.includes(type));
      return others.length > 0 ? [`${path} (${others.join(', ')})`] : [];
    }),
  };
}

/** The names that were seen directly inside an object. */
export function namesInside({ types }: Shape, path: string): readonly string[] {
  return [...types.keys()]
    .filter((inner) => inner !== '' && !inner.endsWith('[]') && parentOf(inner) === path)
    .map((inner) => inner.slice(path.length + 1));
}

function parentOf(path: string): string {
  if (path.endsWith('[]')) return path.slice(0, -2);
  return path.slice(0, Math.max(0, path.lastIndexOf('.')));
}
