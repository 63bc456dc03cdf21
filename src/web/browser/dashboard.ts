// What the script adds to the dashboard's pages: the viewer's time zone, a chart, and figures that stay fresh.
import { localizeTimes } from './local-times.ts';
import { keepFresh } from './refresh.ts';
import { addSelectAll } from './select-all.ts';
import { tellZone } from './tell-zone.ts';

localizeTimes(document);
forgetNotice();
addSelectAll();
tellZone();

const canvas = document.querySelector<HTMLCanvasElement>('#chart');
// The chart's library is most of a page's size. So it is loaded after the page, and only where there is a chart.
const chart =
  canvas &&
  import('./chart.ts').then(({ drawChart }) =>
    drawChart(canvas, document.querySelector('#chart-says'), byDay),
  );

keepFresh((root) => {
  localizeTimes(root);
  addSelectAll();
  void chart?.then((drawn) => drawn.update());
});

function byDay(): HTMLTableElement | null {
  return document.querySelector<HTMLTableElement>('#by-day');
}

/** The notice of what was just done is shown once, not again with every reload. */
function forgetNotice(): void {
  const url = new URL(location.href);
  if (!url.searchParams.has('done')) return;
  url.searchParams.delete('done');
  history.replaceState(null, '', url);
}
