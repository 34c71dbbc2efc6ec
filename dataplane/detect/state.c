#include "detect/detect_int.h"

#define FLOWINTS_MAX 32

/* Flowbits, flowints, captured values and tags of a flow; made with the first of them. */
struct flowint {
	uint16_t id;
	uint32_t value;
};

struct hg_flow_detect {
	uint16_t n_flowbits, n_flowints;
	struct hg_flow_tag *tags;
	struct hg_flow_var *vars;
	struct flowint flowints[FLOWINTS_MAX];
	uint64_t bits[];
};

static size_t
size_of(uint16_t n_flowbits)
{
	return sizeof(struct hg_flow_detect) + (n_flowbits + 63u) / 64 * sizeof(uint64_t);
}

/* With room for all names of the rules at work, which may be more than of those before. */
static struct hg_flow_detect *
make(struct hg_detect *d, struct hg_flow *f)
{
	const uint16_t n = d->rules->n_flowbits;
	struct hg_flow_detect *old = f->detect, *s;

	if (old != NULL && old->n_flowbits >= n)
		return old;
	s = hg_mem_take0(d->mem, size_of(n));
	if (s == NULL) {
		d->stats.state_refused++;
		return old;
	}
	if (old != NULL) {
		memcpy(s, old, size_of(old->n_flowbits));
		hg_mem_give(d->mem, old, size_of(old->n_flowbits));
	}
	s->n_flowbits = n;
	f->detect = s;
	return s;
}

void
hg_detect_flow_free(struct hg_detect *d, struct hg_flow *f)
{
	if (f->detect != NULL) {
		hg_flow_tags_free(d, f->detect->tags);
		hg_flow_vars_free(d, f->detect->vars);
		hg_mem_give(d->mem, f->detect, size_of(f->detect->n_flowbits));
	}
	f->detect = NULL;
}

struct hg_flow_tag **
hg_flow_tags(struct hg_detect *d, struct hg_flow *f)
{
	struct hg_flow_detect *s = f->detect != NULL ? f->detect : make(d, f);

	return s == NULL ? NULL : &s->tags;
}

struct hg_flow_var **
hg_flow_vars(struct hg_detect *d, struct hg_flow *f)
{
	struct hg_flow_detect *s = f->detect != NULL ? f->detect : make(d, f);

	return s == NULL ? NULL : &s->vars;
}

const struct hg_flow_var *
hg_flow_vars_first(const struct hg_flow *f)
{
	return f->detect == NULL ? NULL : f->detect->vars;
}

bool
hg_detect_flowbit(const struct hg_flow *f, uint16_t id)
{
	return f->detect != NULL && id < f->detect->n_flowbits && f->detect->bits[id >> 6] >> (id & 63) & 1;
}

uint32_t
hg_detect_flowbit_next(const struct hg_flow *f, uint32_t from)
{
	const struct hg_flow_detect *s = f->detect;
	uint64_t word;

	if (s == NULL || from >= s->n_flowbits)
		return HG_FLOWBITS_END;
	word = s->bits[from >> 6] >> (from & 63) << (from & 63);
	for (uint32_t at = from >> 6;; word = s->bits[at]) {
		if (word != 0)
			return at * 64 + (uint32_t)__builtin_ctzll(word);
		if (++at >= (s->n_flowbits + 63u) / 64)
			return HG_FLOWBITS_END;
	}
}

bool
hg_detect_flowints(const struct hg_flow *f)
{
	return f->detect != NULL && f->detect->n_flowints > 0;
}

bool
hg_detect_flowint(const struct hg_flow *f, uint16_t id, uint32_t *value)
{
	if (f->detect == NULL)
		return false;
	for (unsigned i = 0; i < f->detect->n_flowints; i++) {
		if (f->detect->flowints[i].id == id) {
			*value = f->detect->flowints[i].value;
			return true;
		}
	}
	return false;
}

static bool
flowbit_fits(const struct hg_test *t, const struct hg_flow *f)
{
	for (unsigned i = 0; i < t->n; i++)
		if (hg_detect_flowbit(f, t->ids[i]) != t->negated)
			return true;
	return false;
}

static bool
flowint_fits(const struct hg_test *t, const struct hg_flow *f)
{
	uint32_t value = 0, other = (uint32_t)t->b;
	bool set = hg_detect_flowint(f, (uint16_t)t->a, &value);

	if (t->mode != 0)
		return set == (t->mode == 1);
	if (t->n > 0 && !hg_detect_flowint(f, t->ids[0], &other))
		return false;
	return set && hg_match_compare(t->compare, value, other, 0);
}

bool
hg_state_test(struct hg_detect *d, const struct hg_test *t, const struct hg_packet *p)
{
	switch ((enum hg_test_op)t->op) {
	case HG_TEST_FLOWBIT:
		return p->flow != NULL && flowbit_fits(t, p->flow);
	case HG_TEST_FLOWINT:
		return p->flow != NULL && flowint_fits(t, p->flow);
	case HG_TEST_XBIT:
	case HG_TEST_HOSTBIT:
		return hg_xbits_get(d, (uint16_t)t->a, t->mode, p) != t->negated;
	case HG_TEST_FLOWVAR:
	case HG_TEST_PKTVAR:
		return hg_vars_test(t, p);
	default:
		return false;
	}
}

static void
put_flowbit(struct hg_detect *d, const struct hg_post *post, struct hg_flow *f)
{
	struct hg_flow_detect *s = post->op == HG_POST_FLOWBIT_UNSET ? f->detect : make(d, f);
	uint64_t bit = UINT64_C(1) << (post->id & 63);

	if (s == NULL || post->id >= s->n_flowbits)
		return;
	if (post->op == HG_POST_FLOWBIT_SET)
		s->bits[post->id >> 6] |= bit;
	else if (post->op == HG_POST_FLOWBIT_UNSET)
		s->bits[post->id >> 6] &= ~bit;
	else
		s->bits[post->id >> 6] ^= bit;
}

static void
put_flowint(struct hg_detect *d, const struct hg_post *post, struct hg_flow *f)
{
	struct hg_flow_detect *s = make(d, f);
	struct flowint *known = NULL;
	uint32_t value = post->value;

	if (s == NULL || (post->var && !hg_detect_flowint(f, (uint16_t)post->value, &value)))
		return;
	for (unsigned i = 0; i < s->n_flowints; i++)
		if (s->flowints[i].id == post->id)
			known = &s->flowints[i];
	if (known == NULL) {
		/* `-` on one that is not set does nothing, `+` starts at the value (3.8). */
		if (post->op == HG_POST_FLOWINT_SUB)
			return;
		if (s->n_flowints == FLOWINTS_MAX) {
			d->stats.state_refused++;
			return;
		}
		s->flowints[s->n_flowints++] = (struct flowint){ post->id, value };
	} else if (post->op == HG_POST_FLOWINT_SET) {
		known->value = value;
	} else {
		known->value += post->op == HG_POST_FLOWINT_ADD ? value : -value;
	}
}

/* Whatever it says of type and scope; a rule on packets means the flow's first transaction, as in the peer. */
static void
unlog(const struct hg_packet *p, struct hg_tx *tx)
{
	const struct hg_app *app = hg_flow_live_app(p->flow);

	if (tx == NULL && app != NULL && app->txs != NULL && app->txs->id == 0)
		tx = app->txs;
	if (tx == NULL || tx->unlogged)
		return;
	tx->unlogged = true;
	if (tx->decoder->unlogged != NULL)
		tx->decoder->unlogged(tx);
}

/* What a flow's last packets, which are ours, find comes too late. */
static void
bypass(struct hg_packet *p)
{
	if (p->flow == NULL || p->flags & HG_PKT_PSEUDO)
		return;
	hg_flow_set_state(p->flow, HG_FLOW_BYPASSED);
	p->flow->flags |= HG_FLOW_NO_DETECT;
}

void
hg_state_posts(struct hg_detect *d, const struct hg_rule *r, struct hg_packet *p, struct hg_tx *tx)
{
	if (d->matcher.n_caught > 0)
		hg_vars_keep(d, p);
	if (d->matcher.n_places > 0)
		hg_replace(d, p);
	for (unsigned i = 0; i < r->n_posts; i++) {
		const struct hg_post *post = &r->posts[i];

		switch ((enum hg_post_op)post->op) {
		case HG_POST_FLOWBIT_SET:
		case HG_POST_FLOWBIT_UNSET:
		case HG_POST_FLOWBIT_TOGGLE:
			if (p->flow != NULL)
				put_flowbit(d, post, p->flow);
			break;
		case HG_POST_FLOWINT_SET:
		case HG_POST_FLOWINT_ADD:
		case HG_POST_FLOWINT_SUB:
			if (p->flow != NULL)
				put_flowint(d, post, p->flow);
			break;
		case HG_POST_XBIT_SET:
		case HG_POST_XBIT_UNSET:
		case HG_POST_XBIT_TOGGLE:
			hg_xbits_put(d, post, p);
			break;
		case HG_POST_BYPASS:
			bypass(p);
			break;
		case HG_POST_UNLOGGED:
			unlog(p, tx);
			break;
		case HG_POST_STORE: /* tx_files.c, which knows the files */
			break;
		}
	}
}
