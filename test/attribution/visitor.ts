// Visitors for these tests: the link that brought them, and little else.
import type { Visitor } from '../../src/model.ts';

const PARAMS = [
  ...['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'],
  ...['source', 'ref', 'via'],
];

/** A visitor with only these facts. */
export function visitorWith(known: Partial<Visitor> = {}): Visitor {
  return {
    visitorId: 'a3ab2331-989f-4cfa-91c6-2461c9e3c6bd',
    params: {},
    clickIds: {},
    pages: [{ url: 'codefa.st/', at: '2026-11-01T10:00:00.000Z' }],
    goals: [],
    ...known,
  };
}

/** A visitor who came by `codefa.st/?<link>`, as DataFast splits it: tags into `params`, the rest into `clickIds`. */
export function visitorBy(link: string): Visitor {
  const parameters = [...new URLSearchParams(link)];
  const isTag = ([name]: [string, string]) => PARAMS.includes(name);
  return visitorWith({
    params: Object.fromEntries(parameters.filter(isTag)),
    clickIds: Object.fromEntries(parameters.filter((parameter) => !isTag(parameter))),
  });
}
