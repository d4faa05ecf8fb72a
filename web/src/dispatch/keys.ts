// Arrows walk the cards of the board: up and down in a column, left and right between columns.
const STEPS: Record<string, [number, number]> = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

const cardsOf = (lane: Element) => Array.from(lane.querySelectorAll<HTMLElement>('.card'));

export function walk(event: KeyboardEvent): void {
  const step = STEPS[event.key];
  const here = (event.target as HTMLElement).closest<HTMLElement>('.card');
  if (!step || !here || event.altKey || event.ctrlKey) return;
  event.preventDefault();
  const lanes = Array.from((event.currentTarget as HTMLElement).querySelectorAll('.lane')).filter((lane) => cardsOf(lane).length);
  const lane = lanes.findIndex((one) => one.contains(here));
  const row = cardsOf(lanes[lane]).indexOf(here);
  const cards = cardsOf(lanes[Math.min(Math.max(lane + step[0], 0), lanes.length - 1)]);
  cards[Math.min(Math.max(row + step[1], 0), cards.length - 1)].focus();
}
