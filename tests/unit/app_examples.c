/* Every example of dataplane/app/<protocol>/examples.md: whole, byte by byte, cut once at every place; then with a byte
 * missing and cut short at every place, where only the rows of the decoder are asked for: nothing must break.
 *
 * An example is a fenced block: "port N [udp] [peer]" (peer: compat: suricata7, where cuts count, so that each step is fed
 * whole), then lines `> "bytes"` of the client and `< "bytes"` of the server with C's
 * escapes \r \n \t \\ \" and \xHH, then "records" and the records, one a line. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "app_drive.h"
#include "check.h"

#define STEPS 32
#define BYTES (64 * 1024)

struct example {
	char title[128];
	struct drive_setup setup;
	struct {
		enum hg_dir dir;
		size_t from, len;
	} steps[STEPS];
	unsigned n;
	uint8_t bytes[BYTES];
	size_t used;
	char records[BYTES];
};

static const char *const files[] = { "dns", "telnet", "http", "tls", "ssh", "ftp", "smtp", "dcerpc", "smb",
	"http2", "websocket" };

static size_t
unescape(const char *from, uint8_t *to)
{
	size_t n = 0;

	for (; *from != '"' && *from != '\0'; from++) {
		if (*from != '\\') {
			to[n++] = (uint8_t)*from;
			continue;
		}
		switch (*++from) {
		case 'r':
			to[n++] = '\r';
			break;
		case 'n':
			to[n++] = '\n';
			break;
		case 't':
			to[n++] = '\t';
			break;
		case 'x': {
			char hex[3] = { from[1], from[2], '\0' };

			to[n++] = (uint8_t)strtoul(hex, NULL, 16);
			from += 2;
			break;
		}
		default:
			to[n++] = (uint8_t)*from;
		}
	}
	return n;
}

static void
add_step(struct example *e, const char *line)
{
	const char *quote = strchr(line, '"');

	if (quote == NULL || e->n == STEPS)
		return;
	e->steps[e->n].dir = line[0] == '>' ? HG_TO_SERVER : HG_TO_CLIENT;
	e->steps[e->n].from = e->used;
	e->steps[e->n].len = unescape(quote + 1, e->bytes + e->used);
	e->used += e->steps[e->n].len;
	e->n++;
}

/* The next fenced block; false: none is left. */
static bool
read_example(FILE *in, struct example *e)
{
	char line[8192];
	bool inside = false, records = false;

	memset(e, 0, sizeof(*e));
	while (fgets(line, sizeof(line), in) != NULL) {
		if (strncmp(line, "## ", 3) == 0)
			snprintf(e->title, sizeof(e->title), "%.*s", (int)strcspn(line + 3, "\n"), line + 3);
		else if (strncmp(line, "```", 3) == 0 && inside)
			return true;
		else if (strncmp(line, "```", 3) == 0)
			inside = true;
		else if (!inside)
			continue;
		else if (records)
			snprintf(e->records + strlen(e->records), sizeof(e->records) - strlen(e->records),
				"%s", line);
		else if (strncmp(line, "port ", 5) == 0) {
			e->setup.port = (uint16_t)strtoul(line + 5, NULL, 10);
			e->setup.udp = strstr(line, "udp") != NULL;
			e->setup.suricata7 = strstr(line, "peer") != NULL;
		} else if (strcmp(line, "records\n") == 0)
			records = true;
		else
			add_step(e, line);
	}
	return false;
}

static struct hg_span
step_bytes(const struct example *e, unsigned i)
{
	return hg_span(e->bytes + e->steps[i].from, e->steps[i].len);
}

static void
expect(const struct example *e, struct drive *d, const char *how, size_t at)
{
	char title[200];

	drive_finish(d);
	snprintf(title, sizeof(title), "%s (%s %zu)", e->title, how, at);
	hg_check_str(title, drive_records(d), e->records);
	drive_close(d);
}

/* chunk 0: each step whole. */
static void
run_chunks(const struct example *e, size_t chunk)
{
	struct drive *d = drive_open(&e->setup);

	for (unsigned i = 0; i < e->n; i++) {
		struct hg_span rest = step_bytes(e, i);

		do {
			size_t n = chunk == 0 ? rest.len : HG_MIN(chunk, rest.len);

			drive_feed(d, e->steps[i].dir, hg_span_sub(rest, 0, n));
			rest = hg_span_from(rest, n);
		} while (rest.len > 0);
	}
	expect(e, d, "bytes a time", chunk);
}

static void
run_cut(const struct example *e, unsigned step, size_t at)
{
	struct drive *d = drive_open(&e->setup);

	for (unsigned i = 0; i < e->n; i++) {
		struct hg_span all = step_bytes(e, i);

		drive_feed(d, e->steps[i].dir, i == step ? hg_span_sub(all, 0, at) : all);
		if (i == step)
			drive_feed(d, e->steps[i].dir, hg_span_from(all, at));
	}
	expect(e, d, "cut at", at);
}

/* gap: one byte is missing; else everything from there on. */
static void
run_damaged(const struct example *e, unsigned step, size_t at, bool gap)
{
	struct drive *d = drive_open(&e->setup);

	for (unsigned i = 0; i < e->n; i++) {
		struct hg_span all = step_bytes(e, i);

		drive_feed(d, e->steps[i].dir, i == step ? hg_span_sub(all, 0, at) : all);
		if (i != step)
			continue;
		if (!gap)
			break;
		if (!e->setup.udp)
			drive_gap(d, e->steps[i].dir, 1);
		drive_feed(d, e->steps[i].dir, hg_span_from(all, at + 1));
	}
	drive_finish(d);
	hg_check_bool(e->title, strstr(drive_records(d), "…") == NULL, true);
	drive_close(d);
}

static void
run_example(const struct example *e)
{
	run_chunks(e, 0);
	for (unsigned i = 0; i < e->n; i++)
		for (size_t at = 0; at < e->steps[i].len; at++) {
			run_damaged(e, i, at, true);
			run_damaged(e, i, at, false);
		}
	if (e->setup.udp || e->setup.suricata7)
		return;
	run_chunks(e, 1);
	run_chunks(e, 3);
	for (unsigned i = 0; i < e->n; i++)
		for (size_t at = 1; at < e->steps[i].len; at++)
			run_cut(e, i, at);
}

static void
test_examples_hold_at_every_split(void)
{
	static struct example e;

	for (size_t i = 0; i < HG_COUNT(files); i++) {
		char path[512];
		FILE *in;
		unsigned n = 0;

		snprintf(path, sizeof(path), "%s/dataplane/app/%s/examples.md", HG_SOURCE_ROOT, files[i]);
		in = fopen(path, "r");
		hg_check_bool(path, in != NULL, true);
		if (in == NULL)
			continue;
		while (read_example(in, &e)) {
			run_example(&e);
			n++;
		}
		fclose(in);
		hg_check_bool(path, n > 0, true);
	}
}

HG_TESTS("app_examples", HG_TEST(test_examples_hold_at_every_split))
