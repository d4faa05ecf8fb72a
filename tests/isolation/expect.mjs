// What an answer to an attempt must be; each gives check(answer) → what is wrong, or nothing.

export const said = (answer) => `${answer.status} ${answer.body?.code ?? ''}`.trim();

/** A refusal, word for word; where the oracle says 'seen', `seen` decides. */
export const expects = (want, seen) => (answer) => {
    if (want !== 'seen') return said(answer) !== want && `${said(answer)} instead of ${want}`;
    if (answer.status !== 200) return seen.refused?.(answer) ?? `${said(answer)} instead of 200`;
    return seen(answer.body);
};

/** For an own row that a write may not change: refused, but not as if it were not there. */
export const notNow = () => 'was carried out';
notNow.refused = ({ status, body: { code } }) => ![409, 412, 422].includes(status) &&
    !['not_yours', 'handled_by_you'].includes(code) && `${status} ${code} for an own row`;

/** For a write that must not happen; which wall says so decides how. */
export const never = () => 'was carried out';
never.refused = (answer) => ![404, 422].includes(answer.status) && `${said(answer)} as a refusal`;

export const sameIds = (found, wanted) => {
    const [a, b] = [found, wanted].map((rows) => rows.map(({ id }) => id).sort().join());
    return a !== b && `shows ${a || 'nothing'} instead of ${b || 'nothing'}`;
};

/** Something that lies outside the caller's scope. */
export const strangeTo = (caller) => ({ div }) => Number(div) < caller.lo || Number(div) >= caller.hi;
