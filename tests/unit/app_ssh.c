#include <stdio.h>

#include "app_drive.h"
#include "check.h"

#define S HG_TO_SERVER
#define C HG_TO_CLIENT
#define LISTS 10

/* A packet; returns its length. */
static size_t
packet(uint8_t *to, uint8_t number, struct hg_span body)
{
	const size_t len = body.len + 2 + 4;
	const uint8_t head[] = { (uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8),
		(uint8_t)len, 4, number };

	memcpy(to, head, sizeof(head));
	if (body.len > 0)
		memcpy(to + sizeof(head), body.p, body.len);
	memset(to + sizeof(head) + body.len, 0, 4);
	return sizeof(head) + body.len + 4;
}

static size_t
kexinit(uint8_t *to, const char *kex)
{
	const char *lists[LISTS] = { kex, "hostkey", "c-up", "c-down", "m-up", "m-down", "z-up", "z-down", "",
		"" };
	uint8_t body[1024] = { 0 };
	size_t n = 16;

	for (unsigned i = 0; i < LISTS; i++) {
		body[n + 3] = (uint8_t)strlen(lists[i]);
		memcpy(body + n + 4, lists[i], strlen(lists[i]));
		n += 4 + strlen(lists[i]);
	}
	return packet(to, 20, hg_span(body, n + 5));
}

static struct drive *
open(bool compat)
{
	struct drive *d = drive_open(&(struct drive_setup){ .port = 22, .suricata7 = compat });

	for (uint16_t row = 0; row < hg_app_decoder_of(HG_PROTO_SSH)->n_buffers; row++)
		hg_apps_asked(drive_apps(d), HG_PROTO_SSH, row);
	drive_keep(d);
	return d;
}

static void
feed_cut(struct drive *d, enum hg_dir dir, struct hg_span bytes, size_t cut)
{
	for (size_t at = 0; at < bytes.len; at += cut)
		drive_feed(d, dir, hg_span_sub(bytes, at, cut));
}

static const char *
value(struct drive *d, enum hg_dir dir, const char *name)
{
	static char text[1024];
	struct hg_tx *tx = drive_flow(d)->app->txs;
	struct hg_view v;

	if (tx == NULL || !drive_buffer(tx, dir, name, 0, &v))
		return "-";
	snprintf(text, sizeof(text), "%.*s", (int)v.data.len, v.data.p);
	return text;
}

static void
test_ssh_fingerprints_do_not_depend_on_cuts(void)
{
	uint8_t bytes[2048];
	const size_t n = kexinit(bytes, "kex-1,kex-2");

	for (size_t cut = 1; cut < 100; cut++) {
		struct drive *d = open(false);

		feed_cut(d, C, HG_BYTES("SSH-2.0-server comment\r\n"), cut);
		feed_cut(d, S, HG_BYTES("SSH-2.0-client\r\n"), cut);
		hg_check_str("not made yet", value(d, S, "ssh.hassh"), "-");
		feed_cut(d, S, hg_span(bytes, n), cut);
		feed_cut(d, C, hg_span(bytes, n), cut);
		hg_check_str("version", value(d, S, "ssh.proto"), "2.0");
		hg_check_str("software", value(d, C, "ssh.software"), "server");
		hg_check_str("client", value(d, S, "ssh.hassh.string"), "kex-1,kex-2;c-up;m-up;z-up");
		hg_check_str("its MD5", value(d, S, "ssh.hassh"), "e08e6c3a5216ef91e0be0b5d883d379c");
		hg_check_str(
			"server", value(d, C, "ssh.hassh.server.string"), "kex-1,kex-2;c-down;m-down;z-down");
		hg_check_str("its MD5", value(d, C, "ssh.hassh.server"), "027cb051d3fb90a6b7c3a3f8b1ab66d3");
		drive_close(d);
	}
}

static void
test_ssh_second_kexinit(void)
{
	static const char *const want[] = { "kex-1;c-up;m-up;z-up",
		"kex-1;c-up;m-up;z-upkex-2;c-up;m-up;z-up" };
	uint8_t bytes[2048];
	size_t n = kexinit(bytes, "kex-1");

	n += kexinit(bytes + n, "kex-2");
	for (unsigned compat = 0; compat < 2; compat++) {
		struct drive *d = open(compat);

		drive_feed(d, S, HG_BYTES("SSH-2.0-client\r\n"));
		drive_feed(d, S, hg_span(bytes, n));
		hg_check_str("fingerprint", value(d, S, "ssh.hassh.string"), want[compat]);
		drive_close(d);
	}
}

/* A KEXINIT whose lists lead out of it has none. */
static void
test_ssh_broken_kexinit(void)
{
	uint8_t bytes[2048];
	const size_t n = kexinit(bytes, "kex");

	for (size_t at = 6 + 16; at < n - 9; at++) {
		struct drive *d = open(false);
		uint8_t broken[2048];

		memcpy(broken, bytes, n);
		broken[at] = 0xff;
		drive_feed(d, S, HG_BYTES("SSH-2.0-client\r\n"));
		drive_feed(d, S, hg_span(broken, n));
		if (bytes[at] == 0)
			hg_check_str("none", value(d, S, "ssh.hassh"), "-");
		drive_close(d);
	}
}

static void
test_ssh_long_kexinit_is_passed_over(void)
{
	const uint8_t head[] = { 0, 1, 0, 1, 4, 20 };
	uint8_t zeros[65535] = { 0 }, bytes[64];
	struct drive *d = open(false);

	drive_feed(d, S, HG_BYTES("SSH-2.0-client\r\n"));
	drive_feed(d, S, hg_span(head, sizeof(head)));
	drive_feed(d, S, hg_span(zeros, sizeof(zeros)));
	drive_feed(d, S, hg_span(bytes, packet(bytes, 21, HG_SPAN_NONE)));
	drive_feed(d, C, HG_BYTES("SSH-2.0-server\r\n"));
	drive_feed(d, C, hg_span(bytes, packet(bytes, 21, HG_SPAN_NONE)));
	hg_check_bool("named", strstr(drive_records(d), "long_kex_record") != NULL, true);
	hg_check_bool("NEWKEYS found", (drive_flow(d)->flags & HG_FLOW_NO_PAYLOAD) != 0, true);
	drive_close(d);
}

/* Behind NEWKEYS of both nothing is read; of one, that one is not. */
static void
test_ssh_goes_opaque(void)
{
	uint8_t bytes[64];
	const struct hg_span newkeys = hg_span(bytes, packet(bytes, 21, HG_SPAN_NONE));

	for (unsigned compat = 0; compat < 2; compat++) {
		struct drive *d = open(compat);

		drive_feed(d, S, HG_BYTES("SSH-2.0-client\r\n"));
		drive_feed(d, C, HG_BYTES("SSH-2.0-server\r\n"));
		drive_feed(d, S, newkeys);
		drive_feed(d, S, HG_BYTES("\0\0\0\1\0\0"));
		hg_check_bool("the server may still speak", (drive_flow(d)->flags & HG_FLOW_NO_PAYLOAD) != 0,
			false);
		hg_check_u64("named", drive_flow(d)->app->txs->n_anomalies, compat);
		drive_close(d);
	}
}

static void
test_ssh_lines_are_capped(void)
{
	struct drive *d = open(false);

	drive_feed(d, S, HG_BYTES("SSH-2.0-client\r\n"));
	for (unsigned i = 0; i < 64; i++)
		drive_feed(d, C, HG_BYTES("welcome\r\n"));
	hg_check_bool("64", strstr(drive_records(d), "invalid_banner") == NULL, true);
	drive_feed(d, C, HG_BYTES("welcome\r\n"));
	hg_check_bool("65", strstr(drive_records(d), "invalid_banner") != NULL, true);
	drive_close(d);
}

HG_TESTS("app_ssh", HG_TEST(test_ssh_fingerprints_do_not_depend_on_cuts), HG_TEST(test_ssh_second_kexinit),
	HG_TEST(test_ssh_broken_kexinit), HG_TEST(test_ssh_long_kexinit_is_passed_over),
	HG_TEST(test_ssh_goes_opaque), HG_TEST(test_ssh_lines_are_capped))
