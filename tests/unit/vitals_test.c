/* What the looks of the jobs process are worth when it looks no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/meter.h"
#include "base/time.h"
#include "vitals.h"

static void looked(int64_t seconds_ago, bool full)
{
    meter_set(meter_named(VITAL_CLOCK), clock_mono() - seconds_ago * 1000000);
    meter_set(meter_named(VITAL_DISK_FULL), full);
}

static void a_full_disk_is_believed_while_somebody_looks(void **state)
{
    (void)state;
    assert_false(room_lacks());
    looked(0, false);
    assert_false(room_lacks());
    looked(0, true);
    assert_true(room_lacks());
    looked(ROOM_BELIEVED_S / 2, true);
    assert_true(room_lacks());
    looked(ROOM_BELIEVED_S, true);
    assert_false(room_lacks());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_disk_is_believed_while_somebody_looks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
