// When somebody was last seen at this browser, in any of its tabs.
const SEEN = 'wulian.seen';

export const touched = (): void => localStorage.setItem(SEEN, String(Date.now()));
/** 0: never. */
export const seen = (): number => Number(localStorage.getItem(SEEN)) || 0;
