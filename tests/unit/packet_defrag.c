/* Fragments into datagrams: policies on overlap (the peer's bytes for the same fragments), time, caps. */
#include "packet_decoder.h"
#include "packet_frames.h"

#define UNITS 12 /* of the test datagram, the UDP header included */

struct fragment {
	uint16_t id;
	unsigned from, to; /* units */
	bool more;
	char fill;
};

static void
put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

#define FRONT_MAX 128
#define LABELS8 "\0\1\0\x40\0\1\0\x40\0\1\0\x40\0\1\0\x40\0\1\0\x40\0\1\0\x40\0\1\0\x40\0\1\0\x40"
#define LABELS LABELS8 LABELS8

/* An IPv4 fragment from 10.0.0.1 to 10.0.0.2 behind a link's header; unit 0 is a UDP header. */
static void
feed_framed(struct bench *b, uint16_t link, struct hg_span front, const struct fragment *f)
{
	uint8_t whole[FRONT_MAX + 20 + 8 * UNITS] = { 0 }, *frame = whole + front.len;
	size_t len = 20 + 8 * (f->to - f->from);

	memcpy(whole, front.p, front.len);
	frame[0] = 0x45;
	put16(frame + 2, (unsigned)len);
	put16(frame + 4, f->id);
	put16(frame + 6, f->from | (f->more ? 0x2000 : 0));
	frame[8] = 64;
	frame[9] = HG_IP_UDP;
	memcpy(frame + 12, "\x0a\0\0\1\x0a\0\0\2", 8);
	memset(frame + 20, f->fill, len - 20);
	if (f->from == 0) {
		put16(frame + 20, 1000);
		put16(frame + 22, 2000);
		put16(frame + 24, 8 * UNITS);
		put16(frame + 26, 0);
	}
	bench_feed(b, link, hg_span(whole, front.len + len));
}

static void
feed(struct bench *b, const struct fragment *f)
{
	feed_framed(b, HG_LINK_RAW, HG_BYTES(""), f);
}

static uint8_t
policy_of(const void *arg, const struct hg_addr *host, uint8_t family)
{
	(void)host;
	(void)family;
	return *(const uint8_t *)arg;
}

static const struct {
	const char *title;
	unsigned old[2], fresh[2];
} shapes[] = {
	{ "same", { 2, 4 }, { 2, 4 } },
	{ "same start, longer", { 2, 4 }, { 2, 6 } },
	{ "same start, shorter", { 2, 6 }, { 2, 4 } },
	{ "before, ends inside", { 4, 8 }, { 2, 6 } },
	{ "before, same end", { 4, 6 }, { 2, 6 } },
	{ "before, ends after", { 4, 6 }, { 2, 8 } },
	{ "inside", { 2, 8 }, { 4, 6 } },
	{ "inside, same end", { 2, 6 }, { 4, 6 } },
	{ "after, ends after", { 2, 6 }, { 4, 8 } },
};

#define SHAPES 9

/* One letter a unit behind the header: O the earlier fragment's bytes, N the later one's. */
static const struct {
	uint8_t policy;
	const char *want[SHAPES];
} policies[] = {
	{ HG_OS_BSD,
		{ ".OO........", ".OONN......", ".OOOO......", ".NNNNOO....", ".NNNN......", ".NNNNNN....",
			".OOOOOO....", ".OOOO......", ".OOOONN...." } },
	{ HG_OS_BSD_RIGHT,
		{ ".NN........", ".NNNN......", ".NNOO......", ".NNOOOO....", ".NNOO......", ".NNOONN....",
			".OONNOO....", ".OONN......", ".OONNNN...." } },
	{ HG_OS_LINUX,
		{ ".NN........", ".NNNN......", ".NNOO......", ".NNNNOO....", ".NNNN......", ".NNNNNN....",
			".OOOOOO....", ".OOOO......", ".OOOONN...." } },
	{ HG_OS_MACOS,
		{ ".OO........", ".OONN......", ".OOOO......", ".NNOOOO....", ".NNOO......", ".NNOONN....",
			".OOOOOO....", ".OOOO......", ".OOOONN...." } },
	{ HG_OS_SOLARIS,
		{ ".OO........", ".OONN......", ".OOOO......", ".NNOOOO....", ".NNNN......", ".NNNNNN....",
			".OOOOOO....", ".OOOO......", ".OOOONN...." } },
	{ HG_OS_WINDOWS,
		{ ".OO........", ".OONN......", ".OOOO......", ".NNOOOO....", ".NNOO......", ".NNNNNN....",
			".OOOOOO....", ".OOOO......", ".OOOONN...." } },
};

static void
check_shape(struct bench *b, size_t s, const char *want)
{
	unsigned from = HG_MIN(shapes[s].old[0], shapes[s].fresh[0]),
		 to = HG_MAX(shapes[s].old[1], shapes[s].fresh[1]);
	char got[UNITS] = { 0 };

	feed(b, &(struct fragment){ 1, 0, from, true, '.' });
	feed(b, &(struct fragment){ 1, shapes[s].old[0], shapes[s].old[1], true, 'O' });
	feed(b, &(struct fragment){ 1, shapes[s].fresh[0], shapes[s].fresh[1], true, 'N' });
	hg_check_bool(shapes[s].title, hg_event_has(&b->out[0].events, HG_EV_IPV4_FRAG_OVERLAP), true);
	hg_check_u64(shapes[s].title, b->n, 1);
	feed(b, &(struct fragment){ 1, to, UNITS, false, '.' });
	hg_check_u64(shapes[s].title, b->n, 2);
	if (b->n != 2)
		return;
	for (unsigned u = 0; u < UNITS - 1; u++)
		got[u] = (char)b->out[1].data[b->out[1].payload + 8 * u];
	hg_check_str(shapes[s].title, got, want);
}

static void
test_overlaps_follow_the_policy_of_the_target(void)
{
	for (size_t i = 0; i < HG_COUNT(policies); i++) {
		struct hg_decode_config config;
		struct bench b;

		hg_decode_config_init(&config);
		config.os_policy = policy_of;
		config.os_policy_arg = &policies[i].policy;
		bench_open_with(&b, &config);
		for (size_t s = 0; s < SHAPES; s++)
			check_shape(&b, s, policies[i].want[s]);
		bench_close(&b);
	}
}

static void
test_rebuilt_datagram_is_a_packet_of_its_own(void)
{
	struct bench b;

	bench_open(&b);
	feed(&b, &(struct fragment){ 1, 6, UNITS, false, 'b' });
	hg_check_u64("alone", b.n, 1);
	hg_check_bool("fragment", (b.out[0].flags & HG_PKT_FRAGMENT) != 0, true);
	hg_check_u64("no upper header", b.out[0].l4, 0);
	hg_check_u64("protocol", b.out[0].proto, HG_IP_UDP);
	feed(&b, &(struct fragment){ 1, 0, 6, true, 'a' });
	hg_check_u64("both", b.n, 2);
	hg_check_u64("origin", b.out[1].origin, HG_ORIGIN_DEFRAG);
	hg_check_u64("number", b.out[1].number, 0);
	hg_check_u64("depth", b.out[1].depth, 0);
	hg_check_bool("rebuilt", (b.out[1].flags & HG_PKT_REBUILT) != 0, true);
	hg_check_u64("port", b.out[1].dport, 2000);
	hg_check_u64("payload", b.out[1].payload_len, 8 * (UNITS - 1));
	bench_close(&b);
}

/* The first fragment's frame up to IP, whichever comes last. */
static void
test_rebuilt_datagram_keeps_its_link_header(void)
{
	static const struct {
		const char *title;
		uint16_t link;
		struct hg_span front[2]; /* of the second and the first fragment */
		uint16_t rebuilt_link;
		uint32_t l3;
	} rows[] = {
		{ "ethernet", HG_LINK_ETHERNET,
			{ HG_BYTES(FRAME_ETHER),
				HG_BYTES("\1\2\3\4\5\6"
					 "abcdef\x08\0") },
			HG_LINK_ETHERNET, 14 },
		{ "raw", HG_LINK_IPV4, { HG_BYTES(""), HG_BYTES("") }, HG_LINK_IPV4, 0 },
		{ "ppp", HG_LINK_PPP, { HG_BYTES("\xff\3\0\x21"), HG_BYTES("\x21") }, HG_LINK_PPP, 1 },
		{ "many labels", HG_LINK_ETHERNET,
			{ HG_BYTES(FRAME_MACS "\x88\x47" LABELS "\0\1\1\x40"),
				HG_BYTES(FRAME_MACS "\x88\x47" LABELS "\0\1\1\x40") },
			HG_LINK_RAW, 0 },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		const struct hg_packet *p;
		struct bench b;

		bench_open(&b);
		for (unsigned k = 0; k < 2; k++)
			feed_framed(&b, rows[i].link, rows[i].front[k],
				&(struct fragment){ 1, k == 0 ? 6 : 0, k == 0 ? UNITS : 6, k == 1, 'a' });
		hg_check_u64(rows[i].title, b.n, 2);
		p = &b.out[1];
		hg_check_u64(rows[i].title, p->link, rows[i].rebuilt_link);
		hg_check_u64(rows[i].title, p->l3, rows[i].l3);
		hg_check_u64(rows[i].title, p->wire_len, rows[i].l3 + 20 + 8 * UNITS);
		hg_check_u64(rows[i].title, p->dport, 2000);
		CU_ASSERT(memcmp(p->data, rows[i].front[1].p, rows[i].l3) == 0);
		bench_close(&b);
	}
}

static void
test_late_fragment_starts_anew(void)
{
	struct bench b;

	bench_open(&b);
	feed(&b, &(struct fragment){ 1, 0, 6, true, 'a' });
	b.now += 61 * HG_SEC;
	feed(&b, &(struct fragment){ 1, 6, UNITS, false, 'b' });
	hg_check_u64("packets", b.n, 1);
	hg_check_u64("timeouts", hg_decode_stats(b.decoder)->defrag_timeouts, 1);
	bench_close(&b);
}

static void
test_oldest_datagram_makes_room(void)
{
	struct hg_decode_config config;
	struct bench b;

	hg_decode_config_init(&config);
	config.defrag_trackers = 2;
	bench_open_with(&b, &config);
	for (uint16_t id = 1; id <= 3; id++)
		feed(&b, &(struct fragment){ id, 0, 6, true, 'a' });
	hg_check_u64("cap", hg_decode_stats(b.decoder)->defrag_cap, 1);
	feed(&b, &(struct fragment){ 3, 6, UNITS, false, 'b' });
	hg_check_u64("newest", b.n, 2);
	feed(&b, &(struct fragment){ 1, 6, UNITS, false, 'b' });
	hg_check_u64("oldest", b.n, 1);
	bench_close(&b);
}

static void
test_fragments_past_the_cap_are_named(void)
{
	struct hg_decode_config config;
	struct bench b;

	hg_decode_config_init(&config);
	config.defrag_frags = 2;
	bench_open_with(&b, &config);
	for (uint16_t id = 1; id <= 2; id++)
		feed(&b, &(struct fragment){ id, 0, 6, true, 'a' });
	hg_check_bool("below", b.out[0].events.any, false);
	feed(&b, &(struct fragment){ 3, 0, 6, true, 'a' });
	hg_check_bool("above", hg_event_has(&b.out[0].events, HG_EV_IPV4_FRAG_IGNORED), true);
	bench_close(&b);
}

static void
test_fragment_past_the_largest_datagram_is_named(void)
{
	struct bench b;

	bench_open(&b);
	feed(&b, &(struct fragment){ 1, 8190, 8192, false, 'a' });
	hg_check_bool("event", hg_event_has(&b.out[0].events, HG_EV_IPV4_FRAG_PKT_TOO_LARGE), true);
	bench_close(&b);
}

HG_TESTS("packet_defrag", HG_TEST(test_overlaps_follow_the_policy_of_the_target),
	HG_TEST(test_rebuilt_datagram_is_a_packet_of_its_own),
	HG_TEST(test_rebuilt_datagram_keeps_its_link_header), HG_TEST(test_late_fragment_starts_anew),
	HG_TEST(test_oldest_datagram_makes_room), HG_TEST(test_fragments_past_the_cap_are_named),
	HG_TEST(test_fragment_past_the_largest_datagram_is_named))
