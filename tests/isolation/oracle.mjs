// What must come back. Knows who sits where, who may what and what rows there are; nothing of the
// server.
import { allowed } from '../lib/rights.mjs';

/** The division lies in the caller's county, township or village. */
export const inScope = (caller, { county, div }) =>
    county === caller.county && div >= caller.lo && div < caller.hi;

/** Records that the whole county reads, each place changing its own: org units have public names, needed
 *  wherever work is handed on. */
const COUNTY_WIDE = new Set(['admin/org_units']);

/** The row is the caller's to see. */
export const inSight = (caller, row) => COUNTY_WIDE.has(row.record)
    ? row.county === caller.county : inScope(caller, row);

/** The role holds it, and an API token carries it. */
const mayDo = ({ role, narrow }, op) => allowed(role, op) &&
    (!narrow || !op.object || op.verbs.some((verb) => narrow === `${op.object}.${verb}`));

/** 'seen', or the refusal's status and code. No row: only whether the operation is the caller's. */
export function verdict(world, caller, op, row) {
    if (!caller.alive) return '401 no_session';
    const off = op.plugin && caller.township && !world.on(caller.township);
    // enter() asks for the permission first, the application for the plugin
    if (off && (!world.enterAlone || mayDo(caller, op))) return '404 plugin-not-enabled';
    if (!mayDo(caller, op)) return '403 not_permitted';
    if (row && !inSight(caller, row)) return '404 not_found';
    if (row && !inScope(caller, row) && op.method !== 'GET') return '403 elsewhere';
    return 'seen';
}

/** The rows of a record that are the caller's to see, of those with a value in a field. */
export const listed = (world, caller, record, field, value) => world.rows.filter((row) =>
    row.record === record && inSight(caller, row) && (!field || row[field] === value));

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Ids of another county's rows and people in an answer that the question did not hold. */
export const foreignIds = (world, caller, question, answer) =>
    (answer.match(UUID) ?? []).filter((id) => !question.includes(id) && !world.baits.has(id) &&
        (world.countyOf.get(id) ?? caller.county) !== caller.county);
