/* What servers answer (RFC 4511 4.1.9, 4.5.2, 4.12). */
#include "app/ldap/ldap_int.h"

static bool
is_last(uint8_t op)
{
	return op != HG_LDAP_ENTRY && op != HG_LDAP_REFERENCE && op != HG_LDAP_INTERMEDIATE;
}

static struct hg_ldap_tx *
answered_by(struct hg_app *app, uint32_t id, bool last)
{
	struct hg_ldap *s = app->state;
	const struct hg_keyed_key key = { .message = id };
	struct hg_keyed_slot *slot = hg_keyed_find(&s->waiting, &key);
	struct hg_tx *tx;

	if (slot == NULL)
		return NULL;
	tx = hg_tx_find(app, slot->value);
	if (last)
		hg_keyed_drop(&s->waiting, slot);
	return (struct hg_ldap_tx *)tx;
}

/* A notice of id 0 (RFC 4511 4.4), or of a request that nobody saw. */
static struct hg_ldap_tx *
unasked(struct hg_app *app, uint32_t id)
{
	struct hg_ldap_tx *tx = (struct hg_ldap_tx *)hg_tx_new(app);

	if (tx == NULL)
		return NULL;
	tx->id = id;
	tx->base.sides = HG_SIDE_CLIENT;
	tx->base.asks = HG_TO_CLIENT;
	if (id != 0)
		hg_tx_anomaly(&tx->base, HG_TO_CLIENT, HG_LDAP_UNASKED);
	return tx;
}

static bool
read_result(struct hg_ldap_tx *tx, struct hg_reader *r)
{
	struct hg_span code = HG_SPAN_NONE, text = HG_SPAN_NONE;
	uint8_t tag;

	hg_ldap_take(r, &tag, &code);
	for (size_t i = 0; i < code.len; i++)
		tx->code = tx->code << 8 | code.p[i];
	hg_ldap_take(r, &tag, &text);
	tx->matched = hg_ldap_keep(tx, text);
	text = HG_SPAN_NONE;
	hg_ldap_take(r, &tag, &text);
	tx->message = hg_ldap_keep(tx, text);
	if (hg_reader_failed(r))
		return false;
	for (unsigned i = 0; i < 4; i++)
		tx->numbers[1][i] = (uint8_t)(tx->code >> (24 - 8 * i));
	while (hg_reader_left(r) > 0 && hg_ldap_take(r, &tag, &text))
		if (tag == 0x8a)
			tx->answer_oid = hg_ldap_keep(tx, text);
	return true;
}

static void
count(struct hg_ldap_tx *tx, uint8_t op)
{
	if (tx == NULL)
		return;
	if (op == HG_LDAP_ENTRY)
		tx->entries++;
	else if (op == HG_LDAP_REFERENCE)
		tx->references++;
}

bool
hg_ldap_response(struct hg_app *app, uint32_t id, uint8_t op, struct hg_span body, bool cut)
{
	struct hg_ldap *s = app->state;
	struct hg_ldap_tx *tx = answered_by(app, id, is_last(op));
	struct hg_reader r = hg_reader_of(body);
	bool good;

	if (!is_last(op)) {
		count(tx, op);
		return true;
	}
	if (tx == NULL)
		tx = unasked(app, id);
	if (tx == NULL)
		return true;
	tx->answer = op;
	good = read_result(tx, &r) || cut;
	if (tx->op == HG_LDAP_BIND && good)
		hg_ldap_bound(app, tx);
	s->to_tls = tx->starts_tls && good && tx->code == HG_LDAP_SUCCESS;
	hg_tx_progress(&tx->base, HG_TO_CLIENT, HG_LDAP_DONE);
	return good;
}
