/* What an attacker can grow in HTTP/2 ends at a cap that has a name. */
#include <stdio.h>

#include "app_drive.h"
#include "check.h"

#define HELLO HG_BYTES("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
#define ROOM (256 * 1024)

enum { HEADERS = 1, RST_STREAM = 3, WINDOW_UPDATE = 8, CONTINUATION = 9, END_STREAM = 1, END_HEADERS = 4 };

static uint8_t bytes[ROOM];

static void
frame(struct drive *d, uint8_t type, uint8_t flags, uint32_t stream, struct hg_span payload)
{
	const uint8_t head[9] = { (uint8_t)(payload.len >> 16), (uint8_t)(payload.len >> 8),
		(uint8_t)payload.len, type, flags, (uint8_t)(stream >> 24), (uint8_t)(stream >> 16),
		(uint8_t)(stream >> 8), (uint8_t)stream };

	memcpy(bytes, head, sizeof(head));
	memcpy(bytes + sizeof(head), payload.p, payload.len);
	drive_feed(d, HG_TO_SERVER, hg_span(bytes, sizeof(head) + payload.len));
}

static struct drive *
begin(void)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 80 });

	drive_feed(d, HG_TO_SERVER, HELLO);
	return d;
}

static unsigned
count(const struct drive *d, const char *name)
{
	char text[64];
	unsigned n = 0;
	const char *at = drive_records(d);

	snprintf(text, sizeof(text), "{\"anomaly\":\"%s\"}", name);
	while ((at = strstr(at, text)) != NULL) {
		at++;
		n++;
	}
	return n;
}

static void
expect(struct drive *d, const char *name, unsigned n)
{
	drive_finish(d);
	hg_check_u64(name, count(d, name), n);
	drive_close(d);
}

static void
reset_streams(struct drive *d, unsigned n)
{
	for (uint32_t i = 0; i < n; i++) {
		frame(d, HEADERS, END_HEADERS | END_STREAM, 2 * i + 1, HG_BYTES("\x82\x84"));
		frame(d, RST_STREAM, 0, 2 * i + 1, HG_BYTES("\0\0\0\10"));
	}
}

static void
test_streams_reset_at_once_are_named(void)
{
	struct drive *d = begin();

	reset_streams(d, 99);
	hg_check_u64("99 resets", count(d, "rapid_reset"), 0);
	drive_close(d);
	d = begin();
	reset_streams(d, 250);
	expect(d, "rapid_reset", 2);
}

static void
test_a_flood_of_continuations_ends(void)
{
	static uint8_t block[16384];
	struct drive *d = begin();

	/* a field of 125 bytes, again and again */
	for (size_t i = 0; i + 128 <= sizeof(block); i += 128) {
		memset(block + i, 'x', 128);
		memcpy(block + i, "\0\1a\174", 4);
	}
	frame(d, HEADERS, END_STREAM, 1, HG_BYTES("\x82\x84"));
	for (unsigned i = 0; i < 12; i++)
		frame(d, CONTINUATION, i == 11 ? END_HEADERS : 0, 1, hg_span(block, sizeof(block)));
	drive_finish(d);
	hg_check_u64("the limit is named once", count(d, "reassembly_limit_reached"), 1);
	hg_check_u64("… and what is kept of fields has one, too", count(d, "too_many_headers"), 1);
	hg_check_u64("nothing was lost of the table", count(d, "invalid_header"), 0);
	drive_close(d);
}

static void
test_a_block_of_references_is_no_bomb(void)
{
	static uint8_t block[16384];
	struct drive *d = begin();

	/* one field of 4000 bytes goes into the table, all others refer to it */
	memset(block, 0xbe, sizeof(block));
	memcpy(block, "\100\1a\177\xa1\x1e", 6);
	memset(block + 6, 'x', 4000);
	frame(d, HEADERS, END_HEADERS | END_STREAM, 1, hg_span(block, sizeof(block)));
	expect(d, "too_many_headers", 1);
}

static void
test_windows_of_a_stream_are_kept_up_to_a_number(void)
{
	struct drive *d = begin();

	frame(d, HEADERS, END_HEADERS, 1, HG_BYTES("\x82\x84"));
	for (unsigned i = 0; i < 100; i++)
		frame(d, WINDOW_UPDATE, 0, 1, HG_BYTES("\0\0\0\1"));
	expect(d, "too_many_frames", 1);
}

static void
test_a_frame_that_is_too_long_is_passed_over(void)
{
	static uint8_t settings[66000];
	struct drive *d = begin();

	frame(d, 4, 0, 0, hg_span(settings, sizeof(settings)));
	frame(d, HEADERS, END_HEADERS | END_STREAM, 1, HG_BYTES("\x82\x84"));
	drive_finish(d);
	hg_check_u64("long frame", count(d, "long_frame_data"), 1);
	hg_check_bool(
		"what follows is read", strstr(drive_records(d), "\"http_method\":\"GET\"") != NULL, true);
	drive_close(d);
}

HG_TESTS("http2_limits", HG_TEST(test_streams_reset_at_once_are_named),
	HG_TEST(test_a_flood_of_continuations_ends), HG_TEST(test_a_block_of_references_is_no_bomb),
	HG_TEST(test_windows_of_a_stream_are_kept_up_to_a_number),
	HG_TEST(test_a_frame_that_is_too_long_is_passed_over))
