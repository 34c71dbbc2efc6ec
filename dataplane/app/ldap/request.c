/* What clients ask for (RFC 4511 4.2 to 4.12). */
#include "app/ldap/ldap_int.h"
#include "app/veil.h"

#define STARTTLS HG_BYTES("1.3.6.1.4.1.1466.20037")
#define NEW_PASSWORD HG_BYTES("1.3.6.1.4.1.4203.1.11.1") /* RFC 3062 */

bool
hg_ldap_is_request(uint8_t op)
{
	switch (op) {
	case HG_LDAP_BIND:
	case HG_LDAP_UNBIND:
	case HG_LDAP_SEARCH:
	case HG_LDAP_MODIFY:
	case HG_LDAP_ADD:
	case HG_LDAP_DELETE:
	case HG_LDAP_MODIFY_DN:
	case HG_LDAP_COMPARE:
	case HG_LDAP_ABANDON:
	case HG_LDAP_EXTENDED:
		return true;
	default:
		return false;
	}
}

struct hg_span
hg_ldap_keep(struct hg_ldap_tx *tx, struct hg_span text)
{
	return hg_span_keep(&tx->base.arena, hg_span_sub(text, 0, HG_LDAP_TEXT));
}

static struct hg_span
take_text(struct hg_reader *r)
{
	struct hg_span value = HG_SPAN_NONE;
	uint8_t tag;

	hg_ldap_take(r, &tag, &value);
	return value;
}

static uint32_t
number_of(struct hg_span value)
{
	uint32_t n = 0;

	for (size_t i = 0; i < value.len; i++)
		n = n << 8 | value.p[i];
	return n;
}

static void
add_name(struct hg_ldap_tx *tx, struct hg_span name, uint32_t change)
{
	if (tx->n_names == HG_LDAP_NAMES) {
		tx->more_names = true;
		return;
	}
	tx->names[tx->n_names++] =
		(struct hg_ldap_name){ hg_ldap_keep(tx, name), (uint8_t)HG_MIN(change, 4u) };
}

/* Attributes that are passwords: what they are set to is hidden in raw bytes. */
static bool
is_secret(struct hg_span name)
{
	return hg_span_eq_nocase(name, HG_BYTES("userPassword")) ||
		hg_span_eq_nocase(name, HG_BYTES("unicodePwd"));
}

/* `type, set of values` */
static void
read_attribute(struct hg_app *app, struct hg_ldap_tx *tx, struct hg_reader *r, uint32_t change)
{
	const struct hg_span name = take_text(r), values = take_text(r);

	if (hg_reader_failed(r))
		return;
	add_name(tx, name, change);
	if (is_secret(name) && values.len > 0)
		hg_app_veil(app, HG_TO_SERVER, values.p, values.len);
}

/* ---- operations ---- */

static void
read_bind(struct hg_app *app, struct hg_ldap_tx *tx, struct hg_reader *r)
{
	struct hg_span choice = HG_SPAN_NONE;
	uint8_t tag = 0;

	tx->version = number_of(take_text(r));
	tx->dn = hg_ldap_keep(tx, take_text(r));
	if (hg_ldap_take(r, &tag, &choice))
		hg_ldap_bind(app, tx, tag, choice);
}

static void
read_search(struct hg_app *app, struct hg_ldap_tx *tx, struct hg_reader *r)
{
	uint8_t text[HG_LDAP_TEXT], tag = 0;
	struct hg_span filter = HG_SPAN_NONE;
	struct hg_reader names;
	size_t len;

	tx->dn = hg_ldap_keep(tx, take_text(r));
	tx->scope = number_of(take_text(r));
	tx->deref = number_of(take_text(r));
	tx->size_limit = number_of(take_text(r));
	tx->time_limit = number_of(take_text(r));
	tx->types_only = number_of(take_text(r)) != 0;
	if (!hg_ldap_take(r, &tag, &filter))
		return;
	if (!hg_ldap_filter(tag, filter, text, &len) && !tx->incomplete)
		hg_tx_anomaly(&tx->base, HG_TO_SERVER, HG_LDAP_DEEP_FILTER);
	tx->filter = hg_span_keep(&tx->base.arena, hg_span(text, len));
	names = hg_reader_of(take_text(r));
	while (hg_reader_left(&names) > 0 && !hg_reader_failed(&names)) {
		const struct hg_span name = take_text(&names);

		if (!hg_reader_failed(&names))
			add_name(tx, name, 0);
	}
	(void)app;
}

static void
read_modify(struct hg_app *app, struct hg_ldap_tx *tx, struct hg_reader *r)
{
	struct hg_reader changes;

	tx->dn = hg_ldap_keep(tx, take_text(r));
	changes = hg_reader_of(take_text(r));
	while (hg_reader_left(&changes) > 0 && !hg_reader_failed(&changes)) {
		struct hg_reader one = hg_reader_of(take_text(&changes)), attribute;
		const uint32_t change = number_of(take_text(&one));

		attribute = hg_reader_of(take_text(&one));
		read_attribute(app, tx, &attribute, change);
	}
}

static void
read_add(struct hg_app *app, struct hg_ldap_tx *tx, struct hg_reader *r)
{
	struct hg_reader attributes;

	tx->dn = hg_ldap_keep(tx, take_text(r));
	attributes = hg_reader_of(take_text(r));
	while (hg_reader_left(&attributes) > 0 && !hg_reader_failed(&attributes)) {
		struct hg_reader one = hg_reader_of(take_text(&attributes));

		read_attribute(app, tx, &one, 0);
	}
}

static void
read_modify_dn(struct hg_app *app, struct hg_ldap_tx *tx, struct hg_reader *r)
{
	(void)app;
	tx->dn = hg_ldap_keep(tx, take_text(r));
	tx->rdn = hg_ldap_keep(tx, take_text(r));
	tx->delete_old = number_of(take_text(r)) != 0;
	if (hg_reader_left(r) > 0)
		tx->superior = hg_ldap_keep(tx, take_text(r));
}

static void
read_compare(struct hg_app *app, struct hg_ldap_tx *tx, struct hg_reader *r)
{
	struct hg_reader pair;
	struct hg_span name, value;

	tx->dn = hg_ldap_keep(tx, take_text(r));
	pair = hg_reader_of(take_text(r));
	name = take_text(&pair);
	value = take_text(&pair);
	add_name(tx, name, 0);
	if (is_secret(name) && value.len > 0)
		hg_app_veil(app, HG_TO_SERVER, value.p, value.len);
	else
		tx->value = hg_ldap_keep(tx, value);
}

static void
read_extended(struct hg_app *app, struct hg_ldap_tx *tx, struct hg_reader *r)
{
	const struct hg_span oid = take_text(r);
	struct hg_span value;

	tx->oid = hg_ldap_keep(tx, oid);
	tx->starts_tls = hg_span_eq(oid, STARTTLS);
	if (hg_reader_left(r) == 0)
		return;
	value = take_text(r);
	if (hg_span_eq(oid, NEW_PASSWORD) && value.len > 0)
		hg_app_veil(app, HG_TO_SERVER, value.p, value.len);
}

static void
read_operation(struct hg_app *app, struct hg_ldap_tx *tx, struct hg_reader *r)
{
	switch (tx->op) {
	case HG_LDAP_BIND:
		read_bind(app, tx, r);
		break;
	case HG_LDAP_SEARCH:
		read_search(app, tx, r);
		break;
	case HG_LDAP_MODIFY:
		read_modify(app, tx, r);
		break;
	case HG_LDAP_ADD:
		read_add(app, tx, r);
		break;
	case HG_LDAP_DELETE:
		tx->dn = hg_ldap_keep(tx, hg_read_rest(r));
		break;
	case HG_LDAP_MODIFY_DN:
		read_modify_dn(app, tx, r);
		break;
	case HG_LDAP_COMPARE:
		read_compare(app, tx, r);
		break;
	case HG_LDAP_ABANDON:
		tx->abandoned = number_of(hg_read_rest(r));
		break;
	case HG_LDAP_EXTENDED:
		read_extended(app, tx, r);
		break;
	default:
		break;
	}
}

/* An abandoned request has no answer any more (RFC 4511 4.11). */
static void
end_abandoned(struct hg_app *app, uint32_t id)
{
	struct hg_ldap *s = app->state;
	const struct hg_keyed_key key = { .message = id };
	struct hg_keyed_slot *slot = hg_keyed_find(&s->waiting, &key);
	struct hg_tx *tx = slot == NULL ? NULL : hg_tx_find(app, slot->value);

	if (tx != NULL)
		hg_tx_end(tx);
	if (slot != NULL)
		hg_keyed_drop(&s->waiting, slot);
}

static void
wait_for_answer(struct hg_app *app, struct hg_ldap_tx *tx)
{
	struct hg_ldap *s = app->state;
	const struct hg_keyed_key key = { .message = tx->id };
	const struct hg_keyed_slot *known = hg_keyed_find(&s->waiting, &key);
	struct hg_keyed_slot *slot;

	if (known != NULL && hg_tx_find(app, known->value) != NULL)
		hg_tx_anomaly(&tx->base, HG_TO_SERVER, HG_LDAP_ID_TWICE);
	slot = hg_keyed_put(&s->waiting, &key);
	if (slot != NULL)
		slot->value = tx->base.id;
}

bool
hg_ldap_request(struct hg_app *app, uint32_t id, uint8_t op, struct hg_span body, bool cut)
{
	struct hg_reader r = hg_reader_of(body);
	struct hg_ldap_tx *tx = (struct hg_ldap_tx *)hg_tx_new(app);

	if (tx == NULL) {
		if (hg_tx_last(app) != NULL)
			hg_tx_anomaly(hg_tx_last(app), HG_TO_SERVER, HG_LDAP_TOO_MANY);
		return true;
	}
	tx->id = id;
	tx->op = op;
	tx->incomplete = cut;
	tx->numbers[0][3] = op & 0x1f;
	read_operation(app, tx, &r);
	if (op == HG_LDAP_UNBIND || op == HG_LDAP_ABANDON) {
		tx->base.sides = HG_SIDE_SERVER;
		if (op == HG_LDAP_ABANDON)
			end_abandoned(app, tx->abandoned);
	} else {
		wait_for_answer(app, tx);
	}
	hg_tx_progress(&tx->base, HG_TO_SERVER, HG_LDAP_DONE);
	return cut || !hg_reader_failed(&r);
}
