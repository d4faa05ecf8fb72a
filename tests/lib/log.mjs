// A server's log, read: what was said, and when.

/** Its lines: { at (ms of the epoch), event, text, … }; what is no line of the server's is left out. */
export const linesOf = (log) => log.split('\n').filter((line) => /^\{"at":.*"\}$/.test(line))
    .map((line) => JSON.parse(line)).map((line) => ({ ...line, at: Date.parse(line.at) }));

/** Of a pause so much is sure to be seen in the log: the server measures by another clock than it tells. */
export const SURE = 0.95;
