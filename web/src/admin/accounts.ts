// Accounts with the posts they hold: two records that an administrator sees as one person.
import { get, query } from '@/api/client';
import type { Page, Row } from '@/schema/types';

export interface Person { account: Row; posts: Row[] }
export interface Code { login: string; code: string; expires_at: string }

const MOST = 200;

/** The posts of these accounts, by account; as many pages as there are. */
export async function postsOf(accounts: Row[]): Promise<Map<string, Row[]>> {
  const posts = new Map<string, Row[]>(accounts.map(({ id }) => [id, []]));
  let cursor: string | null = null;
  while (accounts.length) {
    const page: Page = await get<Page>(`/api/v1/admin/posts${query({
      'account.in': accounts.map(({ id }) => id).join(','), limit: MOST, cursor })}`);
    for (const post of page.items) posts.get(String(post.account))?.push(post);
    cursor = page.next;
    if (!cursor) break;
  }
  return posts;
}

/** Who waits for the security administrator: whoever is proposed, or has a post proposed. */
export async function waiting(): Promise<Person[]> {
  const [accounts, posts] = await Promise.all(['accounts', 'posts'].map((path) =>
    get<Page>(`/api/v1/admin/${path}${query({ 'state.eq': 'proposed', limit: MOST })}`)));
  const people = new Map<string, Person>(accounts.items.map((account) => [account.id, { account, posts: [] }]));
  const missing = [...new Set(posts.items.map(({ account }) => String(account)))].filter((id) => !people.has(id));
  for (const account of await Promise.all(missing.map((id) => get<Row>(`/api/v1/admin/accounts/${id}`))))
    people.set(account.id, { account, posts: [] });
  for (const post of posts.items) people.get(String(post.account))?.posts.push(post);
  return [...people.values()];
}

/** The version of a row as If-Match takes it. */
export const etagOf = (row: Row): string => `"v${row.version}"`;
