#include "event/sink_kind.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const struct hg_sink_kind *const kinds[] = {
	&hg_sink_regular,
	&hg_sink_unix_stream,
	&hg_sink_unix_dgram,
	&hg_sink_syslog,
	&hg_sink_redis,
	&hg_sink_kafka,
};

const struct hg_sink_kind *
hg_sink_kind_find(const char *filetype)
{
	for (size_t i = 0; i < HG_COUNT(kinds); i++)
		if (strcmp(kinds[i]->filetype, filetype) == 0)
			return kinds[i];
	return NULL;
}

const char *
hg_sink_str(const struct hg_sink_config *c, const char *key)
{
	return hg_config_str_below(c->config, c->node, "outputs.eve-log", key);
}

int64_t
hg_sink_int(const struct hg_sink_config *c, const char *key)
{
	const char *text = hg_sink_str(c, key);

	return text == NULL ? 0 : strtoll(text, NULL, 10);
}

uint64_t
hg_sink_size(const struct hg_sink_config *c, const char *key)
{
	const char *text = hg_sink_str(c, key);
	uint64_t value = 0;

	return text != NULL && hg_config_parse_size(text, &value) ? value : 0;
}

bool
hg_sink_bool(const struct hg_sink_config *c, const char *key)
{
	const char *text = hg_sink_str(c, key);
	bool value = false;

	return text != NULL && hg_config_parse_bool(text, &value) && value;
}

size_t
hg_sink_bare(const char *prefix, struct hg_span line, uint8_t *out)
{
	const size_t len = strlen(prefix);

	memcpy(out, prefix, len);
	memcpy(out + len, line.p, line.len);
	return len + line.len;
}

#define HEAD_MOST ((size_t)256)

struct hg_span
hg_sink_value(struct hg_span line, const char *key)
{
	const struct hg_span head = hg_span_sub(line, 0, HG_MIN(line.len, HEAD_MOST));
	const uint8_t *at = memmem(head.p, head.len, key, strlen(key)), *end;
	struct hg_span rest;

	if (at == NULL)
		return HG_SPAN_NONE;
	rest = hg_span_from(head, (size_t)(at - head.p) + strlen(key));
	end = memchr(rest.p, '"', rest.len);
	return end == NULL ? HG_SPAN_NONE : hg_span_sub(rest, 0, (size_t)(end - rest.p));
}

int
hg_sink_refuse(const struct hg_sink_config *c, const char *key, struct hg_error *err, const char *sentence)
{
	const struct hg_config_node *n = hg_config_below(c->node, key);

	hg_error_set(err, -EINVAL, "outputs.eve-log.%s %s", key, sentence);
	if (n != NULL || c->node != NULL)
		hg_config_place(n == NULL ? c->node : n, err);
	return -EINVAL;
}
