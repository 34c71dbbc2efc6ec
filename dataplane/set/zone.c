/* Rows by VLAN, prefix length (long ones first) and prefix; runs of rows with the same VLAN and length are searched in turn. */
#include "set/zone.h"

#include <errno.h>
#include <stdlib.h>

#include "base/start.h"

#define ANY_VLAN UINT16_MAX
#define VLANS 4096

struct row {
	struct hg_addr prefix;
	uint16_t vlan, zone;
	uint8_t family, bits;
};

/* Rows [first, first + n) of one VLAN, family and length. */
struct run {
	uint32_t first, n;
	uint16_t vlan;
	uint8_t family, bits;
};

struct hg_zones {
	struct hg_zone zones[HG_ZONES_MOST];
	uint32_t n_zones, n_rows, n_runs, room;
	struct row *rows;
	struct run *runs;
};

void
hg_zones_close(struct hg_zones *z)
{
	if (z == NULL)
		return;
	for (uint32_t i = 0; i < z->n_zones; i++) {
		free(z->zones[i].name);
		free(z->zones[i].tenant);
	}
	free(z->rows);
	free(z->runs);
	hg_start_give(z);
}

static struct hg_addr
masked(const struct hg_addr *a, unsigned bits)
{
	struct hg_addr m = *a;

	for (unsigned i = 0; i < sizeof(m.b); i++) {
		const unsigned left = bits > 8 * i ? bits - 8 * i : 0;

		if (left < 8)
			m.b[i] &= (uint8_t)(0xff00 >> left);
	}
	return m;
}

/* ---- the table's text ---- */

static int
bad(const struct hg_config_node *n, struct hg_error *err, const char *what, struct hg_span text)
{
	hg_error_set(err, -EINVAL, "zones: '%.*s' is no %s", (int)HG_MIN(text.len, 64), text.p, what);
	hg_config_place(n, err);
	return -EINVAL;
}

static int
add_row(struct hg_zones *z, const struct row *row, const struct hg_config_node *n, struct hg_error *err)
{
	if (z->n_rows == z->room) {
		const uint32_t room = z->room == 0 ? 64 : 2 * z->room;
		struct row *more = realloc(z->rows, room * sizeof(*more));

		if (more == NULL)
			return hg_error_set(err, -ENOMEM, "no memory for the table of zones");
		z->rows = more;
		z->room = room;
	}
	if (z->n_rows == HG_ZONE_ROWS) {
		hg_error_set(
			err, -E2BIG, "zones: more than %d prefixes, counted for each VLAN", HG_ZONE_ROWS);
		hg_config_place(n, err);
		return -E2BIG;
	}
	z->rows[z->n_rows++] = *row;
	return 0;
}

static int
add_prefix(struct hg_zones *z, struct hg_span text, const uint8_t vlans[VLANS / 8], bool any,
	const struct hg_config_node *n, struct hg_error *err)
{
	const size_t slash = hg_span_find(text, 0, '/');
	struct row row = { .vlan = ANY_VLAN, .zone = (uint16_t)(z->n_zones - 1) };
	struct hg_addr a;
	int r = 0;

	if (!hg_addr_parse(hg_span_sub(text, 0, slash), &a, &row.family))
		return bad(n, err, "prefix", text);
	row.bits = row.family == 4 ? 32 : 128;
	if (slash != SIZE_MAX && !hg_addr_parse_bits(hg_span_from(text, slash + 1), row.bits, &row.bits))
		return bad(n, err, "prefix", text);
	row.prefix = masked(&a, row.bits);
	if (any)
		return add_row(z, &row, n, err);
	for (unsigned v = 0; v < VLANS && r == 0; v++)
		if (vlans[v / 8] >> v % 8 & 1) {
			row.vlan = (uint16_t)v;
			r = add_row(z, &row, n, err);
		}
	return r;
}

static bool
parse_id(struct hg_span text, unsigned *id)
{
	*id = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < '0' || text.p[i] > '9' || *id >= VLANS)
			return false;
		*id = *id * 10 + (unsigned)(text.p[i] - '0');
	}
	return text.len > 0 && *id < VLANS;
}

/* "10" or "100-199". */
static bool
parse_vlans(struct hg_span text, uint8_t vlans[VLANS / 8])
{
	const size_t dash = hg_span_find(text, 0, '-');
	unsigned from, to;

	if (!parse_id(hg_span_sub(text, 0, dash), &from))
		return false;
	to = from;
	if (dash != SIZE_MAX && (!parse_id(hg_span_from(text, dash + 1), &to) || to < from))
		return false;
	for (unsigned v = from; v <= to; v++)
		vlans[v / 8] |= (uint8_t)(1 << v % 8);
	return true;
}

/* Items of a list, or of a scalar with commas; *rest begins as the scalar's text. */
static const struct hg_config_node *
next_item(const struct hg_config_node *list, const struct hg_config_node *item, struct hg_span *text,
	struct hg_span *rest)
{
	const char *scalar = list == NULL ? NULL : hg_config_text(list);

	if (scalar == NULL) {
		item = item == NULL ? hg_config_first(list) : hg_config_next(item);
		while (item != NULL && hg_config_text(item) == NULL)
			item = hg_config_next(item);
		*text = item == NULL ? HG_SPAN_NONE : hg_span_str(hg_config_text(item));
		return item;
	}
	if (item == NULL)
		*rest = hg_span_str(scalar);
	if (rest->p == NULL)
		return NULL;
	*text = hg_span_trim(hg_span_sub(*rest, 0, hg_span_find(*rest, 0, ',')));
	*rest = hg_span_find(*rest, 0, ',') == SIZE_MAX
		? HG_SPAN_NONE
		: hg_span_from(*rest, hg_span_find(*rest, 0, ',') + 1);
	return list;
}

static int
check_words(const struct hg_config_node *zone, struct hg_error *err)
{
	static const char *const known[] = { "networks", "vlans", "tenant" };

	for (const struct hg_config_node *n = hg_config_first(zone); n != NULL; n = hg_config_next(n)) {
		const char *near = hg_nearest(hg_config_name(n), known, HG_COUNT(known));
		size_t i = 0;

		while (i < HG_COUNT(known) && strcmp(known[i], hg_config_name(n)) != 0)
			i++;
		if (i < HG_COUNT(known))
			continue;
		hg_error_set(err, -EINVAL, "zones: a zone has no '%s'%s%s%s", hg_config_name(n),
			near == NULL ? "" : "; did you mean '", near == NULL ? "" : near,
			near == NULL ? "" : "'?");
		hg_config_place(n, err);
		return -EINVAL;
	}
	return 0;
}

static int
name_zone(struct hg_zones *z, const struct hg_config_node *zone)
{
	const struct hg_config_node *tenant = hg_config_child(zone, "tenant");
	const char *of = tenant == NULL ? NULL : hg_config_text(tenant);
	struct hg_zone *new_ = &z->zones[z->n_zones++];

	new_->name = strdup(hg_config_name(zone));
	new_->tenant = of == NULL ? NULL : strdup(of);
	return new_->name == NULL || (of != NULL && new_->tenant == NULL) ? -ENOMEM : 0;
}

static int
read_zone(struct hg_zones *z, const struct hg_config_node *zone, struct hg_error *err)
{
	const struct hg_config_node *nets = hg_config_child(zone, "networks"), *item = NULL,
				    *vlan_list = hg_config_child(zone, "vlans");
	uint8_t vlans[VLANS / 8] = { 0 };
	struct hg_span text, rest;
	int r = check_words(zone, err);

	if (r == 0 && (nets == NULL || z->n_zones == HG_ZONES_MOST)) {
		r = hg_error_set(err, -EINVAL,
			nets == NULL ? "zones: '%s' has no networks" : "zones: '%s' is one too many",
			hg_config_name(zone));
		hg_config_place(zone, err);
	}
	if (r < 0)
		return r;
	if (name_zone(z, zone) < 0)
		return hg_error_set(err, -ENOMEM, "no memory for the table of zones");
	while ((item = next_item(vlan_list, item, &text, &rest)) != NULL)
		if (!parse_vlans(text, vlans))
			return bad(item, err, "VLAN or range of them (0-4095)", text);
	while (r == 0 && (item = next_item(nets, item, &text, &rest)) != NULL)
		r = add_prefix(z, text, vlans, vlan_list == NULL, item, err);
	return r;
}

/* ---- the table ---- */

static int
compare(const void *pa, const void *pb)
{
	const struct row *a = pa, *b = pb;

	if (a->vlan != b->vlan)
		return a->vlan < b->vlan ? -1 : 1;
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->bits != b->bits)
		return a->bits > b->bits ? -1 : 1;
	return memcmp(&a->prefix, &b->prefix, sizeof(a->prefix));
}

static bool
is_of(const struct run *run, const struct row *row)
{
	return run->vlan == row->vlan && run->family == row->family && run->bits == row->bits;
}

static int
settle(struct hg_zones *z, struct hg_error *err)
{
	qsort(z->rows, z->n_rows, sizeof(*z->rows), compare);
	z->runs = calloc(z->n_rows, sizeof(*z->runs));
	if (z->runs == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the table of zones");
	for (uint32_t i = 0; i < z->n_rows; i++) {
		const struct row *row = &z->rows[i];

		if (i > 0 && compare(&z->rows[i - 1], row) == 0 && row->zone != z->rows[i - 1].zone)
			return hg_error_set(err, -EINVAL, "zones: '%s' and '%s' share a prefix",
				z->zones[z->rows[i - 1].zone].name, z->zones[row->zone].name);
		if (z->n_runs == 0 || !is_of(&z->runs[z->n_runs - 1], row))
			z->runs[z->n_runs++] = (struct run){ i, 0, row->vlan, row->family, row->bits };
		z->runs[z->n_runs - 1].n++;
	}
	return 0;
}

int
hg_zones_open(struct hg_zones **ret, const struct hg_config *c, struct hg_error *err)
{
	const struct hg_config_node *n = hg_config_first(hg_config_find(c, "zones"));
	struct hg_zones *z;
	int r = 0;

	*ret = NULL;
	if (n == NULL)
		return 0;
	z = hg_start_take(sizeof(*z));
	if (z == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the table of zones");
	for (; n != NULL && r == 0; n = hg_config_next(n))
		r = read_zone(z, n, err);
	if (r == 0 && z->n_rows > 0)
		r = settle(z, err);
	if (r < 0) {
		hg_zones_close(z);
		return r;
	}
	*ret = z;
	return 0;
}

/* ---- look-up ---- */

static const struct row *
find_in(const struct hg_zones *z, const struct run *run, const struct hg_addr *a)
{
	const struct row wanted = {
		.prefix = masked(a, run->bits), .vlan = run->vlan, .family = run->family, .bits = run->bits
	};

	return bsearch(&wanted, z->rows + run->first, run->n, sizeof(wanted), compare);
}

/* The first run of the VLAN. */
static uint32_t
first_run(const struct hg_zones *z, uint16_t vlan)
{
	uint32_t low = 0, high = z->n_runs;

	while (low < high) {
		const uint32_t middle = (low + high) / 2;

		if (z->runs[middle].vlan < vlan)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const struct hg_zone *
find_of(const struct hg_zones *z, const struct hg_addr *a, uint8_t family, uint16_t vlan)
{
	for (uint32_t i = first_run(z, vlan); i < z->n_runs && z->runs[i].vlan == vlan; i++) {
		const struct row *row = z->runs[i].family == family ? find_in(z, &z->runs[i], a) : NULL;

		if (row != NULL)
			return &z->zones[row->zone];
	}
	return NULL;
}

const struct hg_zone *
hg_zones_find(const struct hg_zones *z, const struct hg_addr *a, uint8_t family, const uint16_t *vlan,
	unsigned vlans)
{
	const struct hg_zone *found = NULL;

	for (unsigned i = 0; i < vlans && found == NULL; i++)
		found = find_of(z, a, family, vlan[i] & (VLANS - 1));
	return found != NULL ? found : find_of(z, a, family, ANY_VLAN);
}
