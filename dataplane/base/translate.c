#include "base/translate.h"

#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "base/utf8.h"

bool
hg_say_chinese(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (size_t i = 0; i < HG_COUNT(names); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && value[0] != '\0')
			return strncmp(value, "zh", 2) == 0;
	}
	return false;
}

const char *
hg_translate(const struct hg_translation *rows, size_t n, const char *english)
{
	if (hg_say_chinese())
		for (size_t i = 0; i < n; i++)
			if (strcmp(rows[i].english, english) == 0)
				return rows[i].chinese;
	return english;
}

void
hg_say_padded(FILE *out, const char *text, unsigned columns)
{
	struct hg_span left = hg_span_str(text);
	unsigned used = 0;

	while (left.len > 0) {
		const size_t n = HG_MAX(hg_utf8_len(left), (size_t)1);

		used += n >= 3 ? 2 : 1;
		left = hg_span_from(left, n);
	}
	fputs(text, out);
	fprintf(out, "%*s", used < columns ? (int)(columns - used) : 0, "");
}
