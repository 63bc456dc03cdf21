// The dates that people have in their files, as ISO 8601. What cannot be read stays as it is, and is refused by name later.

/** A cell as ISO 8601, or unchanged. */
export type ReadDate = (text: string) => string;

/** From `--dates`: `excel`, or a pattern such as `DD.MM.YYYY HH:mm`. `undefined` for a pattern that cannot be used. */
export function dateReader(pattern: string | undefined): ReadDate | undefined {
  if (pattern === undefined) return readDate;
  if (pattern.toLowerCase() === 'excel') return readSerial;
  const form = formOf(pattern);
  return form && ((text) => readPattern(form, text) ?? readDate(text));
}

/** The forms that are read without `--dates`: ISO 8601, the form of database exports, and seconds or milliseconds since 1970. */
export function readDate(text: string): string {
  if (/^\d{9,10}$/.test(text)) return iso(Number(text) * 1000) ?? text;
  if (/^\d{12,13}$/.test(text)) return iso(Number(text)) ?? text;
  return isoFromExport(text);
}

/** The form of database exports, `2026-10-01 08:00:00+00`, as ISO 8601. A moment without a zone is UTC. */
export function isoFromExport(text: string): string {
  const parts =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|UTC|([+-]\d\d):?(\d\d)?)?$/i.exec(
      text,
    );
  if (!parts) return text;
  const [, day, time, , hours, minutes = '00'] = parts;
  return `${day}T${time}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`;
}

/** Excel counts days, and its day 25569 is the first of 1970. */
function readSerial(text: string): string {
  if (!/^\d{1,6}([.,]\d+)?$/.test(text)) return readDate(text);
  const days = Number(text.replace(',', '.')) - 25_569;
  return iso(Math.round(days * 86_400) * 1000) ?? text;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** What a sign of the pattern stands for. */
const PARTS: Readonly<Record<string, string>> = {
  YYYY: '(?<year>\\d{4})',
  YY: '(?<shortYear>\\d{2})',
  MMM: '(?<monthName>[A-Za-z]{3})[a-z]*',
  MM: '(?<month>\\d{1,2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{1,2})',
  D: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{1,2})',
  H: '(?<hour>\\d{1,2})',
  hh: '(?<hour>\\d{1,2})',
  h: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
  A: '(?<half>[AaPp]\\.?[Mm]\\.?)',
};

function formOf(pattern: string): RegExp | undefined {
  const source = pattern.replace(/YYYY|YY|MMM|MM|M|DD|D|HH|H|hh|h|mm|ss|A|./g, (part) =>
    Object.hasOwn(PARTS, part) ? (PARTS[part] ?? '') : part.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&'),
  );
  try {
    const form = new RegExp(`^${source}$`);
    const isWhole = ['year', 'month', 'day'].every((name) =>
      new RegExp(`\\(\\?<(short)?${name}(Name)?>`, 'i').test(source),
    );
    return isWhole ? form : undefined;
  } catch {
    // A part stands in it twice.
    return undefined;
  }
}

function readPattern(form: RegExp, text: string): string | undefined {
  const parts = form.exec(text)?.groups;
  if (!parts) return undefined;
  const number = (name: string) => Number(parts[name] ?? 0);
  const year = parts.year === undefined ? 2000 + number('shortYear') : number('year');
  const month =
    parts.monthName === undefined
      ? number('month') - 1
      : MONTHS.indexOf(parts.monthName.toLowerCase());
  const isAfternoon = parts.half?.toLowerCase().startsWith('p');
  const hour =
    parts.half === undefined ? number('hour') : (number('hour') % 12) + (isAfternoon ? 12 : 0);
  const day = number('day');
  const ms = Date.UTC(year, month, day, hour, number('minute'), number('second'));
  const date = new Date(ms);
  // The 31st of February is no day.
  const isDay =
    month >= 0 && date.getUTCMonth() === month && date.getUTCDate() === day && hour < 24;
  return isDay ? iso(ms) : undefined;
}

function iso(ms: number): string | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
