// Which column of the operator's file is which of ours.

/** What a row can hold. `email` and `signed_up_at` are needed. */
export const COLUMNS = [
  'email',
  'signed_up_at',
  'visitor_id',
  'name',
  'user_id',
  'email_verified',
] as const;
/** Parts of the name, where a file has them apart. */
const NAME_PARTS = ['first_name', 'last_name'] as const;
export type Column = (typeof COLUMNS)[number] | (typeof NAME_PARTS)[number];
/** Every column that a file may have. */
export const ALL_COLUMNS: readonly Column[] = [...COLUMNS, ...NAME_PARTS];

/** By our name, the operator's. A column without an entry has our name. */
export type Mapping = ReadonlyMap<Column, string>;

const NEEDED: readonly Column[] = ['email', 'signed_up_at'];
/** A comma ends a name only where another pair follows: `name=Last, First,email=E-Mail`. */
const BETWEEN_PAIRS = new RegExp(`,(?=\\s*(?:${ALL_COLUMNS.join('|')})\\s*=)`);

/** Reads `email=E-Mail,signed_up_at=Created at`, given once or several times. A text says what is wrong with it. */
export function parseMapping(texts: readonly string[]): Mapping | string {
  const mapping = new Map<Column, string>();
  for (const pair of texts.flatMap((text) => text.split(BETWEEN_PAIRS))) {
    const equals = pair.indexOf('=');
    const column = ALL_COLUMNS.find((name) => name === pair.slice(0, equals).trim());
    const theirs = pair.slice(equals + 1).trim();
    if (!column || !theirs) {
      return `--map takes ours=yours pairs; ours is one of ${ALL_COLUMNS.join(', ')}.`;
    }
    if (mapping.has(column)) return `--map names ${column} twice.`;
    mapping.set(column, theirs);
  }
  return mapping;
}

/** Our name for each column of the file; `false` for a column that is not used. Throws when a needed one is missing. */
export function columnsOf(
  header: readonly string[],
  mapping: Mapping,
  delimiter: string,
): (Column | false)[] {
  const has = `The file has: ${header.join(', ')}.`;
  const places = new Map<number, Column>();
  for (const column of ALL_COLUMNS) {
    const theirs = mapping.get(column);
    const found = [...header.keys()].filter((index) => {
      const name = header[index] ?? '';
      return theirs === undefined ? normalized(name) === column : name === theirs;
    });
    const [place, another] = found;
    if (another !== undefined) {
      throw new Error(
        `Two columns are ${theirs ?? column}; --map ${column}=<its name> says which. ${has}`,
      );
    }
    if (place !== undefined) places.set(place, column);
    else if (theirs !== undefined) throw new Error(`There is no column “${theirs}”. ${has}`);
    else if (NEEDED.includes(column)) throw new Error(missing(column, header, delimiter, has));
  }
  return header.map((_, index) => places.get(index) ?? false);
}

function missing(column: Column, header: readonly string[], delimiter: string, has: string) {
  const other = [';', '\t', ',', '|'].find(
    (candidate) => candidate !== delimiter && header.length === 1 && header[0]?.includes(candidate),
  );
  const name = other === '\t' ? 'tab' : other;
  return other === undefined
    ? `There is no column ${column}. ${has} Use --map ${column}=<its name>.`
    : `The header has no “${delimiter}”. Use --delimiter '${name}'.`;
}

/** `Signed up at` and `signed-up-at` are the same name. */
function normalized(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}
