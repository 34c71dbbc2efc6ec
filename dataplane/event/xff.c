/* The address that a proxy says it asks for: `xff` of eve-log and of its types, as the peer has them. Whoever sends the field
 * may write what he likes in it; the setting is for boxes behind a proxy that sets it. */
#include "event/event_int.h"

#include <stdio.h>
#include <strings.h>

#define CHAIN_LEAST 7 /* bytes of a field that is looked at */
#define CHAIN_MOST 255

static const char *
setting(const struct hg_config_node *n, const char *name, const char *otherwise)
{
	const struct hg_config_node *child = hg_config_child(n, name);
	const char *text = child == NULL ? NULL : hg_config_text(child);

	return text != NULL ? text : otherwise;
}

/* A type's own setting counts, also one that turns it off. */
void
hg_event_xff_read(struct hg_event_xff *x, const struct hg_config_node *log, const struct hg_config_node *type)
{
	const struct hg_config_node *n = type == NULL ? NULL : hg_config_child(type, "xff");

	*x = (struct hg_event_xff){ 0 };
	if (n == NULL)
		n = hg_config_child(log, "xff");
	if (n == NULL || !hg_config_parse_bool(setting(n, "enabled", "no"), &x->on))
		return;
	x->overwrite = strcasecmp(setting(n, "mode", "extra-data"), "overwrite") == 0;
	x->forward = strcasecmp(setting(n, "deployment", "reverse"), "forward") == 0;
	snprintf(x->field, sizeof(x->field), "%s", setting(n, "header", "X-Forwarded-For"));
}

/* What is behind the last separator, or in front of the first comma. The peer's separator of the last one is a blank. */
static struct hg_span
one_of(struct hg_span chain, bool forward, bool as_peer)
{
	size_t at = chain.len;

	if (forward)
		return hg_span_sub(chain, 0, hg_span_find(chain, 0, ','));
	while (at > 0 && chain.p[at - 1] != ' ' && (as_peer || chain.p[at - 1] != ','))
		at--;
	return hg_span_from(chain, at);
}

/* Without brackets and port. */
static struct hg_span
without_port(struct hg_span text)
{
	const size_t colon = hg_span_find(text, 0, ':');
	unsigned dots = 0;

	if (text.len > 0 && text.p[0] == '[') {
		const size_t end = hg_span_find(text, 0, ']');

		return end == SIZE_MAX ? HG_SPAN_NONE : hg_span_sub(text, 1, end - 1);
	}
	for (size_t i = 0; i < text.len; i++)
		dots += text.p[i] == '.';
	if (dots == 3 && colon != SIZE_MAX && hg_span_find(text, colon + 1, ':') == SIZE_MAX)
		return hg_span_sub(text, 0, colon);
	return text;
}

static struct hg_span
read_field(const struct hg_event_xff *x, const struct hg_tx *tx, char out[HG_ADDR_TEXT])
{
	const bool as_peer = hg_as_peer(tx->app->suricata7, HG_DIFF_EVENT_XFF);
	uint8_t field[CHAIN_MOST];
	struct hg_span chain, one;
	struct hg_addr addr;
	uint8_t family;
	size_t n;

	if (tx->decoder->request_field == NULL || (as_peer && tx->decoder->proto != HG_PROTO_HTTP))
		return HG_SPAN_NONE;
	n = tx->decoder->request_field(tx, hg_span_str(x->field), field, sizeof(field));
	if (n == SIZE_MAX || n < CHAIN_LEAST)
		return HG_SPAN_NONE;
	chain = hg_span(field, n);
	one = one_of(hg_span_sub(chain, 0, hg_span_find(chain, 0, '\0')), x->forward, as_peer);
	one = without_port(as_peer ? one : hg_span_trim(one));
	if (!hg_addr_parse(one, &addr, &family))
		return HG_SPAN_NONE;
	if (!as_peer)
		return hg_span(out, hg_addr_text(&addr, family, out));
	memcpy(out, one.p, one.len);
	return hg_span(out, one.len);
}

struct hg_span
hg_event_xff(
	const struct hg_event_xff *x, const struct hg_flow *f, const struct hg_tx *tx, char out[HG_ADDR_TEXT])
{
	struct hg_span found = HG_SPAN_NONE;

	if (!x->on || f == NULL || f->app == NULL)
		return HG_SPAN_NONE;
	if (tx != NULL)
		return read_field(x, tx, out);
	/* Of bytes that belong to no transaction, the first of those that are there says it. */
	for (tx = f->app->txs; tx != NULL && found.len == 0; tx = tx->next)
		found = read_field(x, tx, out);
	return found;
}
