/* What becomes of messages: transactions, and what is odd in them. */
#include "app/krb5/krb5_int.h"

#define FOR_USER 129 /* [MS-SFU] 2.2.1: whom a service asks a ticket for */

static bool
is_request(uint8_t type)
{
	return type == HG_KRB5_AS_REQ || type == HG_KRB5_TGS_REQ;
}

static void
put32(uint8_t out[4], int32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		out[i] = (uint8_t)((uint32_t)value >> (24 - 8 * i));
}

static struct hg_krb5_tx *
new_tx(struct hg_app *app, uint8_t sides)
{
	struct hg_krb5_tx *tx = (struct hg_krb5_tx *)hg_tx_new(app);

	if (tx != NULL)
		tx->base.sides = sides;
	return tx;
}

/* ---- keeping ---- */

/* One element after the other; they were checked when the message was read. */
static void
keep_name(struct hg_arena *arena, struct hg_span strings, struct hg_krb5_name *name)
{
	uint8_t *text = hg_arena_take(arena, strings.len + 1);
	struct hg_reader r = hg_reader_of(strings);
	struct hg_span part;
	size_t len = 0;

	name->known = true;
	name->parts = hg_arena_take(arena, HG_KRB5_PARTS * sizeof(*name->parts));
	if (text == NULL || name->parts == NULL)
		return;
	while (name->n < HG_KRB5_PARTS && hg_ber_expect(&r, HG_BER_GENERAL_STRING, &part)) {
		if (name->n > 0)
			text[len++] = '/';
		if (part.len > 0)
			memcpy(text + len, part.p, part.len);
		name->parts[name->n++] = hg_span(text + len, part.len);
		len += part.len;
	}
	name->text = hg_span(text, len);
}

static void
keep_names(struct hg_krb5_tx *tx, const struct hg_krb5_message *m, struct hg_krb5_names *names)
{
	if (m->has_cname)
		keep_name(&tx->base.arena, m->cname, &names->cname);
	if (m->has_sname)
		keep_name(&tx->base.arena, m->sname, &names->sname);
	names->has_realm = m->has_realm;
	names->realm = hg_span_keep(&tx->base.arena, m->realm);
}

static void
keep_int(struct hg_krb5_list *list, struct hg_span bytes)
{
	if (list->values != NULL && list->n < HG_KRB5_LIST)
		list->n += hg_krb5_int(bytes, &list->values[list->n]);
}

/* PA-FOR-USER: the user's name and realm; the rest is for the server. */
static struct hg_span
user_of(struct hg_arena *arena, struct hg_span value)
{
	struct hg_krb5_name name = { 0 };
	struct hg_span body, user, strings;

	if (!hg_ber_find(value, HG_BER_SEQUENCE, &body) || !hg_ber_member(body, 0, HG_BER_SEQUENCE, &user) ||
		!hg_krb5_principal(user, true, &strings))
		return HG_SPAN_NONE;
	keep_name(arena, strings, &name);
	return name.text;
}

static void
keep_padata(struct hg_krb5_tx *tx, struct hg_span padata)
{
	struct hg_reader r = hg_reader_of(padata);
	struct hg_span one, kind, value;

	tx->padata.values = hg_arena_take(&tx->base.arena, HG_KRB5_LIST * sizeof(int32_t));
	while (hg_ber_expect(&r, HG_BER_SEQUENCE, &one) && hg_ber_member(one, 1, HG_BER_INTEGER, &kind)) {
		int32_t n;

		keep_int(&tx->padata, kind);
		if (hg_krb5_int(kind, &n) && n == FOR_USER && tx->for_user.p == NULL &&
			hg_ber_member(one, 2, HG_BER_OCTETS, &value))
			tx->for_user = user_of(&tx->base.arena, value);
	}
}

static void
keep_etypes(struct hg_krb5_tx *tx, struct hg_span etypes)
{
	struct hg_reader r = hg_reader_of(etypes);
	struct hg_span one;

	tx->etypes.values = hg_arena_take(&tx->base.arena, HG_KRB5_LIST * sizeof(int32_t));
	while (hg_ber_expect(&r, HG_BER_INTEGER, &one))
		keep_int(&tx->etypes, one);
}

static void
keep_request(struct hg_krb5_tx *tx, const struct hg_krb5_message *m)
{
	tx->request = m->type;
	keep_names(tx, m, &tx->asked);
	keep_padata(tx, m->padata);
	keep_etypes(tx, m->etypes);
	tx->options = m->options;
	tx->nonce = m->nonce;
	tx->from = hg_span_keep(&tx->base.arena, m->from);
	tx->till = hg_span_keep(&tx->base.arena, m->till);
	put32(tx->numbers[HG_KRB5_ROW_TYPE], m->type);
}

static void
keep_answer(struct hg_krb5_tx *tx, const struct hg_krb5_message *m)
{
	tx->answer = m->type;
	keep_names(tx, m, &tx->told);
	tx->etype = m->etype;
	tx->ticket_etype = m->ticket_etype;
	tx->code = m->code;
	tx->words = hg_span_keep(&tx->base.arena, m->words);
	put32(tx->numbers[HG_KRB5_NUMBER_ANSWER], m->type);
	put32(tx->numbers[HG_KRB5_ROW_CODE], m->code);
	put32(tx->numbers[HG_KRB5_ROW_TICKET], m->ticket_etype);
}

/* ---- with the peer: each message for itself ---- */

static void
take_alone(struct hg_app *app, enum hg_dir dir, const struct hg_krb5_message *m)
{
	struct hg_krb5 *s = app->state;
	struct hg_krb5_tx *tx = new_tx(app, (uint8_t)(1u << dir)), *asked = tx;
	struct hg_krb5_waiting *w;
	uint64_t lost;

	if (tx == NULL)
		return;
	if (is_request(m->type)) {
		keep_request(tx, m);
		if (dir == HG_TO_SERVER && !hg_krb5_is_again(s, m))
			hg_krb5_wait(app, asked, &lost);
	} else {
		keep_answer(tx, m);
		tx->failed = m->type == HG_KRB5_ERROR ? s->last_request : 0;
		w = dir == HG_TO_CLIENT ? hg_krb5_answered(s, m->type) : NULL;
		hg_krb5_login(app, w, tx);
		hg_krb5_forget(app, w);
	}
	hg_tx_progress(&tx->base, dir, HG_KRB5_DONE);
	if (!is_request(m->type) && m->type != HG_KRB5_ERROR && hg_krb5_is_weak(m->etype))
		hg_tx_anomaly(&tx->base, dir, HG_KRB5_WEAK);
}

/* ---- natively: requests with their answers ---- */

static void
give_way(struct hg_app *app, uint64_t id)
{
	struct hg_tx *tx = hg_tx_find(app, id);

	if (tx == NULL)
		return;
	hg_tx_anomaly(tx, HG_TO_SERVER, HG_KRB5_TOO_MANY);
	hg_tx_end(tx);
}

static void
take_request(struct hg_app *app, const struct hg_krb5_message *m)
{
	struct hg_krb5_tx *tx;
	uint64_t lost;

	if (hg_krb5_is_again(app->state, m))
		return;
	tx = new_tx(app, HG_SIDE_BOTH);
	if (tx == NULL)
		return;
	keep_request(tx, m);
	hg_tx_progress(&tx->base, HG_TO_SERVER, HG_KRB5_DONE);
	/* The first is what the client wants most (RFC 4120 5.4.1). */
	if (tx->etypes.n > 0 && hg_krb5_is_weak(tx->etypes.values[0]))
		hg_tx_anomaly(&tx->base, HG_TO_SERVER, HG_KRB5_WEAK_ASKED);
	if (!hg_krb5_wait(app, tx, &lost))
		give_way(app, lost);
}

static void
judge(struct hg_krb5_tx *tx, const struct hg_krb5_waiting *w)
{
	if (tx->answer == HG_KRB5_ERROR)
		return;
	if (hg_krb5_is_weak(tx->etype))
		hg_tx_anomaly(&tx->base, HG_TO_CLIENT, HG_KRB5_WEAK);
	if (hg_krb5_is_weak(tx->ticket_etype))
		hg_tx_anomaly(&tx->base, HG_TO_CLIENT, HG_KRB5_WEAK_TICKET);
	if (tx->answer == HG_KRB5_AS_REP && w != NULL && !w->preauth)
		hg_tx_anomaly(&tx->base, HG_TO_CLIENT, HG_KRB5_NO_PREAUTH);
}

/* One whose request was not seen stands for itself. */
static void
take_answer(struct hg_app *app, const struct hg_krb5_message *m)
{
	struct hg_krb5_waiting *w = hg_krb5_answered(app->state, m->type);
	struct hg_krb5_tx *tx = w == NULL ? NULL : (struct hg_krb5_tx *)hg_tx_find(app, w->tx);

	if (tx == NULL)
		tx = new_tx(app, HG_SIDE_CLIENT);
	if (tx != NULL) {
		keep_answer(tx, m);
		hg_tx_progress(&tx->base, HG_TO_CLIENT, HG_KRB5_DONE);
		judge(tx, w);
		hg_krb5_login(app, w, tx);
	}
	hg_krb5_forget(app, w);
}

static bool
take_paired(struct hg_app *app, enum hg_dir dir, struct hg_span in, int type)
{
	struct hg_krb5_message m;

	switch (type) {
	case HG_KRB5_AS_REQ:
	case HG_KRB5_TGS_REQ:
		if (dir == HG_TO_SERVER && hg_krb5_read(in, (uint8_t)type, true, &m))
			take_request(app, &m);
		else
			hg_tx_refuse(app, dir, HG_KRB5_MALFORMED);
		return true;
	case HG_KRB5_AS_REP:
	case HG_KRB5_TGS_REP:
	case HG_KRB5_ERROR:
		if (dir == HG_TO_CLIENT && hg_krb5_read(in, (uint8_t)type, true, &m))
			take_answer(app, &m);
		else
			hg_tx_refuse(app, dir, HG_KRB5_MALFORMED);
		return true;
	default: /* AP-REQ and what else applications say to each other */
		if (type <= 0)
			hg_tx_refuse(app, dir, HG_KRB5_MALFORMED);
		return type > 0;
	}
}

/* Which request an error is about is what the last message said, whoever sent it and whatever stood in it. */
static bool
take_as_peer(struct hg_app *app, enum hg_dir dir, struct hg_span in, int type)
{
	struct hg_krb5 *s = app->state;
	struct hg_krb5_message m;

	if (type < 0) {
		struct hg_tx *last = hg_tx_last(app);

		return last != NULL && hg_tx_anomaly(last, dir, HG_KRB5_MALFORMED);
	}
	if (type != HG_KRB5_AP_REQ && type != HG_KRB5_AP_REP && hg_krb5_type_name((uint8_t)type) == NULL)
		return true;
	if (type != HG_KRB5_AP_REQ && type != HG_KRB5_AP_REP && hg_krb5_read(in, (uint8_t)type, false, &m))
		take_alone(app, dir, &m);
	s->last_request = is_request((uint8_t)type) || type == HG_KRB5_AP_REQ ? (uint8_t)type : 0;
	return true;
}

bool
hg_krb5_take(struct hg_app *app, enum hg_dir dir, struct hg_span in)
{
	const int type = hg_krb5_type_of(in);

	return hg_as_peer(app->suricata7, HG_DIFF_KRB5_PAIRS) ? take_as_peer(app, dir, in, type)
							      : take_paired(app, dir, in, type);
}
