#include "linkage/policy/admit.h"

#include <stdio.h>

static const struct {
	const char *name, *text;
} refusals[HG_REFUSALS] = {
	[HG_ADMITTED] = { "admitted", "may be blocked" },
	[HG_REFUSED_SPECIAL] = { "special", "not an ordinary address" },
	[HG_REFUSED_WIDTH] = { "width", "too many addresses at once" },
	[HG_REFUSED_PROTECTED] = { "protected", "this machine or this network needs it" },
	[HG_REFUSED_ALLOWED] = { "allowed", "on the allow-list" },
	[HG_REFUSED_HOME] = { "home", "of the own network (HOME_NET)" },
	[HG_REFUSED_UNPROVED] = { "unproved", "the source may be forged: no two-way traffic was seen" },
	[HG_REFUSED_SHARED] = { "shared", "many people stand behind it" },
	[HG_REFUSED_OBSERVE] = { "observe", "only observed, as configured" },
	[HG_REFUSED_BUDGET_SID] = { "budget-sid", "the rule has caused too many blocks in a minute" },
	[HG_REFUSED_BUDGET_NEIGHBOURS] = { "budget-neighbours",
		"too many blocks in this network in a minute" },
	[HG_REFUSED_BUDGET_MINUTE] = { "budget-minute", "too many blocks in a minute" },
	[HG_REFUSED_BUDGET_HOUR] = { "budget-hour", "too many blocks in an hour" },
	[HG_REFUSED_CEILING] = { "ceiling", "too many automatic blocks are alive" },
	[HG_REFUSED_FULL] = { "full", "no room for one more block" },
	[HG_REFUSED_STORE] = { "store", "decisions cannot be written at the moment" },
};

const char *
hg_refusal_name(enum hg_refusal r)
{
	return refusals[r].name;
}

const char *
hg_refusal_text(enum hg_refusal r)
{
	return refusals[r].text;
}

const char *
hg_origin_name(enum hg_origin o)
{
	return o == HG_ORIGIN_POLICY ? "policy" : "operator";
}

/* Widest that is taken: of an alert a host or its /64, of an operator what a site may be. */
static bool
is_too_wide(const struct hg_intent *i)
{
	if (i->origin == HG_ORIGIN_POLICY)
		return i->net.len < (i->net.family == 4 ? 32 : 64);
	return !i->wide && i->net.len < (i->net.family == 4 ? 24 : 48);
}

#define NEIGHBOURS_V4 16
#define NEIGHBOURS_V6 32

static struct hg_net
neighbours_of(const struct hg_net *net)
{
	const uint8_t len = net->family == 4 ? NEIGHBOURS_V4 : NEIGHBOURS_V6;

	return hg_net_of(&net->addr, net->family, HG_MIN(len, net->len));
}

/* Budgets are asked together and charged together, so that a refused block costs nothing. */
static enum hg_refusal
spend(struct hg_admit *a, const struct hg_intent *i, hg_time now)
{
	const struct hg_net around = neighbours_of(&i->net);
	const size_t size = sizeof(around.addr);
	/* The bucket of the hour runs sixty times slower. */
	const hg_time slow = now / 60;

	if (!hg_budget_has(&a->sids, &i->sid, sizeof(i->sid), now))
		return HG_REFUSED_BUDGET_SID;
	if (!hg_budget_has(&a->neighbours, &around.addr, size, now))
		return HG_REFUSED_BUDGET_NEIGHBOURS;
	if (!hg_budget_has(&a->minute, NULL, 0, now))
		return HG_REFUSED_BUDGET_MINUTE;
	if (!hg_budget_has(&a->hour, NULL, 0, slow))
		return HG_REFUSED_BUDGET_HOUR;
	if (a->automatic >= a->ceiling)
		return HG_REFUSED_CEILING;
	if (a->full)
		return HG_REFUSED_FULL;
	if (a->store_behind)
		return HG_REFUSED_STORE;
	hg_budget_take(&a->sids, &i->sid, sizeof(i->sid), now);
	hg_budget_take(&a->neighbours, &around.addr, size, now);
	hg_budget_take(&a->minute, NULL, 0, now);
	hg_budget_take(&a->hour, NULL, 0, slow);
	return HG_ADMITTED;
}

static enum hg_refusal
ask(struct hg_admit *a, const struct hg_intent *i, hg_time now, char *why, size_t size)
{
	const char *special = hg_guard_special(&i->net, a->testing);
	const struct hg_nets_row *row;
	bool allowed;

	if (special != NULL) {
		snprintf(why, size, "%s", special);
		return HG_REFUSED_SPECIAL;
	}
	if (is_too_wide(i))
		return HG_REFUSED_WIDTH;
	row = hg_guard_hit(&a->guard, &i->net, &allowed);
	if (row != NULL) {
		snprintf(why, size, "%s", row->from);
		return allowed ? HG_REFUSED_ALLOWED : HG_REFUSED_PROTECTED;
	}
	if (i->origin == HG_ORIGIN_OPERATOR)
		return a->full ? HG_REFUSED_FULL : HG_ADMITTED;
	if (hg_nets_hit(&a->policy->home, &i->net) != NULL)
		return HG_REFUSED_HOME;
	if (!i->two_way)
		return HG_REFUSED_UNPROVED;
	if (hg_nets_hit(&a->guard.shared, &i->net) != NULL)
		return HG_REFUSED_SHARED;
	return i->observe ? HG_REFUSED_OBSERVE : spend(a, i, now);
}

enum hg_refusal
hg_admit(struct hg_admit *a, const struct hg_intent *i, hg_time now, char *why, size_t size)
{
	enum hg_refusal r;

	if (size > 0)
		why[0] = '\0';
	r = ask(a, i, now, why, size);
	a->counts[r]++;
	return r;
}
