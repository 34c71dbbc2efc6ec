#include "rules/keyword/keyword_int.h"

static const struct hg_keyword_table *const families[] = {
	&hg_keywords_meta,
	&hg_keywords_content,
	&hg_keywords_modifier,
	&hg_keywords_replace,
	&hg_keywords_pcre,
	&hg_keywords_asn1,
	&hg_keywords_bytes,
	&hg_keywords_base64,
	&hg_keywords_transform,
	&hg_keywords_size,
	&hg_keywords_absent,
	&hg_keywords_entropy,
	&hg_keywords_flow,
	&hg_keywords_bits,
	&hg_keywords_state,
	&hg_keywords_vars,
	&hg_keywords_header,
	&hg_keywords_flags,
	&hg_keywords_ip,
	&hg_keywords_layer,
	&hg_keywords_threshold,
	&hg_keywords_tag,
	&hg_keywords_config,
	&hg_keywords_event,
	&hg_keywords_file,
	&hg_keywords_tls,
	&hg_keywords_sets,
	&hg_keywords_rep,
	&hg_keywords_geoip,
	&hg_keywords_ssh,
	&hg_keywords_ftp,
	&hg_keywords_dcerpc,
	&hg_keywords_http2,
	&hg_keywords_krb5,
	&hg_keywords_ldap,
	&hg_keywords_nfs,
	&hg_keywords_snmp,
	&hg_keywords_websocket,
	&hg_keywords_store,
	&hg_keywords_sticky,
	&hg_keywords_frame,
	&hg_keywords_requires,
	&hg_keywords_foreign,
};

const struct hg_keyword *
hg_keyword_at(unsigned i)
{
	for (unsigned f = 0; f < HG_COUNT(families); f++) {
		if (i < families[f]->n)
			return &families[f]->rows[i];
		i -= families[f]->n;
	}
	return NULL;
}

/* Their first letters tell most names apart: a rule asks for a dozen. */
static bool
is_called(const char *row, struct hg_span name)
{
	return row != NULL && hg_lower((uint8_t)row[0]) == hg_lower(name.p[0]) &&
		hg_span_eq_nocase(hg_span_str(row), name);
}

const struct hg_keyword *
hg_keyword_find(struct hg_span name)
{
	if (name.len == 0)
		return NULL;
	for (unsigned f = 0; f < HG_COUNT(families); f++)
		for (unsigned i = 0; i < families[f]->n; i++) {
			const struct hg_keyword *k = &families[f]->rows[i];

			if (is_called(k->name, name) || is_called(k->alias, name))
				return k;
		}
	return NULL;
}

/* A buffer of the catalog by its own name is a keyword without a row. */
static const struct hg_keyword *
find_buffer(struct hg_draft *d, struct hg_span name)
{
	struct hg_buffer_info info;
	struct hg_keyword *k;
	const char *text = hg_draft_text(d, name);

	if (text == NULL || !hg_buffer_info(d, text, &info))
		return NULL;
	k = hg_draft_take(d, sizeof(*k));
	if (k != NULL)
		*k = (struct hg_keyword){ .name = text,
			.kind = HG_KW_BUFFER,
			.flags = HG_KWF_NO_ARG,
			.buffer = text,
			.compile = hg_sticky_choose,
			.syntax = "",
			.doc = "" };
	return k;
}

#define NAMES_MAX 512

static int
unknown(struct hg_draft *d, struct hg_span name, uint32_t column)
{
	const char *names[NAMES_MAX];
	const struct hg_catalog *c = d->shared->catalog;
	const struct hg_keyword *k;
	unsigned n = 0;

	if (hg_missing_proto(d, name) != NULL)
		return hg_buffer_refuse(d, column, name);
	for (unsigned i = 0; (k = hg_keyword_at(i)) != NULL && n < NAMES_MAX; i++)
		names[n++] = k->name;
	for (unsigned i = 0; i < c->n_protos; i++)
		for (unsigned b = 0; b < c->protos[i].n_buffers && n < NAMES_MAX; b++)
			names[n++] = c->protos[i].buffers[b].name;
	hg_draft_refuse(d, column, "unknown keyword '%.*s'", (int)HG_MIN(name.len, 64), name.p);
	hg_error_mark(&d->error, "unknown-keyword");
	return hg_draft_guess(d, name, names, n, sizeof(names[0]));
}

int
hg_keyword_apply(struct hg_draft *d, struct hg_span name, const struct hg_arg *arg, uint32_t column)
{
	const struct hg_keyword *k = hg_keyword_find(name);
	struct hg_arg value = *arg;
	int r;

	if (k == NULL)
		k = find_buffer(d, name);
	if (k == NULL)
		return unknown(d, name, column);
	if (!value.given || value.text.len == 0)
		value.column = column;
	if (k->flags & HG_KWF_NO_ARG && value.given && (value.text.len > 0 || value.quoted))
		return hg_draft_refuse(d, value.column, "\"%s\" takes no value", k->name);
	if (!(k->flags & (HG_KWF_NO_ARG | HG_KWF_OPTIONAL_ARG)) && value.text.len == 0)
		return hg_draft_refuse(d, column, "\"%s\" needs a value: %s", k->name, k->syntax);
	d->error.code = 0;
	r = k->compile(d, k, &value);
	if (r != 0) {
		if (d->error.column == 0)
			d->error.column = column;
		return r;
	}
	if (k->flags & HG_KWF_PACKET)
		d->packet_keyword = true;
	if (k->kind != HG_KW_META && !(k->flags & HG_KWF_IP_ONLY_OK))
		d->not_ip_only = true;
	return 0;
}
