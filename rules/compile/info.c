#include "rules/compile/compile_int.h"

#include <errno.h>

#include "base/json.h"

#define MEMBERS_MAX ((size_t)32 << 10)

/* "a b, c d" → {"a":["b"],"c":["d"]}; a key that comes again gets a further value. */
static void
write_metadata(struct hg_json *j, struct hg_span all)
{
	struct hg_span keys[128], values[128];
	unsigned n = 0;

	for (size_t from = 0; from < all.len && n < 128;) {
		size_t comma = hg_span_find(all, from, ',');
		struct hg_span pair =
			hg_span_trim(hg_span_sub(all, from, (comma == SIZE_MAX ? all.len : comma) - from));
		size_t blank = 0;

		while (blank < pair.len && !hg_is_blank(pair.p[blank]))
			blank++;
		if (blank < pair.len) {
			keys[n] = hg_span_sub(pair, 0, blank);
			values[n++] = hg_span_trim(hg_span_from(pair, blank));
		}
		if (comma == SIZE_MAX)
			break;
		from = comma + 1;
	}
	for (unsigned i = 0; i < n; i++) {
		char name[128];
		bool before = false;

		for (unsigned k = 0; k < i; k++)
			before |= hg_span_eq(keys[k], keys[i]);
		if (before || keys[i].len >= sizeof(name) || hg_span_find(keys[i], 0, '"') != SIZE_MAX ||
			hg_span_find(keys[i], 0, '\\') != SIZE_MAX)
			continue;
		memcpy(name, keys[i].p, keys[i].len);
		name[keys[i].len] = '\0';
		hg_json_array_at(j, name);
		for (unsigned k = i; k < n; k++)
			if (hg_span_eq(keys[k], keys[i]))
				hg_json_item_str(j, values[k]);
		hg_json_array_end(j);
	}
}

/* The members without the braces that the writer put round them. */
static struct hg_span
keep_members(struct hg_compiler *c, struct hg_json *j)
{
	struct hg_span all = hg_json_done(j), inner;

	if (all.len <= 2)
		return HG_SPAN_NONE;
	inner = hg_span_sub(all, 1, all.len - 2);
	return hg_span(hg_store_copy(c->store, inner.p, inner.len), inner.len);
}

static void
render_metadata(struct hg_compiler *c, struct hg_entry *e, struct hg_span metadata)
{
	static const char empty[] = "{\"metadata\":{}}";
	char buf[MEMBERS_MAX];
	struct hg_json j = hg_json_of(buf, sizeof(buf));

	hg_json_open(&j);
	hg_json_open_at(&j, "metadata");
	write_metadata(&j, metadata);
	hg_json_close(&j);
	hg_json_close(&j);
	if (hg_json_done(&j).len > sizeof(empty) - 1)
		e->info.metadata = keep_members(c, &j);
}

int
hg_info_render(struct hg_compiler *c, struct hg_entry *e, const struct hg_draft *d)
{
	char buf[MEMBERS_MAX];
	struct hg_json j = hg_json_of(buf, sizeof(buf));

	hg_json_open(&j);
	hg_json_u64(&j, "gid", e->info.gid);
	hg_json_u64(&j, "signature_id", e->info.sid);
	hg_json_u64(&j, "rev", e->info.rev);
	hg_json_cstr(&j, "signature", e->info.msg);
	hg_json_cstr(&j, "category", e->info.classtype);
	hg_json_u64(&j, "severity", e->info.priority);
	hg_json_close(&j);
	e->info.alert = keep_members(c, &j);
	if (d->metadata.len > 0)
		render_metadata(c, e, d->metadata);
	return c->store->failed ? -ENOMEM : 0;
}
