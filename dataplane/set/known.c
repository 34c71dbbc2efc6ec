/* A list is one sorted array of digests, each with the place of its label in one text. */
#include "set/known.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/start.h"
#include "set/set_int.h"

#define DIGEST_MOST 32
#define PLACE sizeof(uint32_t) /* of a label; 0: there is none */

/* In the order of the bits HG_HASH_*. */
static const struct {
	const char *name;
	uint8_t size;
} kinds[] = { { "md5", 16 }, { "sha1", 20 }, { "sha256", 32 }, { "sm3", 32 } };

struct list {
	struct hg_known_list shown;
	char *name;
	const char *kind;
	uint8_t size; /* of a digest */
	uint8_t *rows;
	char *labels;
	uint64_t n, room, memory; /* rows, bytes of them, and what all may take */
	uint64_t n_labels, labels_room;
};

struct hg_known {
	struct list lists[HG_KNOWN_LISTS];
	unsigned n, hashes;
};

void
hg_known_close(struct hg_known *k)
{
	if (k == NULL)
		return;
	for (unsigned i = 0; i < k->n; i++) {
		free(k->lists[i].name);
		free(k->lists[i].rows);
		free(k->lists[i].labels);
	}
	hg_start_give(k);
}

/* ---- files ---- */

/* Room for `need` bytes; `other` are those that the list's other half takes. */
static int
grow(const struct list *l, void **v, uint64_t *room, uint64_t need, uint64_t other, struct hg_error *err)
{
	const uint64_t most = l->memory > other ? l->memory - other : 0;
	uint64_t more = *room + *room / 2 + 4096;
	void *p;

	if (need <= *room)
		return 0;
	if (need > most)
		return hg_error_set(
			err, -ENOSPC, "file-lists.%s is full; give it more by memcap", l->shown.name);
	more = HG_MAX(HG_MIN(more, most), need);
	p = realloc(*v, more);
	if (p == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for file-lists.%s", l->shown.name);
	*v = p;
	*room = more;
	return 0;
}

static bool
parse_digest(struct hg_span text, uint8_t size, uint8_t out[DIGEST_MOST])
{
	if (text.len != 2u * size)
		return false;
	for (size_t i = 0; i < size; i++) {
		const int high = hg_hex_digit(text.p[2 * i]), low = hg_hex_digit(text.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* What stands behind the digest, without what parts them: blanks, a comma, the star of md5sum, the # of a comment. */
static struct hg_span
label_of(struct hg_span rest)
{
	static const char parting[] = ",;*#";

	while (rest.len > 0 && (rest.p[0] <= ' ' || memchr(parting, rest.p[0], sizeof(parting) - 1) != NULL))
		rest = hg_span_from(rest, 1);
	return hg_span_sub(rest, 0, HG_KNOWN_LABEL);
}

/* The label's place; 0 stays for none, so that the text begins with a byte that is nobody's. */
static int
add_label(struct list *l, struct hg_span label, uint32_t *place, struct hg_error *err)
{
	const uint64_t at = HG_MAX(l->n_labels, 1u), end = at + 1 + label.len;
	void *v = l->labels;
	int r;

	*place = 0;
	if (label.len == 0)
		return 0;
	if (end > UINT32_MAX)
		return hg_error_set(
			err, -ENOSPC, "file-lists.%s has more than 4 GiB of labels", l->shown.name);
	r = grow(l, &v, &l->labels_room, end, l->room, err);
	if (r < 0)
		return r;
	l->labels = v;
	l->labels[at] = (char)label.len;
	memcpy(l->labels + at + 1, label.p, label.len);
	l->n_labels = end;
	*place = (uint32_t)at;
	return 0;
}

static int
read_line(void *ctx, struct hg_span line, struct hg_error *err)
{
	struct list *l = ctx;
	const struct hg_span text = hg_span_sub(line, 0, 2u * l->size), rest = hg_span_from(line, text.len);
	const size_t row = l->size + PLACE;
	uint8_t digest[DIGEST_MOST];
	void *v = l->rows;
	uint32_t place;
	int r;

	if (!parse_digest(text, l->size, digest) || (rest.len > 0 && hg_hex_digit(rest.p[0]) >= 0))
		return hg_error_set(err, -EINVAL,
			"a line of file-lists.%s begins with a digest of %s, %u hex digits", l->shown.name,
			l->kind, 2u * l->size);
	r = add_label(l, label_of(rest), &place, err);
	if (r == 0)
		r = grow(l, &v, &l->room, (l->n + 1) * row, l->labels_room, err);
	if (r < 0)
		return r;
	l->rows = v;
	memcpy(l->rows + l->n * row, digest, l->size);
	memcpy(l->rows + l->n * row + l->size, &place, PLACE);
	l->n++;
	return 0;
}

/* ---- order ---- */

static uint32_t
place_of(const struct list *l, const uint8_t *row)
{
	uint32_t place;

	memcpy(&place, row + l->size, PLACE);
	return place;
}

/* Of equal digests the first with a label comes first: 0 less one is the highest place. */
static int
compare_rows(const void *a, const void *b, void *arg)
{
	const struct list *l = arg;
	const int r = memcmp(a, b, l->size);
	const uint32_t pa = place_of(l, a) - 1, pb = place_of(l, b) - 1;

	return r != 0 ? r : (pa > pb) - (pa < pb);
}

/* ---- configuration ---- */

static int
refuse(const struct hg_config_node *n, const char *why, const char *name, struct hg_error *err)
{
	hg_error_set(err, -EINVAL, "file-lists.%s: %s", name, why);
	hg_config_place(n, err);
	return -EINVAL;
}

static const char *
text_below(const struct hg_config_node *n, const char *key)
{
	const struct hg_config_node *child = hg_config_child(n, key);

	return child == NULL ? NULL : hg_config_text(child);
}

static int
read_list(struct hg_known *k, const struct hg_config *c, const struct hg_config_node *n, struct hg_error *err)
{
	const char *name = hg_config_name(n), *type = text_below(n, "type"), *load = text_below(n, "load"),
		   *verdict = text_below(n, "verdict"), *memory = text_below(n, "memcap"),
		   *folder = hg_config_str(c, "default-data-dir");
	char path[4096];
	struct list *l;
	unsigned kind = 0;
	int r;

	if (k->n == HG_KNOWN_LISTS)
		return refuse(n, "is one list too many", name, err);
	if (type == NULL || load == NULL)
		return refuse(n, type == NULL ? "has no type" : "has no file to load", name, err);
	while (kind + 1 < HG_COUNT(kinds) && strcmp(kinds[kind].name, type) != 0)
		kind++;
	l = &k->lists[k->n++];
	l->name = strdup(name);
	if (l->name == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for file-lists");
	l->shown = (struct hg_known_list){ l->name, (uint8_t)(1u << kind),
		verdict != NULL && strcmp(verdict, "good") == 0 };
	l->kind = kinds[kind].name;
	l->size = kinds[kind].size;
	l->memory = (uint64_t)256 << 20;
	if (memory != NULL)
		hg_config_parse_size(memory, &l->memory);
	k->hashes |= l->shown.hash;
	snprintf(path, sizeof(path), "%s%s%s", load[0] == '/' || folder == NULL ? "" : folder,
		load[0] == '/' || folder == NULL ? "" : "/", load);
	r = hg_file_lines(path, read_line, l, err);
	if (r == 0 && l->n > 0)
		qsort_r(l->rows, l->n, l->size + PLACE, compare_rows, l);
	return r;
}

int
hg_known_open(struct hg_known **ret, const struct hg_config *c, struct hg_error *err)
{
	const struct hg_config_node *n = hg_config_first(hg_config_find(c, "file-lists"));
	struct hg_known *k;
	int r = 0;

	*ret = NULL;
	if (n == NULL)
		return 0;
	k = hg_start_take(sizeof(*k));
	if (k == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for file-lists");
	for (; n != NULL && r == 0; n = hg_config_next(n))
		r = read_list(k, c, n, err);
	if (r < 0) {
		hg_known_close(k);
		return r;
	}
	*ret = k;
	return 0;
}

/* ---- look-up ---- */

unsigned
hg_known_hashes(const struct hg_known *k)
{
	return k == NULL ? 0 : k->hashes;
}

const struct hg_known_list *
hg_known_list(const struct hg_known *k, unsigned i)
{
	return k == NULL || i >= k->n ? NULL : &k->lists[i].shown;
}

bool
hg_known_find(const struct hg_known *k, unsigned i, struct hg_span digest, struct hg_span *label)
{
	const struct list *l = &k->lists[i];
	const size_t row = l->size + PLACE;
	uint64_t low = 0, high = l->n;
	uint32_t place;

	while (low < high && digest.len == l->size) {
		const uint64_t middle = low + (high - low) / 2;

		if (memcmp(l->rows + middle * row, digest.p, l->size) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low >= l->n || digest.len != l->size || memcmp(l->rows + low * row, digest.p, l->size) != 0)
		return false;
	place = place_of(l, l->rows + low * row);
	*label = place == 0 ? HG_SPAN_NONE
			    : hg_span((const uint8_t *)l->labels + place + 1, (uint8_t)l->labels[place]);
	return true;
}
