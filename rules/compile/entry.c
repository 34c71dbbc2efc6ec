#include "rules/compile/compile_int.h"

#include <errno.h>

static void *
take(void *arena, size_t size)
{
	return hg_store_take(arena, size);
}

/* Texts are only told apart. */
static const struct hg_hash_key print_key = { 0x72756c6573207072ull, 0x696e742074657874ull };

/* Columns count in the rule as it was joined, until blame(). */
static uint32_t
column_of(const struct hg_rule_text *text, struct hg_span part)
{
	return (uint32_t)(part.p - text->raw.p) + 1;
}

/* The value as the keyword wants it: its place goes with it. */
static int
apply_option(const struct hg_rule_text *text, const struct hg_rule_option *o, struct hg_draft *d)
{
	struct hg_arg arg = hg_arg_of(o->value, o->has_value, o->has_value ? column_of(text, o->value) : 0);
	int r = hg_keyword_apply(d, o->name, &arg, column_of(text, o->name));

	if (r < 0)
		hg_error_mark(&d->error, "bad-value");
	return r;
}

static int
apply_options(const struct hg_rule_text *text, struct hg_draft *d)
{
	int r = 0;

	for (uint32_t i = 0; i < text->n && r == 0; i++) {
		d->option = (uint16_t)(i + 1);
		r = apply_option(text, &text->options[i], d);
	}
	d->option = 0;
	return r < 0 ? r : hg_draft_finish(d);
}

static int
blame(const struct hg_rule_text *text, const struct hg_draft *d, struct hg_error *err)
{
	if (err == NULL)
		return d->error.code;
	*err = d->error;
	hg_error_mark(err, "bad-rule");
	if (err->column == 0 && d->blamed > 0)
		return hg_rule_blame(text, hg_rule_option_text(&text->options[d->blamed - 1]), err);
	return hg_rule_blame(text, text->raw, err);
}

int
hg_entry_wanted(struct hg_compiler *c, const struct hg_rule_text *text, struct hg_error *err)
{
	const struct hg_span name = HG_BYTES("requires");
	struct hg_draft d;

	if (hg_rule_find(text, name) == NULL)
		return 0;
	hg_draft_init(&d, &c->shared, take, c->store);
	for (uint32_t i = 0; i < text->n; i++)
		if (hg_span_eq(text->options[i].name, name) && apply_option(text, &text->options[i], &d) < 0)
			return blame(text, &d, err);
	return 0;
}

static int
take_names(struct hg_draft *d, struct hg_names *names, const char *const *before, uint16_t n)
{
	int id = 0;

	for (uint16_t i = 0; i < n && id >= 0; i++)
		id = hg_names_id(d, names, hg_span_str(before[i]));
	return id;
}

int
hg_entry_names(struct hg_compiler *c, const struct hg_snapshot *before, struct hg_error *err)
{
	struct hg_draft d;

	hg_draft_init(&d, &c->shared, take, c->store);
	if (take_names(&d, &c->shared.flowbits, before->flowbits, before->n_flowbits) >= 0 &&
		take_names(&d, &c->shared.flowints, before->flowints, before->n_flowints) >= 0 &&
		take_names(&d, &c->shared.xbits, before->xbits, before->n_xbits) >= 0 &&
		take_names(&d, &c->shared.vars, before->vars, before->n_vars) >= 0)
		return 0;
	return hg_error_set(err, d.error.code, "%s", d.error.text);
}

static int
copy_lists(struct hg_compiler *c, struct hg_entry *e, const struct hg_draft *d)
{
	e->lists = hg_store_take(&c->passing, d->n_lists * sizeof(*e->lists) + 1);
	if (e->lists == NULL)
		return -ENOMEM;
	e->n_lists = d->n_lists;
	for (unsigned i = 0; i < d->n_lists; i++) {
		const struct hg_draft_list *l = &d->lists[i];
		const struct hg_ins *ins =
			l->n == 0 ? NULL : hg_store_copy(c->store, l->ins, l->n * sizeof(*l->ins));

		e->lists[i] = (struct hg_entry_list){ l->buffer, l->transforms, l->n_transforms,
			{ ins, l->n, c->options.n } };
		for (uint16_t k = 0; k < l->n; k++)
			if (hg_numbers_add(&c->options, l->options[k]) < 0)
				return -ENOMEM;
	}
	return 0;
}

static void
want_types(struct hg_compiler *c)
{
	const char *data = hg_config_str(c->config->config, "magic-file");

	c->snapshot->file_types = true;
	if (data != NULL)
		c->snapshot->type_data = hg_store_copy(c->store, data, strlen(data) + 1);
}

static int
copy_rule(struct hg_compiler *c, struct hg_entry *e, const struct hg_draft *d)
{
	struct hg_rule *r = &e->rule;

	r->action = d->action;
	r->sides = d->sides;
	r->families = d->families;
	r->l4 = d->l4;
	r->flags = d->flags;
	r->protos = d->protos;
	r->src = d->src;
	r->dst = d->dst;
	r->sport = d->sport;
	r->dport = d->dport;
	r->sid = d->sid;
	r->n_tests = d->n_tests;
	r->tests = hg_store_copy(c->store, d->tests, d->n_tests * sizeof(*d->tests));
	r->n_posts = d->n_posts;
	r->posts = hg_store_copy(c->store, d->posts, d->n_posts * sizeof(*d->posts));
	r->n_tags = d->n_tags;
	r->tags = hg_store_copy(c->store, d->tags, d->n_tags * sizeof(*d->tags));
	for (unsigned i = 0; i < d->n_tags; i++)
		c->snapshot->tags_hosts |= d->tags[i].of != HG_TAG_SESSION;
	if (d->file_types && !c->snapshot->file_types)
		want_types(c);
	c->snapshot->file_hashes |= d->file_hashes;
	memcpy(e->anomalies, d->anomalies, sizeof(e->anomalies));
	e->n_anomalies = d->n_anomalies;
	e->fast = d->fast;
	e->negated_address = d->negated_address;
	e->has_flow = d->has_flow;
	e->packet_keyword = d->packet_keyword;
	e->not_ip_only = d->not_ip_only;
	e->event_keyword = d->event_keyword;
	e->stores = d->stores;
	e->has_app_proto = d->has_app_proto;
	return copy_lists(c, e, d);
}

static int
copy_info(
	struct hg_compiler *c, struct hg_entry *e, const struct hg_draft *d, const struct hg_rule_text *text)
{
	const struct hg_class_row *class = d->classtype == NULL ? NULL : hg_context_class(c, d->classtype);
	struct hg_rule_info *info = &e->info;

	info->gid = d->gid == 0 ? 1 : d->gid;
	info->sid = d->sid;
	info->rev = d->rev;
	info->priority = d->has_priority ? d->priority : class == NULL ? 3 : class->priority;
	info->msg = d->msg == NULL ? "" : d->msg;
	info->classtype = class == NULL ? "" : class->text;
	info->known_class = class != NULL || d->classtype == NULL || c->n_classes == 0;
	info->file = c->file;
	info->line = text->line;
	info->print = hg_hash(&print_key, text->raw.p, text->raw.len);
	if (c->config->keep_sources)
		info->source = hg_span(hg_store_copy(c->store, text->raw.p, text->raw.len), text->raw.len);
	if (c->config->write_loaded != NULL)
		e->source = hg_span(hg_store_copy(&c->passing, text->raw.p, text->raw.len), text->raw.len);
	return c->store->failed ? -ENOMEM : hg_info_render(c, e, d);
}

int
hg_entry_make(
	struct hg_compiler *c, const struct hg_rule_text *text, struct hg_entry **ret, struct hg_error *err)
{
	struct hg_draft d;
	struct hg_entry *e;
	int r;

	hg_store_clear(&c->draft);
	hg_draft_init(&d, &c->shared, take, c->store);
	d.scratch = &c->draft;
	r = hg_head_read(c, text, &d, err);
	if (r < 0)
		return r;
	if (apply_options(text, &d) < 0)
		return blame(text, &d, err);
	e = hg_store_take(&c->passing, sizeof(*e));
	if (e == NULL || copy_rule(c, e, &d) < 0 || copy_info(c, e, &d, text) < 0 ||
		hg_context_thresholds(c, e, &d) < 0)
		return hg_error_set(err, -ENOMEM, "no memory for rules");
	r = hg_engines_make(c, e, err);
	if (r < 0) {
		hg_error_mark(err, "bad-rule");
		return hg_rule_blame(text, text->raw, err);
	}
	hg_type_decide(e);
	*ret = e;
	return 0;
}
