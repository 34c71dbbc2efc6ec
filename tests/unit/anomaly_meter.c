/* Meters and the judge without packets' bytes: what counts when, what is forgotten, what several meters add up to. */
#include "check.h"

#include "anomaly/judge.h"

#define T0 (1700000000 * HG_SEC)
#define SECOND0 (T0 / HG_SEC)

static struct hg_anomaly_config
config_of(uint32_t entries)
{
	struct hg_anomaly_config c = { .enabled = true,
		.handshakes = true,
		.entries = entries,
		.share = 1,
		.meters = 1,
		.pair_meters = 1,
		.update = 40,
		.hash_key = { 1, 2 } };

	for (unsigned i = 0; i < HG_DETECTORS; i++)
		c.detectors[i] = (struct hg_detector_config){ true, 20, 10, 20 };
	return c;
}

static struct hg_anomaly_config
only_port_scans(void)
{
	struct hg_anomaly_config c = config_of(1024);

	for (unsigned i = 0; i < HG_DETECTORS; i++)
		c.detectors[i].enabled = i == HG_PORT_SCAN;
	return c;
}

static struct hg_meter *
meter_of(const struct hg_anomaly_config *c)
{
	struct hg_meter *m = NULL;
	struct hg_error err;

	CU_ASSERT_FATAL(hg_meter_open(&m, c, &err) == 0);
	return m;
}

static struct hg_flow
flow_of(uint32_t src, uint32_t dst, uint16_t port, hg_time first)
{
	struct hg_flow f = { .first = first, .id = src + dst + port };

	f.key.family = 4;
	f.key.proto = HG_IP_TCP;
	f.key.addr[0].w[0] = src;
	f.key.addr[1].w[0] = dst;
	f.key.port[1] = port;
	return f;
}

enum what { TRY, ANSWER, REFUSE, COMPLETE };

static void
note(struct hg_meter *m, struct hg_flow *f, enum what what)
{
	struct hg_packet p = { .proto = HG_IP_TCP, .family = 4, .wire_len = 60, .flow = f };

	p.dir = what == ANSWER || what == REFUSE ? HG_TO_CLIENT : HG_TO_SERVER;
	p.flags = what == COMPLETE ? 0 : HG_PKT_DIR_FIRST | (what == TRY ? HG_PKT_FLOW_NEW : 0);
	p.tcp.flags = what == TRY ? HG_TCP_SYN
		: what == ANSWER  ? HG_TCP_SYN | HG_TCP_ACK
		: what == REFUSE  ? HG_TCP_RST | HG_TCP_ACK
				  : HG_TCP_ACK;
	hg_anomaly_note(m, &p, what == COMPLETE);
}

static struct hg_anomaly_key
pair(uint32_t src, uint32_t dst)
{
	struct hg_anomaly_key key = { .detector = HG_PORT_SCAN, .family = 4 };

	key.src.w[0] = src;
	key.dst.w[0] = dst;
	return key;
}

static struct hg_figures
figures_of(const struct hg_meter *m, const struct hg_anomaly_key *key, uint64_t second)
{
	struct hg_figures f = { 0 };

	hg_meter_figures(m, key, second, &f);
	return f;
}

static void
silence_is_failure_after_a_second(void)
{
	const struct hg_anomaly_config c = config_of(1024);
	const struct hg_anomaly_key key = pair(1, 2);
	struct hg_meter *m = meter_of(&c);
	struct hg_flow silent = flow_of(1, 2, 80, T0), refused = flow_of(1, 2, 81, T0),
		       open = flow_of(1, 2, 82, T0);

	note(m, &silent, TRY);
	note(m, &refused, TRY);
	note(m, &refused, REFUSE);
	note(m, &open, TRY);
	hg_check_u64("at once", figures_of(m, &key, SECOND0 + 1).failed, 1);
	hg_check_u64("a second later", figures_of(m, &key, SECOND0 + 2).failed, 3);
	note(m, &open, ANSWER);
	hg_check_u64("answered late", figures_of(m, &key, SECOND0 + 2).failed, 2);
	hg_check_u64("not proved", figures_of(m, &key, SECOND0 + 2).done, 0);
	note(m, &open, COMPLETE);
	hg_check_u64("proved", figures_of(m, &key, SECOND0 + 2).done, 1);
	hg_meter_close(m);
}

static void
windows_slide(void)
{
	const struct hg_anomaly_config c = config_of(1024);
	const struct hg_anomaly_key key = pair(1, 2);
	struct hg_meter *m = meter_of(&c);

	for (uint16_t i = 0; i < 30; i++) {
		struct hg_flow f = flow_of(1, 2, i, T0 + i * HG_SEC);

		note(m, &f, TRY);
		hg_check_u64("tried in ten seconds", figures_of(m, &key, SECOND0 + i + 1).tried,
			HG_MIN(i + 1, 10));
	}
	hg_check_u64("all of them", figures_of(m, &key, SECOND0 + 30).total_tried, 30);
	hg_check_u64("nothing more comes", figures_of(m, &key, SECOND0 + 45).tried, 0);
	hg_meter_close(m);
}

static void
long_windows_have_wider_slots(void)
{
	struct hg_anomaly_config c = config_of(1024);
	const struct hg_anomaly_key key = pair(1, 2);
	struct hg_meter *m;

	c.detectors[HG_PORT_SCAN].window = 3600;
	m = meter_of(&c);
	for (uint16_t i = 0; i < 7200 / 60; i++) {
		struct hg_flow f = flow_of(1, 2, i, T0 + i * 60 * HG_SEC);

		note(m, &f, TRY);
	}
	/* 3600 s in slots of 360 s: what is missing at the begin is less than one. */
	hg_check_bool("tried in an hour", figures_of(m, &key, SECOND0 + 7200).tried >= 54, true);
	hg_check_bool("and not more", figures_of(m, &key, SECOND0 + 7200).tried <= 60, true);
	hg_meter_close(m);
}

static void
pass_by(struct hg_meter *m, uint32_t first, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct hg_flow f = flow_of(first + i, 2, 80, T0);

		note(m, &f, TRY);
	}
}

/* A table of 512 keys, a scanner with 40 attempts in it, nine thousand passers-by before and between. */
static void
who_has_more_than_a_share_stays(void)
{
	const struct hg_anomaly_config c = config_of(512);
	struct hg_anomaly_key keys[HG_ANOMALY_SUSPECTS];
	struct hg_meter *m = meter_of(&c);
	unsigned n, found = 0;

	pass_by(m, 1000, 5000);
	for (uint16_t i = 0; i < 40; i++) {
		struct hg_flow f = flow_of(1, 2, i, T0);

		note(m, &f, TRY);
		pass_by(m, 10000 + i * 100, 100);
	}
	n = hg_meter_suspects(m, SECOND0 + 2, keys);
	for (unsigned i = 0; i < n; i++)
		found += keys[i].detector == HG_PORT_SCAN && keys[i].src.w[0] == 1;
	hg_check_u64("the scanner is known", found, 1);
	hg_check_bool("others were forgotten", hg_meter_stats(m)->evicted > 5000, true);
	hg_meter_close(m);
}

/* A run asks about the last second when the next has begun: what came in that must not be forgotten. */
static void
who_begins_in_the_next_second_stays(void)
{
	const struct hg_anomaly_config c = only_port_scans();
	struct hg_anomaly_key keys[HG_ANOMALY_SUSPECTS];
	struct hg_meter *m = meter_of(&c);

	for (uint16_t i = 0; i < 40; i++) {
		struct hg_flow f = flow_of(1, 2, i, T0 + HG_SEC + i);

		note(m, &f, TRY);
		note(m, &f, REFUSE);
	}
	hg_meter_suspects(m, SECOND0 + 1, keys);
	hg_check_u64("a second later", hg_meter_suspects(m, SECOND0 + 2, keys), 1);
	hg_check_u64("a window later", hg_meter_suspects(m, SECOND0 + 20, keys), 0);
	hg_meter_close(m);
}

static bool
same_figures(const struct hg_figures *a, const struct hg_figures *b)
{
	return a->tried == b->tried && a->answered == b->answered && a->refused == b->refused &&
		a->done == b->done && a->failed == b->failed && a->bytes == b->bytes &&
		a->total_tried == b->total_tried && a->first == b->first && a->last == b->last &&
		memcmp(&a->distinct, &b->distinct, sizeof(a->distinct)) == 0;
}

static void
several_meters_know_what_one_does(void)
{
	const struct hg_anomaly_config c = config_of(4096);
	struct hg_meter *one = meter_of(&c), *many[3] = { meter_of(&c), meter_of(&c), meter_of(&c) };
	struct hg_anomaly_key keys[3] = { { .detector = HG_HOST_SCAN, .family = 4, .port = 80 },
		{ .detector = HG_SYN_FLOOD, .family = 4 }, pair(3, 100) };

	keys[0].src.w[0] = 2;
	keys[1].dst.w[0] = 101;
	for (unsigned i = 0; i < 20000; i++) {
		const unsigned who = hg_check_below(5), whom = 100 + hg_check_below(5);
		struct hg_flow f =
			flow_of(who, whom, (uint16_t)(78 + hg_check_below(4)), T0 + i * HG_SEC / 1000);
		struct hg_meter *m = many[(who + whom) % 3];

		for (enum what what = TRY; what <= COMPLETE; what++) {
			if (what != TRY && hg_check_below(2))
				continue;
			note(one, &f, what);
			note(m, &f, what);
		}
	}
	for (unsigned k = 0; k < HG_COUNT(keys); k++)
		for (uint64_t second = SECOND0 + 10; second < SECOND0 + 25; second++) {
			const struct hg_figures want = figures_of(one, &keys[k], second);
			struct hg_figures got = { 0 };

			for (unsigned i = 0; i < HG_COUNT(many); i++) {
				const struct hg_figures more = figures_of(many[i], &keys[k], second);

				hg_figures_merge(&got, &more);
			}
			hg_check_bool("something was seen", want.total_tried > 0, true);
			hg_check_bool("figures", same_figures(&got, &want), true);
		}
	hg_meter_close(one);
	for (unsigned i = 0; i < HG_COUNT(many); i++)
		hg_meter_close(many[i]);
}

struct told {
	unsigned n;
	struct hg_detection all[8];
};

static void
remember(void *arg, const struct hg_detection *d)
{
	struct told *t = arg;

	if (t->n < HG_COUNT(t->all))
		t->all[t->n] = *d;
	t->n++;
}

/* A judge, the one meter that it asks, and what it tells. */
struct court {
	struct hg_meters_here here;
	struct hg_meters meters;
	struct told told;
	struct hg_judge *judge;
};

static void
open_court(struct court *c)
{
	const struct hg_anomaly_config config = only_port_scans();
	struct hg_error err;

	memset(c, 0, sizeof(*c));
	c->here.n = 1;
	c->here.meters[0] = meter_of(&config);
	c->meters = hg_meters_of(&c->here);
	CU_ASSERT_FATAL(hg_judge_open(&c->judge, &config, &err) == 0);
}

static void
advance(struct court *c, hg_time now)
{
	hg_judge_advance(c->judge, now, &c->meters, remember, &c->told);
}

static void
close_court(struct court *c)
{
	hg_judge_close(c->judge);
	hg_meter_close(c->here.meters[0]);
}

/* A port every 200 ms for 50 s, then silence. */
static void
a_detection_starts_goes_on_and_ends(void)
{
	struct court c;

	open_court(&c);
	for (unsigned i = 0; i < 250; i++) {
		struct hg_flow f = flow_of(1, 2, (uint16_t)i, T0 + i * HG_SEC / 5);

		advance(&c, f.first);
		note(c.here.meters[0], &f, TRY);
	}
	advance(&c, T0 + 100 * HG_SEC);
	hg_check_u64("records", c.told.n, 3);
	hg_check_u64("start", c.told.all[0].state, HG_DETECTION_START);
	/* Five a second: twenty have had their second's time after five. */
	hg_check_u64("told soon", c.told.all[0].time, T0 + 5 * HG_SEC);
	hg_check_u64("update", c.told.all[1].state, HG_DETECTION_UPDATE);
	hg_check_u64("after the interval", c.told.all[1].time - c.told.all[0].time, 40 * HG_SEC);
	hg_check_u64("end", c.told.all[2].state, HG_DETECTION_END);
	hg_check_u64("attempts", c.told.all[2].attempts, 250);
	hg_check_u64("bytes", c.told.all[2].bytes, 250 * 60);
	hg_check_u64("began", c.told.all[2].start, T0);
	hg_check_u64("last attempt", c.told.all[2].end, T0 + 249 * HG_SEC / 5);
	hg_check_str("one id", c.told.all[2].id, c.told.all[0].id);
	hg_check_u64("none is active", hg_judge_stats(c.judge)->active, 0);
	close_court(&c);
}

/* The gap behind a scan must not hide it: seconds without packets are judged, too. */
static void
a_gap_hides_nothing(void)
{
	struct court c;

	open_court(&c);
	advance(&c, T0);
	for (uint16_t i = 0; i < 30; i++) {
		struct hg_flow f = flow_of(1, 2, i, T0 + i);

		note(c.here.meters[0], &f, TRY);
	}
	advance(&c, T0 + 86400 * HG_SEC);
	hg_check_u64("records", c.told.n, 2);
	hg_check_u64("told when it was known", c.told.all[0].time, T0 + 2 * HG_SEC);
	hg_check_u64("ended when it was quiet", c.told.all[1].state, HG_DETECTION_END);
	close_court(&c);
}

HG_TESTS("anomaly_meter", HG_TEST(silence_is_failure_after_a_second), HG_TEST(windows_slide),
	HG_TEST(long_windows_have_wider_slots), HG_TEST(who_has_more_than_a_share_stays),
	HG_TEST(who_begins_in_the_next_second_stays), HG_TEST(several_meters_know_what_one_does),
	HG_TEST(a_detection_starts_goes_on_and_ends), HG_TEST(a_gap_hides_nothing))
