/* The greeting, logins, and the exchange that ends them. */
#include "app/mysql/mysql_int.h"
#include "app/veil.h"

#define VERSION_10 10
#define SALT 8        /* bytes of the challenge in front of the capabilities */
#define SALT_LEAST 13 /* … and behind them */

enum { SAYS_OK = 0, SAYS_MORE = 1, SAYS_SWITCH = 0xfe, SAYS_ERR = 0xff };

static struct hg_mysql_tx *
login_of(struct hg_mysql *s)
{
	return hg_mysql_tx_of(s, s->login);
}

/* That of the connection is made by whoever speaks first. */
static struct hg_mysql_tx *
begin_login(struct hg_mysql *s)
{
	struct hg_mysql_tx *tx = login_of(s);

	if (tx != NULL)
		return tx;
	tx = hg_mysql_begin(s);
	if (tx != NULL) {
		tx->login = true;
		s->login = tx->base.id;
	}
	return tx;
}

/* A server that does not want to talk says so in place of the greeting. */
static bool
refused(struct hg_mysql *s, struct hg_mysql_tx *tx, struct hg_span body)
{
	hg_mysql_err(tx, body);
	hg_mysql_login_over(s, HG_LOGIN_UNKNOWN);
	return true;
}

bool
hg_mysql_greeting(struct hg_mysql *s, struct hg_span body)
{
	struct hg_reader r = hg_reader_of(body);
	struct hg_mysql_tx *tx = begin_login(s);
	struct hg_span version;
	uint32_t id;
	uint8_t salt;

	s->phase = HG_MYSQL_LOGIN;
	if (body.len > 0 && body.p[0] == SAYS_ERR)
		return refused(s, tx, body);
	if (hg_read_u8(&r) != VERSION_10)
		return false;
	version = hg_mysql_text(&r);
	id = hg_read_u32le(&r);
	hg_read_skip(&r, SALT + 1);
	s->server_caps = hg_read_u16le(&r);
	if (hg_reader_failed(&r))
		return false;
	if (tx != NULL) {
		tx->greeted = true;
		tx->version = hg_mysql_keep(tx, version);
		tx->connection_id = id;
	}
	hg_read_skip(&r, 3);
	s->server_caps |= (uint32_t)hg_read_u16le(&r) << 16;
	salt = hg_read_u8(&r);
	hg_read_skip(&r, 10);
	if (s->server_caps & HG_MYSQL_SECURE)
		hg_read_skip(&r, HG_MAX(SALT_LEAST, salt - SALT));
	if (tx != NULL && s->server_caps & HG_MYSQL_PLUGIN && !hg_reader_failed(&r))
		tx->server_plugin = hg_mysql_keep(tx, hg_mysql_text(&r));
	if (tx != NULL)
		hg_tx_progress(&tx->base, HG_TO_CLIENT, HG_MYSQL_OPEN);
	return true;
}

/* ---- who logs in ---- */

static bool
is(const struct hg_buf *plugin, const char *name)
{
	return hg_span_eq(hg_buf_span(plugin), hg_span_str(name));
}

/* Its answers are passwords as they were typed. */
static bool
is_clear(const struct hg_mysql *s)
{
	return is(&s->plugin, "mysql_clear_password") || is(&s->plugin, "dialog");
}

static void
note_attributes(struct hg_mysql *s, struct hg_mysql_tx *tx, struct hg_span list)
{
	struct hg_reader r = hg_reader_of(list);

	while (hg_reader_left(&r) > 0) {
		const struct hg_span name = hg_mysql_counted(&r), value = hg_mysql_counted(&r);

		if (hg_reader_failed(&r))
			return;
		if (hg_span_eq(name, HG_BYTES("program_name")))
			hg_mysql_note(&s->program, value);
		else if (hg_span_eq(name, HG_BYTES("_client_name")) && hg_buf_len(&s->program) == 0)
			hg_mysql_note(&s->program, value);
		if (tx == NULL)
			continue;
		if (hg_span_eq(name, HG_BYTES("program_name")))
			tx->program = hg_mysql_keep(tx, value);
		else if (hg_span_eq(name, HG_BYTES("_client_name")))
			tx->library = hg_mysql_keep(tx, value);
		else if (hg_span_eq(name, HG_BYTES("_client_version")))
			tx->library_version = hg_mysql_keep(tx, value);
		else if (hg_span_eq(name, HG_BYTES("_os")))
			tx->os = hg_mysql_keep(tx, value);
	}
}

/* Where in the direction bytes of the packet at hand stand. */
static void
veil(struct hg_mysql *s, struct hg_span part)
{
	const struct hg_head *h = &s->head[HG_TO_SERVER];

	if (part.len > 0)
		hg_app_veil_at(
			s->app, HG_TO_SERVER, h->at + (uint64_t)(part.p - hg_head_span(h).p), part.len);
}

/* What the client says to a challenge; of digests nothing is kept. */
static void
take_response(struct hg_mysql *s, struct hg_span response)
{
	s->empty = response.len == 0 || (response.len == 1 && response.p[0] == '\0');
	s->switched = false;
	hg_buf_clear(&s->secret);
	veil(s, response);
	if (!is_clear(s))
		return;
	if (response.len > 0 && response.p[response.len - 1] == '\0')
		response.len--;
	hg_mysql_note(&s->secret, response);
	if (!s->empty)
		hg_mysql_odd(login_of(s), HG_TO_SERVER, HG_MYSQL_CLEAR_PASSWORD);
}

static void
note_who(struct hg_mysql *s, struct hg_mysql_tx *tx, struct hg_span user, struct hg_span database)
{
	s->trying = true;
	s->phase = HG_MYSQL_AUTH;
	hg_mysql_note(&s->user, user);
	hg_mysql_note(&s->database, database);
	if (tx == NULL)
		return;
	tx->user = hg_mysql_keep(tx, user);
	tx->database = hg_mysql_keep(tx, database);
	tx->cut |= hg_head_cut(&s->head[HG_TO_SERVER]);
	hg_tx_progress(&tx->base, HG_TO_SERVER, HG_MYSQL_OPEN);
}

static struct hg_span
read_response(struct hg_mysql *s, struct hg_reader *r)
{
	if (s->caps & HG_MYSQL_LENENC)
		return hg_mysql_counted(r);
	return s->caps & HG_MYSQL_SECURE ? hg_read_counted8(r) : hg_mysql_text(r);
}

static void
read_plugin(struct hg_mysql *s, struct hg_mysql_tx *tx, struct hg_reader *r)
{
	struct hg_span plugin;

	if ((s->caps & HG_MYSQL_PLUGIN) == 0)
		return;
	plugin = hg_mysql_text(r);
	hg_mysql_note(&s->plugin, plugin);
	if (tx != NULL)
		tx->plugin = hg_mysql_keep(tx, plugin);
}

/* What came before 4.1: shorter, and without plugins. */
static bool
login_320(struct hg_mysql *s, struct hg_mysql_tx *tx, struct hg_reader *r)
{
	struct hg_span user, response, database = HG_SPAN_NONE;

	hg_read_skip(r, 3);
	user = hg_mysql_text(r);
	response = hg_mysql_text(r);
	if (s->caps & HG_MYSQL_WITH_DB)
		database = hg_mysql_text(r);
	if (hg_reader_failed(r))
		return false;
	note_who(s, tx, user, database);
	take_response(s, response);
	hg_mysql_odd(tx, HG_TO_SERVER, HG_MYSQL_OLD_PASSWORD);
	return true;
}

/* SSLRequest is a login without anybody. */
static bool
ask_tls(struct hg_mysql *s, struct hg_mysql_tx *tx)
{
	s->to_tls = true;
	if (tx != NULL) {
		tx->tls = true;
		hg_mysql_login_over(s, HG_LOGIN_UNKNOWN);
	}
	return true;
}

static bool
login_41(struct hg_mysql *s, struct hg_mysql_tx *tx, struct hg_reader *r)
{
	struct hg_span user, response, database = HG_SPAN_NONE;

	hg_read_skip(r, 2 + 4 + 1 + 23);
	if (!hg_reader_failed(r) && hg_reader_left(r) == 0 && s->caps & HG_MYSQL_SSL)
		return ask_tls(s, tx);
	user = hg_mysql_text(r);
	response = read_response(s, r);
	if (hg_reader_failed(r))
		return hg_head_cut(&s->head[HG_TO_SERVER]);
	if (s->caps & HG_MYSQL_WITH_DB)
		database = hg_mysql_text(r);
	read_plugin(s, tx, r);
	note_who(s, tx, user, database);
	take_response(s, response);
	if (s->caps & HG_MYSQL_ATTRIBUTES)
		note_attributes(s, tx, hg_mysql_counted(r));
	return true;
}

bool
hg_mysql_login(struct hg_mysql *s, struct hg_span body)
{
	struct hg_reader r = hg_reader_of(body);
	struct hg_mysql_tx *tx = begin_login(s);

	s->caps = hg_read_u16le(&r);
	if ((s->caps & HG_MYSQL_PROTOCOL_41) == 0)
		return login_320(s, tx, &r);
	if (body.len >= 4)
		s->caps |= (uint32_t)hg_le16(body.p + 2) << 16;
	return login_41(s, tx, &r);
}

void
hg_mysql_change_user(struct hg_mysql *s, struct hg_mysql_tx *tx, struct hg_span body)
{
	struct hg_reader r = hg_reader_of(body);
	const struct hg_span user = hg_mysql_text(&r);
	const struct hg_span response = s->caps & HG_MYSQL_SECURE ? hg_read_counted8(&r) : hg_mysql_text(&r);
	const struct hg_span database = hg_mysql_text(&r);

	s->login = tx == NULL ? UINT64_MAX : tx->base.id;
	if (tx != NULL)
		tx->login = true;
	hg_read_skip(&r, 2);
	hg_buf_clear(&s->plugin);
	if (!hg_reader_failed(&r))
		read_plugin(s, tx, &r);
	note_who(s, tx, user, database);
	take_response(s, response);
	if (s->caps & HG_MYSQL_ATTRIBUTES && !hg_reader_failed(&r))
		note_attributes(s, tx, hg_mysql_counted(&r));
}

/* ---- the exchange ---- */

/* A client that asks for the server's key (caching_sha2_password 2, sha256_password 1) says nothing of a password yet. */
void
hg_mysql_auth_said(struct hg_mysql *s, struct hg_span body)
{
	if (body.len == 1 && (body.p[0] == 1 || body.p[0] == 2) && !is_clear(s))
		return;
	take_response(s, body);
}

static void
take_switch(struct hg_mysql *s, struct hg_span body)
{
	struct hg_reader r = hg_reader_of(hg_span_from(body, 1));
	struct hg_mysql_tx *tx = login_of(s);
	const bool old = body.len == 1;
	const struct hg_span plugin = old ? HG_BYTES("mysql_old_password") : hg_mysql_text(&r);

	s->switched = true;
	hg_mysql_note(&s->plugin, plugin);
	if (tx != NULL)
		tx->plugin = hg_mysql_keep(tx, plugin);
	if (is(&s->plugin, "mysql_old_password"))
		hg_mysql_odd(tx, HG_TO_CLIENT, HG_MYSQL_OLD_PASSWORD);
}

/* Both sides pack their packets from here on. */
static void
settle_compression(struct hg_mysql *s)
{
	struct hg_mysql_tx *tx = login_of(s);

	if ((s->caps & s->server_caps & (HG_MYSQL_COMPRESS | HG_MYSQL_ZSTD)) == 0)
		return;
	s->opaque = true;
	if (tx != NULL)
		tx->compressed = true;
}

bool
hg_mysql_auth_answer(struct hg_mysql *s, struct hg_span body)
{
	struct hg_mysql_tx *tx = login_of(s);
	uint16_t status;

	if (body.len == 0)
		return hg_head_cut(&s->head[HG_TO_CLIENT]);
	switch (body.p[0]) {
	case SAYS_OK:
		hg_mysql_ok(tx, body, &status);
		settle_compression(s);
		hg_mysql_login_over(s, HG_LOGIN_SUCCESS);
		return true;
	case SAYS_ERR:
		hg_mysql_err(tx, body);
		hg_mysql_odd(tx, HG_TO_CLIENT, HG_MYSQL_LOGIN_FAILED);
		hg_mysql_login_over(s, HG_LOGIN_FAILURE);
		return true;
	case SAYS_SWITCH:
		take_switch(s, body);
		return true;
	default:
		return body.p[0] == SAYS_MORE || is(&s->plugin, "dialog") ||
			is(&s->plugin, "auth_gssapi_client");
	}
}

/* Names that records show as they are. */
static const char *
mechanism_of(const struct hg_mysql *s)
{
	static const char *const names[] = { "mysql_native_password", "caching_sha2_password",
		"sha256_password", "mysql_clear_password", "mysql_old_password", "client_ed25519", "parsec",
		"dialog", "auth_gssapi_client", "authentication_windows_client",
		"authentication_ldap_sasl_client", "authentication_kerberos_client",
		"authentication_webauthn_client" };

	for (size_t i = 0; i < HG_COUNT(names); i++)
		if (is(&s->plugin, names[i]))
			return names[i];
	if ((s->caps & HG_MYSQL_PROTOCOL_41) == 0)
		return "mysql_old_password";
	return (s->caps & HG_MYSQL_PLUGIN) == 0 ? "mysql_native_password" : NULL;
}

static void
tell_login(struct hg_mysql *s, const struct hg_mysql_tx *tx, enum hg_login_result result)
{
	struct hg_login_seen seen = {
		.mechanism = mechanism_of(s), .user = hg_buf_span(&s->user), .result = (uint8_t)result
	};
	struct hg_audit number;

	if (hg_buf_len(&s->secret) > 0)
		seen.secret = hg_buf_span(&s->secret);
	else if (s->empty && !s->switched)
		seen.secret = HG_BYTES("");
	if (hg_buf_len(&s->program) > 0)
		seen.client = hg_buf_span(&s->program);
	if (tx != NULL && tx->status == HG_MYSQL_ERR)
		seen.code = hg_audit_number(&number, tx->code);
	else if (result == HG_LOGIN_SUCCESS)
		seen.code = HG_BYTES("OK");
	hg_app_login(s->app, &seen);
}

void
hg_mysql_login_over(struct hg_mysql *s, enum hg_login_result result)
{
	struct hg_mysql_tx *tx = login_of(s);

	if (s->trying && s->empty && !s->switched)
		hg_mysql_odd(tx, HG_TO_SERVER, HG_MYSQL_EMPTY_PASSWORD);
	if (s->trying)
		tell_login(s, tx, result);
	if (s->trying || result == HG_LOGIN_SUCCESS)
		s->phase = HG_MYSQL_READY;
	s->trying = s->empty = s->switched = false;
	hg_buf_clear(&s->secret);
	s->login = UINT64_MAX;
	if (tx != NULL)
		hg_tx_end(&tx->base);
}
