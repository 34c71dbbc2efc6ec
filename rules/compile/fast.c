#include "rules/compile/compile_int.h"

/* The content by which a rule is reached (3.2): the author's, else among the positive ones (negated ones when there are
 * no others) the one in the best buffer, the longest, the strongest, the first. Which one is taken never changes what
 * matches, but for rules of negated contents alone. */

struct choice {
	struct hg_ins *ins;
	uint16_t list;
	uint8_t priority;
	uint32_t len, strength;
};

static uint32_t
strength_of(const uint8_t *p, uint32_t len)
{
	bool seen[256] = { false };
	uint32_t strength = 0;

	for (uint32_t i = 0; i < len; i++) {
		uint8_t c = p[i];

		if (seen[c])
			strength += 1;
		else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
			strength += 3;
		else
			strength += (c >= 0x20 && c < 0x7f) || c == 0 || c == 1 || c == 0xff ? 4 : 6;
		seen[c] = true;
	}
	return strength;
}

static uint8_t
priority_of(const struct hg_compiler *c, const struct hg_entry_list *l)
{
	const struct hg_catalog *catalog = c->config->catalog;

	if (l->buffer == NULL)
		return 3;
	for (unsigned i = 0; i < catalog->n_protos; i++)
		for (unsigned row = 0; row < catalog->protos[i].n_buffers; row++)
			if (strcmp(catalog->protos[i].buffers[row].name, l->buffer) == 0)
				return catalog->protos[i].buffers[row].priority;
	return UINT8_MAX;
}

static bool
better(const struct choice *a, const struct choice *b)
{
	/* Not so negated ones, which are never scanned for. */
	if (b->ins != NULL && (a->len < HG_BRIEF) != (b->len < HG_BRIEF) && !(a->ins->flags & HG_INS_NEGATED))
		return a->len >= HG_BRIEF;
	if (b->ins == NULL || a->priority != b->priority)
		return b->ins == NULL || a->priority < b->priority;
	return a->len != b->len ? a->len > b->len : a->strength > b->strength;
}

/* Contents behind base64_data look at other bytes than the buffer's. */
static uint16_t
reachable(const struct hg_prog *prog)
{
	uint16_t n = 0;

	while (n < prog->n && prog->ins[n].op != HG_OP_BASE64_DATA)
		n++;
	return n;
}

static struct choice
choose(struct hg_compiler *c, struct hg_entry *e, bool negated)
{
	struct choice best = { NULL };

	for (uint16_t l = 0; l < e->n_lists; l++) {
		const struct hg_entry_list *list = &e->lists[l];

		/* Where the buffer is not there nothing of it is met. */
		if (hg_prog_has(&list->prog, HG_OP_ABSENT))
			continue;
		for (uint16_t i = 0; i < reachable(&list->prog); i++) {
			const struct hg_ins *ins = &list->prog.ins[i];
			struct choice this = { (struct hg_ins *)(uintptr_t)ins, l, 0, ins->content.len, 0 };

			if (ins->op != HG_OP_CONTENT || !!(ins->flags & HG_INS_NEGATED) != negated)
				continue;
			this.priority = priority_of(c, list);
			this.strength = strength_of(ins->content.bytes, ins->content.len);
			if (better(&this, &best))
				best = this;
		}
	}
	return best;
}

/* When a rule whose fast pattern is negated is a candidate only if the pattern is nowhere, that it must end the buffer does
 * not count. So it is with patterns that may stand anywhere alone (3.2). */
static void
forget_end(const struct hg_entry *e, struct hg_ins *ins)
{
	const uint32_t placed = HG_INS_DISTANCE | HG_INS_WITHIN | HG_INS_OFFSET | HG_INS_DEPTH;

	if (ins->flags & HG_INS_NEGATED && !(ins->flags & placed) && !(e->fast.set && e->fast.chop_len > 0))
		ins->flags &= ~(uint32_t)HG_INS_ENDS;
}

static void
note(const struct hg_compiler *c, struct hg_entry *e, const struct hg_ins *ins, const struct hg_entry_list *l)
{
	struct hg_rule_fast *f = &e->info.fast;

	f->ins = ins;
	f->buffer = l->buffer;
	f->bytes = hg_span(ins->content.bytes, ins->content.len);
	if (e->fast.set && e->fast.chop_len > 0)
		f->bytes = hg_span_sub(f->bytes, e->fast.chop_offset, e->fast.chop_len);
	f->option = (uint16_t)c->options.v[l->prog.options + (uint32_t)(ins - l->prog.ins)];
	f->said = e->fast.set;
}

struct hg_ins *
hg_fast_choose(struct hg_compiler *c, struct hg_entry *e, uint16_t *list)
{
	struct choice best;

	if (e->fast.set) {
		best.list = e->fast.list;
		best.ins = (struct hg_ins *)(uintptr_t)&e->lists[e->fast.list].prog.ins[e->fast.ins];
	} else {
		best = choose(c, e, false);
		if (best.ins == NULL)
			best = choose(c, e, true);
	}
	if (best.ins != NULL && hg_as_peer(c->config->suricata7, HG_DIFF_RULE_NEGATED_END))
		forget_end(e, best.ins);
	if (best.ins != NULL)
		note(c, e, best.ins, &e->lists[best.list]);
	*list = best.list;
	return best.ins;
}
