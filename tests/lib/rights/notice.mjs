// Notices: everybody has the inbox of their own post.
import { single } from './op.mjs';

export const TABLE = {};

export const OPERATIONS = [
    single('GET', '/notices'),
    single('POST', '/notices/{id}/read'),
    single('POST', '/notices/read'),
    // what is due of what one may read
    single('GET', '/agenda'),
    single('GET', '/agenda/counts'),
];
