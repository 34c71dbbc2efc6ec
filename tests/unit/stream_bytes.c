/* Reassembly: what the application and raw inspection are shown, and when. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "stream_drive.h"

static uint8_t policy = HG_OS_BSD;

static void
open_established(struct drive *d, struct hg_stream_config *c)
{
	c->os_policy = drive_policy_of;
	c->os_policy_arg = &policy;
	drive_open(d, c);
	drive_handshake(d);
}

/* Everything that is new, a gap shown as "<n>". */
static const char *
pull(struct drive *d, enum hg_dir dir, char *out, size_t size)
{
	struct hg_stream_bytes in;
	size_t n = 0;

	out[0] = '\0';
	while (n + 16 < size && hg_stream_next(&d->p, dir, &in)) {
		if (in.gap > 0)
			n += (size_t)snprintf(out + n, size - n, "<%u>", (unsigned)in.gap);
		n += (size_t)snprintf(out + n, size - n, "%.*s", (int)in.data.len, in.data.p);
		hg_stream_take(d->flow, dir, in.data.len);
		if (in.eof) {
			snprintf(out + n, size - n, "$");
			break;
		}
	}
	return out;
}

/* Raw windows of the last packet, each in brackets. */
static const char *
raw(struct drive *d, char *out, size_t size)
{
	struct hg_raw_iter it = { 0 };
	struct hg_raw_window w;
	size_t n = 0;

	out[0] = '\0';
	while (n + 16 < size && hg_stream_raw(d->streams, &d->p, &it, &w))
		n += (size_t)snprintf(out + n, size - n, "[%.*s]", (int)w.data.len, w.data.p);
	hg_stream_raw_done(d->streams, &d->p, &it, true);
	return out;
}

static void
test_overlaps_are_answered_by_the_target(void)
{
	/* old bytes lie at 10..20; what became of 5..25 with the new ones written over them */
	static const struct {
		unsigned from, to;
	} cells[] = { { 10, 20 }, { 10, 25 }, { 10, 15 }, { 5, 15 }, { 5, 20 }, { 5, 25 }, { 12, 18 },
		{ 15, 25 } };
	static const struct {
		uint8_t os;
		const char *want[8];
	} rows[] = {
		{ HG_OS_BSD,
			{ "OOOOOOOOOO", "OOOOOOOOOONNNNN", "OOOOOOOOOO", "NNNNNNNNNNOOOOO", "NNNNNNNNNNNNNNN",
				"NNNNNNNNNNNNNNNNNNNN", "OOOOOOOOOO", "OOOOOOOOOONNNNN" } },
		{ HG_OS_LINUX,
			{ "OOOOOOOOOO", "NNNNNNNNNNNNNNN", "OOOOOOOOOO", "NNNNNNNNNNOOOOO", "NNNNNNNNNNNNNNN",
				"NNNNNNNNNNNNNNNNNNNN", "OOOOOOOOOO", "OOOOOOOOOONNNNN" } },
		{ HG_OS_OLD_LINUX,
			{ "NNNNNNNNNN", "NNNNNNNNNNNNNNN", "OOOOOOOOOO", "NNNNNNNNNNOOOOO", "NNNNNNNNNNNNNNN",
				"NNNNNNNNNNNNNNNNNNNN", "OOOOOOOOOO", "OOOOOOOOOONNNNN" } },
		{ HG_OS_SOLARIS,
			{ "NNNNNNNNNN", "NNNNNNNNNNNNNNN", "OOOOOOOOOO", "NNNNNOOOOOOOOOO", "NNNNNNNNNNNNNNN",
				"NNNNNNNNNNNNNNNNNNNN", "OOOOOOOOOO", "OOOOONNNNNNNNNN" } },
		{ HG_OS_VISTA,
			{ "OOOOOOOOOO", "OOOOOOOOOONNNNN", "OOOOOOOOOO", "NNNNNOOOOOOOOOO", "NNNNNOOOOOOOOOO",
				"NNNNNOOOOOOOOOONNNNN", "OOOOOOOOOO", "OOOOOOOOOONNNNN" } },
	};
	static struct drive d;
	char line[64], out[256], want[64];

	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++)
		for (size_t k = 0; k < sizeof(cells) / sizeof(cells[0]); k++) {
			const unsigned from = cells[k].from, to = cells[k].to, begin = from < 10 ? from : 10;
			struct hg_stream_config c;

			policy = rows[r].os;
			drive_config(&c);
			open_established(&d, &c);
			drive_packet(&d, "c A 11 1 10*O");
			snprintf(line, sizeof(line), "c A %u 1 %u*N", 1 + from, to - from);
			drive_packet(&d, line);
			snprintf(line, sizeof(line), "c A 1 1 %u*.", begin);
			drive_packet(&d, line);
			drive_packet(&d, "s A 1 90");
			snprintf(want, sizeof(want), "%.*s%s", (int)begin, "..........", rows[r].want[k]);
			hg_check_str("bytes", pull(&d, HG_TO_SERVER, out, sizeof(out)), want);
			drive_close(&d);
		}
	policy = HG_OS_BSD;
}

static void
test_a_long_segment_counts_behind_a_short_one(void)
{
	static const char *const want[] = { "OOOOOOOOOO", "OOOOOONNOO" };
	static struct drive d;
	char out[64];

	for (unsigned compat = 0; compat < 2; compat++) {
		struct hg_stream_config c;

		drive_config(&c);
		c.suricata7 = compat != 0;
		open_established(&d, &c);
		drive_packet(&d, "c A 1 1 10*O");
		drive_packet(&d, "c A 3 1 2*N");
		drive_packet(&d, "c A 7 1 2*N");
		drive_packet(&d, "s A 1 11");
		hg_check_str("bytes", pull(&d, HG_TO_SERVER, out, sizeof(out)), want[compat]);
		drive_close(&d);
	}
}

static void
test_inline_keeps_what_passed_first(void)
{
	static struct drive d;
	struct hg_stream_config c;
	char out[64];

	policy = HG_OS_LAST;
	drive_config(&c);
	c.ips = true;
	open_established(&d, &c);
	drive_packet(&d, "c A 4 1 OOO");
	drive_packet(&d, "c A 1 1 NNNNNNNN");
	hg_check_str("bytes", pull(&d, HG_TO_SERVER, out, sizeof(out)), "NNNOOONN");
	drive_close(&d);
	policy = HG_OS_BSD;
}

static void
test_different_bytes_are_told(void)
{
	static const struct {
		const char *title;
		bool wanted, ips, suricata7;
		const char *second, *events;
	} rows[] = {
		{ "same bytes", true, false, false, "c A 3 1 cdXX", "" },
		{ "other bytes", true, false, false, "c A 3 1 cXXX", "reassembly_overlap_different_data" },
		{ "nobody asks", false, false, false, "c A 3 1 cXXX", "" },
		{ "sent twice, natively", true, false, false, "c A 1 1 XXXX",
			"reassembly_overlap_different_data" },
		{ "sent twice, as the peer", true, false, true, "c A 1 1 XXXX", "" },
		{ "sent twice, inline", true, true, true, "c A 1 1 XXXX",
			"reassembly_overlap_different_data" },
	};
	static struct drive d;
	char events[128];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hg_stream_config c;

		drive_config(&c);
		c.ips = rows[i].ips;
		c.suricata7 = rows[i].suricata7;
		open_established(&d, &c);
		hg_streams_compare(d.streams, rows[i].wanted);
		drive_packet(&d, "c A 1 1 abcd");
		drive_packet(&d, rows[i].second);
		hg_check_str(rows[i].title, drive_events(&d, events, sizeof(events)), rows[i].events);
		drive_close(&d);
	}
}

static void
test_bytes_show_when_they_are_acknowledged(void)
{
	static struct drive d;
	struct hg_stream_config c;
	char out[64];

	drive_config(&c);
	open_established(&d, &c);
	drive_packet(&d, "c A 1 1 hello");
	hg_check_u64("nothing yet", d.sides & 1, 0);
	hg_check_bool("no more", hg_stream_has_more(d.flow, HG_TO_SERVER), false);
	hg_check_str("sent", pull(&d, HG_TO_SERVER, out, sizeof(out)), "");
	drive_packet(&d, "s A 1 4");
	hg_check_u64("the client's side", d.sides, 1);
	hg_check_bool("more", hg_stream_has_more(d.flow, HG_TO_SERVER), true);
	hg_check_str("partly acknowledged", pull(&d, HG_TO_SERVER, out, sizeof(out)), "hel");
	hg_check_bool("no more of it", hg_stream_has_more(d.flow, HG_TO_SERVER), false);
	drive_packet(&d, "s A 1 6");
	hg_check_str("all", pull(&d, HG_TO_SERVER, out, sizeof(out)), "lo");
	drive_close(&d);
}

static void
test_inline_bytes_show_at_once(void)
{
	static struct drive d;
	struct hg_stream_config c;
	char out[64];

	drive_config(&c);
	c.ips = true;
	open_established(&d, &c);
	drive_packet(&d, "c A 1 1 hello");
	hg_check_u64("its own side", d.sides, 1);
	hg_check_str("sent", pull(&d, HG_TO_SERVER, out, sizeof(out)), "hello");
	drive_close(&d);
}

static void
test_a_hole_is_told_once_it_is_acknowledged(void)
{
	static struct drive d;
	struct hg_stream_config c;
	char out[64], events[128];

	drive_config(&c);
	open_established(&d, &c);
	drive_packet(&d, "c A 1 1 abc");
	drive_packet(&d, "c A 8 1 xyz");
	drive_packet(&d, "s A 1 4");
	hg_check_str("in front of the hole", pull(&d, HG_TO_SERVER, out, sizeof(out)), "abc");
	hg_check_bool("not yet", hg_stream_has_more(d.flow, HG_TO_SERVER), false);
	drive_packet(&d, "s A 1 11");
	hg_check_bool("a hole", hg_stream_has_more(d.flow, HG_TO_SERVER), true);
	hg_check_str("behind it", pull(&d, HG_TO_SERVER, out, sizeof(out)), "<4>xyz");
	hg_check_str("event", drive_events(&d, events, sizeof(events)), "reassembly_seq_gap");
	drive_packet(&d, "c A 4 1 late");
	hg_check_str("too late", pull(&d, HG_TO_SERVER, out, sizeof(out)), "");
	drive_close(&d);
}

static void
test_the_end_is_told_when_the_session_is_over(void)
{
	static struct drive d;
	struct hg_stream_config c;
	char out[64];

	drive_config(&c);
	open_established(&d, &c);
	drive_packet(&d, "c FA 1 1 abc");
	drive_packet(&d, "s A 1 5");
	hg_check_str("half closed", pull(&d, HG_TO_SERVER, out, sizeof(out)), "abc");
	drive_packet(&d, "s FA 1 5");
	drive_packet(&d, "c A 5 2");
	hg_check_str("closed", pull(&d, HG_TO_SERVER, out, sizeof(out)), "$");
	hg_check_str("told once", pull(&d, HG_TO_SERVER, out, sizeof(out)), "");
	drive_close(&d);
}

static void
test_a_flush_shows_what_nobody_acknowledged(void)
{
	static struct drive d;
	struct hg_stream_config c;
	char out[64];

	drive_config(&c);
	open_established(&d, &c);
	drive_packet(&d, "c A 1 1 abc");
	hg_check_bool("owed", hg_stream_owes(d.flow, HG_TO_SERVER, false), true);
	hg_stream_flush(d.streams, d.flow, HG_TO_SERVER);
	hg_check_str("all", pull(&d, HG_TO_SERVER, out, sizeof(out)), "abc$");
	drive_close(&d);
}

static void
test_the_depth_ends_a_direction(void)
{
	static struct drive d;
	struct hg_stream_config c;
	char out[64], events[128];

	drive_config(&c);
	c.depth = 8;
	open_established(&d, &c);
	drive_packet(&d, "c A 1 1 abcdef");
	drive_packet(&d, "c A 7 1 ghi");
	hg_check_str("event", drive_events(&d, events, sizeof(events)), "reassembly_depth_reached");
	drive_packet(&d, "s A 1 10");
	hg_check_str("what fits whole", pull(&d, HG_TO_SERVER, out, sizeof(out)), "abcdef$");
	drive_packet(&d, "c A 10 1 jkl");
	hg_stream_prune(d.streams, &d.p);
	drive_packet(&d, "c A 13 1 mno");
	hg_check_bool("no part of the stream", (d.p.flags & HG_PKT_IN_STREAM) != 0, false);
	hg_check_u64("counted once", hg_stream_stats(d.streams)->depth, 1);
	drive_close(&d);
}

static void
test_urgent_bytes_follow_the_policy(void)
{
	static const struct {
		enum hg_urgent urgent;
		const char *want;
	} rows[] = {
		{ HG_URGENT_INLINE, "abcdef" },
		{ HG_URGENT_OOB, "abdef" },
		{ HG_URGENT_GAP, "ab<1>def" },
	};
	static struct drive d;
	char out[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hg_stream_config c;

		drive_config(&c);
		c.urgent = rows[i].urgent;
		open_established(&d, &c);
		drive_packet(&d, "c UA 1 1 abc urg=3");
		drive_packet(&d, "c A 4 1 def");
		drive_packet(&d, "s A 1 7");
		hg_check_str("bytes", pull(&d, HG_TO_SERVER, out, sizeof(out)), rows[i].want);
		hg_check_u64(
			"taken out", hg_stream_stats(d.streams)->urgent, rows[i].urgent == HG_URGENT_OOB);
		drive_close(&d);
	}
}

/* Pieces of a direction as "bytes", "<gap>bytes". */
static const char *
pieces(const struct drive *d, enum hg_dir dir, char *out, size_t size)
{
	struct hg_stream_piece piece = { 0 };
	size_t n = 0;

	out[0] = '\0';
	while (hg_stream_piece(d->flow, dir, &piece)) {
		if (piece.gap > 0)
			n += (size_t)snprintf(out + n, size - n, "<%u>", (unsigned)piece.gap);
		n += (size_t)snprintf(
			out + n, size - n, "%.*s", (int)piece.data.len, (const char *)piece.data.p);
	}
	return out;
}

static void
test_held_bytes_are_shown_once_acknowledged(void)
{
	static struct drive d;
	struct hg_stream_config c;
	char out[64];

	drive_config(&c);
	open_established(&d, &c);
	drive_packet(&d, "c A 1 1 abc");
	hg_check_str("not yet", pieces(&d, HG_TO_SERVER, out, sizeof(out)), "");
	drive_packet(&d, "s A 1 3");
	hg_check_str("as far as it is", pieces(&d, HG_TO_SERVER, out, sizeof(out)), "ab");
	drive_packet(&d, "c A 6 1 fgh");
	hg_check_str("not behind a hole", pieces(&d, HG_TO_SERVER, out, sizeof(out)), "ab");
	drive_packet(&d, "s A 1 8");
	hg_check_str("a hole, and all that lies together", pieces(&d, HG_TO_SERVER, out, sizeof(out)),
		"abc<2>fgh");
	hg_check_str("none", pieces(&d, HG_TO_CLIENT, out, sizeof(out)), "");
	hg_stream_flush(d.streams, d.flow, HG_TO_SERVER);
	hg_check_str("all", pieces(&d, HG_TO_SERVER, out, sizeof(out)), "abc<2>fgh");
	drive_close(&d);
}

/* What was read stays for alerts that show it, as far as decoders ask. */
static void
test_shown_bytes_outlive_their_reading(void)
{
	static struct drive d;
	struct hg_stream_config c;
	char out[64];

	for (unsigned shown = 0; shown < 2; shown++) {
		struct hg_raw_iter it = { 0 };
		struct hg_raw_window window;

		drive_config(&c);
		c.shown = shown;
		open_established(&d, &c);
		drive_packet(&d, "c A 1 1 abcdef");
		drive_packet(&d, "s A 1 7");
		pull(&d, HG_TO_SERVER, out, sizeof(out));
		hg_stream_trigger_raw(d.flow, HG_TO_SERVER);
		hg_stream_min_inspect(d.flow, HG_TO_SERVER, 4);
		drive_packet(&d, "c A 7 1");
		while (hg_stream_raw(d.streams, &d.p, &it, &window))
			;
		hg_stream_raw_done(d.streams, &d.p, &it, true);
		hg_stream_prune(d.streams, &d.p);
		hg_check_str("kept", pieces(&d, HG_TO_SERVER, out, sizeof(out)), shown ? "cdef" : "");
		drive_close(&d);
	}
}

static void
test_raw_windows_do_not_overlap(void)
{
	static struct drive d;
	struct hg_stream_config c;
	char out[128];

	drive_config(&c);
	c.chunk[HG_TO_SERVER] = 6;
	open_established(&d, &c);
	drive_packet(&d, "c A 1 1 abcd");
	hg_check_str("not acknowledged", raw(&d, out, sizeof(out)), "");
	drive_packet(&d, "s A 1 5");
	drive_packet(&d, "c A 5 1 efgh");
	hg_check_str("too few", raw(&d, out, sizeof(out)), "");
	drive_packet(&d, "s A 1 9");
	drive_packet(&d, "c A 9 1");
	hg_check_str("a chunk", raw(&d, out, sizeof(out)), "[abcdefgh]");
	drive_packet(&d, "c A 9 1 ij");
	drive_packet(&d, "s A 1 11");
	hg_stream_trigger_raw(d.flow, HG_TO_SERVER);
	drive_packet(&d, "c A 11 1");
	hg_check_str("asked for", raw(&d, out, sizeof(out)), "[ij]");
	drive_close(&d);
}

static void
test_raw_windows_part_at_a_hole(void)
{
	static struct drive d;
	struct hg_stream_config c;
	char out[128];

	drive_config(&c);
	open_established(&d, &c);
	drive_packet(&d, "c A 1 1 abc");
	drive_packet(&d, "c A 8 1 xyz");
	drive_packet(&d, "s A 1 11");
	pull(&d, HG_TO_SERVER, out, sizeof(out));
	hg_stream_trigger_raw(d.flow, HG_TO_SERVER);
	drive_packet(&d, "c A 11 1");
	hg_check_str("two blocks", raw(&d, out, sizeof(out)), "[abc][xyz]");
	drive_close(&d);
}

static void
test_flush_rules_look_back(void)
{
	static struct drive d;
	struct hg_stream_config c;
	struct hg_raw_iter it = { .look_back = true };
	struct hg_raw_window w;
	char out[128];

	drive_config(&c);
	open_established(&d, &c);
	hg_streams_look_back(d.streams, true);
	drive_packet(&d, "c A 1 1 abcdef");
	drive_packet(&d, "s A 1 7");
	pull(&d, HG_TO_SERVER, out, sizeof(out));
	hg_stream_min_inspect(d.flow, HG_TO_SERVER, 4);
	hg_stream_trigger_raw(d.flow, HG_TO_SERVER);
	drive_packet(&d, "c A 7 1");
	hg_check_str("first look", raw(&d, out, sizeof(out)), "[abcdef]");
	hg_stream_prune(d.streams, &d.p);
	drive_packet(&d, "c A 7 1 gh");
	drive_packet(&d, "s A 1 9");
	pull(&d, HG_TO_SERVER, out, sizeof(out));
	hg_stream_trigger_raw(d.flow, HG_TO_SERVER);
	drive_packet(&d, "c A 9 1");
	hg_check_bool("window", hg_stream_raw(d.streams, &d.p, &it, &w), true);
	hg_check_span("four in front of what was read", w.data, HG_BYTES("efgh"));
	drive_close(&d);
}

static void
test_inline_windows_surround_the_packet(void)
{
	static struct drive d;
	struct hg_stream_config c;
	char out[128];

	drive_config(&c);
	c.ips = true;
	c.chunk[HG_TO_SERVER] = 9;
	open_established(&d, &c);
	drive_packet(&d, "c A 1 1 abcd");
	hg_check_str("alone", raw(&d, out, sizeof(out)), "[abcd]");
	drive_packet(&d, "c A 5 1 efgh");
	hg_check_str("with what came before", raw(&d, out, sizeof(out)), "[abcdefgh]");
	drive_packet(&d, "c A 9 1 ijkl");
	hg_check_str("a chunk", raw(&d, out, sizeof(out)), "[defghijkl]");
	drive_packet(&d, "c A 13 1 1234567890");
	hg_check_str("a large packet and a third of a chunk", raw(&d, out, sizeof(out)), "[jkl1234567890]");
	drive_packet(&d, "c A 30 1 far");
	hg_check_str("behind a hole", raw(&d, out, sizeof(out)), "[far]");
	drive_close(&d);
}

static void
test_nothing_is_kept_when_nobody_looks(void)
{
	static struct drive d;
	struct hg_stream_config c;

	drive_config(&c);
	open_established(&d, &c);
	hg_stream_disable_app(d.flow, HG_TO_SERVER);
	hg_stream_disable_raw(d.flow, HG_TO_SERVER);
	drive_packet(&d, "c A 1 1 abcd");
	hg_check_u64("held", hg_stream_stats(d.streams)->held, 0);
	drive_close(&d);
}

static void
test_what_was_read_is_given_up(void)
{
	static struct drive d;
	struct hg_stream_config c;
	char out[64];

	drive_config(&c);
	c.raw = false;
	open_established(&d, &c);
	drive_packet(&d, "c A 1 1 abcd");
	drive_packet(&d, "s A 1 5");
	pull(&d, HG_TO_SERVER, out, sizeof(out));
	drive_packet(&d, "c A 5 1");
	hg_stream_prune(d.streams, &d.p);
	hg_check_u64("held", hg_stream_stats(d.streams)->held, 0);
	drive_close(&d);
}

static void
test_caps_are_told_and_end_the_stream(void)
{
	static const struct {
		const char *title;
		size_t memcap;
		uint32_t pieces;
		const char *events;
	} rows[] = {
		{ "bytes", 8, 4096, "reassembly_insert_memcap" },
		{ "pieces", 1 << 20, 2, "reassembly_insert_limit" },
	};
	static struct drive d;
	char events[128];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hg_stream_config c;

		drive_config(&c);
		c.ips = true;
		c.memcap = rows[i].memcap;
		c.max_pieces = rows[i].pieces;
		c.reassembly_memcap_policy = HG_EXCEPTION_DROP_FLOW;
		open_established(&d, &c);
		drive_packet(&d, "c A 5 1 abcd");
		drive_packet(&d, "c A 15 1 abcd");
		drive_packet(&d, "c A 25 1 abcd");
		hg_check_str(rows[i].title, drive_events(&d, events, sizeof(events)), rows[i].events);
		hg_check_u64("why", d.p.drop_reason, HG_DROP_STREAM_REASSEMBLY);
		drive_close(&d);
	}
}

/* Many pieces in the worst order, each in front of all that are there: the bytes must be whole in the end, and no run may be
 * joined before its turn (the time-out of the test tells squared work). */
static void
test_pieces_backwards_end_whole(void)
{
	enum { PIECES = 4000, LEN = 100 };
	static struct drive d;
	static uint8_t bytes[LEN];
	struct hg_stream_config c;
	struct hg_stream_bytes in;
	uint64_t total = 0;

	drive_config(&c);
	c.midstream = true; /* no window */
	drive_open(&d, &c);
	drive_packet(&d, "c A 0 0");
	for (unsigned i = PIECES; i-- > 0;) {
		memset(bytes, 'a' + (int)(i % 26), LEN);
		drive_bytes(&d, 'c', i * LEN, 0, hg_span(bytes, LEN));
	}
	drive_bytes(&d, 's', 0, PIECES * LEN, HG_SPAN_NONE);
	while (hg_stream_next(&d.p, HG_TO_SERVER, &in)) {
		for (size_t k = 0; k < in.data.len; k++)
			CU_ASSERT_EQUAL_FATAL(in.data.p[k], 'a' + (in.offset + k) / LEN % 26);
		total += in.data.len;
		hg_stream_take(d.flow, HG_TO_SERVER, in.data.len);
	}
	hg_check_u64("bytes", total, PIECES * LEN);
	drive_close(&d);
}

HG_TESTS("stream_bytes", HG_TEST(test_overlaps_are_answered_by_the_target),
	HG_TEST(test_a_long_segment_counts_behind_a_short_one), HG_TEST(test_inline_keeps_what_passed_first),
	HG_TEST(test_different_bytes_are_told), HG_TEST(test_bytes_show_when_they_are_acknowledged),
	HG_TEST(test_inline_bytes_show_at_once), HG_TEST(test_a_hole_is_told_once_it_is_acknowledged),
	HG_TEST(test_the_end_is_told_when_the_session_is_over),
	HG_TEST(test_a_flush_shows_what_nobody_acknowledged), HG_TEST(test_the_depth_ends_a_direction),
	HG_TEST(test_urgent_bytes_follow_the_policy), HG_TEST(test_held_bytes_are_shown_once_acknowledged),
	HG_TEST(test_shown_bytes_outlive_their_reading), HG_TEST(test_raw_windows_do_not_overlap),
	HG_TEST(test_raw_windows_part_at_a_hole), HG_TEST(test_flush_rules_look_back),
	HG_TEST(test_inline_windows_surround_the_packet), HG_TEST(test_nothing_is_kept_when_nobody_looks),
	HG_TEST(test_what_was_read_is_given_up), HG_TEST(test_caps_are_told_and_end_the_stream),
	HG_TEST(test_pieces_backwards_end_whole))
