/* Mechanisms of mail servers. */
#include "app/sasl.h"

#include "app/ntlm.h"
#include "app/secret.h"

enum kind { OPAQUE, PLAIN, LOGIN, BEARER, OAUTHBEARER, CRAM, DIGEST, SCRAM, NTLM, EXTERNAL };

static const struct {
	const char *name;
	uint8_t kind; /* enum kind */
} mechanisms[] = { { "plain", PLAIN }, { "login", LOGIN }, { "xoauth2", BEARER },
	{ "oauthbearer", OAUTHBEARER }, { "cram-md5", CRAM }, { "digest-md5", DIGEST }, { "ntlm", NTLM },
	{ "scram-sha-1", SCRAM }, { "scram-sha-1-plus", SCRAM }, { "scram-sha-256", SCRAM },
	{ "scram-sha-256-plus", SCRAM }, { "external", EXTERNAL }, { "anonymous", EXTERNAL },
	{ "gssapi", OPAQUE }, { "gss-spnego", OPAQUE }, { "msn", NTLM } };

void
hg_sasl_init(struct hg_sasl *s, struct hg_mem *mem)
{
	for (unsigned i = 0; i < HG_SASL_LINES; i++)
		hg_buf_init(&s->text[i], mem, HG_SASL_LINE);
}

void
hg_sasl_fini(struct hg_sasl *s)
{
	for (unsigned i = 0; i < HG_SASL_LINES; i++)
		hg_buf_fini(&s->text[i]);
}

void
hg_sasl_begin(struct hg_sasl *s, struct hg_span mechanism, struct hg_span first)
{
	s->mechanism = NULL;
	s->kind = OPAQUE;
	s->lines = 0;
	s->cut = false;
	for (unsigned i = 0; i < HG_SASL_LINES; i++)
		hg_buf_clear(&s->text[i]);
	for (unsigned i = 0; i < HG_COUNT(mechanisms); i++) {
		if (!hg_span_eq_nocase(mechanism, hg_span_str(mechanisms[i].name)))
			continue;
		s->mechanism = mechanisms[i].name;
		s->kind = mechanisms[i].kind;
	}
	if (first.len > 0)
		hg_sasl_line(s, first);
}

/* NTLM begins with a message that names nobody, which clients send at once or after a line without anything. */
void
hg_sasl_line(struct hg_sasl *s, struct hg_span line)
{
	const unsigned i = s->kind == NTLM ? HG_MIN(s->lines, (uint8_t)1) : s->lines;

	if (line.len == 0)
		return;
	if (s->lines < UINT8_MAX)
		s->lines++;
	if (i >= HG_SASL_LINES)
		return;
	hg_buf_clear(&s->text[i]);
	if (!s->raw && hg_span_eq(line, HG_BYTES("=")))
		return;
	s->cut |= !hg_buf_append(&s->text[i], line);
}

static struct hg_span
decoded(const struct hg_sasl *s, unsigned line, struct hg_sasl_scratch *scratch)
{
	const struct hg_span text = hg_buf_span(&s->text[line]);
	const size_t n = s->raw ? 0 : hg_secret_base64(text, scratch->bytes[line], HG_SASL_LINE);

	if (s->raw)
		return line < s->lines ? text : HG_SPAN_NONE;
	return line >= s->lines || n == SIZE_MAX ? HG_SPAN_NONE : hg_span(scratch->bytes[line], n);
}

/* RFC 4616: who to be, who it is, and the password, with a NUL between them. */
static void
read_plain(struct hg_span text, struct hg_login_seen *seen)
{
	const size_t first = hg_span_find(text, 0, '\0');
	const size_t second = first == SIZE_MAX ? SIZE_MAX : hg_span_find(text, first + 1, '\0');

	if (second == SIZE_MAX)
		return;
	seen->user = hg_span_sub(text, first + 1, second - first - 1);
	seen->secret = hg_span_from(text, second + 1);
}

/* What stands behind the key, up to one of the two ends. */
static struct hg_span
value_of(struct hg_span text, struct hg_span key, uint8_t end)
{
	for (size_t i = 0; i + key.len <= text.len; i++) {
		const bool begins =
			i == 0 || text.p[i - 1] == ',' || text.p[i - 1] == end || text.p[i - 1] == ' ';

		if (begins && hg_span_starts_nocase(hg_span_from(text, i), key)) {
			text = hg_span_from(text, i + key.len);
			return hg_span_sub(text, 0, hg_span_find(text, 0, end));
		}
	}
	return HG_SPAN_NONE;
}

static void
read_bearer(struct hg_span text, struct hg_span name, uint8_t end, struct hg_login_seen *seen)
{
	seen->user = value_of(text, name, end);
	seen->secret = value_of(text, HG_BYTES("auth=Bearer "), '\1');
}

/* RFC 2195: the name, and a digest over the server's challenge, which is another one each time. */
static void
read_cram(struct hg_span text, struct hg_login_seen *seen)
{
	size_t at = text.len;

	while (at > 0 && text.p[at - 1] != ' ')
		at--;
	if (at > 0)
		seen->user = hg_span_sub(text, 0, at - 1);
}

static void
read_digest(struct hg_span text, struct hg_login_seen *seen)
{
	seen->user = value_of(text, HG_BYTES("username=\""), '"');
	seen->domain = value_of(text, HG_BYTES("realm=\""), '"');
}

static void
read_ntlm(struct hg_span text, struct hg_sasl_scratch *scratch, struct hg_login_seen *seen)
{
	struct hg_ntlm n;
	uint32_t type;

	if (!hg_ntlm_is(text) || !hg_ntlm_type(text, &type) || type != HG_NTLM_AUTHENTICATE ||
		!hg_ntlm_read(&n, text))
		return;
	seen->domain = hg_ntlm_name(&n, HG_NTLM_DOMAIN, scratch->names[0], sizeof(scratch->names[0]));
	seen->user = hg_ntlm_name(&n, HG_NTLM_USER, scratch->names[1], sizeof(scratch->names[1]));
}

/* Of these the lines are the same for the same user and secret. */
static bool
is_visible(uint8_t kind)
{
	return kind == PLAIN || kind == LOGIN || kind == BEARER || kind == OAUTHBEARER || kind == EXTERNAL;
}

void
hg_sasl_read(const struct hg_sasl *s, struct hg_sasl_scratch *scratch, struct hg_login_seen *seen)
{
	const struct hg_span first = s->cut ? HG_SPAN_NONE : decoded(s, 0, scratch);
	const struct hg_span second = s->cut ? HG_SPAN_NONE : decoded(s, 1, scratch);

	seen->mechanism = s->mechanism;
	switch ((enum kind)s->kind) {
	case PLAIN:
		read_plain(first, seen);
		break;
	case LOGIN:
		seen->user = first;
		seen->secret = second;
		break;
	case BEARER:
		read_bearer(first, HG_BYTES("user="), '\1', seen);
		break;
	case OAUTHBEARER:
		read_bearer(first, HG_BYTES("a="), ',', seen);
		break;
	case CRAM:
		read_cram(first, seen);
		break;
	case DIGEST:
		read_digest(first, seen);
		break;
	case SCRAM:
		seen->user = value_of(first, HG_BYTES("n="), ',');
		break;
	case NTLM:
		read_ntlm(s->lines > 1 ? second : first, scratch, seen);
		break;
	case EXTERNAL:
		seen->user = first;
		break;
	case OPAQUE:
		break;
	}
	if (seen->secret.p == NULL && is_visible(s->kind))
		seen->credentials = hg_buf_span(&s->text[s->lines > 1]);
}
