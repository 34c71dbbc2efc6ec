/* Option AUTHENTICATION (RFC 2941): what the server takes, which of it the client uses, for whom, and whether the server accepts.
 *
 * The messages of a type are that type's affair; that it ended is told by the first byte of a reply where its values are known: SRP
 * (RFC 2944), Kerberos (RFC 1411, 2942), SPX, NTLM ([MS-TNAP] 2.2.2). */
#include "app/ntlm.h"
#include "app/telnet/telnet_int.h"
#include "base/reader.h"

enum { IS, SEND, REPLY, NAME };
enum { NTLM_TYPE = 15, NTLM_SECOND_MESSAGE = 2 };
#define NTLM_SIZES 8 /* two numbers in front of the message */
#define UNKNOWN 0xff /* no such byte */

static const struct {
	const char *name;
	uint8_t type, rejected, accepted;
} types[] = {
	{ "kerberos_v4", 1, 1, 2 },
	{ "kerberos_v5", 2, 1, 2 },
	{ "spx", 3, 1, 2 },
	{ "srp", 5, 1, 2 },
	{ "rsa", 6, UNKNOWN, UNKNOWN },
	{ "ssl", 7, UNKNOWN, UNKNOWN },
	{ "loki", 10, UNKNOWN, UNKNOWN },
	{ "ssa", 11, UNKNOWN, UNKNOWN },
	{ "kea_sj", 12, UNKNOWN, UNKNOWN },
	{ "kea_sj_integ", 13, UNKNOWN, UNKNOWN },
	{ "dss", 14, UNKNOWN, UNKNOWN },
	{ "ntlm", NTLM_TYPE, 4, 3 },
};

static unsigned
index_of(uint8_t type)
{
	unsigned i = 0;

	while (i < HG_COUNT(types) && types[i].type != type)
		i++;
	return i;
}

/* As records have it; others by their number. */
const char *
hg_telnet_authentication_name(uint8_t type, char buf[4])
{
	const unsigned i = index_of(type);

	if (i < HG_COUNT(types))
		return types[i].name;
	snprintf(buf, 4, "%u", type);
	return buf;
}

/* Pairs of a type and what it shall do. */
static void
take_offer(struct hg_telnet_authentication *a, struct hg_reader *r)
{
	a->n_offered = 0;
	while (hg_reader_left(r) >= 2) {
		const uint8_t type = hg_read_u8(r);

		hg_read_skip(r, 1);
		if (a->n_offered < HG_TELNET_OFFERED && memchr(a->offered, type, a->n_offered) == NULL)
			a->offered[a->n_offered++] = type;
	}
}

static void
tell(struct hg_app *app, enum hg_login_result result, const char *evidence)
{
	struct hg_telnet_session *s = ((struct hg_telnet *)app->state)->session;
	struct hg_telnet_authentication *a = &s->authentication;
	const unsigned i = index_of(a->type);

	a->open = false;
	a->result = (uint8_t)result;
	s->logins[result]++;
	hg_app_login(app,
		&(struct hg_login_seen){ .user = a->user,
			.domain = a->domain,
			.workstation = a->host,
			.mechanism = i < HG_COUNT(types) ? types[i].name : NULL,
			.evidence = evidence,
			.result = (uint8_t)result });
}

static struct hg_span
keep_name(struct hg_telnet_session *s, const struct hg_ntlm *n, enum hg_ntlm_part part)
{
	uint8_t text[HG_TELNET_USER];

	return hg_span_keep(&s->tx.arena, hg_ntlm_name(n, part, text, sizeof(text)));
}

static void
take_ntlm(struct hg_telnet_session *s, struct hg_span message)
{
	struct hg_telnet_authentication *a = &s->authentication;
	struct hg_ntlm n;
	uint32_t type;

	if (!hg_ntlm_is(message) || !hg_ntlm_type(message, &type) || type != HG_NTLM_AUTHENTICATE ||
		!hg_ntlm_read(&n, message))
		return;
	a->domain = keep_name(s, &n, HG_NTLM_DOMAIN);
	a->user = keep_name(s, &n, HG_NTLM_USER);
	a->host = keep_name(s, &n, HG_NTLM_HOST);
}

/* The client begins with a type, or goes on with it. */
static void
take_is(struct hg_app *app, struct hg_reader *r)
{
	struct hg_telnet_session *s = ((struct hg_telnet *)app->state)->session;
	struct hg_telnet_authentication *a = &s->authentication;
	const uint8_t type = hg_read_u8(r);
	uint8_t message;

	hg_read_skip(r, 1);
	message = hg_read_u8(r);
	/* RFC 2941 2: a pair of NULL says that the client takes none of the types. */
	if (type == 0)
		return;
	if (a->open && a->type != type)
		tell(app, HG_LOGIN_UNKNOWN, "another type of authentication");
	if (!a->open)
		a->domain = a->host = HG_SPAN_NONE;
	a->used = a->open = true;
	a->type = type;
	if (type != NTLM_TYPE || message != NTLM_SECOND_MESSAGE)
		return;
	hg_read_skip(r, NTLM_SIZES);
	take_ntlm(s, hg_read_rest(r));
}

static void
take_reply(struct hg_app *app, struct hg_reader *r)
{
	const struct hg_telnet_session *s = ((struct hg_telnet *)app->state)->session;
	const struct hg_telnet_authentication *a = &s->authentication;
	const uint8_t type = hg_read_u8(r);
	const unsigned i = index_of(type);
	uint8_t message;

	hg_read_skip(r, 1);
	message = hg_read_u8(r);
	if (hg_reader_failed(r) || !a->open || type != a->type || i == HG_COUNT(types))
		return;
	if (message == types[i].rejected) {
		tell(app, HG_LOGIN_FAILURE, NULL);
	} else if (message == types[i].accepted) {
		tell(app, HG_LOGIN_SUCCESS, NULL);
		hg_telnet_authenticated(app, a->user);
	}
}

void
hg_telnet_authentication(struct hg_app *app, enum hg_dir dir, uint8_t verb, struct hg_span in)
{
	struct hg_telnet_session *s = ((struct hg_telnet *)app->state)->session;
	struct hg_reader r = hg_reader_of(in);

	if (s == NULL)
		return;
	if (dir == HG_TO_CLIENT && verb == SEND)
		take_offer(&s->authentication, &r);
	else if (dir == HG_TO_CLIENT && verb == REPLY)
		take_reply(app, &r);
	else if (dir == HG_TO_SERVER && verb == IS)
		take_is(app, &r);
	else if (dir == HG_TO_SERVER && verb == NAME)
		s->authentication.user = hg_span_keep(&s->tx.arena, hg_span_sub(in, 0, HG_TELNET_USER));
}

void
hg_telnet_authentication_end(struct hg_app *app, const char *why)
{
	const struct hg_telnet_session *s = ((struct hg_telnet *)app->state)->session;

	if (s != NULL && s->authentication.open)
		tell(app, HG_LOGIN_UNKNOWN, why);
}
