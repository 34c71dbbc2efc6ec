/* The sets of a rule set: one by each name, which may go on from the rules before. */
#include <stdlib.h>
#include <unistd.h>

#include "rules/keyword/sets.h"

static struct hg_named_set *
row_make(struct hg_draft *d)
{
	struct hg_named_sets *sets = &d->shared->sets;

	if (sets->n == sets->room) {
		const uint16_t room = sets->room == 0 ? 16 : (uint16_t)(2 * sets->room);
		struct hg_named_set *more;

		if (room > 4096) {
			hg_draft_refuse(d, 0, "more than 4096 sets of values in a rule set");
			return NULL;
		}
		more = realloc(sets->v, room * sizeof(*more));
		if (more == NULL) {
			hg_draft_no_memory(d);
			return NULL;
		}
		sets->v = more;
		sets->room = room;
	}
	return &sets->v[sets->n];
}

/* What rules before these have made of it goes on, unless it is a list that is only read. */
static struct hg_set *
from_before(const struct hg_draft *d, const struct hg_set_spec *s)
{
	const struct hg_named_sets *sets = &d->shared->sets;

	for (uint16_t i = 0; i < sets->n_before; i++) {
		const struct hg_named_set *b = &sets->before[i];

		if (hg_span_eq(hg_span_str(b->name), s->name) && hg_set_type_of(b->set) == s->type &&
			(s->load[0] == '\0' || s->may_lack))
			return hg_set_take(b->set);
	}
	return NULL;
}

static struct hg_set *
fresh(struct hg_draft *d, const struct hg_arg *arg, const struct hg_set_spec *s)
{
	struct hg_error why = { 0 };
	char text[800];

	const struct hg_set_config config = { .type = s->type,
		.memory = s->memory != 0 ? s->memory
					 : hg_config_size(d->shared->config, "datasets.defaults.memcap"),
		.key = d->shared->sets.key };
	struct hg_set *set;

	if (hg_set_open(&set, &config, &why) == 0) {
		if (s->load[0] == '\0' || (s->may_lack && access(s->load, F_OK) != 0) ||
			hg_set_load(set, s->load, &why) == 0)
			return set;
		hg_set_give(set);
	}
	hg_draft_refuse(d, arg->column, "%s", hg_error_text(&why, text, sizeof(text)));
	return NULL;
}

/* The index of the set; -errno: refused. */
int
hg_set_named(struct hg_draft *d, const struct hg_arg *arg, struct hg_set_spec *s)
{
	struct hg_named_sets *sets = &d->shared->sets;
	struct hg_named_set *row;

	for (uint16_t i = 0; i < sets->n; i++) {
		row = &sets->v[i];
		if (!hg_span_eq(hg_span_str(row->name), s->name))
			continue;
		if (s->typed && s->type != hg_set_type_of(row->set))
			return hg_draft_refuse(d, arg->column, "set \"%s\" is of type %s in another rule",
				row->name, hg_set_type_name(hg_set_type_of(row->set)));
		return i;
	}
	hg_set_configured(d, s);
	if (!s->typed)
		return hg_draft_refuse(d, hg_arg_column(arg, s->name),
			"nothing says of what type set \"%.*s\" is; add type string, md5, sha256, ipv4 or ip",
			(int)s->name.len, s->name.p);
	row = row_make(d);
	if (row == NULL)
		return d->error.code;
	*row = (struct hg_named_set){ .name = hg_draft_text(d, s->name),
		.save = s->save[0] == '\0' ? NULL : hg_draft_text(d, hg_span_str(s->save)) };
	if (row->name == NULL || (s->save[0] != '\0' && row->save == NULL))
		return hg_draft_no_memory(d);
	row->set = from_before(d, s);
	if (row->set == NULL)
		row->set = fresh(d, arg, s);
	return row->set == NULL ? d->error.code : sets->n++;
}
