#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "port/capture/capture.h"

/* A capture being built; numbers go in by its byte order. */
struct image {
	uint8_t p[4096];
	size_t len;
	bool big;
};

static void
put(struct image *m, uint64_t v, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		m->p[m->len++] = (uint8_t)(v >> 8 * (m->big ? bytes - 1 - i : i));
}

static void
put_bytes(struct image *m, const char *s, size_t n)
{
	memcpy(m->p + m->len, s, n);
	m->len += n;
}

static void
pcap_head(struct image *m, uint32_t magic, uint32_t link)
{
	put(m, magic, 4);
	put(m, 2, 2);
	put(m, 4, 2);
	put(m, 0, 8);
	put(m, 65535, 4);
	put(m, link, 4);
}

static void
pcap_record(struct image *m, bool modified, const char *data, uint32_t wire)
{
	put(m, 1700000000, 4);
	put(m, 123, 4);
	put(m, strlen(data), 4);
	put(m, wire, 4);
	put(m, 0, modified ? 8 : 0);
	put_bytes(m, data, strlen(data));
}

static size_t
block_begin(struct image *m, uint32_t type)
{
	put(m, type, 4);
	put(m, 0, 4);
	return m->len - 8;
}

static void
block_end(struct image *m, size_t at)
{
	size_t end;

	while (m->len % 4 != 0)
		m->p[m->len++] = 0;
	put(m, m->len + 4 - at, 4);
	end = m->len;
	m->len = at + 4;
	put(m, end - at, 4);
	m->len = end;
}

/* A section with a microsecond interface, one of `resolution` and offset, and a packet block of every kind. */
static void
pcapng_section(struct image *m, bool big, uint8_t resolution, int64_t offset)
{
	size_t at;

	m->big = big;
	at = block_begin(m, 0x0a0d0d0a);
	put(m, 0x1a2b3c4d, 4);
	put(m, 1, 2);
	put(m, 0, 2);
	put(m, UINT64_MAX, 8);
	block_end(m, at);
	at = block_begin(m, 1);
	put(m, 1, 2);
	put(m, 0, 2);
	put(m, 3, 4);
	block_end(m, at);
	at = block_begin(m, 1);
	put(m, 101, 2);
	put(m, 0, 2);
	put(m, 0, 4);
	put(m, 9, 2);
	put(m, 1, 2);
	put(m, resolution, 1);
	put(m, 0, 3);
	put(m, 14, 2);
	put(m, 8, 2);
	put(m, (uint64_t)offset, 8);
	put(m, 0, 4);
	block_end(m, at);
	at = block_begin(m, 0x0bad);
	put(m, 7, 4);
	block_end(m, at);
	at = block_begin(m, 6);
	put(m, 1, 4);
	put(m, 0, 4);
	put(m, 5000, 4);
	put(m, 5, 4);
	put(m, 9, 4);
	put_bytes(m, "hello", 5);
	block_end(m, at);
	at = block_begin(m, 3);
	put(m, 6, 4);
	put_bytes(m, "sim", 3);
	block_end(m, at);
	at = block_begin(m, 2);
	put(m, 0, 2);
	put(m, 0, 2);
	put(m, 0, 4);
	put(m, 77, 4);
	put(m, 2, 4);
	put(m, 1, 4);
	put_bytes(m, "pb", 2);
	block_end(m, at);
}

/* Everything a capture gave, with the bytes copied out. */
struct outcome {
	int opened, ended;
	unsigned n;
	struct hg_frame frames[16];
	char data[16][16];
	char warning[256];
	uint64_t done, total;
};

static struct outcome
replay(const uint8_t *p, size_t len, unsigned burst)
{
	struct outcome o = { 0 };
	struct hg_error err = { 0 };
	struct hg_frame frames[16];
	struct hg_port *port = NULL;
	const char *dir = getenv("TMPDIR"), *warning;
	char path[512];
	int fd, got;

	snprintf(path, sizeof(path), "%s/hg-capture-XXXXXX", dir == NULL ? "/tmp" : dir);
	fd = mkstemp(path);
	if (fd < 0 || write(fd, p, len) != (ssize_t)len)
		CU_FAIL_FATAL("cannot write a temporary file");
	close(fd);
	o.opened = hg_capture_open(&port, path, &err);
	unlink(path);
	if (o.opened < 0) {
		hg_check_str("an error names its file", err.file, path);
		hg_check_bool("an error has a sentence", err.text[0] != '\0', true);
		return o;
	}
	while ((got = hg_port_receive(port, frames, burst, &err)) > 0)
		for (int i = 0; i < got && o.n < 16; i++) {
			o.frames[o.n] = frames[i];
			memcpy(o.data[o.n++], frames[i].data, HG_MIN(frames[i].len, 15u));
		}
	o.ended = got;
	hg_check_u64("the end stays the end", (uint64_t)hg_port_receive(port, frames, burst, &err), 0);
	warning = hg_port_warning(port);
	snprintf(o.warning, sizeof(o.warning), "%s", warning == NULL ? "" : warning);
	hg_port_progress(port, &o.done, &o.total);
	hg_port_close(port);
	return o;
}

static const struct {
	const char *title;
	uint32_t magic;
	bool big, modified;
	hg_time time;
} kinds[] = {
	{ "microseconds, little", 0xa1b2c3d4, false, false, 1700000000000123000 },
	{ "microseconds, big", 0xa1b2c3d4, true, false, 1700000000000123000 },
	{ "nanoseconds, little", 0xa1b23c4d, false, false, 1700000000000000123 },
	{ "nanoseconds, big", 0xa1b23c4d, true, false, 1700000000000000123 },
	{ "modified, little", 0xa1b2cd34, false, true, 1700000000000123000 },
	{ "modified, big", 0xa1b2cd34, true, true, 1700000000000123000 },
};

static struct image
pcap_image(size_t kind)
{
	struct image m = { .big = kinds[kind].big };

	pcap_head(&m, kinds[kind].magic, 101);
	pcap_record(&m, kinds[kind].modified, "first", 60);
	pcap_record(&m, kinds[kind].modified, "", 0);
	pcap_record(&m, kinds[kind].modified, "third", 2);
	return m;
}

static void
test_pcap_of_every_kind_gives_its_frames(void)
{
	for (size_t i = 0; i < HG_COUNT(kinds); i++) {
		struct image m = pcap_image(i);
		struct outcome o = replay(m.p, m.len, 2);

		hg_check_u64(kinds[i].title, o.n, 3);
		hg_check_u64(kinds[i].title, o.frames[0].time, kinds[i].time);
		hg_check_u64(kinds[i].title, o.frames[0].wire_len, 60);
		hg_check_u64(kinds[i].title, o.frames[0].link, 101);
		hg_check_u64(kinds[i].title, o.frames[1].len, 0);
		hg_check_u64(kinds[i].title, o.frames[2].wire_len, 5);
		hg_check_u64(kinds[i].title, o.frames[2].number, 3);
		hg_check_str(kinds[i].title, o.data[0], "first");
		hg_check_str(kinds[i].title, o.data[2], "third");
		hg_check_str(kinds[i].title, o.warning, "");
		hg_check_u64(kinds[i].title, o.done, m.len);
		hg_check_u64(kinds[i].title, o.total, m.len);
	}
}

static void
test_pcapng_sections_keep_their_order_and_interfaces(void)
{
	struct image m = { .len = 0 };
	struct outcome o;

	pcapng_section(&m, false, 9, 2);
	pcapng_section(&m, true, 0x80 | 10, -1);
	o = replay(m.p, m.len, 4);

	hg_check_u64("packets", o.n, 6);
	hg_check_str("no warning", o.warning, "");
	hg_check_u64("nanoseconds and offset", o.frames[0].time, 2 * HG_SEC + 5000);
	hg_check_u64("link of the second interface", o.frames[0].link, 101);
	hg_check_str("enhanced", o.data[0], "hello");
	hg_check_str("simple", o.data[1], "sim");
	hg_check_u64("simple wire length", o.frames[1].wire_len, 6);
	hg_check_u64("simple has the time before it", o.frames[1].time, 2 * HG_SEC + 5000);
	hg_check_u64("obsolete, link", o.frames[2].link, 1);
	hg_check_u64("obsolete, microseconds", o.frames[2].time, 77000);
	hg_check_u64("binary resolution and offset", o.frames[3].time, 5000 * HG_SEC / 1024 - HG_SEC);
	hg_check_str("second section", o.data[5], "pb");
}

static void
check_cuts(const char *title, const struct image *m)
{
	struct outcome whole = replay(m->p, m->len, 16);
	unsigned last = 0;

	for (size_t cut = 0; cut < m->len; cut++) {
		struct outcome o = replay(m->p, cut, 16);

		if (o.opened < 0) {
			hg_check_u64(title, last, 0);
			continue;
		}
		hg_check_bool(title, o.n < whole.n || o.n == last, true);
		hg_check_bool(title, o.n >= last && o.ended == 0, true);
		for (unsigned i = 0; i < o.n; i++) {
			hg_check_u64(title, o.frames[i].len, whole.frames[i].len);
			hg_check_str(title, o.data[i], whole.data[i]);
		}
		last = o.n;
	}
}

static void
test_capture_cut_anywhere_gives_whole_records_only(void)
{
	struct image m = { .len = 0 }, one;

	for (size_t i = 0; i < HG_COUNT(kinds); i++) {
		one = pcap_image(i);
		check_cuts(kinds[i].title, &one);
		hg_check_bool("a cut record warns", replay(one.p, one.len - 1, 16).warning[0] != '\0', true);
		hg_check_u64("a cut record is not delivered", replay(one.p, one.len - 1, 16).n, 2);
	}
	pcapng_section(&m, true, 6, 0);
	pcapng_section(&m, false, 6, 0);
	check_cuts("pcapng", &m);
	hg_check_u64("a cut block is not delivered", replay(m.p, m.len - 1, 16).n, 5);
	hg_check_bool("a cut block warns", replay(m.p, m.len - 1, 16).warning[0] != '\0', true);
}

static void
test_mutated_capture_never_gives_a_frame_past_the_cap(void)
{
	uint32_t seed = 20240229;

	for (unsigned round = 0; round < 3000; round++) {
		struct image m = { .len = 0 };
		struct outcome o;

		if (round % 2 == 0)
			m = pcap_image(round / 2 % HG_COUNT(kinds));
		else
			pcapng_section(&m, round % 4 == 1, 6, 0);
		for (unsigned i = 0; i < 1 + round % 4; i++) {
			seed = seed * 1664525 + 1013904223;
			m.p[(seed >> 8) % m.len] = (uint8_t)(seed >> 24);
		}
		o = replay(m.p, m.len, 3);
		for (unsigned i = 0; i < o.n; i++) {
			hg_check_bool("within the file", o.frames[i].len <= m.len, true);
			hg_check_bool("wire length", o.frames[i].wire_len >= o.frames[i].len, true);
			hg_check_bool("time", o.frames[i].time <= INT64_MAX, true);
		}
	}
}

static size_t
pack(bool zstd, const struct image *m, uint8_t *out, size_t size)
{
	z_stream s = { 0 };

	if (zstd)
		return ZSTD_compress(out, size, m->p, m->len, 3);
	deflateInit2(&s, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
	s.next_in = (Bytef *)(uintptr_t)m->p;
	s.avail_in = (uInt)m->len;
	s.next_out = out;
	s.avail_out = (uInt)size;
	deflate(&s, Z_FINISH);
	deflateEnd(&s);
	return size - s.avail_out;
}

static void
test_packed_capture_reads_like_a_plain_one(void)
{
	static const char *const titles[] = { "gzip", "zstd" };

	for (int zstd = 0; zstd < 2; zstd++) {
		struct image m = pcap_image(0), tail = { .len = 0 };
		uint8_t packed[8192];
		size_t first = pack(zstd, &m, packed, sizeof(packed)), both;
		struct outcome o;

		pcap_record(&tail, false, "fourth", 6);
		both = first + pack(zstd, &tail, packed + first, sizeof(packed) - first);
		o = replay(packed, both, 16);
		hg_check_u64(titles[zstd], o.n, 4);
		hg_check_str(titles[zstd], o.data[3], "fourth");
		hg_check_str(titles[zstd], o.warning, "");
		for (size_t cut = 0; cut < both; cut++) {
			o = replay(packed, cut, 16);
			hg_check_bool(titles[zstd],
				o.n <= 4 && (o.opened < 0 || cut == first || o.warning[0] != '\0'), true);
		}
	}
}

static void
test_what_is_no_capture_is_refused(void)
{
	static const struct {
		const char *title;
		struct hg_span in;
	} rows[] = {
		{ "empty", HG_BYTES("") },
		{ "text", HG_BYTES("alert tcp any any -> any any") },
		{ "half a pcap header", HG_BYTES("\xd4\xc3\xb2\xa1\x02\x00\x04\x00") },
		{ "pcap 9.1", HG_BYTES("\xd4\xc3\xb2\xa1\x09\x00\x01\x00\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0") },
		{ "broken gzip", HG_BYTES("\x1f\x8b\x08\x00garbage behind the header") },
	};
	struct hg_port *port = NULL;
	struct hg_error err = { 0 };

	for (size_t i = 0; i < HG_COUNT(rows); i++)
		hg_check_bool(
			rows[i].title, replay(rows[i].in.p, rows[i].in.len, 1).opened == -EBADMSG, true);
	hg_check_bool("missing", hg_capture_open(&port, "/nonexistent/x.pcap", &err) == -ENOENT, true);
	hg_check_bool("a folder", hg_capture_open(&port, "/", &err) == -EISDIR, true);
}

HG_TESTS("port_capture", HG_TEST(test_pcap_of_every_kind_gives_its_frames),
	HG_TEST(test_pcapng_sections_keep_their_order_and_interfaces),
	HG_TEST(test_capture_cut_anywhere_gives_whole_records_only),
	HG_TEST(test_mutated_capture_never_gives_a_frame_past_the_cap),
	HG_TEST(test_packed_capture_reads_like_a_plain_one), HG_TEST(test_what_is_no_capture_is_refused))
