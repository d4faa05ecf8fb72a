// How an operation is written down: what tests try, and what right it asks for.
export const READ = ['read', 'masked']; // masked readers read masked
const VERBS = {
    list: ['GET', '', READ],
    counts: ['GET', '/counts', READ], // with every list but those of class 4
    get: ['GET', '/{id}', READ],
    history: ['GET', '/{id}/history', READ],
    related: ['GET', '/{id}/related', READ], // of what others name; within what may be read of those
    search: ['POST', '/search', ['search']],
    create: ['POST', '', ['create']],
    patch: ['PATCH', '/{id}', ['update']],
    delete: ['DELETE', '/{id}', ['delete']],
    restore: ['POST', '/{id}/restore', ['restore']],
    reveal: ['POST', '/{id}/reveal', ['reveal']],
    import: ['POST', '/import', ['import']],
    template: ['GET', '/import/template', ['import']],
    export: ['POST', '/export', ['export']],
    download: ['GET', '/export', ['export']],
    // being alike tells what masks withhold
    duplicates: ['GET', '/duplicates', ['read']],
    alike: ['GET', '/{id}/duplicates', ['read']],
    merge_row: ['POST', '/{id}/merge', ['merge']],
    unmerge: ['POST', '/{id}/unmerge', ['merge']],
    // of class 4
    readers: ['GET', '/{id}/readers', READ],
    put_readers: ['PUT', '/{id}/readers', ['readers']],
};

/** What other records name by a field that lists are filtered by: a case has its sessions. */
const NAMED = new Set(`
    admin/org_units admin/accounts station/residents station/households station/venues
    station/fund_sources station/budget_lines station/contracts station/fund_replans station/assets
    station/requests station/request_secrets station/calls station/trainings station/case_files
    station/case_sheets station/case_records station/groups station/group_members
    station/group_sessions station/activities station/surveys station/committees station/meetings
    station/supervisions station/major_items station/star_schemes station/star_items
    station/star_reviews station/mode_switches station/incidents station/bulletins
    station/conferences station/online_groups station/isolation_subjects station/brand_plans
    station/key_works station/model_versions station/policy_docs elderly/call_plans
    elderly/greeting_calls elderly/content_items elderly/meal_subscriptions elderly/meal_routes
    elderly/weather_alerts elderly/meal_settlements elderly/assessments`.trim().split(/\s+/));

const WRITES = ['create', 'patch', 'delete', 'restore', 'merge_row', 'unmerge', 'put_readers'];

/** A record's operations: `actions` is { name: [verb, a body that fits] }. */
export function record(path, object, verbs, actions = {}) {
    const plugin = path.startsWith('elderly') ? 'elderly' : undefined;
    const made = (name, method, tail, needs, body) => ({
        name, record: path, method, path: `/${path}${tail}`, object, verbs: needs, plugin, body,
    });
    const words = verbs.split(' ');
    if (words.includes('list') && !words.includes('readers')) words.push('counts');
    if (NAMED.has(path)) words.push('related');
    const single = [
        ...words.map((verb) => made(verb, ...VERBS[verb])),
        ...Object.entries(actions).map(([name, [verb, body]]) =>
            made(name, 'POST', `/{id}/actions/${name}`, [verb], body)),
    ];
    // many at once: for whoever may do one of the writes
    const writes = single.filter(({ name }) => WRITES.includes(name) || name in actions);
    if (!writes.some(({ name }) => name === 'create' || name === 'patch')) return single;
    return [...single, made('batch', 'POST', '/batch', writes.flatMap((op) => op.verbs))];
}

export function single(method, path, object, verb) {
    const plugin = path.startsWith('/elderly') ? 'elderly' : undefined;
    return { method, path, object, verbs: verb && [verb], plugin };
}
