/* Options and their subnegotiations: who agreed to what, and what the client says about its user's terminal. */
#include <stdio.h>

#include "app/telnet/telnet_int.h"
#include "base/reader.h"

enum { IS = 0, INFO = 2 };                         /* subnegotiation verbs */
enum { VAR = 0, VALUE = 1, ESC = 2, USERVAR = 3 }; /* RFC 1572 */
enum { ENCRYPT_IS = 0, ENCRYPT_START = 3, ENCRYPT_KEYIDS = 7, SLC = 3, TLS_FOLLOWS = 1 };

#define KEY_MAX 64 /* key identifiers of real implementations are shorter; CVE-2011-4862 */
#define SLC_MAX 30 /* triplets: there are 30 functions */

static const char *const names[] = {
	[0] = "BINARY",
	[1] = "ECHO",
	[3] = "SUPPRESS-GO-AHEAD",
	[5] = "STATUS",
	[6] = "TIMING-MARK",
	[18] = "LOGOUT",
	[23] = "SEND-LOCATION",
	[24] = "TERMINAL-TYPE",
	[25] = "END-OF-RECORD",
	[31] = "NAWS",
	[32] = "TERMINAL-SPEED",
	[33] = "REMOTE-FLOW-CONTROL",
	[34] = "LINEMODE",
	[35] = "X-DISPLAY-LOCATION",
	[36] = "ENVIRON",
	[37] = "AUTHENTICATION",
	[38] = "ENCRYPT",
	[39] = "NEW-ENVIRON",
	[40] = "TN3270E",
	[42] = "CHARSET",
	[44] = "COM-PORT-CONTROL",
	[46] = "START-TLS",
	[47] = "KERMIT",
};

const char *
hg_telnet_option_name(uint8_t option, char buf[4])
{
	if (option < HG_COUNT(names) && names[option] != NULL)
		return names[option];
	snprintf(buf, 4, "%u", option);
	return buf;
}

/* RFC 2946 to 2953. */
const char *
hg_telnet_cipher_name(uint8_t type, char buf[4])
{
	static const char *const ciphers[] = { "none", "des_cfb64", "des_ofb64", "des3_cfb64", "des3_ofb64",
		NULL, NULL, NULL, "cast5_40_cfb64", "cast5_40_ofb64", "cast128_cfb64", "cast128_ofb64" };

	if (type < HG_COUNT(ciphers) && ciphers[type] != NULL)
		return ciphers[type];
	snprintf(buf, 4, "%u", type);
	return buf;
}

static struct hg_telnet_option *
make_option(struct hg_telnet *t, enum hg_dir dir, uint8_t option, uint8_t side)
{
	struct hg_telnet_session *s = t->session;

	if (s == NULL)
		return NULL;
	for (unsigned i = 0; i < s->n_options; i++)
		if (s->options[i].option == option && s->options[i].side == side)
			return &s->options[i];
	if (s->n_options == HG_TELNET_OPTIONS) {
		hg_telnet_anomaly(t, dir, HG_TELNET_MANY_OPTIONS);
		return NULL;
	}
	s->options[s->n_options] = (struct hg_telnet_option){ .option = option, .side = side };
	return &s->options[s->n_options++];
}

void
hg_telnet_negotiate(struct hg_app *app, enum hg_dir dir, uint8_t verb, uint8_t option)
{
	static const char *const verbs[] = { "WILL", "WONT", "DO", "DONT" };
	struct hg_telnet *t = app->state;
	bool about_sender = verb == HG_IAC_WILL || verb == HG_IAC_WONT;
	struct hg_telnet_option *o =
		make_option(app->state, dir, option, (uint8_t)(about_sender ? dir : !dir));
	char text[40], number[4];
	int n = snprintf(text, sizeof(text), "%s %s", verbs[verb - HG_IAC_WILL],
		hg_telnet_option_name(option, number));

	hg_telnet_value(app, dir, HG_TELNET_OPTION, hg_span(text, (size_t)n));
	/* Who begins with a negotiation speaks Telnet. */
	if (!t->side[dir].spoken && (option < 50 || option >= 128))
		t->follow.believed = true;
	if (o == NULL)
		return;
	if (o->toggles <= HG_TELNET_TOGGLES && ++o->toggles > HG_TELNET_TOGGLES)
		hg_telnet_anomaly(t, dir, HG_TELNET_OPTION_LOOP);
	if (about_sender) {
		o->will = verb == HG_IAC_WILL;
		o->wont = !o->will;
	} else {
		o->do_ = verb == HG_IAC_DO;
		o->dont = !o->do_;
	}
}

static void
keep_text(struct hg_telnet *t, struct hg_span *to, struct hg_span text)
{
	/* Clients name several terminals; what is remembered is bounded by the transaction's arena all the same. */
	if (t->session != NULL && !hg_span_eq(*to, text))
		*to = hg_span_keep(&t->session->tx.arena, hg_span_sub(text, 0, HG_TELNET_ENVIRON_LEN));
}

static void
keep_terminal(struct hg_telnet *t, struct hg_span text)
{
	keep_text(t, &t->session->terminal, text);
	hg_tx_progress(&t->session->tx, HG_TO_SERVER, HG_TELNET_OPEN);
}

static bool
is_loader_variable(struct hg_span name)
{
	static const char *const risky[] = { "IFS", "PATH", "ENV", "HOME", "BASH_ENV", "SHELLOPTS", "TERMCAP",
		"TERMINFO", "TERMPATH", "TERMINFO_DIRS", "RESOLV_HOST_CONF", "NLSPATH", "LOCALDOMAIN" };

	if (hg_span_starts(name, HG_BYTES("LD_")) || hg_span_starts(name, HG_BYTES("_RLD")))
		return true;
	for (size_t i = 0; i < HG_COUNT(risky); i++)
		if (hg_span_eq(name, hg_span_str(risky[i])))
			return true;
	return false;
}

static void
note_variable(struct hg_app *app, enum hg_dir dir, struct hg_span name, struct hg_span value, bool user)
{
	struct hg_telnet *t = app->state;
	struct hg_telnet_session *s = t->session;
	uint8_t text[2 * HG_TELNET_ENVIRON_LEN + 1];
	size_t n = name.len;

	memcpy(text, name.p, name.len);
	text[n++] = '=';
	memcpy(text + n, value.p, value.len);
	hg_telnet_value(app, dir, HG_TELNET_ENV, hg_span(text, n + value.len));
	if (value.len > 0 && value.p[0] == '-')
		hg_telnet_anomaly(t, dir, HG_TELNET_ENVIRON_DASH);
	if (hg_span_eq(name, HG_BYTES("USER")) && hg_span_starts(value, HG_BYTES("-f")))
		hg_telnet_anomaly(t, dir, HG_TELNET_USER_BYPASS);
	if (is_loader_variable(name))
		hg_telnet_anomaly(t, dir, HG_TELNET_ENVIRON_LOADER);
	if (s == NULL)
		return;
	if (s->n_environ == HG_TELNET_ENVIRON) {
		hg_telnet_anomaly(t, dir, HG_TELNET_MANY_ENVIRON);
		return;
	}
	s->environ[s->n_environ++] = (struct hg_telnet_var){ hg_span_keep(&s->tx.arena, name),
		hg_span_keep(&s->tx.arena, value), user };
}

/* Characters up to the next type byte, ESC taken away; what is past the bound is dropped. */
static struct hg_span
take_characters(struct hg_reader *r, uint8_t to[HG_TELNET_ENVIRON_LEN])
{
	size_t n = 0;

	while (hg_reader_left(r) > 0 && (*r->p == ESC || *r->p > USERVAR)) {
		uint8_t c = hg_read_u8(r);

		if (c == ESC)
			c = hg_read_u8(r);
		if (n < HG_TELNET_ENVIRON_LEN)
			to[n++] = c;
	}
	return hg_span(to, n);
}

/* RFC 1572; some implementations of RFC 1408 exchange VAR and VALUE (RFC 1571): a list cannot begin with a value. */
static void
take_environ(struct hg_app *app, enum hg_dir dir, struct hg_span in, bool old)
{
	struct hg_reader r = hg_reader_of(in);
	uint8_t name_bytes[HG_TELNET_ENVIRON_LEN], value_bytes[HG_TELNET_ENVIRON_LEN];
	bool swapped = old && in.len > 0 && in.p[0] == VALUE;

	while (hg_reader_left(&r) > 0) {
		uint8_t type = hg_read_u8(&r);
		struct hg_span name, value = HG_SPAN_NONE;

		if (swapped && type <= VALUE)
			type = !type;
		if (type != VAR && type != USERVAR) {
			hg_telnet_anomaly(app->state, dir, HG_TELNET_BAD_ENVIRON);
			return;
		}
		name = take_characters(&r, name_bytes);
		if (hg_reader_left(&r) > 0 && *r.p == (swapped ? VAR : VALUE)) {
			hg_read_skip(&r, 1);
			value = take_characters(&r, value_bytes);
		}
		if (value.p == NULL)
			value = hg_span(value_bytes, 0);
		note_variable(app, dir, name, value, type == USERVAR);
	}
}

static void
take_window(struct hg_app *app, struct hg_span in)
{
	struct hg_telnet *t = app->state;
	struct hg_reader r = hg_reader_of(in);
	uint16_t columns = hg_read_u16be(&r), rows = hg_read_u16be(&r);

	if (hg_reader_failed(&r) || t->session == NULL)
		return;
	t->session->columns = columns;
	t->session->rows = rows;
	t->session->has_window = true;
	hg_transcript_resize(app, &t->follow.transcript, columns, rows);
}

static void
note_encrypted(struct hg_app *app, uint8_t by)
{
	struct hg_telnet_session *s = ((struct hg_telnet *)app->state)->session;

	hg_telnet_login_end(app, "encrypted from here on");
	if (s == NULL)
		return;
	s->encrypted = true;
	s->encrypted_by = by;
}

/* Behind START its sender's bytes are cipher text. */
static void
take_encrypt(struct hg_app *app, enum hg_dir dir, uint8_t verb, struct hg_span in)
{
	struct hg_telnet *t = app->state;

	if (verb >= ENCRYPT_KEYIDS && in.len > KEY_MAX)
		hg_telnet_anomaly(t, dir, HG_TELNET_LONG_KEY);
	if (verb == ENCRYPT_IS && in.len > 0 && t->session != NULL) {
		t->session->has_cipher[dir] = true;
		t->session->cipher[dir] = in.p[0];
	}
	if (verb != ENCRYPT_START)
		return;
	note_encrypted(app, HG_TELOPT_ENCRYPT);
	t->opaque = t->follow.given_up = true;
	hg_app_encrypted(app);
}

static void
take_tls(struct hg_app *app, enum hg_dir dir)
{
	struct hg_telnet *t = app->state;

	t->side[dir].tls = true;
	if (!t->side[HG_TO_SERVER].tls || !t->side[HG_TO_CLIENT].tls)
		return;
	note_encrypted(app, HG_TELOPT_START_TLS);
	t->to_tls = t->follow.given_up = true;
}

/* Triplets of function, modifiers, character. */
static void
take_slc(struct hg_telnet *t, enum hg_dir dir, struct hg_span in)
{
	if (in.len > 3 * SLC_MAX)
		hg_telnet_anomaly(t, dir, HG_TELNET_MANY_SLC);
	for (size_t i = 0; i < in.len; i += 3) {
		if (in.p[i] > SLC_MAX) {
			hg_telnet_anomaly(t, dir, HG_TELNET_BAD_SLC);
			return;
		}
	}
}

void
hg_telnet_subnegotiation(struct hg_app *app, enum hg_dir dir, struct hg_span sb)
{
	struct hg_telnet *t = app->state;
	struct hg_reader r = hg_reader_of(sb);
	uint8_t option = hg_read_u8(&r), verb;
	struct hg_span rest;

	if (option == HG_TELOPT_NAWS) {
		take_window(app, hg_read_rest(&r));
		return;
	}
	verb = hg_read_u8(&r);
	rest = hg_read_rest(&r);
	if (hg_reader_failed(&r))
		return;
	if (option == HG_TELOPT_TTYPE && verb == IS && t->session != NULL)
		keep_terminal(t, rest);
	else if (option == HG_TELOPT_TSPEED && verb == IS && t->session != NULL)
		keep_text(t, &t->session->speed, rest);
	else if (option == HG_TELOPT_XDISPLOC && verb == IS && t->session != NULL)
		keep_text(t, &t->session->display, rest);
	else if (option == HG_TELOPT_NEW_ENVIRON && (verb == IS || verb == INFO))
		take_environ(app, dir, rest, false);
	else if (option == HG_TELOPT_OLD_ENVIRON && (verb == IS || verb == INFO))
		take_environ(app, dir, rest, true);
	else if (option == HG_TELOPT_AUTHENTICATION)
		hg_telnet_authentication(app, dir, verb, rest);
	else if (option == HG_TELOPT_ENCRYPT)
		take_encrypt(app, dir, verb, rest);
	else if (option == HG_TELOPT_LINEMODE && verb == SLC)
		take_slc(t, dir, rest);
	else if (option == HG_TELOPT_START_TLS && verb == TLS_FOLLOWS)
		take_tls(app, dir);
}
