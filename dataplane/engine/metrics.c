#include "engine/metrics.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/socket.h"
#include "engine/service.h"
#include "event/output.h"

#define REQUEST_MOST ((size_t)8 << 10)
#define NAME_MOST 128
#define SOCKET_MODE 0660

struct hg_metrics {
	struct hg_service *service;
	const struct hg_control_ops *ops;
};

/* "decoder.event.ipv4.trunc_pkt" as hangu_decoder_event_ipv4_trunc_pkt. */
static void
name_of(char out[NAME_MOST], const char *counter)
{
	size_t n = (size_t)snprintf(out, NAME_MOST, "hangu_");

	for (; *counter != '\0' && n < NAME_MOST - 1; counter++)
		out[n++] = (*counter >= 'a' && *counter <= 'z') || (*counter >= '0' && *counter <= '9')
			? *counter
			: '_';
	out[n] = '\0';
}

static void
print_head(FILE *out, const char *name, bool level, const char *doc)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, doc, name, level ? "gauge" : "counter");
}

static void
print_counter(void *arg, const struct hg_counter *c, uint64_t value)
{
	char name[NAME_MOST], doc[256];

	name_of(name, c->name);
	snprintf(doc, sizeof(doc), "%s (%s)", c->doc, c->unit);
	print_head(arg, name, c->level, doc);
	fprintf(arg, "%s %llu\n", name, (unsigned long long)value);
}

/* What a label's value may not have as it is. */
static void
print_label(FILE *out, const char *name, const char *label, const char *text, uint64_t value)
{
	fprintf(out, "%s{%s=\"", name, label);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(*text == '\n' ? ' ' : *text, out);
	}
	fprintf(out, "\"} %llu\n", (unsigned long long)value);
}

static void
print_sinks(FILE *out, const struct hg_control_ops *ops)
{
	static const struct {
		const char *name, *doc;
		bool level;
		size_t at;
	} rows[] = {
		{ "hangu_sink_written", "records passed on (records)", false,
			offsetof(struct hg_outlet_stats, written) },
		{ "hangu_sink_queued", "records that wait (records)", true,
			offsetof(struct hg_outlet_stats, queued) },
		{ "hangu_sink_lost", "records lost (records)", false,
			offsetof(struct hg_outlet_stats, lost) },
		{ "hangu_sink_reconnects", "times it went away or was not reached (times)", false,
			offsetof(struct hg_outlet_stats, reconnects) },
	};
	struct hg_output_stats s = { 0 };

	if (ops->output == NULL)
		return;
	ops->output(ops->arg, &s);
	for (size_t r = 0; r < HG_COUNT(rows); r++) {
		print_head(out, rows[r].name, rows[r].level, rows[r].doc);
		for (unsigned i = 0; i < s.n_sinks; i++) {
			uint64_t value;

			memcpy(&value, (const uint8_t *)&s.sinks[i] + rows[r].at, sizeof(value));
			print_label(out, rows[r].name, "sink", s.sinks[i].name, value);
		}
	}
	print_head(out, "hangu_sink_up", true, "1: it is connected");
	for (unsigned i = 0; i < s.n_sinks; i++)
		print_label(out, "hangu_sink_up", "sink", s.sinks[i].name, s.sinks[i].up);
}

static void
print_ifaces(FILE *out, const struct hg_control_ops *ops)
{
	struct hg_control_iface f;

	if (ops->iface == NULL)
		return;
	print_head(out, "hangu_iface_packets", false, "received (packets)");
	for (unsigned i = 0; ops->iface(ops->arg, i, &f); i++)
		print_label(out, "hangu_iface_packets", "iface", f.name, f.packets);
	print_head(out, "hangu_iface_dropped", false, "lost by the port (packets)");
	for (unsigned i = 0; ops->iface(ops->arg, i, &f); i++)
		print_label(out, "hangu_iface_dropped", "iface", f.name, f.dropped);
}

static void
print_all(FILE *out, const struct hg_control_ops *ops)
{
	uint64_t *values = calloc(HG_COUNTERS_MAX, sizeof(*values));

	print_head(out, "hangu_uptime_seconds", true, "since the start");
	fprintf(out, "hangu_uptime_seconds %lld\n", (long long)(hg_control_clock() - ops->started));
	if (values != NULL && ops->count != NULL) {
		ops->count(ops->arg, values);
		hg_counters_values(values, print_counter, out);
	}
	free(values);
	print_ifaces(out, ops);
	print_sinks(out, ops);
}

static void
answer(struct hg_client *c, const char *status, const char *body, size_t len)
{
	char *whole = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&whole, &size);

	hg_client_end(c);
	if (out == NULL)
		return;
	fprintf(out,
		"HTTP/1.1 %s\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: "
		"%zu\r\n"
		"Connection: close\r\n\r\n",
		status, len);
	fwrite(body, 1, len, out);
	if (fclose(out) == 0)
		hg_client_answer(c, hg_span(whole, size));
	free(whole);
}

static void
answer_metrics(const struct hg_metrics *m, struct hg_client *c)
{
	char *body = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&body, &size);

	if (out == NULL) {
		hg_client_end(c);
		return;
	}
	print_all(out, m->ops);
	if (fclose(out) == 0)
		answer(c, "200 OK", body, size);
	free(body);
}

/* A request whole up to its empty line; there is nothing in it that matters but its first line. */
static ssize_t
take_request(void *arg, struct hg_client *c, struct hg_span in)
{
	static const char refused[] = "GET /metrics\n";
	const uint8_t *end = memmem(in.p, in.len, "\r\n\r\n", 4);

	if (end == NULL)
		return 0;
	if (in.len > 13 && (memcmp(in.p, "GET /metrics ", 13) == 0 || memcmp(in.p, "GET /metrics?", 13) == 0))
		answer_metrics(arg, c);
	else if (in.len > 4 && memcmp(in.p, "GET ", 4) == 0)
		answer(c, "404 Not Found", refused, strlen(refused));
	else
		answer(c, "405 Method Not Allowed", refused, strlen(refused));
	return end + 4 - in.p;
}

static int
begin_to_listen(struct hg_metrics *m, const char *listen, struct hg_error *err)
{
	const bool path = listen[0] == '/';
	int fd,
		r = path ? hg_socket_listen(&fd, listen, SOCKET_MODE, err)
			 : hg_socket_listen_at(&fd, listen, err);

	return r < 0 ? r : hg_service_listen(m->service, fd, path ? listen : NULL, err);
}

int
hg_metrics_open(
	struct hg_metrics **ret, const char *listen, const struct hg_control_ops *ops, struct hg_error *err)
{
	static const struct hg_protocol protocol = { REQUEST_MOST, take_request };
	struct hg_metrics *m = calloc(1, sizeof(*m));
	int r;

	if (m == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for metrics");
	m->ops = ops;
	r = hg_service_open(&m->service, &protocol, m, err);
	if (r == 0)
		r = begin_to_listen(m, listen, err);
	if (r < 0) {
		hg_metrics_close(m);
		return r;
	}
	*ret = m;
	return 0;
}

void
hg_metrics_close(struct hg_metrics *m)
{
	if (m == NULL)
		return;
	hg_service_close(m->service);
	free(m);
}

int
hg_metrics_fd(const struct hg_metrics *m)
{
	return hg_service_fd(m->service);
}

void
hg_metrics_serve(struct hg_metrics *m)
{
	hg_service_serve(m->service);
}
