#include "linkage/serve.h"

#include <stdio.h>
#include <string.h>

#include "linkage/decision/record.h"
#include "linkage/driver/driver.h"
#include "linkage/io/clock.h"

#define PAGE_MOST 1000

static json_t *
net_json(const struct hg_net *n)
{
	char text[HG_NET_TEXT];

	return json_string(hg_net_text(n, text));
}

static json_t *
say(const char *text)
{
	return json_string(text);
}

static bool
read_net(const json_t *value, struct hg_net *out, struct hg_error *err)
{
	const char *text = json_string_value(value);

	if (text == NULL) {
		hg_error_set(err, -1, "an address is a text");
		return false;
	}
	return hg_net_parse(text, out, err) == 0;
}

static json_t *
lease_json(const struct hg_decider *d, const struct hg_lease *l, enum hg_origin origin)
{
	char id[HG_ID_TEXT], stamp[HG_STAMP_TEXT];
	json_t *o = json_pack("{s:s, s:s, s:s, s:i}", "id", hg_lease_id_text(l->id, id), "origin",
		hg_origin_name(origin), origin == HG_ORIGIN_POLICY ? "rule" : "comment", l->why, "level",
		l->level);

	hg_record_stamp(l->granted, stamp);
	json_object_set_new(o, "granted", json_string(stamp));
	if (l->ends != HG_FOREVER) {
		const hg_time left = l->ends > d->now ? l->ends - d->now : 0;

		json_object_set_new(o, "ttl", json_integer((json_int_t)(left / HG_SEC)));
		hg_record_stamp(l->expires, stamp);
		json_object_set_new(o, "expires", json_string(stamp));
	}
	if (l->sid != 0) {
		json_object_set_new(o, "gid", json_integer(l->gid));
		json_object_set_new(o, "sid", json_integer(l->sid));
	}
	return o;
}

static const char *
binding_text(const struct hg_ban *ban, unsigned target)
{
	const struct hg_binding *b = &ban->bindings[target];

	if (b->state == HG_BINDING_REFUSED && hg_ban_wanted(ban, target))
		return "refused";
	if (!hg_ban_wanted(ban, target))
		return b->state == HG_BINDING_HELD ? "withdrawing" : "none";
	return b->fails > 0 ? "failing" : b->done == ban->version ? "enforced" : "pending";
}

static json_t *
ban_json(const struct hg_decider *d, const struct hg_ban *ban)
{
	json_t *o = json_pack("{s:o}", "address", net_json(&ban->net)), *leases = json_array(),
	       *targets = json_object();

	for (unsigned i = 0; i < HG_ORIGINS; i++)
		if (ban->leases[i].ends != 0)
			json_array_append_new(leases, lease_json(d, &ban->leases[i], (enum hg_origin)i));
	for (unsigned i = 0; i < d->n_targets; i++)
		json_object_set_new(targets, d->targets[i].name, json_string(binding_text(ban, i)));
	json_object_set_new(o, "leases", leases);
	json_object_set_new(o, "targets", targets);
	return o;
}

static json_t *
list(struct hg_serve *s, const json_t *arguments, bool *ok, bool *changes)
{
	const json_int_t offset = json_integer_value(json_object_get(arguments, "offset"));
	json_t *entries = json_array();
	struct hg_bans_at at = { 0 };
	json_int_t total = 0;
	struct hg_ban *ban;

	(void)changes;
	while ((ban = hg_bans_walk(&s->decider->bans, &at)) != NULL) {
		if (hg_ban_ends(ban) == 0)
			continue;
		if (total >= offset && total < offset + PAGE_MOST)
			json_array_append_new(entries, ban_json(s->decider, ban));
		total++;
	}
	*ok = true;
	return json_pack("{s:I, s:o}", "total", total, "entries", entries);
}

static void
refused(json_t *list, const json_t *address, const char *reason, const char *text, const char *detail)
{
	json_array_append_new(list,
		json_pack("{s:O, s:s, s:s, s:s}", "address", address, "reason", reason, "text", text,
			"detail", detail));
}

/* Bits of the names; false: one is not known. */
static bool
read_targets(const struct hg_decider *d, const json_t *names, uint32_t *out)
{
	*out = 0;
	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		uint32_t bit = 0;

		for (unsigned k = 0; name != NULL && k < d->n_targets; k++)
			if (strcmp(d->targets[k].name, name) == 0)
				bit = 1u << k;
		if (bit == 0)
			return false;
		*out |= bit;
	}
	return true;
}

static json_t *
add(struct hg_serve *s, const json_t *arguments, bool *ok, bool *changes)
{
	const json_t *addresses = json_object_get(arguments, "addresses");
	const json_int_t ttl = json_integer_value(json_object_get(arguments, "ttl"));
	struct hg_order_add o = { .ttl = (uint32_t)ttl,
		.wide = json_is_true(json_object_get(arguments, "wide")),
		.reason = json_string_value(json_object_get(arguments, "reason")) };
	json_int_t added = 0;
	json_t *no;

	if (json_array_size(addresses) == 0)
		return say("add wants addresses, a list");
	if (ttl < 0 || ttl > UINT32_MAX)
		return say("ttl is a number of seconds");
	if (!read_targets(s->decider, json_object_get(arguments, "targets"), &o.targets))
		return say("there is no such target");
	no = json_array();
	for (size_t i = 0; i < json_array_size(addresses); i++) {
		const json_t *address = json_array_get(addresses, i);
		struct hg_error err = { 0 };
		char why[64] = "";
		enum hg_refusal r;

		if (!read_net(address, &o.net, &err)) {
			refused(no, address, "syntax", err.text, "");
			continue;
		}
		r = hg_decide_add(s->decider, &o, hg_clock(), why, sizeof(why));
		added += r == HG_ADMITTED;
		if (r != HG_ADMITTED)
			refused(no, address, hg_refusal_name(r), hg_refusal_text(r), why);
	}
	*ok = true;
	*changes = true;
	return json_pack("{s:I, s:o}", "added", added, "refused", no);
}

static json_t *
del(struct hg_serve *s, const json_t *arguments, bool *ok, bool *changes)
{
	const json_t *addresses = json_object_get(arguments, "addresses");
	const char *reason = json_string_value(json_object_get(arguments, "reason"));
	json_int_t deleted = 0;
	json_t *absent;

	if (json_array_size(addresses) == 0)
		return say("del wants addresses, a list");
	absent = json_array();
	for (size_t i = 0; i < json_array_size(addresses); i++) {
		struct hg_net net;

		if (read_net(json_array_get(addresses, i), &net, NULL) &&
			hg_decide_lift(s->decider, &net, reason == NULL ? "" : reason, hg_clock()))
			deleted++;
		else
			json_array_append(absent, json_array_get(addresses, i));
	}
	*ok = true;
	*changes = true;
	return json_pack("{s:I, s:o}", "deleted", deleted, "absent", absent);
}

/* All about one address: what blocks it, what would keep an alert from doing so, what is remembered. */
static json_t *
explain(struct hg_serve *s, const json_t *arguments, bool *ok, bool *changes)
{
	struct hg_decider *d = s->decider;
	struct hg_error err = { 0 };
	json_t *o, *bans = json_array();
	struct hg_bans_at at = { 0 };
	const struct hg_ban *own;
	struct hg_ban *ban;
	enum hg_refusal r;
	char why[64] = "";
	struct hg_net net;

	(void)changes;
	if (!read_net(json_object_get(arguments, "address"), &net, &err)) {
		json_decref(bans);
		return say(err.text);
	}
	if (net.family == 6 && hg_net_is_host(&net))
		net = hg_net_of(&net.addr, 6, 64);
	while ((ban = hg_bans_walk(&d->bans, &at)) != NULL)
		if (hg_ban_ends(ban) != 0 && hg_net_overlaps(&ban->net, &net))
			json_array_append_new(bans, ban_json(d, ban));
	r = hg_decide_ask(d, &net, why, sizeof(why));
	own = hg_bans_find(&d->bans, &net);
	o = json_pack("{s:o, s:o, s:b, s:s, s:s, s:s}", "address", net_json(&net), "bans", bans,
		"may_be_blocked", r == HG_ADMITTED, "reason", hg_refusal_name(r), "text", hg_refusal_text(r),
		"detail", why);
	if (own != NULL && own->remembered != 0)
		json_object_set_new(o, "offences", json_integer(own->leases[HG_ORIGIN_POLICY].level + 1));
	*ok = true;
	return o;
}

static json_t *
targets_json(const struct hg_decider *d)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < d->n_targets; i++) {
		const struct hg_target *t = &d->targets[i];

		json_array_append_new(all,
			json_pack("{s:s, s:s, s:b, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "name", t->name,
				"driver", t->driver->name, "up", t->up, "status", t->status, "waiting",
				(json_int_t)(t->urgent.n + t->bulk.n + t->later.n), "applied",
				(json_int_t)t->counts.applied, "failed", (json_int_t)t->counts.failed,
				"refused", (json_int_t)t->counts.refused, "repairs",
				(json_int_t)t->counts.repairs, "outages", (json_int_t)t->counts.outages));
	}
	return all;
}

static json_t *
refusals_json(const struct hg_decider *d)
{
	json_t *all = json_object();

	for (unsigned i = HG_ADMITTED + 1; i < HG_REFUSALS; i++)
		json_object_set_new(all, hg_refusal_name((enum hg_refusal)i),
			json_integer((json_int_t)d->admit.counts[i]));
	return all;
}

static json_t *
stats(struct hg_serve *s, const json_t *arguments, bool *ok, bool *changes)
{
	const struct hg_decider *d = s->decider;
	const struct hg_feed *f = s->feed;

	(void)arguments;
	(void)changes;
	*ok = true;
	return json_pack("{s:s, s:I, s:I, s:I, s:{s:I, s:I, s:I, s:I, s:I, s:I}, s:{s:I, s:I, s:I, s:I, s:I, "
			 "s:I, s:I}, s:o, s:o}",
		"mode",
		d->open              ? "panic-open"
			: d->observe ? "observe"
				     : "auto",
		"leases", (json_int_t)d->leases, "automatic", (json_int_t)d->admit.automatic, "kept",
		(json_int_t)d->bans.pool.used, "events", "lines", (json_int_t)f->counts.lines, "alerts",
		(json_int_t)f->counts.alerts, "bad", (json_int_t)f->counts.bad, "gaps",
		(json_int_t)f->counts.gaps, "lost", (json_int_t)f->counts.lost, "connects",
		(json_int_t)f->counts.connects, "decisions", "no_rule", (json_int_t)d->counts.no_rule,
		"ignored", (json_int_t)d->counts.ignored, "already", (json_int_t)d->counts.already, "granted",
		(json_int_t)d->counts.granted, "renewed", (json_int_t)d->counts.renewed, "expired",
		(json_int_t)d->counts.expired, "lifted", (json_int_t)d->counts.lifted, "refused",
		refusals_json(d), "targets", targets_json(d));
}

static json_t *
panic_open(struct hg_serve *s, const json_t *arguments, bool *ok, bool *changes)
{
	(void)arguments;
	(void)changes;
	hg_decide_open(s->decider, true, hg_clock());
	*ok = true;
	return say("nothing is blocked any more, until `resume`");
}

static json_t *
resume(struct hg_serve *s, const json_t *arguments, bool *ok, bool *changes)
{
	(void)arguments;
	(void)changes;
	hg_decide_open(s->decider, false, hg_clock());
	*ok = true;
	return say("what is left of each block holds again");
}

static const struct {
	const char *name;
	json_t *(*run)(struct hg_serve *s, const json_t *arguments, bool *ok, bool *changes);
} commands[] = { { "list", list }, { "add", add }, { "del", del }, { "explain", explain }, { "stats", stats },
	{ "panic-open", panic_open }, { "resume", resume } };

json_t *
hg_serve(void *ctx, const char *command, const json_t *arguments, bool *ok, bool *changes)
{
	struct hg_serve *s = ctx;

	s->decider->now = hg_clock();
	for (size_t i = 0; i < HG_COUNT(commands); i++)
		if (strcmp(commands[i].name, command) == 0)
			return commands[i].run(s, arguments, ok, changes);
	return say("there is no such command");
}
