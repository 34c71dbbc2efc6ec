/* Users of hosts: which of two counts, how long, who makes room, and that nobody reads half of one. */
#include <pthread.h>
#include <stdio.h>

#include "check.h"
#include "event/who.h"

static struct hg_who_user
user_of(uint32_t host, hg_time second, const char *name)
{
	struct hg_who_user u = { .since = second * HG_SEC, .host.family = 4, .len = (uint8_t)strlen(name) };

	u.host.addr.w[0] = host;
	memcpy(u.name, name, u.len);
	return u;
}

static struct hg_who *
open_who(uint32_t hosts, uint32_t timeout)
{
	struct hg_who *w = NULL;
	struct hg_error err = { 0 };

	CU_ASSERT_FATAL(hg_who_open(&w,
				&(struct hg_who_config){
					.hosts = hosts, .timeout = timeout, .key = HG_HASH_KEY_REPLAY },
				&err) == 0);
	return w;
}

/* "name", with "+" when it is shared; "" for nobody. */
static const char *
known(const struct hg_who *w, uint32_t host, hg_time second)
{
	static char text[HG_WHO_NAME + 2];
	struct hg_who_host at = { .family = 4 };
	struct hg_who_user u;

	at.addr.w[0] = host;
	if (!hg_who_find(w, &at, second * HG_SEC, &u))
		return "";
	snprintf(text, sizeof(text), "%.*s%s", (int)u.len, u.name, u.shared ? "+" : "");
	return text;
}

static void
put(struct hg_who *w, uint32_t host, hg_time second, const char *name)
{
	const struct hg_who_user u = user_of(host, second, name);

	CU_ASSERT(hg_who_put(w, &u) != HG_WHO_BUSY);
}

static void
test_the_later_login_counts_in_any_order(void)
{
	static const struct {
		hg_time first, second;
		const char *a, *b, *want;
	} rows[] = {
		{ 10, 20, "anna", "bob", "bob+" },
		{ 10, 20, "anna", "anna", "anna" },
		{ 10, 10, "anna", "bob", "bob+" },
		{ 10, 200, "anna", "bob", "bob" },
	};

	for (size_t i = 0; i < 2 * HG_COUNT(rows); i++) {
		const size_t k = i / 2;
		struct hg_who *w = open_who(64, 100);

		if (i % 2 == 0)
			put(w, 1, rows[k].first, rows[k].a);
		put(w, 1, rows[k].second, rows[k].b);
		if (i % 2 == 1)
			put(w, 1, rows[k].first, rows[k].a);
		hg_check_str(rows[k].want, known(w, 1, rows[k].second + 1), rows[k].want);
		hg_who_close(w);
	}
}

static void
test_a_user_is_known_until_the_timeout(void)
{
	struct hg_who *w = open_who(64, 100);

	hg_check_str("empty", known(w, 1, 10), "");
	put(w, 1, 10, "anna");
	hg_check_str("before", known(w, 1, 9), "");
	hg_check_str("at once", known(w, 1, 10), "anna");
	hg_check_str("another host", known(w, 2, 10), "");
	hg_check_str("last second", known(w, 1, 109), "anna");
	hg_check_str("over", known(w, 1, 110), "");
	hg_who_reset(w);
	hg_check_str("reset", known(w, 1, 10), "");
	hg_who_close(w);
}

static void
test_an_address_of_two_vlans_is_two_hosts(void)
{
	struct hg_who *w = open_who(64, 100);
	struct hg_who_user u = user_of(1, 10, "anna");

	u.host.vlan[0] = 7;
	CU_ASSERT(hg_who_put(w, &u) == HG_WHO_KEPT);
	hg_check_str("no VLAN", known(w, 1, 11), "");
	put(w, 1, 10, "bob");
	hg_check_str("bob's", known(w, 1, 11), "bob");
	CU_ASSERT(hg_who_find(w, &u.host, 11 * HG_SEC, &u));
	hg_check_u64("anna's", memcmp(u.name, "anna", 5), 0);
	u.host.vlan[1] = 7;
	CU_ASSERT(!hg_who_find(w, &u.host, 11 * HG_SEC, &u));
	hg_who_close(w);
}

static void
test_the_oldest_login_makes_room(void)
{
	struct hg_who *w = open_who(4, 100); /* one bucket */
	unsigned replaced = 0;

	for (uint32_t i = 1; i <= 6; i++) {
		const struct hg_who_user u = user_of(i, i, "x");

		replaced += hg_who_put(w, &u) == HG_WHO_REPLACED;
	}
	hg_check_u64("replaced", replaced, 2);
	hg_check_str("first", known(w, 1, 7), "");
	hg_check_str("second", known(w, 2, 7), "");
	hg_check_str("third", known(w, 3, 7), "x");
	hg_check_str("last", known(w, 6, 7), "x");
	hg_who_close(w);
}

#define ROUNDS 200000

/* Each writes users whose name is one letter many times over. */
static void *
write_many(void *arg)
{
	struct hg_who *w = arg;
	char name[HG_WHO_NAME];

	for (unsigned i = 0; i < ROUNDS; i++) {
		struct hg_who_user u = user_of(i % 8, i, "");

		memset(name, 'a' + i % 26, sizeof(name));
		memcpy(u.name, name, sizeof(name));
		u.len = HG_WHO_NAME;
		hg_who_put(w, &u);
	}
	return NULL;
}

static void
test_nobody_reads_half_of_a_user(void)
{
	struct hg_who *w = open_who(4, 10 * ROUNDS);
	pthread_t threads[2];
	unsigned torn = 0, left = 0;

	for (unsigned i = 0; i < HG_COUNT(threads); i++)
		CU_ASSERT_FATAL(pthread_create(&threads[i], NULL, write_many, w) == 0);
	for (unsigned i = 0; i < ROUNDS; i++) {
		const char *name = known(w, i % 8, ROUNDS);

		for (unsigned k = 1; k < HG_WHO_NAME && name[0] != '\0'; k++)
			torn += name[k] != name[0];
	}
	for (unsigned i = 0; i < HG_COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	hg_check_u64("torn", torn, 0);
	for (unsigned i = 0; i < 8; i++)
		left += known(w, i, ROUNDS)[0] != '\0';
	hg_check_u64("hosts of one bucket", left, 4);
	hg_who_close(w);
}

HG_TESTS("event: users of hosts", HG_TEST(test_the_later_login_counts_in_any_order),
	HG_TEST(test_a_user_is_known_until_the_timeout), HG_TEST(test_an_address_of_two_vlans_is_two_hosts),
	HG_TEST(test_the_oldest_login_makes_room), HG_TEST(test_nobody_reads_half_of_a_user))
