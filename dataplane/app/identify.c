/* Which protocol a direction speaks: magics at fixed places on every port, then the probe of what the other direction
 * speaks and probes where the port hints at one, then what somebody announced (peer-semantics 6.1). Content decides however it is cut: nothing is final before enough bytes
 * are there. */
#include "app/app_int.h"

static bool
magic_fits(const struct hg_magic *m, struct hg_span in)
{
	struct hg_span at = hg_span_sub(in, m->offset, m->bytes.len);

	if (m->nocase ? !hg_span_eq_nocase(at, m->bytes) : !hg_span_eq(at, m->bytes))
		return false;
	if (!m->blank_after)
		return true;
	at = hg_span_sub(in, m->offset + m->bytes.len, 1);
	return at.len == 1 && hg_is_blank(at.p[0]);
}

/* A probe that agrees with no magic is asked again until so many bytes are there. */
#define PROBED_MOST 36

/* It was not found; could it still be when more bytes come? */
static bool
magic_is_open(const struct hg_magic *m, struct hg_span in)
{
	struct hg_span at = hg_span_from(in, HG_MIN(in.len, (size_t)m->offset));
	struct hg_span begin = hg_span_sub(m->bytes, 0, at.len);

	if (in.len >= m->offset + m->bytes.len + m->blank_after)
		return (m->probed || m->native) && in.len < PROBED_MOST && magic_fits(m, in);
	at.len = begin.len;
	return m->nocase ? hg_span_eq_nocase(at, begin) : hg_span_eq(at, begin);
}

static enum hg_probe
agree(const struct hg_decoder *d, const struct hg_magic *m, enum hg_dir dir, struct hg_span in, bool udp)
{
	if (m->native)
		return d->confirm(dir, in, udp);
	return m->probed ? d->probe(dir, in, udp) : HG_PROBE_YES;
}

static bool
is_unknown(const struct hg_apps *a, const struct hg_magic *m)
{
	return m->native && hg_as_peer(a->config.suricata7, HG_DIFF_TLS_TLCP);
}

/* open: a magic fits whose probe may still agree; turned: its probe says that the other side speaks so. */
static bool
magics_fit(const struct hg_apps *a, const struct hg_decoder *d, enum hg_dir dir, struct hg_span in, bool udp,
	bool *open, bool *turned)
{
	for (unsigned i = 0; i < d->n_magics; i++) {
		const struct hg_magic *m = &d->magics[i];
		enum hg_probe said;

		if (m->dir != dir || is_unknown(a, m) || !magic_fits(m, in))
			continue;
		said = agree(d, m, dir, in, udp);
		*turned = said == HG_PROBE_REVERSE;
		if (said == HG_PROBE_YES || said == HG_PROBE_REVERSE)
			return true;
		*open |= in.len < PROBED_MOST;
	}
	return false;
}

static enum hg_proto
by_magic_of(const struct hg_apps *a, enum hg_dir dir, struct hg_span in, bool udp, bool *open, bool *turned)
{
	for (unsigned i = 0; i < a->n; i++)
		if (a->protocols[i].enabled[udp] != HG_DECODE_NO &&
			magics_fit(a, a->protocols[i].decoder, dir, in, udp, open, turned))
			return a->protocols[i].decoder->proto;
	return HG_PROTO_UNKNOWN;
}

static bool
has_port(const struct hg_protocol *p, uint16_t port)
{
	for (unsigned i = 0; i < HG_COUNT(p->ports) && p->ports[i] != 0; i++)
		if (p->ports[i] == port)
			return true;
	return false;
}

static bool
is_other(const struct hg_app *app, enum hg_dir dir, const struct hg_protocol *p)
{
	return app->flow->app_proto_dir[!dir] == p->decoder->proto;
}

/* A greeting counts from a server that speaks first, on the protocol's port whoever did; words of a client behind it, or on that
 * port as long as the server is not heard. */
static bool
may_greet(const struct hg_app *app, enum hg_dir dir, const struct hg_protocol *p)
{
	const bool on_port = has_port(p, hg_flow_server_port(app->flow));

	if (dir == HG_TO_CLIENT)
		return on_port || app->id_first == HG_TO_CLIENT + 1;
	return is_other(app, dir, p) ||
		(on_port && app->id_first == HG_TO_SERVER + 1 && app->seen[HG_TO_CLIENT] == 0);
}

/* USER is a command of FTP and of POP3: how the server has greeted tells which. open: it may still be one. */
static enum hg_proto
by_greeting(const struct hg_app *app, enum hg_dir dir, struct hg_span in, bool *open, bool *reverse)
{
	const struct hg_apps *a = app->apps;

	if (app->changing || hg_as_peer(app->suricata7, HG_DIFF_APP_MAILBOXES))
		return HG_PROTO_UNKNOWN;
	for (unsigned i = 0; i < a->n; i++) {
		const struct hg_protocol *p = &a->protocols[i];
		enum hg_probe said;

		if (!p->decoder->greets || p->enabled[0] == HG_DECODE_NO)
			continue;
		/* A session that is taken up in the middle may begin with what the server says. */
		*reverse = a->config.midstream && has_port(p, hg_flow_client_port(app->flow));
		if (!*reverse && !may_greet(app, dir, p))
			continue;
		said = p->decoder->probe(*reverse ? !dir : dir, in, false);
		if (said == HG_PROBE_YES)
			return p->decoder->proto;
		*reverse = false;
		*open |= said == HG_PROBE_MORE;
	}
	return HG_PROTO_UNKNOWN;
}

/* Where sessions are taken up in the middle, their first packet may have been an answer. */
static enum hg_proto
by_magic(struct hg_app *app, enum hg_dir dir, struct hg_span in, bool udp, bool *reverse)
{
	const struct hg_apps *a = app->apps;
	size_t end = a->magic_end[udp][dir];
	bool open = false;
	enum hg_proto proto = by_magic_of(a, dir, in, udp, &open, reverse);

	if (proto == HG_PROTO_UNKNOWN && a->config.midstream) {
		bool turned = false;

		proto = by_magic_of(a, !dir, in, udp, &open, &turned);
		*reverse = proto != HG_PROTO_UNKNOWN && !turned;
		end = HG_MAX(end, a->magic_end[udp][!dir]);
	}
	if (proto != HG_PROTO_UNKNOWN || udp || (in.len >= end && !open))
		app->id_state[dir] |= HG_ID_MAGICS_DONE;
	return proto;
}

/* Natively a probe waits while a magic may come: which of the two speaks must not depend on how the bytes are cut. */
static bool
must_wait(const struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	const struct hg_apps *a = app->apps;

	if (hg_as_peer(app->suricata7, HG_DIFF_APP_PROBE_FIRST))
		return false;
	for (unsigned i = 0; i < a->n; i++) {
		const struct hg_decoder *d = a->protocols[i].decoder;

		for (unsigned m = 0; m < d->n_magics && a->protocols[i].enabled[0] != HG_DECODE_NO; m++)
			if (d->magics[m].dir == dir && magic_is_open(&d->magics[m], in))
				return true;
	}
	return false;
}

static bool
is_hinted(const struct hg_app *app, const struct hg_protocol *p)
{
	uint16_t server = hg_flow_server_port(app->flow), client = hg_flow_client_port(app->flow);

	/* Where sessions are taken up in the middle, the peer thinks of an answer that came first. */
	if (has_port(p, server) ||
		(!app->apps->config.midstream && hg_as_peer(app->suricata7, HG_DIFF_APP_CLIENT_PORT)))
		return has_port(p, server);
	return p->decoder->probe_any || has_port(p, client);
}

/* What the row says of itself. */
static enum hg_probe
probe_of(const struct hg_decoder *d, enum hg_dir dir, struct hg_span in, bool udp, bool port_tells)
{
	const bool judges = d->probe_sides == 0 || (d->probe_sides & 1u << dir) != 0;
	enum hg_probe said;

	if (port_tells)
		return in.len >= d->port_tells ? HG_PROBE_YES : HG_PROBE_MORE;
	said = judges ? d->probe(dir, in, udp) : HG_PROBE_MORE;
	if (said == HG_PROBE_MORE && d->probe_most != 0 && in.len > d->probe_most)
		said = HG_PROBE_NO;
	return said;
}

/* Asks row i, unless it has said no. */
static enum hg_probe
ask(struct hg_app *app, unsigned i, enum hg_dir dir, struct hg_span in, bool udp, bool on_port)
{
	const struct hg_decoder *d = app->apps->protocols[i].decoder;
	enum hg_probe said;

	if ((app->id_refused[dir] & UINT32_C(1) << i) != 0)
		return HG_PROBE_NO;
	if (in.len < d->probe_least)
		return HG_PROBE_MORE;
	said = probe_of(d, dir, in, udp, on_port && d->port_tells != 0 && !app->changing);
	if (said == HG_PROBE_YES && d->confirm != NULL &&
		!hg_as_peer(app->suricata7, HG_DIFF_APP_UNCONFIRMED))
		said = d->confirm(dir, in, udp);
	if (said == HG_PROBE_NO)
		app->id_refused[dir] |= UINT32_C(1) << i;
	return said;
}

static bool
has_probe(const struct hg_app *app, const struct hg_protocol *p)
{
	return p->decoder->probe != NULL && !p->decoder->greets &&
		!(p->decoder->probe_native && hg_as_peer(app->suricata7, HG_DIFF_FTP_PROBE));
}

static enum hg_proto
by_probe(struct hg_app *app, enum hg_dir dir, struct hg_span in, bool udp, bool *reverse)
{
	struct hg_apps *a = app->apps;
	bool open = false;

	/* First the row of what the other side speaks, then those that the port hints at. */
	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 0; i < a->n; i++) {
			const struct hg_protocol *p = &a->protocols[i];
			bool hinted = is_hinted(app, p);
			enum hg_probe said;

			if (!has_probe(app, p) || p->enabled[udp] == HG_DECODE_NO ||
				(round == 0 ? !is_other(app, dir, p) : !hinted))
				continue;
			said = ask(app, i, dir, in, udp, has_port(p, hg_flow_server_port(app->flow)));
			open |= said == HG_PROBE_MORE && hinted;
			if (said == HG_PROBE_YES || said == HG_PROBE_REVERSE) {
				*reverse = said == HG_PROBE_REVERSE;
				return p->decoder->proto;
			}
		}
	if (udp || !open)
		app->id_state[dir] |= HG_ID_PROBES_DONE;
	return HG_PROTO_UNKNOWN;
}

/* Could bytes behind these show another protocol than the one that was announced? The peer does not wait for them. */
static bool
may_be_other(const struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	if (hg_as_peer(app->suricata7, HG_DIFF_APP_PROBE_FIRST))
		return false;
	if ((app->id_state[dir] & HG_ID_PROBES_DONE) == 0)
		return true;
	return (app->id_state[dir] & HG_ID_MAGICS_DONE) == 0 && must_wait(app, dir, in);
}

/* Bytes that are nothing else are what was announced, perhaps behind them; the peer asks once. */
static enum hg_proto
by_announcement(struct hg_app *app, enum hg_dir dir, struct hg_span in, bool last)
{
	if (app->changing || (app->id_state[dir] & HG_ID_UNANNOUNCED) != 0 ||
		(!last && may_be_other(app, dir, in)))
		return HG_PROTO_UNKNOWN;
	if (hg_flow_meet(app->flow, dir, app->packet->time))
		return (enum hg_proto)app->flow->expected_proto;
	if (hg_as_peer(app->suricata7, HG_DIFF_APP_ANNOUNCED_LATE))
		app->id_state[dir] |= HG_ID_UNANNOUNCED;
	return HG_PROTO_UNKNOWN;
}

enum hg_proto
hg_identify(struct hg_app *app, enum hg_dir dir, struct hg_span in, bool udp, bool last, bool *reverse)
{
	enum hg_proto proto = HG_PROTO_UNKNOWN;
	bool open = false;

	*reverse = false;
	if (!udp)
		proto = by_greeting(app, dir, in, &open, reverse);
	if (proto != HG_PROTO_UNKNOWN || (open && !last))
		return proto;
	if ((app->id_state[dir] & HG_ID_MAGICS_DONE) == 0)
		proto = by_magic(app, dir, in, udp, reverse);
	if (proto != HG_PROTO_UNKNOWN) {
		/* The other side may have said no before its bytes made sense with this one. */
		if (app->flow->app_proto_dir[!dir] == HG_PROTO_UNKNOWN)
			app->id_state[!dir] &= (uint8_t)~HG_ID_PROBES_DONE;
		return proto;
	}
	if ((app->id_state[dir] & HG_ID_PROBES_DONE) == 0 && (udp || last || !must_wait(app, dir, in)))
		proto = by_probe(app, dir, in, udp, reverse);
	return proto == HG_PROTO_UNKNOWN ? by_announcement(app, dir, in, last) : proto;
}

bool
hg_identify_excludes(const struct hg_apps *a, enum hg_proto proto, enum hg_dir dir, struct hg_span in)
{
	const struct hg_protocol *p = hg_app_protocol(a, proto);

	if (p == NULL)
		return false;
	for (unsigned i = 0; i < p->decoder->n_magics; i++)
		if (p->decoder->magics[i].dir == dir && !is_unknown(a, &p->decoder->magics[i]) &&
			magic_is_open(&p->decoder->magics[i], in))
			return false;
	return p->decoder->probe == NULL || p->decoder->probe(dir, in, false) == HG_PROBE_NO;
}
