/* Options of keywords about sets, and the files that rules name. */
#include <stdio.h>
#include <unistd.h>

#include "rules/keyword/sets.h"

static int
take_seconds(struct hg_draft *d, const struct hg_arg *arg, struct hg_span text, uint64_t *seconds)
{
	uint64_t factor = 1;

	if (text.len > 0) {
		const uint8_t unit = text.p[text.len - 1];

		factor = unit == 'd' ? 86400 : unit == 'h' ? 3600 : unit == 'm' ? 60 : 1;
		if (factor > 1 || unit == 's')
			text.len--;
	}
	if (hg_arg_u64(d, arg, text, 1, UINT32_MAX / factor, seconds) != 0)
		return d->error.code;
	*seconds *= factor;
	return 0;
}

static bool
setting(const struct hg_draft *d, const char *key)
{
	return hg_config_bool(d->shared->config, key);
}

const char *
hg_set_folder(const struct hg_draft *d)
{
	const char *folder = hg_config_str(d->shared->config, "default-data-dir");

	return folder == NULL ? "." : folder;
}

/* Rules come from others: they name files below our folders only, unless the configuration says otherwise. */
int
hg_set_check_path(struct hg_draft *d, const struct hg_arg *arg, struct hg_span path)
{
	if (path.len == 0 || path.len >= 1024)
		return hg_draft_refuse(d, hg_arg_column(arg, path), "a file's name has 1 to 1023 characters");
	if (setting(d, "datasets.rules.allow-absolute-filenames"))
		return 0;
	if (path.p[0] == '/' || memmem(path.p, path.len, "..", 2) != NULL)
		return hg_draft_refuse(d, hg_arg_column(arg, path),
			"rules name files by paths that are relative and without \"..\"; "
			"datasets.rules.allow-absolute-filenames allows more");
	return 0;
}

void
hg_set_join(char out[HG_SET_PATH], const char *folder, size_t len, struct hg_span path)
{
	if (path.p[0] == '/')
		snprintf(out, HG_SET_PATH, "%.*s", (int)path.len, (const char *)path.p);
	else
		snprintf(
			out, HG_SET_PATH, "%.*s/%.*s", (int)len, folder, (int)path.len, (const char *)path.p);
}

/* A file to read stands beside the rules, else among the data. */
void
hg_sets_path(const struct hg_draft *d, struct hg_span path, char out[4096])
{
	const char *file = d->shared->sets.rule_file, *slash = file == NULL ? NULL : strrchr(file, '/');

	if (slash == NULL)
		hg_set_join(out, ".", 1, path);
	else
		hg_set_join(out, file, (size_t)(slash - file), path);
	if (access(out, R_OK) != 0)
		hg_set_join(out, hg_set_folder(d), strlen(hg_set_folder(d)), path);
}

static int
take_save(struct hg_draft *d, const struct hg_arg *arg, struct hg_span path, struct hg_set_spec *s)
{
	if (hg_set_check_path(d, arg, path) != 0)
		return d->error.code;
	if (!setting(d, "datasets.rules.allow-write"))
		return hg_draft_refuse(d, hg_arg_column(arg, path),
			"rules may not write files: datasets.rules.allow-write is off");
	hg_set_join(s->save, hg_set_folder(d), strlen(hg_set_folder(d)), path);
	return 0;
}

int
hg_set_option(struct hg_draft *d, const struct hg_arg *arg, struct hg_span part, struct hg_set_spec *s)
{
	static const char *const names[] = { "type", "load", "save", "state", "memcap", "hashsize", "ttl" };
	static const char *const kinds[] = { "string", "md5", "sha1", "sha256", "ipv4", "ip" };
	struct hg_span word, value = part;

	hg_word_take(&value, &word);
	if (hg_span_eq(word, HG_BYTES("type"))) {
		s->typed = hg_set_type_parse(value, &s->type);
		if (s->typed)
			return 0;
		hg_draft_refuse(d, hg_arg_column(arg, value),
			"a set is of type string, md5, sha1, sha256, ipv4 or ip");
		return HG_DRAFT_GUESS(d, value, kinds);
	}
	if (hg_span_eq(word, HG_BYTES("load"))) {
		if (hg_set_check_path(d, arg, value) != 0)
			return d->error.code;
		hg_sets_path(d, value, s->load);
		return 0;
	}
	if (hg_span_eq(word, HG_BYTES("save")))
		return take_save(d, arg, value, s);
	if (hg_span_eq(word, HG_BYTES("state"))) {
		s->may_lack = true;
		if (take_save(d, arg, value, s) != 0)
			return d->error.code;
		memcpy(s->load, s->save, sizeof(s->load));
		return 0;
	}
	if (hg_span_eq(word, HG_BYTES("ttl")))
		return take_seconds(d, arg, value, &s->ttl);
	if (hg_span_eq(word, HG_BYTES("memcap"))) {
		char text[32];

		snprintf(text, sizeof(text), "%.*s", (int)HG_MIN(value.len, sizeof(text) - 1), value.p);
		return hg_config_parse_size(text, &s->memory)
			? 0
			: hg_draft_refuse(d, hg_arg_column(arg, value), "memcap is a size, as 64mb");
	}
	/* How our tables are laid out follows from their memory. */
	if (hg_span_eq(word, HG_BYTES("hashsize")))
		return 0;
	hg_draft_refuse(d, hg_arg_column(arg, part),
		"a set has type, load, save, state, memcap, hashsize and ttl, not '%.*s'",
		(int)HG_MIN(word.len, 40), word.p);
	return HG_DRAFT_GUESS(d, word, names);
}
