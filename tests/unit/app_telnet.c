#include <stdio.h>

#include "app_drive.h"
#include "check.h"

#define S HG_TO_SERVER
#define C HG_TO_CLIENT

/* All values of a buffer over all transactions of the flow, parted by '|'. */
static const char *
values(struct drive *d, enum hg_dir dir, const char *name)
{
	static char text[8192];
	size_t n = 0;
	struct hg_view v;

	text[0] = '\0';
	for (struct hg_tx *tx = drive_flow(d)->app->txs; tx != NULL; tx = tx->next)
		for (uint32_t i = 0; (tx->sides & 1u << dir) != 0 && drive_buffer(tx, dir, name, i, &v); i++)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%.*s|", (int)v.data.len, v.data.p);
	return text;
}

static const struct {
	const char *title;
	uint8_t dir;
	struct hg_span bytes;
	const char *buffer, *want;
} rows[] = {
	{ "commands leave the line", S,
		HG_BYTES("\xff\xfb\x01/etc/sha\xff\xf1"
			 "dow\r\n"),
		"telnet.data", "/etc/shadow|" },
	{ "every end of line", S,
		HG_BYTES("\xff\xfb\x01"
			 "a\r\nb\r\0c\nd\re\r\n"),
		"telnet.data", "a|b|c|d|e|" },
	{ "a doubled IAC is a byte", S,
		HG_BYTES("\xff\xfb\x01"
			 "a\xff\xff"
			 "b\r\n"),
		"telnet.data",
		"a\xff"
		"b|" },
	{ "empty lines are not shown", S, HG_BYTES("\xff\xfb\x01\r\n\r\nx\r\n"), "telnet.data", "x|" },
	{ "NUL is no data", S,
		HG_BYTES("\xff\xfb\x01"
			 "a\0b\n"),
		"telnet.data", "ab|" },
	{ "options by name and number", C, HG_BYTES("\xff\xfd\x18\xff\xfb\x01\xff\xfe\x63"), "telnet.option",
		"DO TERMINAL-TYPE|WILL ECHO|DONT 99|" },
	{ "variables", S, HG_BYTES("\xff\xfb\x27\xff\xfa\x27\0\0USER\1-f root\3X\1\2\1y\xff\xf0"),
		"telnet.environ", "USER=-f root|X=\1y|" },
	{ "a variable without value", S, HG_BYTES("\xff\xfb\x27\xff\xfa\x27\0\0A\0B\1\xff\xf0"),
		"telnet.environ", "A=|B=|" },
	{ "old ENVIRON with types exchanged", S, HG_BYTES("\xff\xfb\x24\xff\xfa\x24\0\1DISPLAY\0h:0\xff\xf0"),
		"telnet.environ", "DISPLAY=h:0|" },
	{ "IAC SE behind a doubled IAC is data", S,
		HG_BYTES("\xff\xfb\x27\xff\xfa\x27\0\0A\1\xff\xff\xf0"
			 "b\xff\xf0"),
		"telnet.environ",
		"A=\xff\xf0"
		"b|" },
};

static void
test_telnet_buffers_do_not_depend_on_cuts(void)
{
	for (size_t i = 0; i < HG_COUNT(rows); i++)
		for (size_t cut = 1; cut <= rows[i].bytes.len; cut++) {
			struct drive *d = drive_open(&(struct drive_setup){ .port = 23, .suricata7 = true });

			drive_keep(d);
			for (size_t at = 0; at < rows[i].bytes.len; at += cut)
				drive_feed(d, rows[i].dir, hg_span_sub(rows[i].bytes, at, cut));
			hg_check_str(rows[i].title, values(d, rows[i].dir, rows[i].buffer), rows[i].want);
			drive_close(d);
		}
}

static void
test_telnet_caps_are_named(void)
{
	static const struct {
		const char *title, *anomaly;
		struct hg_span head, unit;
		unsigned times;
	} caps[] = {
		{ "line", "line_too_long", HG_BYTES("\xff\xfb\x01"), HG_BYTES("0123456789"), 1000 },
		{ "subnegotiation", "subnegotiation_too_long", HG_BYTES("\xff\xfa\x18"),
			HG_BYTES("0123456789"), 1000 },
		{ "variables", "too_many_variables", HG_BYTES("\xff\xfb\x01\xff\xfa\x27\0"),
			HG_BYTES("\0a\1b"), 40 },
		{ "special characters", "linemode_too_many_slc", HG_BYTES("\xff\xfa\x22\3"),
			HG_BYTES("\1\2\3"), 35 },
		{ "key", "encrypt_key_too_long", HG_BYTES("\xff\xfa\x26\7"), HG_BYTES("0123456789"), 7 },
	};

	for (size_t i = 0; i < HG_COUNT(caps); i++) {
		struct drive *d = drive_open(&(struct drive_setup){ .port = 23 });

		drive_feed(d, S, caps[i].head);
		for (unsigned k = 0; k < caps[i].times; k++)
			drive_feed(d, S, caps[i].unit);
		drive_feed(d, S, HG_BYTES("\xff\xf0\r\n"));
		drive_finish(d);
		hg_check_bool(caps[i].title, strstr(drive_records(d), caps[i].anomaly) != NULL, true);
		drive_close(d);
	}
}

static void
test_telnet_options_are_capped(void)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 23 });

	for (unsigned i = 0; i < 100; i++) {
		uint8_t will[3] = { 0xff, 0xfb, (uint8_t)(i < 50 ? i : i + 78) };

		drive_feed(d, S, hg_span(will, 3));
	}
	drive_finish(d);
	hg_check_bool("named", strstr(drive_records(d), "too_many_options") != NULL, true);
	drive_close(d);
}

static void
test_telnet_hands_over_to_tls(void)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 23 });
	struct hg_flow *f = drive_flow(d);

	drive_feed(d, C, HG_BYTES("\xff\xfd\x2e"));
	drive_feed(d, S, HG_BYTES("\xff\xfb\x2e\xff\xfa\x2e\1\xff\xf0"));
	drive_feed(d, C, HG_BYTES("\xff\xfa\x2e\1\xff\xf0"));
	hg_check_u64("Telnet until another protocol is found", f->app_proto, HG_PROTO_TELNET);
	hg_check_u64("which is looked for", f->app_proto_dir[S], HG_PROTO_UNKNOWN);
	drive_feed(d, S, HG_BYTES("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03"));
	hg_check_u64("TLS", f->app_proto, HG_PROTO_TLS);
	hg_check_u64("out of Telnet", f->app_proto_orig, HG_PROTO_TELNET);
	hg_check_bool(
		"the session has its record", strstr(drive_records(d), "\"encrypted\":true") != NULL, true);
	drive_close(d);
}

static void
test_telnet_is_found_on_any_port_natively(void)
{
	for (unsigned compat = 0; compat < 2; compat++) {
		struct drive *d = drive_open(&(struct drive_setup){ .port = 2323, .suricata7 = compat });

		drive_feed(d, C, HG_BYTES("\xff\xfd\x18\xff\xfd\x1f"));
		hg_check_u64(
			"on 2323", drive_flow(d)->app_proto, compat ? HG_PROTO_UNKNOWN : HG_PROTO_TELNET);
		drive_close(d);
	}
}

HG_TESTS("app_telnet", HG_TEST(test_telnet_buffers_do_not_depend_on_cuts),
	HG_TEST(test_telnet_caps_are_named), HG_TEST(test_telnet_options_are_capped),
	HG_TEST(test_telnet_hands_over_to_tls), HG_TEST(test_telnet_is_found_on_any_port_natively))
