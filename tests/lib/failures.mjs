// A reporter for node's test runner: what failed, a line each, to be read where only the end of a
// long run is kept. A test that failed by its subtests alone is left to them.
import { relative } from 'node:path';

const TOLD = 400; // characters: what differs often stands below the first line

const said = (error) => String(error?.cause?.message ?? error?.message ?? error)
    .replace(/\s+/g, ' ').slice(0, TOLD);

export default async function* failures(events) {
    for await (const { type, data } of events) {
        if (type !== 'test:fail' || data.details?.error?.failureType === 'subtestsFailed') continue;
        const file = data.file ? `${relative(process.cwd(), data.file)}: ` : '';
        yield `${file}${data.name}: ${said(data.details?.error)}\n`;
    }
}
