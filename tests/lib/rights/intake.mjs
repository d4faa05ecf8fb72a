// 来电、值班转接、保密件: the domain book's table has no rows of their own: all [A]. The hotline answers
// and passes on; a station's worker has a direct line of theirs; secret files are for named readers.
import { READ, record, single } from './op.mjs';

export const TABLE = {
    call: {
        hotline_operator: 'CRU search forward reveal export',
        station_head: 'CRU search forward reveal export', social_worker: 'CRU search',
        county_section: 'R export', county_admin: 'R', auditor_biz: 'M',
    },
    request_secret: {
        hotline_operator: 'CRU reveal readers', station_head: 'CRU reveal readers', social_worker: 'CRU reveal readers',
        county_section: 'R reveal',
    },
};

export const OPERATIONS = [
    ...record('station/calls', 'call', 'list get history create patch reveal export download'),
    ...record('station/duty_forwards', 'call', 'list get history create',
        { answered: ['forward'], unanswered: ['forward'] }),
    ...record('station/request_secrets', 'request_secret',
        'list get history create patch reveal readers put_readers'),
    single('POST', '/station/calls/caller', 'call', 'search'),
    { ...single('GET', '/station/requests/{id}/work', 'request', 'read'), verbs: READ },
];
