#include "base/difference.h"
#include "check.h"

static bool
is_text(const char *s)
{
	return s != NULL && s[0] != '\0';
}

static void
test_every_difference_has_its_row(void)
{
	for (unsigned i = 0; i < HG_DIFFERENCES; i++) {
		const struct hg_difference_row *row = &hg_differences[i];

		hg_check_bool(row->native,
			is_text(row->where) && is_text(row->native) && is_text(row->peer) &&
				is_text(row->why),
			true);
	}
}

static void
test_the_peer_is_answered_as_when_that_is_asked_for(void)
{
	hg_check_bool("native", hg_as_peer(false, HG_DIFF_TLS_JA4), false);
	hg_check_bool("suricata7", hg_as_peer(true, HG_DIFF_TLS_JA4), true);
}

HG_TESTS("base_difference", HG_TEST(test_every_difference_has_its_row),
	HG_TEST(test_the_peer_is_answered_as_when_that_is_asked_for))
