/* Who logs in, and the exchange that ends it. */
#include "app/pgsql/pgsql_int.h"
#include "app/veil.h"

/* What Authentication asks for. */
enum { GRANTED, KERBEROS = 2, CLEAR, MD5 = 5, GSS = 7, SSPI = 9, SASL, SASL_MORE, SASL_END };

static struct hg_pgsql_tx *
login_of(struct hg_pgsql *s)
{
	return hg_pgsql_tx_of(s, s->login);
}

static struct hg_pgsql_tx *
begin_login(struct hg_pgsql *s)
{
	struct hg_pgsql_tx *tx = login_of(s);

	if (tx != NULL)
		return tx;
	tx = hg_pgsql_begin(s, HG_PGSQL_LOGIN);
	s->login = tx == NULL ? UINT64_MAX : tx->base.id;
	return tx;
}

/* ---- the client begins ---- */

/* A query of another connection is to be broken off. */
static bool
cancel(struct hg_pgsql *s, struct hg_reader *r)
{
	const uint32_t process = hg_read_u32be(r);
	struct hg_pgsql_tx *tx;

	hg_read_skip(r, 4);
	if (hg_reader_failed(r))
		return false;
	s->started = true;
	tx = hg_pgsql_begin(s, HG_PGSQL_CANCELS);
	if (tx != NULL) {
		tx->process = process;
		tx->has_process = true;
		hg_tx_end(&tx->base);
	}
	return true;
}

static void
take_parameter(struct hg_pgsql *s, struct hg_pgsql_tx *tx, struct hg_span name, struct hg_span value)
{
	if (hg_span_eq(name, HG_BYTES("user")))
		hg_pgsql_note(&s->user, value);
	else if (hg_span_eq(name, HG_BYTES("database")))
		hg_pgsql_note(&s->database, value);
	else if (hg_span_eq(name, HG_BYTES("application_name")))
		hg_pgsql_note(&s->program, value);
	else if (tx != NULL && hg_span_eq(name, HG_BYTES("replication")))
		tx->replication = !hg_span_eq(value, HG_BYTES("false"));
}

/* Without the name of a database it is the user's. */
static bool
take_parameters(struct hg_pgsql *s, struct hg_pgsql_tx *tx, struct hg_reader *r)
{
	while (hg_reader_left(r) > 0 && r->p[0] != '\0') {
		const struct hg_span name = hg_pgsql_text(r), value = hg_pgsql_text(r);

		if (!hg_reader_failed(r))
			take_parameter(s, tx, name, value);
	}
	if (hg_buf_len(&s->database) == 0)
		hg_pgsql_note(&s->database, hg_buf_span(&s->user));
	s->started = s->trying = true;
	if (tx == NULL)
		return true;
	tx->user = hg_pgsql_keep(tx, hg_buf_span(&s->user));
	tx->database = hg_pgsql_keep(tx, hg_buf_span(&s->database));
	tx->program = hg_pgsql_keep(tx, hg_buf_span(&s->program));
	tx->cut = hg_head_cut(&s->head[HG_TO_SERVER]);
	hg_tx_progress(&tx->base, HG_TO_SERVER, HG_PGSQL_OPEN);
	return !hg_reader_failed(r) || tx->cut;
}

bool
hg_pgsql_startup(struct hg_pgsql *s, struct hg_span body)
{
	struct hg_reader r = hg_reader_of(body);
	const uint32_t code = hg_read_u32be(&r);
	struct hg_pgsql_tx *tx;

	if (hg_reader_failed(&r))
		return false;
	if (code == HG_PGSQL_SSL || code == HG_PGSQL_GSS) {
		s->asks = true;
		begin_login(s);
		return true;
	}
	if (code == HG_PGSQL_CANCEL)
		return cancel(s, &r);
	if (code >> 16 != HG_PGSQL_MAJOR)
		return false;
	tx = begin_login(s);
	if (tx != NULL)
		tx->minor = (uint16_t)code;
	return take_parameters(s, tx, &r);
}

/* ---- passwords ---- */

/* What it says is a password, or made of one: hidden, whatever it is. */
void
hg_pgsql_password(struct hg_pgsql *s, struct hg_span body)
{
	const struct hg_head *h = &s->head[HG_TO_SERVER];
	struct hg_span secret = body;

	hg_app_veil_at(s->app, HG_TO_SERVER, h->at, body.len);
	if (!s->clear)
		return;
	if (secret.len > 0 && secret.p[secret.len - 1] == '\0')
		secret.len--;
	hg_pgsql_note(&s->secret, secret);
	s->empty = secret.len == 0;
	hg_pgsql_odd(login_of(s), HG_TO_SERVER, s->empty ? HG_PGSQL_EMPTY_PASSWORD : HG_PGSQL_CLEAR_PASSWORD);
}

/* ---- the server's answers ---- */

/* The first mechanism that the server has to offer; clients choose the better one, which ends with -PLUS, behind TLS only. */
static const char *
sasl_of(struct hg_span names)
{
	if (hg_span_has(names, HG_BYTES("SCRAM-SHA-256")))
		return "scram-sha-256";
	return hg_span_has(names, HG_BYTES("OAUTHBEARER")) ? "oauthbearer" : "sasl";
}

static void
tell_login(struct hg_pgsql *s, const struct hg_pgsql_tx *tx, enum hg_login_result result)
{
	struct hg_login_seen seen = { .mechanism = s->mechanism != NULL ? s->mechanism : "none",
		.user = hg_buf_span(&s->user),
		.result = (uint8_t)result };

	if (result != HG_LOGIN_SUCCESS && s->mechanism == NULL)
		seen.mechanism = NULL;
	if (s->empty)
		seen.secret = HG_BYTES("");
	else if (hg_buf_len(&s->secret) > 0)
		seen.secret = hg_buf_span(&s->secret);
	if (hg_buf_len(&s->program) > 0)
		seen.client = hg_buf_span(&s->program);
	if (tx != NULL && tx->status == HG_PGSQL_ERR)
		seen.code = tx->code;
	if (s->trying)
		hg_app_login(s->app, &seen);
	s->trying = s->empty = s->clear = false;
	hg_buf_clear(&s->secret);
}

static void
granted(struct hg_pgsql *s, struct hg_pgsql_tx *tx)
{
	s->started = true;
	if (tx != NULL)
		tx->status = HG_PGSQL_OK;
	tell_login(s, tx, HG_LOGIN_SUCCESS);
}

bool
hg_pgsql_authentication(struct hg_pgsql *s, struct hg_span body)
{
	static const char *const names[] = { [KERBEROS] = "kerberos",
		[CLEAR] = "password",
		[MD5] = "md5",
		[GSS] = "gssapi",
		[SSPI] = "sspi" };
	struct hg_reader r = hg_reader_of(body);
	const uint32_t kind = hg_read_u32be(&r);
	struct hg_pgsql_tx *tx = begin_login(s);

	if (hg_reader_failed(&r))
		return hg_head_cut(&s->head[HG_TO_CLIENT]);
	if (kind == GRANTED) {
		granted(s, tx);
		return true;
	}
	s->clear = kind == CLEAR;
	if (kind == SASL)
		s->mechanism = sasl_of(hg_read_rest(&r));
	else if (kind < HG_COUNT(names) && names[kind] != NULL)
		s->mechanism = names[kind];
	if (tx != NULL)
		tx->mechanism = s->mechanism;
	return true;
}

void
hg_pgsql_parameter(struct hg_pgsql *s, struct hg_span body)
{
	struct hg_pgsql_tx *tx = login_of(s);
	struct hg_reader r = hg_reader_of(body);
	const struct hg_span name = hg_pgsql_text(&r), value = hg_pgsql_text(&r);

	if (tx != NULL && !hg_reader_failed(&r) && hg_span_eq(name, HG_BYTES("server_version")))
		tx->version = hg_pgsql_keep(tx, value);
}

/* Behind the grant it is no failure of the login: no such database, too many connections. */
void
hg_pgsql_login_error(struct hg_pgsql *s, struct hg_span body)
{
	struct hg_pgsql_tx *tx = begin_login(s);

	hg_pgsql_error(tx, body);
	if (s->trying) {
		hg_pgsql_odd(tx, HG_TO_CLIENT, HG_PGSQL_LOGIN_FAILED);
		tell_login(s, tx, HG_LOGIN_FAILURE);
	}
	hg_pgsql_login_ready(s);
}

void
hg_pgsql_login_ready(struct hg_pgsql *s)
{
	struct hg_pgsql_tx *tx = login_of(s);

	if (s->trying)
		tell_login(s, tx, HG_LOGIN_UNKNOWN);
	s->login = UINT64_MAX;
	if (tx != NULL)
		hg_tx_end(&tx->base);
}
