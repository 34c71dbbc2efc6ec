#include "rules/lang/address.h"

#include <errno.h>
#include <stdlib.h>

#include "base/hash.h"
#include "rules/lang/number.h"
#include "rules/lang/text.h"

#define LAST4 ((hg_number128)UINT32_MAX)
#define LAST6 (~(hg_number128)0)

static hg_number128
number_of(const struct hg_addr *a, uint8_t family)
{
	hg_number128 v = 0;

	for (size_t i = 0; i < (family == 4 ? 4u : 16u); i++)
		v = v << 8 | a->b[i];
	return v;
}

static struct hg_addr
addr_of(hg_number128 v)
{
	struct hg_addr a;

	for (size_t i = 16; i-- > 0; v >>= 8)
		a.b[i] = (uint8_t)v;
	return a;
}

static int
parse_addr(struct hg_span text, size_t offset, hg_number128 *v, uint8_t *family, struct hg_error *err)
{
	struct hg_addr a = { 0 };

	text = hg_span_trim(text);
	if (!hg_addr_parse(text, &a, family))
		return hg_part_error(
			err, offset, "\"%.*s\" is no address", (int)HG_MIN(text.len, 100), text.p);
	*v = number_of(&a, *family);
	return 0;
}

/* The part behind '/': a prefix length or a contiguous IPv4 mask; *low: the bits it leaves free. */
static int
parse_mask(struct hg_span text, size_t offset, uint8_t family, hg_number128 *low, struct hg_error *err)
{
	unsigned bits = family == 4 ? 32 : 128;
	hg_number128 last = family == 4 ? LAST4 : LAST6, mask;
	uint64_t prefix;
	uint8_t mask_family;
	int r;

	if (family == 4 && hg_span_find(text, 0, '.') != SIZE_MAX) {
		r = parse_addr(text, offset, &mask, &mask_family, err);
		*low = ~mask & LAST4;
		if (r == 0 && (mask_family != 4 || (*low & (*low + 1)) != 0))
			r = hg_part_error(err, offset, "a netmask with a hole");
		return r;
	}
	r = hg_parse_u64(text, 0, bits, &prefix, err);
	if (r != 0 && err != NULL)
		err->column += (uint32_t)offset;
	if (r == 0)
		*low = prefix == 0 ? last : prefix == bits ? 0 : last >> prefix;
	return r;
}

static int
address_element(struct hg_span text, struct hg_ranges *out, struct hg_error *err)
{
	size_t slash = hg_span_find(text, 0, '/'), dash = hg_span_find(text, 0, '-');
	size_t cut = HG_MIN(slash, dash);
	hg_number128 from, to, low;
	uint8_t family, to_family;
	int r;

	if (hg_span_eq_nocase(text, HG_BYTES("any"))) {
		r = hg_ranges_add(&out[0], 0, LAST4, err);
		return r == 0 ? hg_ranges_add(&out[1], 0, LAST6, err) : r;
	}
	r = parse_addr(hg_span_sub(text, 0, cut), 0, &from, &family, err);
	if (r != 0)
		return r;
	if (cut == SIZE_MAX)
		return hg_ranges_add(&out[family == 6], from, from, err);
	if (cut == slash) {
		r = parse_mask(hg_span_from(text, cut + 1), cut + 1, family, &low, err);
		return r == 0 ? hg_ranges_add(&out[family == 6], from & ~low, from | low, err) : r;
	}
	r = parse_addr(hg_span_from(text, cut + 1), cut + 1, &to, &to_family, err);
	if (r != 0)
		return r;
	if (family != to_family || from > to)
		return hg_part_error(err, cut + 1, "an address range whose end does not lie above its start");
	return hg_ranges_add(&out[family == 6], from, to, err);
}

static const struct hg_list_kind address_kind = { "address", 2, { LAST4, LAST6 }, address_element };

/* One block: the set, IPv6 bounds, IPv4 bounds. */
static struct hg_addrset *
make(const struct hg_ranges r[HG_LIST_SPACES])
{
	size_t n4 = r[0].n, n6 = r[1].n, bytes = 2 * n6 * sizeof(struct hg_addr) + 2 * n4 * sizeof(uint32_t);
	struct hg_addrset *s = calloc(1, sizeof(*s) + bytes);
	struct hg_addr *v6;
	uint32_t *v4;

	if (s == NULL)
		return NULL;
	v6 = (struct hg_addr *)(s + 1);
	v4 = (uint32_t *)(v6 + 2 * n6);
	for (size_t i = 0; i < n6; i++) {
		v6[i] = addr_of(r[1].v[i].from);
		v6[n6 + i] = addr_of(r[1].v[i].to);
	}
	for (size_t i = 0; i < n4; i++) {
		v4[i] = (uint32_t)r[0].v[i].from;
		v4[n4 + i] = (uint32_t)r[0].v[i].to;
	}
	s->n4 = (uint32_t)n4;
	s->n6 = (uint32_t)n6;
	s->from4 = v4;
	s->to4 = v4 + n4;
	s->from6 = v6;
	s->to6 = v6 + n6;
	s->any = n4 == 1 && n6 == 1 && r[0].v[0].from == 0 && r[0].v[0].to == LAST4 && r[1].v[0].from == 0 &&
		r[1].v[0].to == LAST6;
	s->hash = hg_hash(&HG_HASH_KEY_REPLAY, v6, bytes);
	return s;
}

int
hg_addrset_open(
	struct hg_addrset **ret, struct hg_span text, const struct hg_vars *vars, struct hg_error *err)
{
	struct hg_ranges ranges[HG_LIST_SPACES] = { 0 };
	bool negated;
	int r = hg_list_eval(text, vars, &address_kind, ranges, &negated, err);

	if (r == 0) {
		struct hg_addrset *s = make(ranges);

		if (s == NULL) {
			r = hg_error_set(err, -ENOMEM, "no memory for an address list");
		} else {
			s->negated = negated;
			*ret = s;
		}
	}
	free(ranges[0].v);
	free(ranges[1].v);
	return r;
}

void
hg_addrset_close(struct hg_addrset *s)
{
	free(s);
}

/* The first range that does not end below the address decides. */
bool
hg_addrset_has4(const struct hg_addrset *s, uint32_t a)
{
	uint32_t low = 0, high = s->n4;

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (s->to4[mid] < a)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->n4 && s->from4[low] <= a;
}

bool
hg_addrset_has6(const struct hg_addrset *s, const struct hg_addr *a)
{
	uint32_t low = 0, high = s->n6;

	while (low < high) {
		uint32_t mid = (low + high) / 2;

		if (memcmp(s->to6[mid].b, a->b, 16) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->n6 && memcmp(s->from6[low].b, a->b, 16) <= 0;
}

bool
hg_addrset_eq(const struct hg_addrset *a, const struct hg_addrset *b)
{
	return a->hash == b->hash && a->n4 == b->n4 && a->n6 == b->n6 &&
		memcmp(a->from6, b->from6, 2 * a->n6 * sizeof(a->from6[0])) == 0 &&
		memcmp(a->from4, b->from4, 2 * a->n4 * sizeof(a->from4[0])) == 0;
}
