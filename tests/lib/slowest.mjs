// A reporter for node's test runner: which files took longest, against the budgets in tests/README.md.
// Of files that ran side by side each is told with the time it took beside the other.
import { relative } from 'node:path';

const TOLD = 15;

export default async function* slowest(events) {
    const took = new Map();
    for await (const { type, data } of events) {
        if (!data?.file || data.nesting !== 0 || (type !== 'test:pass' && type !== 'test:fail')) continue;
        took.set(data.file, (took.get(data.file) ?? 0) + data.details.duration_ms);
    }
    for (const [file, ms] of [...took].sort(([, a], [, b]) => b - a).slice(0, TOLD))
        yield `slowest: ${String(Math.round(ms / 1000)).padStart(5)} s  ${relative(process.cwd(), file)}\n`;
}
