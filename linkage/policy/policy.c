#include "linkage/policy/policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Offences beyond this are as long as the last: the longest step that any factor has. */
#define LEVELS_MOST 32

static int
refuse(const struct hg_config_node *n, struct hg_error *err, const char *what)
{
	const char *text = hg_config_text(n);

	hg_error_set(err, -EINVAL, "%s: %s: '%.80s'", hg_config_name(n), what,
		text == NULL ? "a map or list" : text);
	hg_config_place(n, err);
	return -EINVAL;
}

bool
hg_policy_seconds(const char *text, uint32_t *out)
{
	static const struct {
		char unit;
		uint32_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
	char *end;
	unsigned long n;
	uint32_t unit = 1;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	n = strtoul(text, &end, 10);
	if (errno != 0 || n > UINT32_MAX)
		return false;
	if (*end != '\0') {
		unit = 0;
		for (size_t i = 0; i < HG_COUNT(units); i++)
			if (*end == units[i].unit && end[1] == '\0')
				unit = units[i].seconds;
	}
	if (unit == 0 || n * unit > UINT32_MAX)
		return false;
	*out = (uint32_t)(n * unit);
	return true;
}

/* A scalar is a list of one. */
static const struct hg_config_node *
first_of(const struct hg_config_node *n)
{
	return n == NULL ? NULL : hg_config_text(n) != NULL ? n : hg_config_first(n);
}

static const struct hg_config_node *
next_of(const struct hg_config_node *list, const struct hg_config_node *n)
{
	return n == list ? NULL : hg_config_next(n);
}

static int
read_sids(struct hg_policy_rule *r, const struct hg_config_node *list, struct hg_error *err)
{
	for (const struct hg_config_node *n = first_of(list); n != NULL; n = next_of(list, n)) {
		const char *text = hg_config_text(n);
		unsigned long from, to;
		char *end;

		if (r->n_sids == HG_RULE_CHOICES)
			return refuse(n, err, "too many entries");
		if (text == NULL || text[0] < '0' || text[0] > '9')
			return refuse(n, err, "not a sid or a range of sids");
		from = strtoul(text, &end, 10);
		to = from;
		if (*end == '-' && end[1] >= '0' && end[1] <= '9')
			to = strtoul(end + 1, &end, 10);
		if (*end != '\0' || from > to || to > UINT32_MAX)
			return refuse(n, err, "not a sid or a range of sids");
		r->sids[r->n_sids].from = (uint32_t)from;
		r->sids[r->n_sids++].to = (uint32_t)to;
	}
	return 0;
}

static int
read_texts(const char **out, unsigned *count, const struct hg_config_node *list, struct hg_error *err)
{
	for (const struct hg_config_node *n = first_of(list); n != NULL; n = next_of(list, n)) {
		if (*count == HG_RULE_CHOICES)
			return refuse(n, err, "too many entries");
		if (hg_config_text(n) == NULL)
			return refuse(n, err, "not a text");
		out[(*count)++] = hg_config_text(n);
	}
	return 0;
}

static int
read_targets(struct hg_policy_rule *r, const struct hg_config_node *list, const char *const *targets,
	unsigned n_targets, struct hg_error *err)
{
	for (const struct hg_config_node *n = first_of(list); n != NULL; n = next_of(list, n)) {
		const char *text = hg_config_text(n);
		uint32_t bit = 0;

		for (unsigned i = 0; text != NULL && i < n_targets; i++)
			if (strcmp(text, targets[i]) == 0)
				bit = 1u << i;
		if (bit == 0)
			return refuse(n, err, "no such target");
		r->targets |= bit;
	}
	if (r->targets == 0)
		r->targets = n_targets == 0 ? 0 : UINT32_MAX >> (32 - n_targets);
	return 0;
}

static const char *
text_of(const struct hg_config_node *item, const char *name)
{
	const struct hg_config_node *n = hg_config_child(item, name);

	return n == NULL ? NULL : hg_config_text(n);
}

static enum hg_action
action_of(const char *text)
{
	return text == NULL || text[0] == 'b' ? HG_ACTION_BLOCK
		: text[0] == 'o'              ? HG_ACTION_OBSERVE
					      : HG_ACTION_IGNORE;
}

static enum hg_blame
blame_of(const char *text)
{
	return text == NULL || text[0] == 'a' ? HG_BLAME_AUTO
		: text[0] == 's'              ? HG_BLAME_SOURCE
		: text[0] == 'd'              ? HG_BLAME_DESTINATION
					      : HG_BLAME_EXTERNAL;
}

/* What the schema has checked is only taken over. */
static int
read_rule(struct hg_policy_rule *r, const struct hg_config_node *item, unsigned index, struct hg_error *err)
{
	const char *name = text_of(item, "name"), *escalate = text_of(item, "escalate");
	const char *ttl = text_of(item, "ttl"), *gid = text_of(item, "gid");
	const char *severity = text_of(item, "max-severity");
	int status;

	*r = (struct hg_policy_rule){ .escalate = true, .ttl = 600 };
	snprintf(r->name, sizeof(r->name), "%s", name == NULL ? "" : name);
	if (name == NULL)
		snprintf(r->name, sizeof(r->name), "rule-%u", index + 1);
	r->action = action_of(text_of(item, "action"));
	r->blame = blame_of(text_of(item, "blame"));
	r->gid = gid == NULL ? 0 : (uint32_t)strtoul(gid, NULL, 10);
	r->max_severity = severity == NULL ? UINT32_MAX : (uint32_t)strtoul(severity, NULL, 10);
	if (escalate != NULL)
		hg_config_parse_bool(escalate, &r->escalate);
	if (ttl != NULL && (!hg_policy_seconds(ttl, &r->ttl) || r->ttl == 0))
		return refuse(hg_config_child(item, "ttl"), err, "not a time such as 600, 10m, 36h or 7d");
	status = read_sids(r, hg_config_child(item, "sids"), err);
	if (status == 0)
		status =
			read_texts(r->categories, &r->n_categories, hg_config_child(item, "categories"), err);
	return status < 0 ? status : read_texts(r->apps, &r->n_apps, hg_config_child(item, "app"), err);
}

static int
read_rules(struct hg_policy *p, const struct hg_config *c, const char *const *targets, unsigned n_targets,
	struct hg_error *err)
{
	const struct hg_config_node *list = hg_config_find(c, "linkage.rules"), *n;
	unsigned count = 0;

	for (n = hg_config_first(list); n != NULL; n = hg_config_next(n))
		count++;
	p->rules = calloc(count + 1, sizeof(*p->rules));
	if (p->rules == NULL)
		return hg_error_set(err, -ENOMEM, "no memory for the rules of linkage");
	for (n = hg_config_first(list); n != NULL; n = hg_config_next(n)) {
		struct hg_policy_rule *r = &p->rules[p->n_rules];
		int status = read_rule(r, n, p->n_rules, err);

		if (status == 0)
			status = read_targets(r, hg_config_child(n, "targets"), targets, n_targets, err);
		if (status < 0)
			return status;
		p->n_rules++;
	}
	return 0;
}

#define GROUPS_DEPTH 8

static int add_items(struct hg_nets *out, const struct hg_config *c, const struct hg_config_node *place,
	const char *text, const char *from, unsigned depth, struct hg_error *err);

static int
add_group(struct hg_nets *out, const struct hg_config *c, const struct hg_config_node *place,
	const char *name, const char *from, unsigned depth, struct hg_error *err)
{
	char key[128];
	const struct hg_config_node *group;

	snprintf(key, sizeof(key), "vars.address-groups.%s", name);
	group = hg_config_find(c, key);
	if (group == NULL || hg_config_text(group) == NULL || depth == GROUPS_DEPTH)
		return refuse(place, err, "no such address group");
	return add_items(out, c, group, hg_config_text(group), from, depth + 1, err);
}

/* One item of a list: a prefix, !prefix, $GROUP or any. */
static int
add_item(struct hg_nets *out, const struct hg_config *c, const struct hg_config_node *place, char *item,
	const char *from, unsigned depth, struct hg_error *err)
{
	const bool except = item[0] == '!';
	struct hg_net net;

	item += except;
	if (item[0] == '\0' || strcmp(item, "any") == 0)
		return 0;
	if (item[0] == '$' && !except)
		return add_group(out, c, place, item + 1, from, depth, err);
	if (hg_net_parse(item, &net, NULL) < 0)
		return refuse(place, err, "not an address, a prefix or a list of them");
	return hg_nets_add(out, &net, from, except) < 0 ? refuse(place, err, "too many addresses") : 0;
}

static int
add_items(struct hg_nets *out, const struct hg_config *c, const struct hg_config_node *place,
	const char *text, const char *from, unsigned depth, struct hg_error *err)
{
	char item[64];
	int status = 0;

	while (status == 0 && *text != '\0') {
		const size_t len = strcspn(text, "[], \t");

		if (len >= sizeof(item))
			return refuse(place, err, "not an address, a prefix or a list of them");
		memcpy(item, text, len);
		item[len] = '\0';
		status = add_item(out, c, place, item, from, depth, err);
		text += len + (text[len] != '\0');
	}
	return status;
}

int
hg_policy_nets(struct hg_nets *out, const struct hg_config *c, const struct hg_config_node *list,
	const char *from, struct hg_error *err)
{
	int status = 0;

	for (const struct hg_config_node *n = first_of(list); status == 0 && n != NULL;
		n = next_of(list, n)) {
		if (hg_config_text(n) == NULL)
			return refuse(n, err, "not an address, a prefix or a list of them");
		status = add_items(out, c, n, hg_config_text(n), from, 0, err);
	}
	return status;
}

static int
read_seconds(uint32_t *out, const struct hg_config *c, const char *key, struct hg_error *err)
{
	if (hg_policy_seconds(hg_config_str(c, key), out) && *out > 0)
		return 0;
	hg_error_set(
		err, -EINVAL, "%s: not a time such as 600, 10m, 36h or 7d: '%s'", key, hg_config_str(c, key));
	if (hg_config_find(c, key) != NULL)
		hg_config_place(hg_config_find(c, key), err);
	return -EINVAL;
}

int
hg_policy_open(struct hg_policy *p, const struct hg_config *c, const char *const *targets, unsigned n_targets,
	struct hg_error *err)
{
	int status;

	*p = (struct hg_policy){ .factor = (uint32_t)hg_config_int(c, "linkage.escalation.factor"),
		.jitter = (uint32_t)hg_config_int(c, "linkage.jitter") };
	status = read_seconds(&p->ttl_most, c, "linkage.escalation.longest", err);
	if (status == 0)
		status = read_seconds(&p->window, c, "linkage.escalation.window", err);
	if (status == 0)
		status = hg_policy_nets(
			&p->home, c, hg_config_find(c, "vars.address-groups.HOME_NET"), "HOME_NET", err);
	return status < 0 ? status : read_rules(p, c, targets, n_targets, err);
}

void
hg_policy_close(struct hg_policy *p)
{
	free(p->rules);
	hg_nets_close(&p->home);
	*p = (struct hg_policy){ 0 };
}

static bool
has_sid(const struct hg_policy_rule *r, uint32_t sid)
{
	bool hit = r->n_sids == 0;

	for (unsigned i = 0; !hit && i < r->n_sids; i++)
		hit = sid >= r->sids[i].from && sid <= r->sids[i].to;
	return hit;
}

static bool
has_text(const char *const *texts, unsigned n, const char *text)
{
	bool hit = n == 0;

	for (unsigned i = 0; !hit && i < n; i++)
		hit = strcasecmp(texts[i], text) == 0;
	return hit;
}

const struct hg_policy_rule *
hg_policy_match(const struct hg_policy *p, const struct hg_alert *a)
{
	for (unsigned i = 0; i < p->n_rules; i++) {
		const struct hg_policy_rule *r = &p->rules[i];

		if (has_sid(r, a->sid) && (r->gid == 0 || r->gid == a->gid) &&
			a->severity <= r->max_severity &&
			has_text(r->categories, r->n_categories, a->category) &&
			has_text(r->apps, r->n_apps, a->app))
			return r;
	}
	return NULL;
}

static const struct hg_net *
accused_end(const struct hg_policy *p, const struct hg_policy_rule *r, const struct hg_alert *a)
{
	switch (r->blame) {
	case HG_BLAME_SOURCE:
		return &a->src;
	case HG_BLAME_DESTINATION:
		return &a->dest;
	case HG_BLAME_EXTERNAL:
		return hg_nets_hit(&p->home, &a->src) == NULL ? &a->src : &a->dest;
	default:
		/* A rule on the server's answer tells of what the client has done. */
		return a->has_source ? &a->source : a->dir == HG_ALERT_TO_CLIENT ? &a->dest : &a->src;
	}
}

#define NET64 64

struct hg_net
hg_policy_accused(const struct hg_policy *p, const struct hg_policy_rule *r, const struct hg_alert *a)
{
	const struct hg_net *end = accused_end(p, r, a);

	return end->family == 6 ? hg_net_of(&end->addr, 6, NET64) : *end;
}

uint32_t
hg_policy_ttl(const struct hg_policy *p, const struct hg_policy_rule *r, unsigned level)
{
	uint64_t ttl = r->ttl;

	for (unsigned i = 0; r->escalate && i < HG_MIN(level, LEVELS_MOST) && ttl < p->ttl_most; i++)
		ttl *= p->factor;
	return (uint32_t)(level == 0 || !r->escalate ? ttl : HG_MIN(ttl, p->ttl_most));
}
