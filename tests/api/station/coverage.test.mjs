import assert from 'node:assert/strict';
import { test } from 'node:test';

import { NEEDS, shown } from '../../coverage.mjs';

test('every need of the field is shown by a test', () => {
    const by = shown();
    assert.deepEqual(Object.keys(NEEDS).filter((need) => !by[need]), []);
});
