#include "base/config_int.h"

#include <stdlib.h>
#include <strings.h>

bool
hg_config_parse_bool(const char *text, bool *out)
{
	static const char *const yes[] = { "yes", "true", "on", "1" };
	static const char *const no[] = { "no", "false", "off", "0" };

	for (size_t i = 0; i < HG_COUNT(yes); i++) {
		if (strcasecmp(text, yes[i]) == 0 || strcasecmp(text, no[i]) == 0) {
			*out = strcasecmp(text, yes[i]) == 0;
			return true;
		}
	}
	return false;
}

/* Power of two of a unit; -1: unknown. */
static int
unit_shift(const char *unit)
{
	static const struct {
		const char *name;
		int shift;
	} units[] = {
		{ "", 0 },
		{ "b", 0 },
		{ "k", 10 },
		{ "kb", 10 },
		{ "kib", 10 },
		{ "m", 20 },
		{ "mb", 20 },
		{ "mib", 20 },
		{ "g", 30 },
		{ "gb", 30 },
		{ "gib", 30 },
		{ "t", 40 },
		{ "tb", 40 },
		{ "tib", 40 },
	};

	for (size_t i = 0; i < HG_COUNT(units); i++)
		if (strcasecmp(unit, units[i].name) == 0)
			return units[i].shift;
	return -1;
}

/* Digits, an optional fraction, an optional unit; "kb" is 1024 as with the peer. */
bool
hg_config_parse_size(const char *text, uint64_t *out)
{
	uint64_t whole = 0, fraction = 0, scale = 1, bytes;
	const char *p = text;
	int shift;

	while (*p == ' ')
		p++;
	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
			__builtin_add_overflow(whole, *p - '0', &whole))
			return false;
	if (*p == '.') {
		for (p++; *p >= '0' && *p <= '9'; p++) {
			/* More digits than these are less than a byte. */
			if (scale <= 100000) {
				fraction = fraction * 10 + (uint64_t)(*p - '0');
				scale *= 10;
			}
		}
	}
	while (*p == ' ')
		p++;
	shift = unit_shift(p);
	if (shift < 0 || whole > UINT64_MAX >> (shift + 1))
		return false;
	bytes = whole << shift;
	*out = bytes + (fraction << shift) / scale;
	return true;
}

const char *
hg_config_enum(const char *values, const char *text, char *out)
{
	bool want, is_bool = hg_config_parse_bool(text, &want), have;

	while (*values != '\0') {
		size_t n = strcspn(values, "|");

		if (n >= HG_CONFIG_ENUM_MOST)
			return NULL;
		memcpy(out, values, n);
		out[n] = '\0';
		if (strcasecmp(out, text) == 0 ||
			(is_bool && hg_config_parse_bool(out, &have) && have == want))
			return out;
		values += n + (values[n] == '|');
	}
	return NULL;
}

#define NAME_MOST 128

/* Insertions, deletions, replacements and exchanges of neighbours between two names. */
static size_t
distance(const char *a, const char *b)
{
	size_t rows[3][NAME_MOST + 1], n = strlen(b), i;

	if (n > NAME_MOST || strlen(a) > NAME_MOST)
		return SIZE_MAX;
	for (size_t j = 0; j <= n; j++)
		rows[0][j] = j;
	for (i = 1; a[i - 1] != '\0'; i++) {
		size_t *row = rows[i % 3], *last = rows[(i + 2) % 3], *older = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			row[j] =
				HG_MIN(last[j - 1] + (a[i - 1] != b[j - 1]), HG_MIN(row[j - 1], last[j]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = HG_MIN(row[j], older[j - 2] + 1);
		}
	}
	return rows[(i - 1) % 3][n];
}

const char *
hg_nearest(const char *name, const char *const *names, size_t n)
{
	/* A third of the letters may be wrong, one at least. */
	size_t len = strlen(name), best = HG_MAX(len / 3, 1u) + 1;
	const char *found = NULL;

	for (size_t i = 0; i < n; i++) {
		size_t d = distance(name, names[i]);

		if (d < best && d < len) {
			best = d;
			found = names[i];
		}
	}
	return found;
}
