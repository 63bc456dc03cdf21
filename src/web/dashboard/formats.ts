// Numbers, money and days as the viewer writes them. The words of the pages are English.

export interface Formats {
  number(value: number | null): string;
  /** US dollars. */
  money(value: number | null): string;
  /** A share of the whole, in percent. */
  share(part: number, whole: number): string;
  /** A day, `YYYY-MM-DD`. */
  day(day: string): string;
  country(code: string): string;
}

const NOTHING = '–';

/** `accept`: the header `accept-language`. */
export function formatsFor(accept: string | undefined): Formats {
  const locale = localeOf(accept);
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const cents = new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' });
  const dollars = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: 0,
  });
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const small = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const day = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', dateStyle: 'medium' });
  const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });
  return {
    number: (value) => (value === null ? NOTHING : number.format(value)),
    money: (value) => (value === null ? NOTHING : (value >= 1_000 ? dollars : cents).format(value)),
    share: (part, whole) => {
      if (whole === 0) return NOTHING;
      const value = part / whole;
      return (value > 0 && value < 0.1 ? small : share).format(value);
    },
    day: (text) => day.format(Date.parse(text)),
    country: (code) => (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code),
  };
}

/** The first language that the platform can read. */
function localeOf(accept: string | undefined): string {
  for (const part of accept?.split(',') ?? []) {
    const [name = ''] = part.trim().split(';');
    try {
      const [known] = Intl.NumberFormat.supportedLocalesOf(name);
      if (known !== undefined) return known;
    } catch {
      // `*`, or no language at all.
    }
  }
  return 'en';
}
