/* Sets as files. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "set/set.h"
#include "set/set_int.h"

/* What stands behind a blank is a comment in lists of hashes, as md5sum writes them. */
static struct hg_span
first_word(struct hg_span s)
{
	size_t n = 0;

	while (n < s.len && s.p[n] > ' ')
		n++;
	return hg_span_sub(s, 0, n);
}

static bool
is_hash(enum hg_set_type type)
{
	return type == HG_SET_MD5 || type == HG_SET_SHA1 || type == HG_SET_SHA256;
}

static int
load_line(void *ctx, struct hg_span line, struct hg_error *err)
{
	struct hg_set *s = ctx;
	const enum hg_set_type type = hg_set_type_of(s);
	struct hg_span text = hg_line_field(&line), value;
	uint8_t buf[HG_SET_VALUE_MAX];
	uint32_t score = 0;

	if (!hg_set_parse(type, is_hash(type) ? first_word(text) : text, buf, &value))
		return hg_error_set(err, -EINVAL, "no value of type %s%s", hg_set_type_name(type),
			type == HG_SET_STRING ? ", which stands in base64" : "");
	if (line.len > 0 && !hg_field_number(hg_line_field(&line), UINT16_MAX, &score))
		return hg_error_set(err, -EINVAL, "a score is a number from 0 to 65535");
	if (hg_set_add(s, value, (uint16_t)score, 0, HG_SET_FOREVER) == HG_SET_FULL)
		return hg_error_set(err, -ENOSPC, "the set's memory is full; give it more by memcap");
	return 0;
}

int
hg_set_load(struct hg_set *s, const char *path, struct hg_error *err)
{
	return hg_file_lines(path, load_line, s, err);
}

struct saving {
	enum hg_set_type type;
	FILE *f;
};

static bool
save_one(void *ctx, const struct hg_set_value *v)
{
	const struct saving *s = ctx;
	char text[HG_SET_TEXT_MAX];

	hg_set_print(s->type, v->bytes, text);
	return (v->score == 0 ? fprintf(s->f, "%s\n", text)
			      : fprintf(s->f, "%s,%u\n", text, (unsigned)v->score)) > 0;
}

int
hg_set_save(const struct hg_set *s, const char *path, hg_time now, struct hg_error *err)
{
	char part[4096];
	struct saving saving = { .type = hg_set_type_of(s) };
	bool fine;

	if (snprintf(part, sizeof(part), "%s.part", path) >= (int)sizeof(part))
		return hg_error_set(err, -ENAMETOOLONG, "the path of a set is too long: %s", path);
	saving.f = fopen(part, "we");
	if (saving.f == NULL)
		return hg_error_errno(err, "cannot write %s", part);
	hg_set_each(s, now, save_one, &saving);
	fine = fflush(saving.f) == 0 && !ferror(saving.f) && fsync(fileno(saving.f)) == 0;
	if (fclose(saving.f) == 0 && fine && rename(part, path) == 0)
		return 0;
	hg_error_errno(err, "cannot write %s", path);
	unlink(part);
	return err->code;
}
