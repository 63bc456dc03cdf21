// A box above the list that selects every row, and a button that says how many are selected. Without a script the boxes of
// the rows do.

export function addSelectAll(): void {
  const list = document.querySelector<HTMLElement>('.signups');
  const button = document.querySelector<HTMLButtonElement>('[data-selected]');
  if (!list || !button) return;
  const head = list.querySelector('thead .pick');
  if (head?.querySelector('input') === null) head.append(newBox());
  const all = head?.querySelector('input');
  const boxes = () => [...list.querySelectorAll<HTMLInputElement>('tbody .pick input')];
  const show = () => {
    const count = boxes().filter(({ checked }) => checked).length;
    button.disabled = count === 0;
    button.textContent = count === 0 ? 'Replay the selected' : `Replay the ${count} selected`;
    if (all) all.checked = count > 0 && count === boxes().length;
  };
  list.onchange = ({ target }) => {
    if (target === all) for (const box of boxes()) box.checked = all?.checked ?? false;
    show();
  };
  show();
}

function newBox(): HTMLInputElement {
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.ariaLabel = 'Select every signup of this page';
  return box;
}
