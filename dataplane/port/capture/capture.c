#include "port/capture/capture_int.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const struct hg_capture_format *const formats[] = { &hg_capture_pcap, &hg_capture_pcapng };

void
hg_capture_corrupt(struct hg_capture *c, const char *format, ...)
{
	char what[160];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	snprintf(c->warning, sizeof(c->warning), "the capture is corrupt behind packet %llu: %s",
		(unsigned long long)c->number, what);
	c->corrupt = true;
}

/* Drops what is to be skipped; true when nothing of that is left. */
static bool
skip_window(struct hg_capture *c)
{
	size_t n = HG_MIN(c->to - c->from, c->skip);

	c->from += n;
	c->skip -= n;
	return c->skip == 0;
}

int
hg_capture_fill(struct hg_capture *c, size_t n, struct hg_error *err)
{
	for (;;) {
		ssize_t got;

		if (skip_window(c) && c->to - c->from >= n)
			return 1;
		if (c->from > 0)
			memmove(c->window, c->window + c->from, c->to - c->from);
		c->to -= c->from;
		c->from = 0;
		/* Less than a record is left here, so that a whole block has room behind it. */
		got = hg_source_read(&c->source, c->window + c->to, HG_CAPTURE_READ, err);
		if (got <= 0)
			return (int)got;
		c->to += (size_t)got;
	}
}

/* Says what is missing at the end of the file. */
static void
note_end(struct hg_capture *c)
{
	unsigned long long number = c->number;

	if (c->source.damage != NULL)
		snprintf(c->warning, sizeof(c->warning),
			"the packed data of the capture is damaged behind packet %llu: %s", number,
			c->source.damage);
	else if (c->to > c->from || c->skip > 0)
		snprintf(c->warning, sizeof(c->warning),
			"the capture ends in the middle of a record, behind packet %llu", number);
}

static int
capture_receive(struct hg_port *p, struct hg_frame *frames, unsigned max, struct hg_error *err)
{
	struct hg_capture *c = (struct hg_capture *)p;

	while (!c->ended) {
		unsigned n = c->corrupt || c->skip > 0 ? 0 : c->format->walk(c, frames, max);
		int r;

		if (n > 0)
			return (int)n;
		r = c->corrupt ? 0 : hg_capture_fill(c, c->want, err);
		c->ended = r <= 0;
		if (r < 0)
			return r;
		if (r == 0 && !c->corrupt)
			note_end(c);
	}
	return 0;
}

static const char *
capture_warning(const struct hg_port *p)
{
	const struct hg_capture *c = (const struct hg_capture *)p;

	return c->warning[0] == '\0' ? NULL : c->warning;
}

static void
capture_progress(const struct hg_port *p, uint64_t *done, uint64_t *total)
{
	const struct hg_capture *c = (const struct hg_capture *)p;

	*done = c->source.done;
	*total = c->source.total;
}

static void
capture_close(struct hg_port *p)
{
	struct hg_capture *c = (struct hg_capture *)p;

	if (c->format != NULL && c->format->close != NULL)
		c->format->close(c);
	hg_source_close(&c->source);
	free(c->window);
	free(c);
}

static const struct hg_port_ops capture_ops = {
	.receive = capture_receive,
	.warning = capture_warning,
	.progress = capture_progress,
	.close = capture_close,
};

static int
open_format(struct hg_capture *c, struct hg_error *err)
{
	int r = hg_capture_fill(c, 4, err);

	if (r < 0)
		return r;
	for (size_t i = 0; r > 0 && i < HG_COUNT(formats); i++)
		if (formats[i]->probe(hg_span(c->window + c->from, c->to - c->from))) {
			c->format = formats[i];
			return c->format->open(c, err);
		}
	if (c->source.damage != NULL)
		return hg_error_set(err, -EBADMSG, "cannot unpack the file: %s", c->source.damage);
	return hg_error_set(
		err, -EBADMSG, "is no capture file (pcap or pcapng, plain or packed with gzip or zstd)");
}

int
hg_capture_open(struct hg_port **ret, const char *path, struct hg_error *err)
{
	struct hg_capture *c = calloc(1, sizeof(*c));
	int r;

	if (c == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for a capture");
	c->port.ops = &capture_ops;
	c->window = malloc(HG_CAPTURE_RECORD_MAX + HG_CAPTURE_READ);
	if (c->window == NULL) {
		r = hg_error_set(err, -ENOMEM, "no memory for a capture");
		goto free_capture;
	}
	r = hg_source_open(&c->source, path, err);
	if (r < 0)
		goto free_window;
	r = open_format(c, err);
	if (r < 0)
		goto close_all;
	*ret = &c->port;
	return 0;

close_all:
	capture_close(&c->port);
	hg_error_at(err, path, 0, 0);
	return r;
free_window:
	free(c->window);
	hg_error_at(err, path, 0, 0);
free_capture:
	free(c);
	return r;
}
