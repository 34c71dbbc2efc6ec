/* Frames of one conversation go to one worker, whatever is round them. */
#include "check.h"

#include "packet/steer.h"

static struct hg_decode_config config;

struct frame {
	uint8_t bytes[256];
	size_t len;
};

static void
add(struct frame *f, const void *bytes, size_t len)
{
	memcpy(f->bytes + f->len, bytes, len);
	f->len += len;
}
#define ADD(f, text) add(f, text, sizeof(text) - 1)

static void
ipv4(struct frame *f, uint8_t proto, const char *src, const char *dst, uint16_t frag)
{
	const uint8_t head[12] = { 0x45, 0, 0, 60, 0, 1, (uint8_t)(frag >> 8), (uint8_t)frag, 64, proto, 0,
		0 };

	add(f, head, sizeof(head));
	add(f, src, 4);
	add(f, dst, 4);
}

#define A "\x0a\0\0\x01"
#define B "\x0a\0\0\x02"
#define MACS "\2\2\2\2\2\2\4\4\4\4\4\4"
#define PORTS "\x1f\x90\x13\x88\0\x08\0\0"

static uint32_t
steer(const struct frame *f)
{
	return hg_steer(&config, hg_span(f->bytes, f->len));
}

static uint32_t
plain(const char *src, const char *dst, uint16_t frag)
{
	struct frame f = { .len = 0 };

	ADD(&f, MACS "\x08\0");
	ipv4(&f, HG_IP_UDP, src, dst, frag);
	ADD(&f, PORTS);
	return steer(&f);
}

static void
test_both_directions_and_all_fragments_meet(void)
{
	hg_check_u64("back", plain(B, A, 0), plain(A, B, 0));
	hg_check_u64("first fragment", plain(A, B, 0x2000), plain(A, B, 0));
	hg_check_u64("last fragment", plain(A, B, 0x0010), plain(A, B, 0));
	CU_ASSERT(plain(A, A, 0) != plain(A, B, 0));
}

static void
test_tags_and_tunnels_do_not_matter(void)
{
	static const struct {
		const char *title;
		struct hg_span outer;
		uint8_t proto; /* of an IPv4 header round it; 0: none */
	} rows[] = {
		{ "VLAN", HG_BYTES(MACS "\x81\0\0\x05\x08\0"), 0 },
		{ "QinQ", HG_BYTES(MACS "\x88\xa8\0\x05\x81\0\0\x06\x08\0"), 0 },
		{ "PPPoE", HG_BYTES(MACS "\x88\x64\x11\0\0\x01\0\x20\0\x21"), 0 },
		{ "GRE", HG_BYTES("\0\0\x08\0"), HG_IP_GRE },
		{ "GRE with key", HG_BYTES("\x20\0\x08\0\0\0\0\x07"), HG_IP_GRE },
		{ "Ethernet in GRE", HG_BYTES("\0\0\x65\x58" MACS "\x08\0"), HG_IP_GRE },
		{ "VXLAN", HG_BYTES("\x30\x39\x12\xb5\0\x40\0\0\x08\0\0\0\0\0\x07\0" MACS "\x08\0"),
			HG_IP_UDP },
		{ "GENEVE",
			HG_BYTES("\x30\x39\x17\xc1\0\x40\0\0\x01\0\x65\x58\0\0\x07\0\1\2\3\4" MACS "\x08\0"),
			HG_IP_UDP },
	};

	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct frame f = { .len = 0 };

		if (rows[i].proto != 0) {
			ADD(&f, MACS "\x08\0");
			ipv4(&f, rows[i].proto, "\xc0\0\2\1", "\xc0\0\2\2", 0);
		}
		add(&f, rows[i].outer.p, rows[i].outer.len);
		ipv4(&f, HG_IP_UDP, A, B, 0);
		ADD(&f, PORTS);
		hg_check_u64(rows[i].title, steer(&f), plain(A, B, 0));
	}
}

static void
test_what_is_cut_short_or_strange_is_steered_somehow(void)
{
	struct frame f = { .len = 0 };

	ADD(&f, MACS "\x08\0");
	ipv4(&f, HG_IP_UDP, A, B, 0);
	for (size_t len = 0; len < f.len; len++)
		hg_check_u64("no addresses", hg_steer(&config, hg_span(f.bytes, len)), 0);
	for (unsigned i = 0; i < 20000; i++) {
		for (size_t at = 12; at < sizeof(f.bytes); at++)
			f.bytes[at] = (uint8_t)hg_check_below(hg_check_below(2) ? 256 : 9);
		hg_steer(&config, hg_span(f.bytes, hg_check_below(sizeof(f.bytes))));
	}
}

static void
test_addresses_are_dealt_out_evenly(void)
{
	unsigned hits[4] = { 0 };
	char other[4] = { 10, 1, 0, 0 };

	for (unsigned i = 0; i < 4096; i++) {
		other[2] = (char)(i >> 8);
		other[3] = (char)i;
		hits[plain(A, other, 0) % 4]++;
	}
	for (unsigned i = 0; i < 4; i++)
		CU_ASSERT(hits[i] > 900 && hits[i] < 1150);
}

int
main(void)
{
	static const struct hg_check_test tests[] = { HG_TEST(test_both_directions_and_all_fragments_meet),
		HG_TEST(test_tags_and_tunnels_do_not_matter),
		HG_TEST(test_what_is_cut_short_or_strange_is_steered_somehow),
		HG_TEST(test_addresses_are_dealt_out_evenly) };

	hg_decode_config_init(&config);
	return hg_check_main("packet_steer", tests, HG_COUNT(tests));
}
