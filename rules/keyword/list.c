#include "rules/keyword/keyword_int.h"

bool
hg_draft_sticky(const struct hg_draft *d)
{
	return d->current != HG_DRAFT_NO_LIST && d->lists[d->current].buffer != NULL;
}

static bool
same_transforms(const struct hg_draft_list *a, const struct hg_draft_list *b)
{
	if (a->n_transforms != b->n_transforms)
		return false;
	for (unsigned i = 0; i < a->n_transforms; i++) {
		if (a->transforms[i].op != b->transforms[i].op ||
			a->transforms[i].code != b->transforms[i].code ||
			!hg_span_eq(a->transforms[i].key, b->transforms[i].key))
			return false;
	}
	return true;
}

/* Behind base64_data a list goes on over the decoded bytes: nothing joins it any more. */
static bool
closed(const struct hg_draft_list *l)
{
	for (unsigned i = 0; i < l->n; i++)
		if (l->ins[i].op == HG_OP_BASE64_DATA)
			return true;
	return false;
}

static bool
same_input(const struct hg_draft_list *a, const struct hg_draft_list *b)
{
	if (closed(a))
		return false;
	if (a->buffer == NULL || b->buffer == NULL)
		return a->buffer == b->buffer;
	return strcmp(a->buffer, b->buffer) == 0 && same_transforms(a, b);
}

static struct hg_draft_list *
list_new(struct hg_draft *d, const char *buffer)
{
	if (d->n_lists == HG_DRAFT_LISTS) {
		hg_draft_refuse(d, 0, "more than %d buffers in a rule", HG_DRAFT_LISTS);
		return NULL;
	}
	d->lists[d->n_lists] = (struct hg_draft_list){ .buffer = buffer, .option = d->option };
	return &d->lists[d->n_lists++];
}

struct hg_draft_list *
hg_draft_list_of(struct hg_draft *d, const char *buffer)
{
	const struct hg_draft_list want = { .buffer = buffer };

	for (unsigned i = 0; i < d->n_lists; i++)
		if (same_input(&d->lists[i], &want))
			return &d->lists[i];
	return list_new(d, buffer);
}

/* A buffer of one value that is named again goes on with its first list; of a buffer with several values every naming
 * asks for a value of its own. Known only now: transforms stood between the name and the first content. */
static void
join_again(struct hg_draft *d)
{
	struct hg_buffer_info info = { 0 };
	struct hg_draft_list *now = &d->lists[d->current];

	if (now->n > 0 || now->buffer == NULL)
		return;
	if (hg_buffer_info(d, now->buffer, &info) && info.flags & HG_BUFFER_MULTI)
		return;
	for (uint16_t i = 0; i < d->current; i++) {
		if (same_input(&d->lists[i], now)) {
			d->n_lists--;
			d->current = i;
			return;
		}
	}
}

struct hg_draft_list *
hg_draft_list(struct hg_draft *d)
{
	struct hg_draft_list *l;

	if (d->current != HG_DRAFT_NO_LIST) {
		join_again(d);
		return &d->lists[d->current];
	}
	l = hg_draft_list_of(d, NULL);
	if (l != NULL)
		d->current = (uint16_t)(l - d->lists);
	return l;
}

struct hg_draft_list *
hg_draft_list_relative(struct hg_draft *d, bool relative)
{
	if (!relative || hg_draft_sticky(d) || d->last_list == HG_DRAFT_NO_LIST)
		return hg_draft_list(d);
	return &d->lists[d->last_list];
}

static bool
grow(struct hg_draft *d, struct hg_draft_list *l)
{
	uint16_t room = l->room == 0 ? 8 : (uint16_t)(l->room * 2);
	struct hg_ins *more = hg_draft_scratch(d, room * sizeof(more[0]));
	uint16_t *options = hg_draft_scratch(d, room * sizeof(options[0]));

	if (more == NULL || options == NULL) {
		hg_draft_no_memory(d);
		return false;
	}
	if (l->n > 0) {
		memcpy(more, l->ins, l->n * sizeof(more[0]));
		memcpy(options, l->options, l->n * sizeof(options[0]));
	}
	if (d->last_content != NULL && l->ins != NULL && d->last_content >= l->ins &&
		d->last_content < l->ins + l->n)
		d->last_content = more + (d->last_content - l->ins);
	l->ins = more;
	l->options = options;
	l->room = room;
	return true;
}

struct hg_draft_list *
hg_draft_list_named(struct hg_draft *d, const struct hg_keyword *k, const struct hg_arg *arg)
{
	return hg_draft_use_buffer(d, k->buffer, arg->column) != 0 ? NULL : hg_draft_list_of(d, k->buffer);
}

struct hg_ins *
hg_draft_list_add(struct hg_draft *d, struct hg_draft_list *l, enum hg_op op)
{
	if (l == NULL)
		return NULL;
	if (l->n == 1024) {
		hg_draft_refuse(d, 0, "more than 1024 tests over one buffer");
		return NULL;
	}
	if (l->n == l->room && !grow(d, l))
		return NULL;
	d->last_list = (uint16_t)(l - d->lists);
	d->sticky = NULL;
	l->ins[l->n] = (struct hg_ins){ .op = (uint8_t)op };
	l->options[l->n] = d->option;
	return &l->ins[l->n++];
}

int
hg_draft_list_range(struct hg_draft *d, struct hg_draft_list *l, enum hg_op op, const struct hg_range_test *t)
{
	struct hg_ins *ins = hg_draft_list_add(d, l, op);

	if (ins == NULL)
		return d->error.code;
	ins->compare = t->compare;
	ins->range.a = t->a;
	ins->range.b = t->b;
	return 0;
}

int
hg_draft_list_field(struct hg_draft *d, struct hg_draft_list *l, uint8_t compare, int32_t offset,
	uint8_t bytes, uint64_t value)
{
	struct hg_ins *ins = hg_draft_list_add(d, l, HG_OP_BYTE_TEST);

	if (ins == NULL)
		return d->error.code;
	ins->compare = compare;
	ins->bytes = bytes;
	ins->base = 10;
	ins->num.offset = offset;
	ins->num.value = (int64_t)value;
	ins->num.multiplier = 1;
	return 0;
}

struct hg_ins *
hg_draft_ins(struct hg_draft *d, enum hg_op op)
{
	return hg_draft_list_add(d, hg_draft_list(d), op);
}

bool
hg_draft_find_ins(const struct hg_draft *d, const struct hg_ins *ins, uint16_t *list, uint16_t *at)
{
	for (uint16_t i = 0; i < d->n_lists; i++) {
		const struct hg_draft_list *l = &d->lists[i];

		if (l->n > 0 && ins >= l->ins && ins < l->ins + l->n) {
			*list = i;
			*at = (uint16_t)(ins - l->ins);
			return true;
		}
	}
	return false;
}
