#include "stream_drive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

void
drive_config(struct hg_stream_config *c)
{
	hg_stream_config_init(c);
	c->max_sessions = 64;
}

void
drive_open(struct drive *d, const struct hg_stream_config *c)
{
	struct hg_flow_config fc;
	struct hg_error err;

	memset(d, 0, sizeof(*d));
	d->now = UINT64_C(1700000000) * HG_SEC;
	hg_flow_config_init(&fc);
	fc.max_flows = 64;
	fc.synack_begins = c->midstream || c->async_oneside;
	CU_ASSERT_EQUAL_FATAL(hg_mem_open(&d->mem, (size_t)64 << 20, false, &err), 0);
	CU_ASSERT_EQUAL_FATAL(hg_flows_open(&d->flows, &fc, d->mem, &err), 0);
	CU_ASSERT_EQUAL_FATAL(hg_streams_open(&d->streams, c, d->mem, &err), 0);
}

static void
end_flows(struct drive *d, bool all)
{
	struct hg_flow *f;

	while ((f = hg_flow_next_end(d->flows, 0, all)) != NULL) {
		hg_stream_free(d->streams, f);
		hg_flow_free(d->flows, f);
	}
}

void
drive_close(struct drive *d)
{
	struct hg_mem_stats m;

	end_flows(d, true);
	CU_ASSERT_EQUAL(hg_stream_stats(d->streams)->held, 0);
	CU_ASSERT_EQUAL(hg_stream_stats(d->streams)->active, 0);
	hg_mem_stats(d->mem, &m);
	CU_ASSERT_EQUAL(m.used, 0);
	hg_streams_close(d->streams);
	hg_flows_close(d->flows);
	hg_mem_close(d->mem);
}

static uint8_t
flags_of(const char *letters)
{
	static const char names[] = "FSRPAU";
	uint8_t flags = 0;

	for (; *letters != '\0'; letters++) {
		const char *at = strchr(names, *letters);

		if (at != NULL)
			flags |= (uint8_t)(1 << (at - names));
	}
	return flags;
}

static void
begin(struct drive *d, char who)
{
	const bool client = who == 'c';
	struct hg_packet *p = &d->p;

	d->now += HG_SEC / 1000;
	memset(p, 0, sizeof(*p));
	p->time = d->now;
	p->family = 4;
	p->proto = HG_IP_TCP;
	p->l3 = 14;
	p->l4 = 34;
	p->data = d->payload;
	p->wire_len = 60;
	p->ttl = 64;
	p->src.b[0] = client ? 10 : 20;
	p->dst.b[0] = client ? 20 : 10;
	p->sport = client ? 1025 : 80;
	p->dport = client ? 80 : 1025;
	p->tcp.window = 8192;
}

static void
send_packet(struct drive *d)
{
	hg_flow_settle(d->flows, &d->p);
	end_flows(d, false);
	CU_ASSERT_PTR_NOT_NULL_FATAL(d->p.flow);
	d->flow = d->p.flow;
	d->sides = hg_stream_packet(d->streams, &d->p);
}

static void
set_option(struct drive *d, const char *word)
{
	struct hg_tcp_fields *t = &d->p.tcp;
	const uint32_t isn = d->p.sport == 80 ? DRIVE_CLIENT_ISN : DRIVE_SERVER_ISN;
	unsigned a = 0, b = 0;

	if (sscanf(word, "ts=%u/%u", &a, &b) == 2) {
		t->ts_val = a;
		t->ts_ecr = b;
		t->options |= HG_TCPOPT_TS;
	} else if (sscanf(word, "sack=%u/%u", &a, &b) == 2) {
		t->sack[t->sacks][0] = isn + a;
		t->sack[t->sacks++][1] = isn + b;
	} else if (sscanf(word, "ws=%u", &a) == 1) {
		t->wscale = (uint8_t)a;
		t->options |= HG_TCPOPT_WSCALE;
	} else if (sscanf(word, "w=%u", &a) == 1) {
		t->window = (uint16_t)a;
	} else if (sscanf(word, "urg=%u", &a) == 1) {
		t->urgent = (uint16_t)a;
	} else if (sscanf(word, "t=%u", &a) == 1) {
		d->now += a * HG_SEC;
		d->p.time = d->now;
	} else {
		CU_FAIL("a word that is no option");
		printf("# %s\n", word);
	}
}

static void
set_payload(struct drive *d, const char *word)
{
	unsigned n;
	char x;

	if (sscanf(word, "%u*%c", &n, &x) == 2) {
		memset(d->payload, x, n);
		d->p.payload_len = n;
		return;
	}
	d->p.payload_len = (uint32_t)strlen(word);
	memcpy(d->payload, word, d->p.payload_len);
}

static void
set_word(struct drive *d, const char *word)
{
	if (strchr(word, '=') != NULL)
		set_option(d, word);
	else if (strcmp(word, "tfo") == 0)
		d->p.tcp.options |= HG_TCPOPT_TFO;
	else if (strcmp(word, "sackok") == 0)
		d->p.tcp.options |= HG_TCPOPT_SACK_OK;
	else if (strcmp(word, "md5") == 0)
		d->p.tcp.options |= HG_TCPOPT_SIGNED;
	else
		set_payload(d, word);
}

void
drive_packet(struct drive *d, const char *line)
{
	char who, flags[16], rest[512] = "", *word, *save = NULL;
	int seq, ack, used = 0;

	CU_ASSERT_EQUAL_FATAL(sscanf(line, " %c %15s %d %d%n", &who, flags, &seq, &ack, &used), 4);
	snprintf(rest, sizeof(rest), "%s", line + used);
	begin(d, who);
	d->p.tcp.flags = flags_of(flags);
	d->p.tcp.seq = (who == 'c' ? DRIVE_CLIENT_ISN : DRIVE_SERVER_ISN) + (uint32_t)seq;
	if (d->p.tcp.flags & HG_TCP_ACK || ack != 0)
		d->p.tcp.ack = (who == 'c' ? DRIVE_SERVER_ISN : DRIVE_CLIENT_ISN) + (uint32_t)ack;
	for (word = strtok_r(rest, " ", &save); word != NULL; word = strtok_r(NULL, " ", &save))
		set_word(d, word);
	send_packet(d);
}

void
drive_bytes(struct drive *d, char who, uint32_t seq, uint32_t ack, struct hg_span payload)
{
	begin(d, who);
	d->p.tcp.flags = HG_TCP_ACK;
	d->p.tcp.seq = (who == 'c' ? DRIVE_CLIENT_ISN : DRIVE_SERVER_ISN) + seq;
	d->p.tcp.ack = (who == 'c' ? DRIVE_SERVER_ISN : DRIVE_CLIENT_ISN) + ack;
	d->p.tcp.window = UINT16_MAX;
	d->p.payload_len = (uint32_t)payload.len;
	if (payload.len > 0)
		memcpy(d->payload, payload.p, payload.len);
	send_packet(d);
}

uint8_t
drive_policy_of(const void *arg, const struct hg_addr *host, uint8_t family)
{
	(void)host;
	(void)family;
	return *(const uint8_t *)arg;
}

void
drive_handshake(struct drive *d)
{
	drive_packet(d, "c S 0 0");
	drive_packet(d, "s SA 0 1");
	drive_packet(d, "c A 1 1");
}

const char *
drive_events(const struct drive *d, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (unsigned e = 0; e < HG_EVENTS; e++)
		if (hg_event_has(&d->p.events, (enum hg_event)e))
			n += (size_t)snprintf(out + n, size - n, "%s%s", n == 0 ? "" : ",",
				hg_event_name((enum hg_event)e));
	return out;
}

const char *
drive_state(enum hg_tcp_state state)
{
	static const char *const names[] = { "none", "syn_sent", "syn_recv", "established", "fin_wait1",
		"fin_wait2", "time_wait", "last_ack", "close_wait", "closing", "closed" };

	return names[state];
}
