/* Messages as transactions: which response belongs to which request, and what is odd about a message. */
#include "app/sip/sip_int.h"
#include "app/veil.h"

#define FINAL 200u

static bool
is_peer(const struct hg_app *app)
{
	return hg_as_peer(app->suricata7, HG_DIFF_SIP_PAIRS);
}

/* The peer names it of the transaction before, whose records are written already: only rules see it. */
static void
odd_as_peer(struct hg_app *app, enum hg_dir dir, enum hg_sip_anomaly row)
{
	struct hg_tx *tx = hg_tx_last(app);

	if (tx == NULL)
		return;
	hg_tx_anomaly_both(tx, dir, (uint8_t)row);
	tx->anomalies_logged = tx->n_anomalies;
}

/* It has a transaction of its own, without a record. */
void
hg_sip_odd(struct hg_app *app, enum hg_dir dir, enum hg_sip_anomaly row)
{
	if (is_peer(app))
		odd_as_peer(app, dir, row);
	else
		hg_tx_refuse(app, dir, (uint8_t)row);
}

static uint64_t
hash_of(struct hg_span s)
{
	return hg_hash(&HG_HASH_KEY_REPLAY, s.p, s.len);
}

/* RFC 3261 17.1.3: the branch that the sender has chosen, and the method of CSeq. */
static struct hg_keyed_key
key_of(const struct hg_sip_message *m, enum hg_dir asks)
{
	const struct hg_span via = m->field[HG_SIP_VIA];
	struct hg_span rest = m->field[HG_SIP_CSEQ];
	const struct hg_span number = hg_sip_word(&rest);

	return (struct hg_keyed_key){ .session = hash_of(m->field[HG_SIP_CALL_ID]),
		.message = hash_of(hg_sip_parameter(via, ';', HG_BYTES("branch"))),
		.tree = (uint32_t)hash_of(number),
		.call = (uint32_t)hash_of(hg_sip_word(&rest)),
		.kind = (uint8_t)asks };
}

static struct hg_span
keep(struct hg_sip_tx *tx, struct hg_span text, size_t most)
{
	return text.p == NULL ? HG_SPAN_NONE : hg_span_keep(&tx->base.arena, hg_span_sub(text, 0, most));
}

static void
fill(struct hg_sip_tx *tx, enum hg_dir dir, const struct hg_sip_message *m)
{
	struct hg_sip_part *part = &tx->part[dir];

	part->seen = true;
	part->request = m->request;
	part->line = keep(tx, m->line, HG_SIP_HEAD);
	part->method = keep(tx, m->method, HG_SIP_HEAD);
	part->uri = keep(tx, m->uri, HG_SIP_HEAD);
	part->version = keep(tx, m->version, HG_SIP_HEAD);
	part->code = keep(tx, m->code, HG_SIP_HEAD);
	part->reason = keep(tx, m->reason, HG_SIP_HEAD);
	for (size_t i = 0; i < m->code.len; i++)
		part->status = (uint16_t)(part->status * 10 + (m->code.p[i] - '0'));
	for (unsigned i = 0; i < HG_SIP_FIELDS; i++)
		if (i < HG_SIP_AUTHORIZATION)
			part->field[i] = keep(tx, m->field[i], HG_SIP_HEAD);
	if (!is_peer(tx->base.app))
		hg_sip_read_sdp(&tx->base.arena, m, &part->sdp);
}

/* ---- what is odd ---- */

static void
name_odd(struct hg_sip_tx *tx, enum hg_dir dir, const struct hg_sip_message *m)
{
	static const uint8_t needed[] = { HG_SIP_VIA, HG_SIP_FROM, HG_SIP_TO, HG_SIP_CALL_ID, HG_SIP_CSEQ };
	struct hg_span cseq = m->field[HG_SIP_CSEQ];
	uint64_t length;

	for (unsigned i = 0; i < HG_COUNT(needed); i++)
		if (m->field[needed[i]].p == NULL && !hg_tx_has_anomaly(&tx->base, dir, HG_SIP_MISSING_FIELD))
			hg_tx_anomaly(&tx->base, dir, HG_SIP_MISSING_FIELD);
	if (m->twice != 0)
		hg_tx_anomaly(&tx->base, dir, HG_SIP_TWICE);
	hg_sip_word(&cseq);
	if (m->request && m->field[HG_SIP_CSEQ].p != NULL && !hg_span_eq(cseq, m->method))
		hg_tx_anomaly(&tx->base, dir, HG_SIP_OTHER_METHOD);
	if (m->field[HG_SIP_CONTENT_LENGTH].p != NULL &&
		(!hg_sip_length(m, &length) ||
			(length != m->body.len && !(length > HG_SIP_BODY && m->body.len == 0))))
		hg_tx_anomaly(&tx->base, dir, HG_SIP_LENGTH);
}

/* Passwords of Basic, and within URIs, which RFC 3261 19.1.1 has and advises against: is there one of those? */
static bool
hide_passwords(struct hg_app *app, enum hg_dir dir, const struct hg_sip_message *m)
{
	const struct hg_span texts[] = { m->line, m->field[HG_SIP_FROM], m->field[HG_SIP_TO],
		m->field[HG_SIP_CONTACT] };
	bool proxy, any = false;
	struct hg_span rest = hg_sip_credentials(m, &proxy);

	if (hg_span_eq_nocase(hg_sip_word(&rest), HG_BYTES("basic")))
		hg_app_veil(app, dir, rest.p, rest.len);
	for (unsigned i = 0; i < HG_COUNT(texts); i++) {
		const struct hg_span password = hg_sip_password(texts[i]);

		if (password.len == 0)
			continue;
		any = true;
		hg_app_veil(app, dir, password.p, password.len);
	}
	return any;
}

static void
note(struct hg_sip_tx *tx, enum hg_dir dir, const struct hg_sip_message *m)
{
	const bool any = hide_passwords(tx->base.app, dir, m);

	if (is_peer(tx->base.app))
		return;
	name_odd(tx, dir, m);
	if (any)
		hg_tx_anomaly(&tx->base, dir, HG_SIP_PASSWORD);
}

/* ---- */

/* A transaction begins with its first message. */
static struct hg_sip_tx *
begin(struct hg_app *app, enum hg_dir dir, const struct hg_sip_message *m)
{
	struct hg_sip_tx *tx = (struct hg_sip_tx *)hg_tx_new(app);

	if (tx == NULL) {
		if (!is_peer(app) && hg_tx_last(app) != NULL)
			hg_tx_anomaly(hg_tx_last(app), dir, HG_SIP_TOO_MANY);
		return NULL;
	}
	tx->base.asks = (uint8_t)dir;
	fill(tx, dir, m);
	note(tx, dir, m);
	return tx;
}

/* It has no other one. The peer asks rules of either direction about it. */
static void
end_alone(struct hg_sip_tx *tx, enum hg_dir dir)
{
	if (tx == NULL)
		return;
	if (is_peer(tx->base.app)) {
		hg_tx_progress(&tx->base, HG_TO_SERVER, HG_SIP_DONE);
		hg_tx_progress(&tx->base, HG_TO_CLIENT, HG_SIP_DONE);
		return;
	}
	tx->base.sides = (uint8_t)(1u << dir);
	hg_tx_progress(&tx->base, dir, HG_SIP_DONE);
}

/* Nothing answers ACK (RFC 3261 17.1.1.3). */
static bool
is_answered(const struct hg_sip_message *m)
{
	return !hg_span_eq(m->method, HG_BYTES("ACK"));
}

static void
wait_for_answer(struct hg_app *app, enum hg_dir dir, const struct hg_sip_message *m, struct hg_sip_tx *tx)
{
	struct hg_sip *s = app->state;
	const struct hg_keyed_key key = key_of(m, dir);
	struct hg_keyed_slot *slot = hg_keyed_put(&s->waiting, &key);
	bool proxy = false;
	const struct hg_span auth = hg_sip_credentials(m, &proxy);

	if (slot == NULL)
		return;
	slot->value = tx == NULL ? UINT64_MAX : tx->base.id;
	slot->flag = proxy;
	if (auth.p == NULL)
		return;
	hg_keyed_add_text(&s->waiting, slot, auth, HG_SIP_SECRET);
	if (tx != NULL)
		hg_sip_note_user(tx, auth);
}

static void
take_request(struct hg_app *app, enum hg_dir dir, const struct hg_sip_message *m)
{
	struct hg_sip *s = app->state;
	const struct hg_keyed_key key = key_of(m, dir);
	const struct hg_keyed_slot *slot = is_peer(app) ? NULL : hg_keyed_find(&s->waiting, &key);
	struct hg_sip_tx *tx = slot == NULL ? NULL : (struct hg_sip_tx *)hg_tx_find(app, slot->value);

	if (tx != NULL) {
		tx->repeats++;
		return;
	}
	tx = begin(app, dir, m);
	if (is_answered(m))
		wait_for_answer(app, dir, m, tx);
	if (is_peer(app) || !is_answered(m))
		end_alone(tx, dir);
	else if (tx != NULL)
		hg_tx_progress(&tx->base, dir, HG_SIP_DONE);
}

static void
take_final(struct hg_app *app, enum hg_dir dir, const struct hg_sip_message *m, uint16_t status)
{
	struct hg_sip *s = app->state;
	const struct hg_keyed_key key = key_of(m, (enum hg_dir) !dir);
	struct hg_keyed_slot *slot = hg_keyed_find(&s->waiting, &key);
	struct hg_sip_tx *tx = slot == NULL ? NULL : (struct hg_sip_tx *)hg_tx_find(app, slot->value);
	const struct hg_span agent = tx == NULL ? HG_SPAN_NONE : tx->part[!dir].field[HG_SIP_USER_AGENT];
	uint8_t login = 0;

	if (slot != NULL && slot->text_len > 0)
		login = hg_sip_login(app, hg_keyed_text_of(slot), slot->flag, status, m, agent);
	if (slot != NULL)
		hg_keyed_drop(&s->waiting, slot);
	if (is_peer(app) || tx == NULL) {
		end_alone(begin(app, dir, m), dir);
		return;
	}
	tx->login = login;
	fill(tx, dir, m);
	note(tx, dir, m);
	hg_tx_progress(&tx->base, dir, HG_SIP_DONE);
}

void
hg_sip_take(struct hg_app *app, enum hg_dir dir, const struct hg_sip_message *m)
{
	uint32_t status = 0;

	if (m->request) {
		take_request(app, dir, m);
		return;
	}
	for (size_t i = 0; i < m->code.len; i++)
		status = status * 10 + (uint32_t)(m->code.p[i] - '0');
	if (status >= FINAL && status < 1000)
		take_final(app, dir, m, (uint16_t)status);
	else
		end_alone(begin(app, dir, m), dir);
}
