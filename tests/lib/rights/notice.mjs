// Notices: everybody has the inbox of their own post.
import { single } from './op.mjs';

export const TABLE = {
    notice_channel: { county_admin: 'RU' }, // [A]: where the county's notices leave the house
};

export const OPERATIONS = [
    single('GET', '/notices'),
    single('POST', '/notices/{id}/read'),
    single('POST', '/notices/read'),
    single('GET', '/me/notice_phone'),
    single('PUT', '/me/notice_phone'),
    single('DELETE', '/me/notice_phone'),
    single('GET', '/admin/notice_channels', 'notice_channel', 'read'),
    single('POST', '/admin/notice_channels', 'notice_channel', 'update'),
    single('PUT', '/admin/notice_channels/{id}', 'notice_channel', 'update'),
    single('DELETE', '/admin/notice_channels/{id}', 'notice_channel', 'update'),
    single('GET', '/admin/notice_channels/{id}/deliveries', 'notice_channel', 'read'),
    // what is due of what one may read
    single('GET', '/agenda'),
    single('GET', '/agenda/counts'),
];
