/* A message into the MIME reader, what is odd about it into rows, its fields into records; settings. */
#include "app/mailbox/mailbox.h"

static const uint8_t oddities[HG_MESSAGE_OF_PEER] = { HG_MIME_UNPARSED, HG_MIME_MALFORMED,
	HG_MIME_LONG_BOUNDARY, HG_MIME_LONG_FILE_NAME, HG_MIME_LONG_VALUE, HG_MIME_MANY_PARTS,
	HG_MIME_MANY_FIELDS, HG_MIME_MANY_URLS };

void
hg_message_open(struct hg_message *m, struct hg_tx *tx, enum hg_dir dir,
	const struct hg_message_config *config, uint8_t odd_first)
{
	m->dir = (uint8_t)dir;
	m->odd_first = odd_first;
	hg_pieces_init(&m->lines, tx->app->mem);
	if (!config->decode)
		return;
	m->tx = tx;
	m->mime = hg_mime_open(tx, dir, &config->mime);
}

static void
touch(struct hg_message *m)
{
	if (m->tx != NULL && m->tx->files != NULL)
		hg_tx_touch(m->tx, (enum hg_dir)m->dir);
}

void
hg_message_line(struct hg_message *m, const struct hg_piece *line)
{
	m->bytes += line->text.len + line->end.len;
	if (m->mime == NULL)
		return;
	hg_mime_line(m->mime, line->text, line->end, line->first);
	touch(m);
}

void
hg_message_bytes(struct hg_message *m, struct hg_span bytes)
{
	struct hg_piece line;

	if (m->mime == NULL) {
		m->bytes += bytes.len;
		return;
	}
	while (bytes.len > 0 && hg_piece_take(&m->lines, &bytes, &line))
		hg_message_line(m, &line);
}

void
hg_message_gap(struct hg_message *m, uint64_t bytes)
{
	m->gap = true;
	hg_pieces_drop(&m->lines);
	if (m->mime != NULL)
		hg_mime_gap(m->mime, bytes);
}

static void
name_odd(struct hg_message *m)
{
	const uint32_t odd = hg_mime_odd(m->mime);

	for (unsigned i = 0; i < HG_MESSAGE_ODDITIES; i++) {
		const unsigned bit =
			i < HG_MESSAGE_OF_PEER ? oddities[i] : HG_MIME_FIRST_FINDING + i - HG_MESSAGE_OF_PEER;

		if ((odd >> bit & 1) != 0)
			hg_tx_anomaly(m->tx, (enum hg_dir)m->dir, (uint8_t)(m->odd_first + i));
	}
}

void
hg_message_end(struct hg_message *m, bool whole)
{
	struct hg_piece line;

	if (m->over)
		return;
	if (hg_piece_last(&m->lines, &line))
		hg_message_line(m, &line);
	m->over = true;
	m->whole = whole && !m->gap;
	if (m->mime == NULL)
		return;
	hg_mime_finish(m->mime, whole);
	name_odd(m);
	touch(m);
}

void
hg_message_close(struct hg_message *m)
{
	hg_mime_close(m->mime);
	m->mime = NULL;
	hg_pieces_fini(&m->lines);
}

bool
hg_message_field(const struct hg_message *m, unsigned field, uint32_t index, struct hg_view *out)
{
	static const char *const names[HG_MESSAGE_FIELDS - 1] = { "from", "to", "cc", "subject", "date",
		"message-id", "x-mailer", "received" };
	const struct hg_mime_url *url;

	if (m->mime == NULL)
		return false;
	if (field == HG_MESSAGE_FIELDS - 1) {
		url = hg_mime_url(m->mime, index);
		*out = (struct hg_view){ url == NULL ? HG_SPAN_NONE : url->text, 0, true };
		return url != NULL;
	}
	for (struct hg_mime_field *f = hg_mime_root(m->mime)->fields; f != NULL; f = f->next) {
		if (!hg_span_eq(f->name, hg_span_str(names[field])) || index-- > 0)
			continue;
		*out = (struct hg_view){ hg_mime_text(m->mime, f), 0, true };
		return true;
	}
	return false;
}

void
hg_message_log(
	const struct hg_message *m, const struct hg_message_config *config, bool in_alert, struct hg_json *j)
{
	if (m->mime == NULL || !hg_mime_is_shown(m->mime))
		return;
	hg_json_open_at(j, "email");
	hg_mime_log(m->mime, in_alert ? 0 : config->fields, j);
	hg_json_close(j);
}

/* ---- settings ---- */

enum { DECODE, VALUE, URLS, LIMIT, MIN, WINDOW };

static bool
bool_of(const struct hg_config *c, const struct hg_config_key *key)
{
	return c == NULL || hg_config_bool(c, key->name);
}

static uint32_t
size_of(const struct hg_config *c, const struct hg_config_key *key, uint32_t initial)
{
	return c == NULL ? initial : (uint32_t)HG_MIN(hg_config_size(c, key->name), (uint64_t)UINT32_MAX);
}

/* Fields that tell who wrote what, when and with which software. */
static uint32_t
shown_fields(void)
{
	static const char *const names[] = { "reply_to", "bcc", "message_id", "subject", "x_mailer",
		"user_agent", "x_originating_ip", "in_reply_to", "date" };
	uint32_t bits = 0;

	for (unsigned i = 0; i < HG_MIME_LOGGED; i++)
		for (unsigned k = 0; k < HG_COUNT(names); k++)
			if (strcmp(hg_mime_logged[i], names[k]) == 0)
				bits |= UINT32_C(1) << i;
	return bits;
}

void
hg_message_configure(
	struct hg_message_config *m, const struct hg_config *config, const struct hg_config_key keys[])
{
	m->decode = bool_of(config, &keys[DECODE]);
	m->fields = shown_fields();
	m->mime = (struct hg_mime_config){ .base64 = true,
		.quoted_printable = true,
		.urls = bool_of(config, &keys[URLS]),
		.value_most = HG_MIN(size_of(config, &keys[VALUE], 2000), UINT32_C(65536)),
		.n_schemes = 1,
		.schemes = { "http://" },
		.limits = { .limit = size_of(config, &keys[LIMIT], 100000),
			.min = size_of(config, &keys[MIN], 32768),
			.window = size_of(config, &keys[WINDOW], 4096) } };
}
