// What Chromium 86 lacks and the libraries call; the compiler lowers syntax only.
interface At { at(i: number): unknown }

function at<T>(this: ArrayLike<T>, i: number): T | undefined {
  const n = Math.trunc(i) || 0;
  return this[n < 0 ? this.length + n : n];
}
for (const kind of [Array, String])
  if (!('at' in kind.prototype))
    Object.defineProperty(kind.prototype as unknown as At, 'at',
      { value: at, writable: true, configurable: true });

if (!Object.hasOwn)
  Object.hasOwn = (object: object, key: PropertyKey) => Object.prototype.hasOwnProperty.call(object, key);

if (!('findLast' in Array.prototype))
  Object.defineProperty(Array.prototype, 'findLast', {
    value<T>(this: T[], holds: (x: T, i: number, all: T[]) => boolean) {
      for (let i = this.length - 1; i >= 0; i--) if (holds(this[i], i, this)) return this[i];
      return undefined;
    },
    writable: true, configurable: true,
  });

if (typeof structuredClone === 'undefined')
  (globalThis as { structuredClone?: unknown }).structuredClone =
    (value: unknown) => JSON.parse(JSON.stringify(value));
