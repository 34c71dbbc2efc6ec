#include "engine/settings.h"

#include <errno.h>
#include <stdio.h>

#include "engine/keys.h"

#define ROWS_MOST 1024
#define NAME_MOST 64

/* Made by the first call, at start; the same ever after. */
static struct schema {
	struct hg_config_key rows[ROWS_MOST];
	size_t n;
	char names[2 * HG_PROTO_COUNT + 64][NAME_MOST];
	size_t n_names;
	bool full;
} schema;

static void
append(struct schema *s, const struct hg_config_key *more, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (s->n == ROWS_MOST) {
			s->full = true;
			return;
		}
		s->rows[s->n++] = more[i];
	}
}

/* outputs.eve-log.types.<type><rest> */
static void
append_type(struct schema *s, const char *type, const char *rest, struct hg_config_key row)
{
	if (s->n_names == HG_COUNT(s->names)) {
		s->full = true;
		return;
	}
	row.name = s->names[s->n_names];
	snprintf(s->names[s->n_names++], NAME_MOST, "outputs.eve-log.types.%s%s", type, rest);
	append(s, &row, 1);
}

/* The name by which outputs list its records; NULL: it has none. */
static const char *
type_of(const struct hg_decoder *d)
{
	return d->listed_as != NULL ? d->listed_as : d->event_type;
}

/* One of the first n decoders has such records. */
static bool
has_records(const char *type, unsigned n)
{
	const struct hg_decoder *d;

	for (unsigned i = 0; i < n && (d = hg_app_decoder(i)) != NULL; i++)
		if (type_of(d) != NULL && strcmp(type_of(d), type) == 0)
			return true;
	return false;
}

static void
append_types(struct schema *s)
{
	const struct hg_decoder *d;

	for (unsigned i = 0; (d = hg_app_decoder(i)) != NULL; i++) {
		if (type_of(d) == NULL || has_records(type_of(d), i))
			continue;
		append_type(s, type_of(d), ".enabled",
			(struct hg_config_key){
				NULL, HG_CONFIG_BOOL, "yes", NULL, NULL, "records of this protocol" });
		append_type(s, type_of(d), ".*",
			(struct hg_config_key){
				NULL, HG_CONFIG_IGNORED, NULL, NULL, NULL, "records are always whole" });
	}
	for (unsigned i = 0; hg_keys_types[i] != NULL; i++)
		if (!has_records(hg_keys_types[i], HG_APP_DECODERS))
			append_type(s, hg_keys_types[i], "",
				(struct hg_config_key){
					NULL, HG_CONFIG_IGNORED, NULL, NULL, NULL, "no decoder writes it" });
}

/* Of two rows of one name the first speaks, so decoders stand in front of what is ignored without them. */
static void
make(struct schema *s)
{
	const struct hg_config_key *rows;
	const struct hg_decoder *d;
	size_t count;

	rows = hg_keys(&count);
	append(s, rows, count);
	rows = hg_app_config_keys(&count);
	append(s, rows, count);
	rows = hg_anomaly_keys(&count);
	append(s, rows, count);
	for (unsigned i = 0; (d = hg_app_decoder(i)) != NULL; i++)
		append(s, d->config_keys, d->n_config_keys);
	append_types(s);
	rows = hg_keys_ignored(&count);
	append(s, rows, count);
}

int
hg_settings_schema(struct hg_config **ret)
{
	if (schema.n == 0)
		make(&schema);
	return schema.full ? -ENOSPC : hg_config_open(ret, schema.rows, schema.n);
}
