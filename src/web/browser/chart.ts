// People by day and channel as stacked bars, drawn from the table on the page. A click leads where the table's link does.
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  Tooltip,
} from 'chart.js';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Legend, Tooltip);

/** A channel always has the same colour, one in light and one in dark. */
const COLORS: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  'Paid Search': ['#c2410c', '#fb923c'],
  'Paid Social': ['#be185d', '#f472b6'],
  'Paid Video': ['#b91c1c', '#f87171'],
  'Paid Shopping': ['#a16207', '#eab308'],
  'Paid Other': ['#92400e', '#d97706'],
  Display: ['#9f1239', '#fb7185'],
  'Cross-network': ['#854d0e', '#facc15'],
  'Organic Search': ['#1d4ed8', '#60a5fa'],
  'Organic Social': ['#0e7490', '#22d3ee'],
  'Organic Video': ['#3730a3', '#818cf8'],
  'Organic Shopping': ['#155e75', '#67e8f9'],
  'AI Assistant': ['#7e22ce', '#c084fc'],
  Email: ['#15803d', '#4ade80'],
  Affiliate: ['#4d7c0f', '#a3e635'],
  Referral: ['#0f766e', '#2dd4bf'],
  Audio: ['#86198f', '#e879f9'],
  SMS: ['#166534', '#86efac'],
  Push: ['#365314', '#bef264'],
  'Other Campaign': ['#5b21b6', '#a78bfa'],
  Direct: ['#334155', '#cbd5e1'],
  Unknown: ['#64748b', '#94a3b8'],
  'No visitor': ['#a8a29e', '#8a817c'],
  'Not known': ['#a8a29e', '#8a817c'],
  Other: ['#d6d3d1', '#57534e'],
};

const dark = matchMedia('(prefers-color-scheme: dark)');
const narrow = matchMedia('(max-width: 40rem)');

/** `says`: where the column under the cursor is read out. */
export function drawChart(
  canvas: HTMLCanvasElement,
  says: HTMLElement | null,
  table: () => HTMLTableElement | null,
): { update(): void } {
  let drawn: Drawn = { labels: [], links: [], series: [] };
  const chart = new Chart<'bar'>(canvas, {
    type: 'bar',
    data: { labels: [], datasets: [] },
    options: {
      animation: false,
      onClick: (_, [bar]) => follow(bar && drawn.links[bar.index]),
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: 'index', intersect: false },
      datasets: { bar: { categoryPercentage: 0.9, barPercentage: 0.95 } },
      plugins: {
        legend: {
          position: 'bottom',
          labels: { boxWidth: 10, boxHeight: 10 },
          onClick: (_, { datasetIndex = -1 }) => follow(drawn.series[datasetIndex]?.link),
        },
        tooltip: {
          filter: ({ parsed }) => parsed.y !== 0,
          // As the bars are stacked: the topmost first.
          itemSort: (a, b) => b.datasetIndex - a.datasetIndex,
          callbacks: {
            footer: (items) => `In all: ${sumOf(items.map(({ parsed }) => parsed.y ?? 0))}`,
          },
        },
      },
      scales: {
        x: { stacked: true, grid: { display: false }, ticks: { maxRotation: 0, autoSkip: true } },
        y: {
          stacked: true,
          beginAtZero: true,
          ticks: { precision: 0 },
          border: { display: false },
        },
      },
    },
  });

  function update(): void {
    drawn = folded(read(table()));
    const { labels, series } = drawn;
    const style = getComputedStyle(document.documentElement);
    const text = style.getPropertyValue('--muted').trim();
    chart.data = {
      labels,
      datasets: series.map(({ name, counts }) => {
        const [light = '#64748b', night = '#94a3b8'] = COLORS[name] ?? [];
        return { label: name, data: counts, backgroundColor: dark.matches ? night : light };
      }),
    };
    chart.options.color = text;
    for (const axis of [chart.options.scales?.x, chart.options.scales?.y]) {
      if (axis?.ticks) axis.ticks.color = text;
    }
    const y = chart.options.scales?.y;
    if (y?.grid) y.grid.color = style.getPropertyValue('--line').trim();
    const legend = chart.options.plugins?.legend;
    if (legend) legend.position = narrow.matches ? 'top' : 'bottom';
    chart.update();
    canvas.dataset.drawn = String(series.length);
  }

  walkByKeys(canvas, chart, says, () => drawn);
  for (const query of [dark, narrow]) query.addEventListener('change', update);
  update();
  return { update };
}

interface Series {
  name: string;
  /** Shows only this channel. */
  link: string | undefined;
  counts: number[];
}

interface Drawn {
  labels: string[];
  /** Show only this part of the period. */
  links: (string | undefined)[];
  series: Series[];
}

/** Where a key leads. Without a column yet, left is the newest one, and right the oldest. */
const STEPS: Readonly<Record<string, (column: number, last: number) => number>> = {
  ArrowLeft: (column, last) => (column < 0 ? last : Math.max(0, column - 1)),
  ArrowRight: (column, last) => Math.min(last, column + 1),
  Home: () => 0,
  End: (_, last) => last,
};

/** Keys go from column to column, which is read out; Enter follows its link. */
function walkByKeys(
  canvas: HTMLCanvasElement,
  chart: Chart<'bar'>,
  says: HTMLElement | null,
  shown: () => Drawn,
): void {
  let column = -1;
  canvas.addEventListener('keydown', (event) => {
    const drawn = shown();
    if (event.key === 'Enter') follow(drawn.links[column]);
    const step = STEPS[event.key];
    if (step === undefined || drawn.labels.length === 0) return;
    // Otherwise the page would scroll.
    event.preventDefault();
    column = step(column, drawn.labels.length - 1);
    const bars = drawn.series.map((_, datasetIndex) => ({ datasetIndex, index: column }));
    chart.tooltip?.setActiveElements(bars, { x: 0, y: 0 });
    chart.setActiveElements(bars);
    chart.update();
    if (says) says.textContent = spoken(drawn, column);
  });
}

function follow(link: string | undefined): void {
  if (link !== undefined) location.assign(link);
}

function spoken({ labels, series }: Drawn, column: number): string {
  const counts = series.map(({ name, counts }) => ({ name, count: counts[column] ?? 0 }));
  const some = counts.filter(({ count }) => count > 0);
  const all = sumOf(some.map(({ count }) => count));
  return [`${labels[column]}: ${all}`, ...some.map(({ name, count }) => `${name} ${count}`)].join(
    ', ',
  );
}

/** More colours than this cannot be told apart. */
const MAX_SERIES = 6;
const OTHER = 'Other';

const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);

/** The largest series stay; the rest becomes one, at the top of the stack. */
function folded({ labels, links, series }: Drawn): Drawn {
  const bySize = series.toSorted((a, b) => sumOf(b.counts) - sumOf(a.counts));
  const rest = bySize.slice(MAX_SERIES);
  const other = labels.map((_, day) => sumOf(rest.map(({ counts }) => counts[day] ?? 0)));
  const shown = bySize.slice(0, MAX_SERIES).filter(({ counts }) => sumOf(counts) > 0);
  const isMore = rest.length > 0 && sumOf(other) > 0;
  return {
    labels,
    links,
    series: isMore ? [...shown, { name: OTHER, link: undefined, counts: other }] : shown,
  };
}

/** A row of the table is a column of the chart, and a column of the table is a channel. The last one is the sum. */
function read(table: HTMLTableElement | null): Drawn {
  const rows = [...(table?.tBodies[0]?.rows ?? [])];
  const heads = [...(table?.tHead?.rows[0]?.cells ?? [])].slice(1, -1);
  const linkIn = (cell: HTMLElement | undefined) => cell?.querySelector('a')?.href;
  return {
    labels: rows.map(({ cells }) => cells[0]?.textContent ?? ''),
    links: rows.map(({ cells }) => linkIn(cells[0])),
    series: heads.map((head, index) => ({
      name: head.textContent ?? '',
      link: linkIn(head),
      counts: rows.map(({ cells }) => Number(cells[index + 1]?.textContent)),
    })),
  };
}
