/* Variables of flows and packets: what groups of regular expressions captured, of rules that matched. */
#include "detect/detect_int.h"
#include "base/start.h"
#include "detect/search.h"

#define FLOW_VARS_MAX 32
#define PACKET_VARS_MAX 32
#define PACKET_BYTES 32768

struct hg_flow_var {
	struct hg_flow_var *next;
	uint16_t id, len;
	uint8_t value[];
};

/* Of the packet at hand. */
struct hg_packet_vars {
	unsigned n;
	uint32_t used;
	struct packet_var {
		uint16_t id, name_len, len;
		uint32_t at; /* the name, the value behind it */
	} v[PACKET_VARS_MAX];
	uint8_t bytes[PACKET_BYTES];
};

struct hg_packet_vars *
hg_vars_open(void)
{
	return hg_start_take(sizeof(struct hg_packet_vars));
}

void
hg_vars_begin(struct hg_detect *d)
{
	d->vars->n = 0;
	d->vars->used = 0;
}

/* A variable of the flow has one value: another takes its place. */
static void
put_flow(struct hg_detect *d, const struct hg_caught *c, struct hg_flow *f)
{
	const uint16_t id = c->var & HG_CAPTURE_ID;
	struct hg_flow_var **at = hg_flow_vars(d, f), *v = NULL, *old;
	unsigned n = 0;

	for (; at != NULL && *at != NULL && (*at)->id != id; at = &(*at)->next)
		n++;
	if (at != NULL && n < FLOW_VARS_MAX)
		v = hg_mem_take(d->mem, sizeof(*v) + c->len);
	if (v == NULL) {
		d->stats.vars_refused++;
		return;
	}
	old = *at;
	*v = (struct hg_flow_var){ .next = old == NULL ? NULL : old->next, .id = id, .len = c->len };
	memcpy(v->value, c->value, c->len);
	*at = v;
	if (old != NULL)
		hg_mem_give(d->mem, old, sizeof(*old) + old->len);
}

/* Of the packet each capture stands for itself. */
static void
put_packet(struct hg_detect *d, const struct hg_caught *c, struct hg_packet *p)
{
	struct hg_packet_vars *vars = d->vars;
	const uint32_t size = (uint32_t)c->name_len + c->len;

	if (vars->n == PACKET_VARS_MAX || size > PACKET_BYTES - vars->used) {
		d->stats.vars_refused++;
		return;
	}
	vars->v[vars->n++] = (struct packet_var){ c->var & HG_CAPTURE_ID, c->name_len, c->len, vars->used };
	memcpy(vars->bytes + vars->used, c->name, c->name_len);
	memcpy(vars->bytes + vars->used + c->name_len, c->value, c->len);
	vars->used += size;
	p->vars = vars;
}

void
hg_vars_keep(struct hg_detect *d, struct hg_packet *p)
{
	for (unsigned i = 0; i < d->matcher.n_caught; i++) {
		const struct hg_caught *c = &d->matcher.caught[i];

		if (c->var & (HG_CAPTURE_PACKET | HG_CAPTURE_PAIR))
			put_packet(d, c, p);
		else if (p->flow != NULL)
			put_flow(d, c, p->flow);
	}
	hg_match_forget(&d->matcher);
}

void
hg_flow_vars_free(struct hg_detect *d, struct hg_flow_var *v)
{
	while (v != NULL) {
		struct hg_flow_var *next = v->next;

		hg_mem_give(d->mem, v, sizeof(*v) + v->len);
		v = next;
	}
}

bool
hg_detect_flowvar(const struct hg_flow *f, unsigned index, struct hg_var *out)
{
	const struct hg_flow_var *v = hg_flow_vars_first(f);

	for (; v != NULL && index > 0; index--)
		v = v->next;
	if (v != NULL)
		*out = (struct hg_var){ v->id, HG_SPAN_NONE, hg_span(v->value, v->len) };
	return v != NULL;
}

bool
hg_detect_pktvar(const struct hg_packet *p, unsigned index, struct hg_var *out)
{
	const struct hg_packet_vars *vars = p->vars;
	const struct packet_var *v;

	if (vars == NULL || index >= vars->n)
		return false;
	v = &vars->v[index];
	*out = (struct hg_var){ v->id, hg_span(vars->bytes + v->at, v->name_len),
		hg_span(vars->bytes + v->at + v->name_len, v->len) };
	return true;
}

bool
hg_vars_test(const struct hg_test *t, const struct hg_packet *p)
{
	const bool of_flow = t->op == HG_TEST_FLOWVAR;
	const struct hg_span content = hg_span(t->ins->content.bytes, t->ins->content.len);
	struct hg_var v;
	uint64_t work = 0;

	if (of_flow && p->flow == NULL)
		return false;
	/* Of several of the packet's with one name the first counts. */
	for (unsigned i = 0; of_flow ? hg_detect_flowvar(p->flow, i, &v) : hg_detect_pktvar(p, i, &v); i++)
		if (v.name.len == 0 && v.id == t->a)
			return hg_search(v.value, 0, content, false, &work) != SIZE_MAX;
	return false;
}
