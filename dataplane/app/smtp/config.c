/* Settings, under the names that operators know: app-layer.protocols.smtp, and what `smtp` of the record list says. */
#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "app/smtp/smtp_int.h"

#define SMTP "app-layer.protocols.smtp."
#define MIME SMTP "mime."
#define TRACKER SMTP "inspected-tracker."
#define RECORD "outputs.eve-log.types.smtp"
#define EXTENDED 0x803e /* bcc, message_id, subject, x_mailer, user_agent, date */

const struct hg_config_key hg_smtp_keys[HG_SMTP_KEYS] = {
	{ SMTP "raw-extraction", HG_CONFIG_BOOL, "no", NULL, NULL,
		"the whole message is one file, rawmsg, where mime.decode-mime is off" },
	{ MIME "decode-mime", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"read messages: fields, parts, files, URLs" },
	{ MIME "decode-base64", HG_CONFIG_BOOL, "yes", NULL, NULL, "decode bodies in base64" },
	{ MIME "decode-quoted-printable", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"decode bodies in quoted-printable" },
	{ MIME "header-value-depth", HG_CONFIG_SIZE, "2000", NULL, "bytes",
		"how much of a header field's value is kept; at most 65536" },
	{ MIME "extract-urls", HG_CONFIG_BOOL, "yes", NULL, NULL, "note URLs in texts" },
	{ MIME "extract-urls-schemes", HG_CONFIG_LIST, NULL, NULL, NULL,
		"schemes of these URLs; not set: http" },
	{ MIME "log-url-scheme", HG_CONFIG_BOOL, "no", NULL, NULL, "records show URLs with their scheme" },
	{ MIME "body-md5", HG_CONFIG_BOOL, "no", NULL, NULL,
		"make the MD5 of bodies, as they are sent, of at most 63 mails at a time" },
	{ TRACKER "content-limit", HG_CONFIG_SIZE, "100000", NULL, "bytes",
		"how much of a file rules may look into; 0: all" },
	{ TRACKER "content-inspect-min-size", HG_CONFIG_SIZE, "32768", NULL, "bytes",
		"a file is not looked at before so much of it is there" },
	{ TRACKER "content-inspect-window", HG_CONFIG_SIZE, "4096", NULL, "bytes",
		"later looks at a file take in so much, old bytes included" },
	{ RECORD ".extended", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"smtp records show bcc, message_id, subject, x_mailer, user_agent and date" },
	{ RECORD ".custom", HG_CONFIG_LIST, NULL, NULL, NULL,
		"further header fields that smtp records show" },
	{ RECORD ".md5", HG_CONFIG_LIST, NULL, NULL, NULL,
		"body, subject or both: smtp records show their MD5" },
};

static bool
bool_of(const struct hg_config *c, const char *key, bool initial)
{
	return c == NULL ? initial : hg_config_bool(c, key);
}

static uint32_t
size_of(const struct hg_config *c, const char *key, uint32_t initial)
{
	return c == NULL ? initial : (uint32_t)HG_MIN(hg_config_size(c, key), (uint64_t)UINT32_MAX);
}

static void
add_scheme(struct hg_mime_config *mime, const char *text)
{
	char *to = mime->schemes[mime->n_schemes];

	if (text == NULL || mime->n_schemes == HG_MIME_SCHEMES ||
		strlen(text) + sizeof("://") > sizeof(mime->schemes[0]))
		return;
	snprintf(to, sizeof(mime->schemes[0]), "%s://", text);
	mime->n_schemes++;
}

static void
read_schemes(struct hg_mime_config *mime, const struct hg_config *c)
{
	const struct hg_config_node *list = c == NULL ? NULL : hg_config_find(c, MIME "extract-urls-schemes");

	mime->n_schemes = 0;
	for (const struct hg_config_node *n = list == NULL ? NULL : hg_config_first(list); n != NULL;
		n = hg_config_next(n))
		add_scheme(mime, hg_config_text(n));
	if (mime->n_schemes == 0)
		add_scheme(mime, "http");
}

static bool
is_field(const char *text, const char *name)
{
	for (; *text != '\0' && *name != '\0'; text++, name++)
		if ((*text == '-' ? '_' : tolower((unsigned char)*text)) != *name)
			return false;
	return *text == *name;
}

static uint32_t
field_of(const char *text)
{
	for (unsigned i = 0; text != NULL && i < HG_MIME_LOGGED; i++)
		if (is_field(text, hg_mime_logged[i]))
			return 1u << i;
	return 0;
}

static void
read_md5(struct hg_decoder_ctx *ctx, const struct hg_config_node *list)
{
	ctx->subject_md5 = ctx->body_md5 = false;
	for (const struct hg_config_node *n = list == NULL ? NULL : hg_config_first(list); n != NULL;
		n = hg_config_next(n)) {
		const char *text = hg_config_text(n) == NULL ? "" : hg_config_text(n);

		ctx->subject_md5 |= strcasecmp(text, "subject") == 0;
		ctx->body_md5 |= strcasecmp(text, "body") == 0;
	}
}

static void
read_record(struct hg_decoder_ctx *ctx, const struct hg_config *c)
{
	const struct hg_config_node *record = c == NULL ? NULL : hg_config_find(c, RECORD), *n;
	bool extended = true;

	ctx->custom = 0;
	n = record == NULL ? NULL : hg_config_child(record, "extended");
	if (n != NULL && hg_config_text(n) != NULL)
		hg_config_parse_bool(hg_config_text(n), &extended);
	ctx->extended = extended ? EXTENDED : 0;
	read_md5(ctx, record == NULL ? NULL : hg_config_child(record, "md5"));
	n = record == NULL ? NULL : hg_config_child(record, "custom");
	for (n = n == NULL ? NULL : hg_config_first(n); n != NULL; n = hg_config_next(n))
		ctx->custom |= field_of(hg_config_text(n));
}

void
hg_smtp_configure(struct hg_decoder_ctx *ctx, const struct hg_config *c)
{
	struct hg_mime_config *mime = &ctx->mime;

	ctx->decode = bool_of(c, MIME "decode-mime", true);
	ctx->raw = !ctx->decode && bool_of(c, SMTP "raw-extraction", false);
	mime->base64 = bool_of(c, MIME "decode-base64", true);
	mime->quoted_printable = bool_of(c, MIME "decode-quoted-printable", true);
	mime->value_most = HG_MIN(size_of(c, MIME "header-value-depth", 2000), UINT32_C(65536));
	mime->urls = bool_of(c, MIME "extract-urls", true);
	mime->url_schemes = bool_of(c, MIME "log-url-scheme", false);
	read_schemes(mime, c);
	mime->limits.limit = size_of(c, TRACKER "content-limit", 100000);
	mime->limits.min = size_of(c, TRACKER "content-inspect-min-size", 32768);
	mime->limits.window = size_of(c, TRACKER "content-inspect-window", 4096);
	read_record(ctx, c);
	if (ctx->subject_md5 || ctx->body_md5)
		hg_mime_digests_open(&ctx->digests);
	mime->digests = ctx->body_md5 && bool_of(c, MIME "body-md5", false) ? &ctx->digests : NULL;
}

void
hg_smtp_release(struct hg_decoder_ctx *ctx)
{
	hg_mime_digests_close(&ctx->digests);
}
