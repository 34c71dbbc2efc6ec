/* The envelope `audit`: what decoders say of a record (app/audit.h), with times, zones and what is missing. */
#include "event/event_int.h"

#include "base/text.h"

static unsigned
n_vlans(const uint16_t vlan[3])
{
	unsigned n = 0;

	while (n < 3 && vlan[n] != 0)
		n++;
	return n;
}

/* Of both ends the tenant is the server's, as it is what was used; else the client's. */
static void
write_zones(const struct hg_events *e, struct hg_json *j, const struct hg_flow *f)
{
	const struct hg_zone *src, *dst;
	const char *tenant;

	if (e->config.zones == NULL)
		return;
	src = hg_zones_find(
		e->config.zones, hg_flow_client_addr(f), f->key.family, f->vlan, n_vlans(f->vlan));
	dst = hg_zones_find(
		e->config.zones, hg_flow_server_addr(f), f->key.family, f->vlan, n_vlans(f->vlan));
	if (src != NULL)
		hg_json_cstr(j, "zone_src", src->name);
	if (dst != NULL)
		hg_json_cstr(j, "zone_dst", dst->name);
	tenant = dst != NULL && dst->tenant != NULL ? dst->tenant : src != NULL ? src->tenant : NULL;
	if (tenant != NULL)
		hg_json_cstr(j, "tenant", tenant);
}

static void
write_cuts(struct hg_json *j, const struct hg_audit *a)
{
	if (a->n_cuts == 0)
		return;
	hg_json_array_at(j, "cut");
	for (unsigned i = 0; i < a->n_cuts; i++) {
		hg_json_open(j);
		hg_json_cstr(j, "field", a->cuts[i].field);
		hg_json_u64(j, "length", a->cuts[i].len);
		hg_json_close(j);
	}
	hg_json_array_end(j);
}

/* Bytes were missing, or the connection was taken up in its middle; NULL: neither. */
static const char *
missing(const struct hg_flow *f)
{
	struct hg_stream_view v;

	if (f->stream == NULL)
		return NULL;
	hg_stream_view(f, &v);
	if (v.gap[HG_TO_SERVER] || v.gap[HG_TO_CLIENT])
		return "gap";
	return v.midstream ? "midstream" : NULL;
}

/* Why the result is not known, where the decoder says nothing. */
static const char *
why_unknown(const struct hg_audit *a, const struct hg_flow *f)
{
	const char *why = missing(f);

	return a->opaque ? "encrypted" : why != NULL ? why : "no_reply";
}

static bool
went_through(const struct hg_tx *tx)
{
	for (unsigned d = 0; d < HG_DIRS; d++)
		if (tx->sides & 1u << d && tx->progress[d] < tx->decoder->complete[d])
			return false;
	return true;
}

static void
write_user(struct hg_json *j, const struct hg_audit *a, const struct hg_app_user *u)
{
	if (a->user.len > 0) {
		hg_json_text(j, "user", a->user);
		hg_json_cstr(j, "user_src",
			hg_audit_user_name(
				a->user_src == HG_AUDIT_USER_AUTO ? HG_AUDIT_USER_PROTOCOL : a->user_src));
	} else if (u != NULL && !a->own_user) {
		hg_json_text(j, "user", hg_span(u->name, u->len));
		hg_json_cstr(j, "user_src", hg_audit_user_name(u->src));
	} else {
		hg_json_cstr(j, "user_src", hg_audit_user_name(HG_AUDIT_USER_AUTO));
	}
}

static void
write_result(struct hg_json *j, const struct hg_audit *a, const struct hg_flow *f)
{
	hg_json_cstr(j, "result", hg_audit_result_name(a->result));
	if (a->reason.len > 0)
		hg_json_text(j, "reason", a->reason);
	else if (a->result == HG_AUDIT_UNKNOWN)
		hg_json_cstr(j, "reason", why_unknown(a, f));
}

static void
write_deed(struct hg_json *j, const struct hg_audit *a, const struct hg_flow *f)
{
	if (a->class_ == HG_AUDIT_NO_CLASS)
		return;
	hg_json_cstr(j, "class", hg_audit_class_name(a->class_));
	if (a->action.len > 0)
		hg_json_text(j, "action", a->action);
	if (a->object.len > 0)
		hg_json_text(j, "object", a->object);
	write_result(j, a, f);
}

static void
write_secret(struct hg_json *j, uint8_t secret)
{
	static const char *const names[] = { NULL, "masked", "hashed" };

	if (secret != HG_AUDIT_NO_SECRET)
		hg_json_cstr(j, "secret", names[secret]);
}

static void
write_all(struct hg_events *e, struct hg_json *j, const struct hg_audit *a, const struct hg_flow *f,
	const struct hg_app_user *u, bool complete, hg_time start, hg_time end)
{
	hg_json_open_at(j, "audit");
	write_deed(j, a, f);
	write_user(j, a, u);
	hg_json_bool(j, "complete", complete);
	write_cuts(j, a);
	write_secret(j, a->secret);
	if (start != 0)
		hg_event_time(e, j, "start", start);
	if (end != 0)
		hg_event_time(e, j, "end", end);
	write_zones(e, j, f);
	hg_json_close(j);
}

static struct hg_span
url_of(const struct hg_tx *tx, struct hg_span text, uint8_t to[HG_MASK_URL])
{
	const bool web = tx->decoder->proto == HG_PROTO_HTTP || tx->decoder->proto == HG_PROTO_HTTP2;

	return web ? hg_app_url(tx->app, text, to) : text;
}

struct hg_span
hg_event_file_name(const struct hg_tx *tx, const struct hg_file *file, uint8_t to[HG_MASK_URL])
{
	return url_of(tx, file->name, to);
}

void
hg_event_audit(
	struct hg_events *e, struct hg_json *j, const struct hg_packet *p, const struct hg_tx *tx, unsigned i)
{
	struct hg_audit a = { 0 };
	uint8_t object[HG_MASK_URL];
	bool complete;

	if (!e->config.audit || (tx->decoder->audit != NULL && !tx->decoder->audit(tx, i, &a)))
		return;
	a.object = url_of(tx, a.object, object);
	complete = !a.incomplete && went_through(tx) && !tx->app->broken_off && missing(p->flow) == NULL;
	write_all(e, j, &a, p->flow, hg_tx_user(tx), complete, tx->began, tx->changed);
}

/* What the server answers to a file that it is sent, comes later. */
static void
judge_file(struct hg_audit *a, const struct hg_file *file, bool whole)
{
	if (file->dir == HG_TO_SERVER) {
		a->result = HG_AUDIT_UNKNOWN;
		a->reason = HG_BYTES("not_answered_yet");
	} else if (a->result == HG_AUDIT_UNKNOWN && whole) {
		a->result = HG_AUDIT_SUCCESS;
	}
}

void
hg_event_audit_file(struct hg_events *e, struct hg_json *j, const struct hg_packet *p, const struct hg_tx *tx,
	const struct hg_file *file)
{
	const bool whole = file->state == HG_FILE_CLOSED && !file->gaps;
	struct hg_audit a = { 0 };
	uint8_t name[HG_MASK_URL];

	if (!e->config.audit)
		return;
	if (tx->decoder->audit != NULL && !tx->decoder->audit(tx, 0, &a))
		a = (struct hg_audit){ 0 };
	a.class_ = HG_AUDIT_FILE;
	a.action = file->dir == HG_TO_SERVER ? HG_BYTES("upload") : HG_BYTES("download");
	a.object = hg_event_file_name(tx, file, name);
	a.secret = HG_AUDIT_NO_SECRET;
	a.n_cuts = 0;
	judge_file(&a, file, whole);
	write_all(e, j, &a, p->flow, hg_tx_user(tx), whole, tx->began, p->time);
}

static uint8_t
secret_of(const struct hg_login *l)
{
	return l->secret.tagged ? HG_AUDIT_HASHED : l->secret.seen ? HG_AUDIT_MASKED : HG_AUDIT_NO_SECRET;
}

void
hg_event_audit_login(
	struct hg_events *e, struct hg_json *j, const struct hg_packet *p, const struct hg_login *login)
{
	static const uint8_t results[] = { [HG_LOGIN_UNKNOWN] = HG_AUDIT_UNKNOWN,
		[HG_LOGIN_SUCCESS] = HG_AUDIT_SUCCESS,
		[HG_LOGIN_FAILURE] = HG_AUDIT_FAILURE };
	struct hg_audit a = { .class_ = HG_AUDIT_LOGIN,
		.action = HG_BYTES("login"),
		.object = login->domain,
		.user = login->user,
		.user_src = login->mechanism != NULL && strcmp(login->mechanism, "form") == 0
			? HG_AUDIT_USER_FORM
			: HG_AUDIT_USER_PROTOCOL,
		.result = results[login->result],
		.reason = login->code.len > 0     ? login->code
			: login->evidence != NULL ? hg_span_str(login->evidence)
						  : HG_SPAN_NONE,
		.incomplete = login->cut,
		.secret = secret_of(login),
		.own_user = true };

	if (e->config.audit)
		write_all(e, j, &a, p->flow, NULL, !login->cut, 0, p->time);
}
