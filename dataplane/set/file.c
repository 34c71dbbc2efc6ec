/* Sets as files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "set/set.h"

static struct hg_span
trim(struct hg_span s)
{
	while (s.len > 0 && s.p[s.len - 1] <= ' ')
		s.len--;
	while (s.len > 0 && s.p[0] <= ' ')
		s = hg_span_from(s, 1);
	return s;
}

/* The value of a line and what is behind its comma. */
static void
split(enum hg_set_type type, struct hg_span line, struct hg_span *value, struct hg_span *score)
{
	const bool hash = type == HG_SET_MD5 || type == HG_SET_SHA1 || type == HG_SET_SHA256;
	size_t n = 0;

	while (n < line.len && line.p[n] != ',' && !(hash && line.p[n] <= ' '))
		n++;
	*value = hg_span_sub(line, 0, n);
	*score = n < line.len && line.p[n] == ',' ? trim(hg_span_from(line, n + 1)) : HG_SPAN_NONE;
}

static bool
parse_score(struct hg_span text, uint16_t *score)
{
	uint32_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < '0' || text.p[i] > '9' || (n = n * 10 + text.p[i] - '0') > UINT16_MAX)
			return false;
	}
	*score = (uint16_t)n;
	return true;
}

static int
load_line(struct hg_set *s, struct hg_span line, struct hg_error *err)
{
	const enum hg_set_type type = hg_set_type_of(s);
	uint8_t buf[HG_SET_VALUE_MAX];
	struct hg_span text, score_text, value;
	uint16_t score;

	if (line.len == 0 || line.p[0] == '#')
		return 0;
	split(type, line, &text, &score_text);
	if (!hg_set_parse(type, text, buf, &value))
		return hg_error_set(err, -EINVAL, "no value of type %s%s", hg_set_type_name(type),
			type == HG_SET_STRING ? ", which stands in base64" : "");
	if (!parse_score(score_text, &score))
		return hg_error_set(err, -EINVAL, "a score is a number from 0 to 65535");
	if (hg_set_add(s, value, score, 0, HG_SET_FOREVER) == HG_SET_FULL)
		return hg_error_set(err, -ENOSPC, "the set's memory is full; give it more by memcap");
	return 0;
}

int
hg_set_load(struct hg_set *s, const char *path, struct hg_error *err)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	int r = 0;

	if (f == NULL)
		return hg_error_errno(err, "cannot read %s", path);
	for (uint32_t number = 1; r == 0 && (n = getline(&line, &room, f)) >= 0; number++) {
		r = load_line(s, trim(hg_span(line, (size_t)n)), err);
		if (r < 0)
			hg_error_at(err, path, number, 0);
	}
	if (r == 0 && ferror(f))
		r = hg_error_errno(err, "cannot read %s", path);
	free(line);
	fclose(f);
	return r;
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
