#include "rules/compile/compile_int.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static void
refuse(struct hg_compiler *c, const struct hg_error *why, uint32_t sid)
{
	if (why->code == HG_RULE_LEFT_OUT)
		c->left_out++;
	else
		c->refused++;
	if (c->config->refused != NULL)
		c->config->refused(c->config->arg, why, sid);
}

static int
add_entry(struct hg_compiler *c, struct hg_entry *e)
{
	if (c->n_entries == c->room) {
		uint32_t room = c->room == 0 ? 1024 : c->room * 2;
		struct hg_entry **more = realloc(c->entries, room * sizeof(*more));

		if (more == NULL)
			return -ENOMEM;
		c->entries = more;
		c->room = room;
	}
	e->position = c->n_entries;
	c->entries[c->n_entries++] = e;
	return 0;
}

/* `<>` is two rules under one sid, unless both sides are alike. */
static int
add_reverse(struct hg_compiler *c, const struct hg_entry *e)
{
	struct hg_entry *back;

	if (e->rule.src == e->rule.dst && e->rule.sport == e->rule.dport)
		return 0;
	back = hg_store_copy(&c->passing, e, sizeof(*e));
	if (back == NULL)
		return -ENOMEM;
	back->rule.src = e->rule.dst;
	back->rule.dst = e->rule.src;
	back->rule.sport = e->rule.dport;
	back->rule.dport = e->rule.sport;
	back->rule.flags |= HG_RF_BIDIRECTIONAL;
	return add_entry(c, back);
}

static uint32_t
sid_of(const struct hg_rule_text *text)
{
	const struct hg_rule_option *o = text == NULL ? NULL : hg_rule_find(text, HG_BYTES("sid"));

	return o == NULL || o->value.len == 0 ? 0 : (uint32_t)strtoul((const char *)o->value.p, NULL, 10);
}

static int
read_file(struct hg_compiler *c, const char *path)
{
	struct hg_rule_text *rule = NULL;
	struct hg_text *text;
	struct hg_error why;
	int r = hg_text_open(&text, path, c->err);

	if (r < 0)
		return r;
	c->shared.sets.rule_file = path;
	c->file = hg_store_copy(c->store, path, strlen(path) + 1);
	if (c->file == NULL) {
		hg_text_close(text);
		return hg_error_set(c->err, -ENOMEM, "no memory for the rules of '%s'", path);
	}
	while ((r = hg_rule_next(text, &rule, &why)) != 0) {
		struct hg_entry *e;

		/* What a rule for another engine has that is not known here is no mistake. */
		if ((rule != NULL && hg_entry_wanted(c, rule, &why) < 0) || r < 0 ||
			hg_entry_make(c, rule, &e, &why) < 0) {
			refuse(c, &why, sid_of(rule));
			continue;
		}
		r = add_entry(c, e);
		if (r == 0 && rule->both_ways)
			r = add_reverse(c, e);
		if (r < 0)
			break;
	}
	hg_text_close(text);
	return r < 0 ? hg_error_set(c->err, r, "no memory for the rules of '%s'", path) : 0;
}

static int
by_sid(const void *pa, const void *pb)
{
	const struct hg_entry *a = *(struct hg_entry *const *)pa, *b = *(struct hg_entry *const *)pb;

	if (a->info.gid != b->info.gid)
		return a->info.gid < b->info.gid ? -1 : 1;
	if (a->info.sid != b->info.sid)
		return a->info.sid < b->info.sid ? -1 : 1;
	return a->position < b->position ? -1 : a->position > b->position;
}

/* Of rules with one gid and sid the highest revision stays, the earlier of equal ones (2.1). */
static void
settle_duplicates(struct hg_compiler *c)
{
	uint32_t kept = 0;

	if (c->n_entries > 0)
		qsort(c->entries, c->n_entries, sizeof(*c->entries), by_sid);
	for (uint32_t i = 0; i < c->n_entries; i++) {
		struct hg_entry *e = c->entries[i], *last = kept == 0 ? NULL : c->entries[kept - 1];
		struct hg_error why = { 0 };

		if (last == NULL || last->info.gid != e->info.gid || last->info.sid != e->info.sid ||
			e->rule.flags & HG_RF_BIDIRECTIONAL) {
			c->entries[kept++] = e;
			continue;
		}
		if (e->info.rev > last->info.rev) {
			while (kept > 0 && c->entries[kept - 1]->info.sid == e->info.sid &&
				c->entries[kept - 1]->info.gid == e->info.gid)
				kept--;
			c->entries[kept++] = e;
			continue;
		}
		hg_error_set(&why, -EEXIST, "sid %u is there already with revision %u (line %u)", e->info.sid,
			last->info.rev, last->info.line);
		hg_error_at(&why, e->info.file, e->info.line, 1);
		hg_error_mark(&why, "duplicate-sid");
		refuse(c, &why, e->info.sid);
	}
	c->n_entries = kept;
}

static int
freeze(struct hg_compiler *c)
{
	struct hg_snapshot *s = c->snapshot;
	struct hg_rule *rules = hg_store_take(c->store, (c->n_entries + 1u) * sizeof(*rules));
	struct hg_rule_info *texts = hg_store_take(c->store, (c->n_entries + 1u) * sizeof(*texts));

	if (rules == NULL || texts == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < c->n_entries; i++) {
		rules[i] = c->entries[i]->rule;
		rules[i].text = i;
		texts[i] = c->entries[i]->info;
		for (unsigned k = 0; k < rules[i].n_engines; k++)
			s->needs |= HG_PROTO_BIT(rules[i].engines[k].proto);
		s->n_loaded += !(rules[i].flags & HG_RF_BIDIRECTIONAL);
	}
	s->rules = rules;
	s->n_rules = c->n_entries;
	s->texts = texts;
	s->n_inputs = (uint16_t)c->n_inputs;
	s->inputs = hg_store_copy(c->store, c->inputs, c->n_inputs * sizeof(*c->inputs));
	s->n_flowbits = c->shared.flowbits.n;
	s->flowbits =
		hg_store_copy(c->store, c->shared.flowbits.names, c->shared.flowbits.n * sizeof(char *));
	s->n_flowints = c->shared.flowints.n;
	s->flowints =
		hg_store_copy(c->store, c->shared.flowints.names, c->shared.flowints.n * sizeof(char *));
	s->n_xbits = c->shared.xbits.n;
	s->xbits = hg_store_copy(c->store, c->shared.xbits.names, c->shared.xbits.n * sizeof(char *));
	s->n_vars = c->shared.vars.n;
	s->vars = hg_store_copy(c->store, c->shared.vars.names, c->shared.vars.n * sizeof(char *));
	s->options = hg_store_copy(c->store, c->options.v, c->options.n * sizeof(*c->options.v));
	s->captures_max = 32;
	s->n_refused = c->refused;
	s->n_left_out = c->left_out;
	return c->store->failed ? -ENOMEM : 0;
}

static int
write_loaded(const struct hg_compiler *c)
{
	FILE *f = fopen(c->config->write_loaded, "w");

	if (f == NULL)
		return hg_error_errno(
			c->err, "cannot write the loaded rules to '%s'", c->config->write_loaded);
	for (uint32_t i = 0; i < c->n_entries; i++)
		if (!(c->entries[i]->rule.flags & HG_RF_BIDIRECTIONAL))
			fprintf(f, "%.*s\n", (int)c->entries[i]->source.len,
				(const char *)c->entries[i]->source.p);
	return fclose(f) == 0 ? 0 : hg_error_errno(c->err, "cannot write '%s'", c->config->write_loaded);
}

static int
make(struct hg_compiler *c)
{
	int r;

	settle_duplicates(c);
	for (uint32_t i = 0; i < c->n_entries; i++)
		hg_order_key(c, c->entries[i]);
	hg_order_sort(c);
	r = hg_type_settle_flowbits(c);
	if (r == 0)
		r = hg_place_all(c);
	if (r == 0)
		r = hg_databases_make(c);
	if (r == 0)
		r = freeze(c);
	if (r < 0 && c->err != NULL && c->err->text[0] == '\0')
		hg_error_set(c->err, r, "no memory for the rules");
	return r == 0 && c->config->write_loaded != NULL ? write_loaded(c) : r;
}

static void
close_compiler(struct hg_compiler *c)
{
	hg_context_close(c);
	hg_databases_forget(c);
	hg_store_close(&c->passing);
	hg_store_close(&c->draft);
	free(c->entries);
	free(c->inputs);
	free(c->options.v);
	c->owned->codes = c->shared.codes;
	c->shared.codes = (struct hg_codes){ 0 };
	c->owned->sets = c->shared.sets;
	c->shared.sets = (struct hg_named_sets){ 0 };
	c->owned->rep = c->shared.rep;
	c->snapshot->rep = c->shared.rep;
	c->shared.rep = NULL;
	c->owned->geo = c->shared.geo;
	c->snapshot->geo = c->shared.geo;
	c->shared.geo = NULL;
	c->snapshot->sets = c->owned->sets.v;
	c->snapshot->n_sets = c->owned->sets.n;
	hg_draft_shared_fini(&c->shared);
}

int
hg_compile(struct hg_snapshot **ret, const char *const *files, size_t n,
	const struct hg_compile_config *config, struct hg_error *err)
{
	struct hg_owned *owned = calloc(1, sizeof(*owned));
	struct hg_compiler c = { .config = config, .err = err };
	int r = 0;

	if (owned == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for rules");
	hg_share_init(owned);
	c.owned = owned;
	c.snapshot = &owned->snapshot;
	c.store = &owned->store;
	c.shared.catalog = config->catalog;
	c.shared.config = config->config;
	c.shared.suricata7 = config->suricata7;
	c.shared.sets.key = config->hash_key;
	if (config->before != NULL) {
		c.shared.sets.before = config->before->sets;
		c.shared.sets.n_before = config->before->n_sets;
	}
	if (err != NULL)
		*err = (struct hg_error){ 0 };
	r = hg_context_load(&c);
	if (r == 0)
		r = hg_known_open(&owned->known, config->config, err);
	c.snapshot->known = owned->known;
	c.snapshot->file_hashes = hg_known_hashes(owned->known);
	if (r == 0 && config->before != NULL)
		r = hg_entry_names(&c, config->before, err);
	for (size_t i = 0; i < n && r == 0; i++)
		r = read_file(&c, files[i]);
	if (r == 0)
		r = make(&c);
	close_compiler(&c);
	if (r < 0) {
		hg_snapshot_close(&owned->snapshot);
		return r;
	}
	*ret = &owned->snapshot;
	return 0;
}

void
hg_snapshot_close(struct hg_snapshot *s)
{
	struct hg_owned *o = (struct hg_owned *)s;

	if (o == NULL)
		return;
	for (uint32_t i = 0; i < o->n_dbs; i++)
		hs_free_database(o->dbs[i]);
	for (uint32_t i = 0; i < o->codes.n; i++)
		pcre2_code_free(o->codes.codes[i]);
	for (uint16_t i = 0; i < o->sets.n; i++)
		hg_set_give(o->sets.v[i].set);
	free(o->dbs);
	free(o->codes.codes);
	free(o->sets.v);
	hg_rep_close(o->rep);
	hg_geo_close(o->geo);
	hg_known_close(o->known);
	hg_share_close(o);
	hg_store_close(&o->store);
	free(o);
}

int
hg_snapshot_save(const struct hg_snapshot *s, hg_time now, struct hg_error *err)
{
	int r = 0;

	for (uint16_t i = 0; i < s->n_sets; i++)
		if (s->sets[i].save != NULL && hg_set_save(s->sets[i].set, s->sets[i].save, now, err) < 0)
			r = err->code;
	return r;
}

const struct hg_keyword *
hg_compile_keyword(unsigned i)
{
	return hg_keyword_at(i);
}
