/* EVE `sip`, and the envelope. */
#include "app/sip/sip_int.h"
#include "base/text.h"

#define PARTY 256u

static bool
is_peer(const struct hg_tx *tx)
{
	return hg_as_peer(tx->app->suricata7, HG_DIFF_SIP_PAIRS);
}

/* A password of a URI in it gives way to the mask. */
static void
put_text(const struct hg_tx *tx, struct hg_json *j, const char *name, struct hg_span text)
{
	const struct hg_span shown = hg_text_cut(hg_span_sub(text, 0, HG_SIP_SHOWN));
	const struct hg_span password = hg_app_masks(tx->app) ? hg_sip_password(text) : HG_SPAN_NONE;
	const size_t at = password.len > 0 ? (size_t)(password.p - text.p) : 0;
	uint8_t masked[HG_SIP_SHOWN + sizeof(HG_SECRET_MASK)];
	struct hg_span rest;

	if (password.len == 0 || at >= HG_SIP_SHOWN) {
		hg_json_text(j, name, shown);
		return;
	}
	rest = hg_span_from(shown, at + password.len);
	memcpy(masked, shown.p, at);
	memcpy(masked + at, HG_SECRET_MASK, sizeof(HG_SECRET_MASK) - 1);
	if (rest.len > 0)
		memcpy(masked + at + sizeof(HG_SECRET_MASK) - 1, rest.p, rest.len);
	hg_json_text(j, name, hg_span(masked, at + sizeof(HG_SECRET_MASK) - 1 + rest.len));
}

static void
put_some(const struct hg_tx *tx, struct hg_json *j, const char *name, struct hg_span text)
{
	if (text.len > 0)
		put_text(tx, j, name, text);
}

/* ---- the peer's record ---- */

static void
put_as_peer(const struct hg_sip_part *p, struct hg_json *j)
{
	if (p->request) {
		hg_json_str(j, "method", p->method);
		hg_json_str(j, "uri", p->uri);
		hg_json_str(j, "version", p->version);
		if (p->line.len > 0)
			hg_json_str(j, "request_line", p->line);
		return;
	}
	hg_json_str(j, "version", p->version);
	hg_json_str(j, "code", p->code);
	hg_json_str(j, "reason", p->reason);
	if (p->line.len > 0)
		hg_json_str(j, "response_line", p->line);
}

/* ---- the native one ---- */

static void
put_address(const struct hg_tx *tx, struct hg_json *j, const char *name, struct hg_span value)
{
	const struct hg_sip_address a = hg_sip_address(value);

	if (value.len == 0)
		return;
	hg_json_open_at(j, name);
	put_some(tx, j, "name", a.name);
	put_some(tx, j, "uri", a.uri);
	put_some(tx, j, "tag", a.tag);
	hg_json_close(j);
}

static void
put_sdp(const struct hg_tx *tx, struct hg_json *j, const char *name, const struct hg_sip_sdp *sdp)
{
	if (!sdp->seen)
		return;
	hg_json_open_at(j, name);
	put_some(tx, j, "origin", sdp->origin);
	put_some(tx, j, "session_name", sdp->name);
	put_some(tx, j, "connection_data", sdp->connection);
	if (sdp->n_media > 0) {
		hg_json_array_at(j, "media_descriptions");
		for (unsigned i = 0; i < sdp->n_media; i++) {
			hg_json_open(j);
			put_text(tx, j, "media", sdp->media[i].text);
			put_some(tx, j, "address", sdp->media[i].address);
			hg_json_u64(j, "port", sdp->media[i].port);
			hg_json_close(j);
		}
		hg_json_array_end(j);
	}
	hg_json_close(j);
}

static bool
read_number(struct hg_span text, uint64_t *n)
{
	*n = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < '0' || text.p[i] > '9' || i >= 10)
			return false;
		*n = *n * 10 + (uint64_t)(text.p[i] - '0');
	}
	return text.len > 0;
}

/* What both messages say; a response repeats it of its request. */
static void
put_dialog(const struct hg_tx *tx, const struct hg_sip_part *p, const struct hg_sip_part *answer,
	struct hg_json *j)
{
	struct hg_span cseq = p->field[HG_SIP_CSEQ];
	uint64_t n;

	put_address(tx, j, "from", p->field[HG_SIP_FROM]);
	put_address(tx, j, "to", (answer != NULL ? answer : p)->field[HG_SIP_TO]);
	put_some(tx, j, "call_id", p->field[HG_SIP_CALL_ID]);
	if (read_number(hg_sip_word(&cseq), &n))
		hg_json_u64(j, "cseq", n);
	if (!p->request)
		put_some(tx, j, "cseq_method", cseq);
	put_some(tx, j, "via", p->field[HG_SIP_VIA]);
	put_some(tx, j, "contact", p->field[HG_SIP_CONTACT]);
	if (read_number(p->field[HG_SIP_EXPIRES], &n))
		hg_json_u64(j, "expires", n);
}

static void
put_auth(const struct hg_sip_tx *tx, struct hg_json *j)
{
	static const char *const results[] = { "unknown", "success", "failure" };

	if (!tx->challenged)
		return;
	hg_json_open_at(j, "auth");
	hg_json_cstr(j, "scheme", tx->basic ? "basic" : "digest");
	put_some(&tx->base, j, "user", tx->user);
	put_some(&tx->base, j, "realm", tx->realm);
	hg_json_cstr(j, "result", results[tx->login > 0 ? tx->login - 1 : HG_LOGIN_UNKNOWN]);
	hg_json_close(j);
}

static const struct hg_sip_part *
part_of(const struct hg_sip_tx *tx, bool request)
{
	for (unsigned dir = 0; dir < HG_DIRS; dir++)
		if (tx->part[dir].seen && tx->part[dir].request == request)
			return &tx->part[dir];
	return NULL;
}

static void
put_native(const struct hg_sip_tx *tx, struct hg_json *j)
{
	const struct hg_sip_part *ask = part_of(tx, true), *answer = part_of(tx, false);
	const struct hg_sip_part *first = ask != NULL ? ask : answer;
	const struct hg_tx *base = &tx->base;

	if (ask != NULL) {
		put_text(base, j, "method", ask->method);
		put_text(base, j, "uri", ask->uri);
	}
	put_text(base, j, "version", first->version);
	if (ask != NULL)
		put_text(base, j, "request_line", ask->line);
	if (answer != NULL) {
		put_text(base, j, "code", answer->code);
		put_text(base, j, "reason", answer->reason);
		put_text(base, j, "response_line", answer->line);
	}
	put_dialog(base, first, ask != NULL ? answer : NULL, j);
	put_some(base, j, "user_agent", first->field[HG_SIP_USER_AGENT]);
	if (answer != NULL)
		put_some(base, j, "server", answer->field[HG_SIP_SERVER]);
	put_auth(tx, j);
	if (ask != NULL)
		put_sdp(base, j, "sdp", &ask->sdp);
	if (answer != NULL)
		put_sdp(base, j, "response_sdp", &answer->sdp);
	if (tx->repeats > 0)
		hg_json_u64(j, "repeats", tx->repeats);
}

void
hg_sip_log(const struct hg_tx *base, bool in_alert, enum hg_dir dir, struct hg_json *j)
{
	const struct hg_sip_tx *tx = (const struct hg_sip_tx *)base;

	(void)in_alert;
	(void)dir;
	hg_json_open_at(j, "sip");
	if (!is_peer(base))
		put_native(tx, j);
	else
		for (unsigned d = 0; d < HG_DIRS; d++)
			if (tx->part[d].seen)
				put_as_peer(&tx->part[d], j);
	hg_json_close(j);
}

/* ---- the envelope ---- */

static uint8_t
class_of(const struct hg_sip_tx *tx, struct hg_span method)
{
	static const struct hg_span calls[] = { HG_BYTES("INVITE"), HG_BYTES("ACK"), HG_BYTES("BYE"),
		HG_BYTES("CANCEL"), HG_BYTES("PRACK"), HG_BYTES("UPDATE") };

	if (tx->challenged && hg_span_eq(method, HG_BYTES("REGISTER")))
		return HG_AUDIT_LOGIN;
	for (unsigned i = 0; i < HG_COUNT(calls); i++)
		if (hg_span_eq(method, calls[i]))
			return HG_AUDIT_SESSION;
	return HG_AUDIT_COMMAND;
}

/* Whom a text of an address names, without his password, as it stands in the text. */
static struct hg_span
party(struct hg_span value)
{
	struct hg_span uri = hg_sip_address(value).uri;
	const size_t scheme = hg_span_find(uri, 0, ':');

	if (hg_sip_password(uri).len > 0)
		return HG_SPAN_NONE;
	uri = hg_span_from(uri, scheme == SIZE_MAX ? 0 : scheme + 1);
	return hg_span_sub(uri, 0, hg_span_find(uri, 0, ';'));
}

/* Whoever sends a request names himself in From; who has given credentials is known by them. */
bool
hg_sip_audit(const struct hg_tx *base, unsigned i, struct hg_audit *a)
{
	const struct hg_sip_tx *tx = (const struct hg_sip_tx *)base;
	const struct hg_sip_part *ask = part_of(tx, true), *answer = part_of(tx, false);
	const struct hg_sip_part *first = ask != NULL ? ask : answer;
	struct hg_span cseq;

	(void)i;
	if (first == NULL)
		return false;
	cseq = first->field[HG_SIP_CSEQ];
	hg_sip_word(&cseq);
	a->action = ask != NULL ? ask->method : cseq;
	a->class_ = class_of(tx, a->action);
	a->own_user = true;
	a->user = tx->user.len > 0 ? tx->user : party(first->field[HG_SIP_FROM]);
	a->object = party(first->field[HG_SIP_TO]);
	a->result = hg_audit_result_of(
		answer != NULL && answer->status >= 200, answer != NULL && answer->status < 400);
	if (answer != NULL)
		a->reason = answer->code;
	if (tx->basic && hg_app_masks(base->app))
		a->secret = HG_AUDIT_MASKED;
	return true;
}
