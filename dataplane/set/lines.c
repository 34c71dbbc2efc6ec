#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "set/set_int.h"

static struct hg_span
trim(struct hg_span s)
{
	while (s.len > 0 && s.p[s.len - 1] <= ' ')
		s.len--;
	while (s.len > 0 && s.p[0] <= ' ')
		s = hg_span_from(s, 1);
	return s;
}

int
hg_file_lines(const char *path, int (*line)(void *ctx, struct hg_span line, struct hg_error *err), void *ctx,
	struct hg_error *err)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t room = 0;
	ssize_t n;
	int r = 0;

	if (f == NULL)
		return hg_error_errno(err, "cannot read %s", path);
	for (uint32_t number = 1; r == 0 && (n = getline(&text, &room, f)) >= 0; number++) {
		const struct hg_span s = trim(hg_span(text, (size_t)n));

		if (s.len > 0 && s.p[0] != '#')
			r = line(ctx, s, err);
		if (r < 0)
			hg_error_at(err, path, number, 0);
	}
	if (r == 0 && ferror(f))
		r = hg_error_errno(err, "cannot read %s", path);
	free(text);
	fclose(f);
	return r;
}

struct hg_span
hg_line_field(struct hg_span *rest)
{
	const size_t comma = hg_span_find(*rest, 0, ',');
	const struct hg_span field = trim(hg_span_sub(*rest, 0, comma));

	*rest = comma == SIZE_MAX ? HG_SPAN_NONE : hg_span_from(*rest, comma + 1);
	return field;
}

bool
hg_field_number(struct hg_span text, uint32_t most, uint32_t *number)
{
	uint64_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] < '0' || text.p[i] > '9' || (n = n * 10 + text.p[i] - '0') > most)
			return false;
	*number = (uint32_t)n;
	return text.len > 0;
}
