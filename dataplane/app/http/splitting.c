/* Line breaks in targets, and answers whose lines they have become (response splitting). Nothing as the peer has it. */
#include "app/http/http_int.h"

#define BREAKS_MAX 8    /* of a target that are looked at */
#define TARGET_MAX 4096 /* bytes of it */

/* The target decoded, once more if that left escapes; 0: it has no line break. */
static size_t
decode_target(const struct hg_http_tx *tx, uint8_t out[TARGET_MAX])
{
	struct hg_span target = hg_span_sub(tx->uri_raw, 0, TARGET_MAX);
	size_t n;

	if (hg_span_find(target, 0, '%') == SIZE_MAX)
		return 0;
	for (unsigned i = 0; i < 2; i++) {
		n = hg_http_uri_decode(target, out);
		target = hg_span(out, n);
		if (hg_span_find(target, 0, '\n') != SIZE_MAX || hg_span_find(target, 0, '\r') != SIZE_MAX)
			return n;
	}
	return 0;
}

void
hg_http_target_break(struct hg_http *h, struct hg_http_tx *tx)
{
	uint8_t text[TARGET_MAX];

	if (decode_target(tx, text) > 0)
		hg_http_odd(h, tx, HG_TO_SERVER, HG_HTTP_TARGET_LINE_BREAK);
}

/* One line that the target holds is a header of the answer. */
static bool
is_answered(const struct hg_http_tx *tx, struct hg_span line)
{
	const struct hg_http_message *m = &tx->msg[HG_TO_CLIENT];
	const size_t colon = hg_span_find(line, 0, ':');
	const struct hg_span name = hg_span_trim(hg_span_sub(line, 0, colon));
	const struct hg_span value = hg_span_trim(hg_span_from(line, colon + 1));

	if (colon == SIZE_MAX || name.len == 0 || value.len == 0)
		return false;
	for (unsigned i = 0; i < m->n_headers; i++) {
		if (!hg_span_eq_nocase(m->headers[i].name, name))
			continue;
		if (hg_span_starts(m->headers[i].value, value))
			return true;
		for (const struct hg_http_value *v = m->headers[i].more; v != NULL; v = v->next)
			if (hg_span_starts(v->text, value))
				return true;
	}
	return false;
}

void
hg_http_splitting(struct hg_http *h, struct hg_http_tx *tx)
{
	uint8_t text[TARGET_MAX];
	struct hg_span rest;

	if (!hg_tx_has_anomaly(&tx->base, HG_TO_SERVER, HG_HTTP_TARGET_LINE_BREAK))
		return;
	rest = hg_span(text, decode_target(tx, text));
	for (unsigned i = 0; i < BREAKS_MAX && rest.len > 0; i++) {
		size_t n = 0;

		while (n < rest.len && rest.p[n] != '\r' && rest.p[n] != '\n')
			n++;
		if (i > 0 && is_answered(tx, hg_span_sub(rest, 0, n))) {
			hg_http_odd(h, tx, HG_TO_CLIENT, HG_HTTP_SPLITTING);
			return;
		}
		while (n < rest.len && (rest.p[n] == '\r' || rest.p[n] == '\n'))
			n++;
		rest = hg_span_from(rest, n);
	}
}
