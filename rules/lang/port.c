#include "rules/lang/port.h"

#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"
#include "rules/lang/number.h"
#include "rules/lang/text.h"

/* any, N, N:M, :M, N: */
static int
port_element(struct hg_span text, struct hg_ranges *out, struct hg_error *err)
{
	size_t colon = hg_span_find(text, 0, ':');
	uint64_t from = 0, to = 65535;
	int r = 0;

	if (hg_span_eq_nocase(text, HG_BYTES("any")))
		return hg_ranges_add(out, 0, 65535, err);
	if (colon == SIZE_MAX) {
		r = hg_parse_u64(text, 0, 65535, &from, err);
		to = from;
	} else if (hg_span_trim(hg_span_sub(text, 0, colon)).len > 0) {
		r = hg_parse_u64(hg_span_sub(text, 0, colon), 0, 65535, &from, err);
	}
	if (r != 0)
		return r;
	if (colon != SIZE_MAX && hg_span_trim(hg_span_from(text, colon + 1)).len > 0) {
		r = hg_parse_u64(hg_span_from(text, colon + 1), 0, 65535, &to, err);
		if (r != 0) {
			if (err != NULL)
				err->column += (uint32_t)colon + 1;
			return r;
		}
	}
	if (from > to)
		return hg_part_error(err, 0, "a port range whose end lies below its start");
	return hg_ranges_add(out, from, to, err);
}

static const struct hg_list_kind port_kind = { "port", 1, { 65535 }, port_element };

int
hg_portset_open(
	struct hg_portset **ret, struct hg_span text, const struct hg_vars *vars, struct hg_error *err)
{
	struct hg_ranges ranges[HG_LIST_SPACES] = { 0 };
	struct hg_portset *s = NULL;
	bool negated;
	int r = hg_list_eval(text, vars, &port_kind, ranges, &negated, err);

	if (r == 0) {
		s = calloc(1, sizeof(*s) + ranges[0].n * sizeof(s->ranges[0]));
		if (s == NULL)
			r = hg_error_set(err, -ENOMEM, "no memory for a port list");
	}
	if (r == 0) {
		s->n = (uint32_t)ranges[0].n;
		for (size_t i = 0; i < s->n; i++)
			s->ranges[i] = (struct hg_port_range){ (uint16_t)ranges[0].v[i].from,
				(uint16_t)ranges[0].v[i].to };
		s->any = s->n == 1 && s->ranges[0].from == 0 && s->ranges[0].to == 65535;
		s->hash = hg_hash(&HG_HASH_KEY_REPLAY, s->ranges, s->n * sizeof(s->ranges[0]));
		*ret = s;
	}
	free(ranges[0].v);
	return r;
}

void
hg_portset_close(struct hg_portset *s)
{
	free(s);
}

bool
hg_portset_eq(const struct hg_portset *a, const struct hg_portset *b)
{
	return a->hash == b->hash && a->n == b->n &&
		memcmp(a->ranges, b->ranges, a->n * sizeof(a->ranges[0])) == 0;
}
