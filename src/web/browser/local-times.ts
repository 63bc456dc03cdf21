// Times in the viewer's zone. The server's UTC stays as the tooltip.

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function localizeTimes(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLTimeElement>('time[datetime]')) {
    if (element.title) continue;
    element.title = element.textContent ?? '';
    element.textContent = format.format(new Date(element.dateTime));
  }
}
