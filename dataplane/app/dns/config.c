/* What `dns` of the record list says. */
#include <strings.h>

#include "app/dns/dns_int.h"

#define RECORD "outputs.eve-log.types.dns"

const struct hg_config_key hg_dns_keys[HG_DNS_KEYS] = {
	{ RECORD ".requests", HG_CONFIG_BOOL, "yes", NULL, NULL, "records of questions" },
	{ RECORD ".responses", HG_CONFIG_BOOL, "yes", NULL, NULL, "records of answers" },
	{ RECORD ".formats", HG_CONFIG_LIST, NULL, NULL, NULL,
		"detailed, grouped or both: how answers are shown; not set: both" },
	{ RECORD ".types", HG_CONFIG_LIST, NULL, NULL, NULL,
		"only records about questions of these types; not set: all" },
};

static bool
on(const struct hg_config_node *record, const char *name)
{
	const struct hg_config_node *n = hg_config_child(record, name);
	bool value = true;

	if (n != NULL && hg_config_text(n) != NULL)
		hg_config_parse_bool(hg_config_text(n), &value);
	return value;
}

static void
read_formats(struct hg_decoder_ctx *ctx, const struct hg_config_node *list)
{
	const struct hg_config_node *n = list == NULL ? NULL : hg_config_first(list);
	bool detailed = false, grouped = false;

	for (; n != NULL; n = hg_config_next(n)) {
		const char *text = hg_config_text(n) == NULL ? "" : hg_config_text(n);

		detailed |= strcasecmp(text, "detailed") == 0;
		grouped |= strcasecmp(text, "grouped") == 0;
	}
	if (!detailed && !grouped)
		return;
	ctx->detailed = detailed;
	ctx->grouped = grouped;
	ctx->restricted = !detailed || !grouped;
}

static void
read_types(struct hg_decoder_ctx *ctx, const struct hg_config_node *list)
{
	const struct hg_config_node *n;

	if (list == NULL)
		return;
	ctx->by_type = true;
	for (n = hg_config_first(list); n != NULL; n = hg_config_next(n)) {
		const char *text = hg_config_text(n);
		uint16_t type;

		if (text != NULL && hg_dns_type_of(text, &type))
			ctx->types[type / 8] |= (uint8_t)(1u << type % 8);
	}
}

void
hg_dns_configure(struct hg_decoder_ctx *ctx, const struct hg_config *config)
{
	const struct hg_config_node *record = config == NULL ? NULL : hg_config_find(config, RECORD);

	*ctx = (struct hg_decoder_ctx){
		.requests = true, .responses = true, .detailed = true, .grouped = true
	};
	if (record == NULL)
		return;
	ctx->requests = on(record, "requests");
	ctx->responses = on(record, "responses");
	read_formats(ctx, hg_config_child(record, "formats"));
	read_types(ctx, hg_config_child(record, "types"));
	ctx->restricted |= !ctx->requests || !ctx->responses || ctx->by_type;
}
