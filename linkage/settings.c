#include "linkage/settings.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

#include "linkage/driver/driver.h"

static const struct hg_config_key keys[] = {
	{ "*", HG_CONFIG_IGNORED, NULL, NULL, NULL, "read by the engine" },
	{ "vars.address-groups", HG_CONFIG_MAP, NULL, NULL, NULL, "HOME_NET, and what lists name with $" },
	{ "vars.*", HG_CONFIG_IGNORED, NULL, NULL, NULL, "read by the engine" },
	{ "run-as.user", HG_CONFIG_STR, NULL, NULL, NULL,
		"as whom it goes on when root has started it; not set: as root" },
	{ "run-as.group", HG_CONFIG_STR, NULL, NULL, NULL, "and with this group; not set: the user's" },

	{ "linkage.mode", HG_CONFIG_ENUM, "auto", "auto|observe", NULL,
		"block, or only write down what would have been blocked" },
	{ "linkage.events", HG_CONFIG_STR, "/run/hangu/events.sock", NULL, NULL,
		"the engine's event socket" },
	{ "linkage.socket", HG_CONFIG_STR, "/run/hangu/linkd.sock", NULL, NULL,
		"where `hangu-linkd ctl` asks" },
	{ "linkage.store", HG_CONFIG_STR, "/var/lib/hangu/linkage.db", NULL, NULL,
		"leases and journal (SQLite)" },
	{ "linkage.log", HG_CONFIG_STR, "/var/log/hangu/block.json", NULL, NULL,
		"records of type block, JSON lines" },
	{ "linkage.resolvers", HG_CONFIG_STR, "/etc/resolv.conf", NULL, NULL,
		"resolvers that are never blocked" },
	{ "linkage.most", HG_CONFIG_INT, "1048576", "16..4194304", "bans",
		"that are kept at most, remembered ones included" },
	{ "linkage.ceiling", HG_CONFIG_INT, "65536", "1..4194304", "bans",
		"automatic ones that live at most" },
	{ "linkage.realtime", HG_CONFIG_BOOL, "yes", NULL, NULL,
		"the thread that decides runs before ordinary ones: on a busy machine it is the time from "
		"alert to block" },
	{ "linkage.allow", HG_CONFIG_LIST, NULL, NULL, NULL,
		"addresses, prefixes, $GROUPs that are never blocked" },
	{ "linkage.protect", HG_CONFIG_LIST, NULL, NULL, NULL,
		"the same, for what the network needs: gateways, servers, managers" },
	{ "linkage.shared", HG_CONFIG_LIST, NULL, NULL, NULL,
		"many people behind one address: no automatic block" },
	{ "linkage.test-addresses", HG_CONFIG_BOOL, "no", NULL, NULL,
		"documentation addresses (RFC 5737, 3849) may be blocked, for trials" },
	{ "linkage.jitter", HG_CONFIG_INT, "10", "0..50", "per cent",
		"by which automatic blocks end earlier or later" },
	{ "linkage.escalation.factor", HG_CONFIG_INT, "6", "1..100", NULL,
		"a source that comes back is out so many times longer" },
	{ "linkage.escalation.longest", HG_CONFIG_STR, "7d", NULL, "time", "where that ends" },
	{ "linkage.escalation.window", HG_CONFIG_STR, "30d", NULL, "time",
		"how long an offence is remembered" },
	{ "linkage.budgets.sid", HG_CONFIG_INT, "600", "0..1000000", "a minute",
		"automatic blocks by one rule; 0: no limit" },
	{ "linkage.budgets.neighbours", HG_CONFIG_INT, "300", "0..1000000", "a minute",
		"automatic blocks in one /16 of IPv4, /32 of IPv6; 0: no limit" },
	{ "linkage.budgets.minute", HG_CONFIG_INT, "1000", "0..1000000", "a minute",
		"automatic blocks altogether; 0: no limit" },
	{ "linkage.budgets.hour", HG_CONFIG_INT, "20000", "0..100000000", "an hour",
		"automatic blocks altogether; 0: no limit" },

	{ "linkage.rules.*.name", HG_CONFIG_STR, NULL, NULL, NULL, "in records; not set: rule-1, rule-2 …" },
	{ "linkage.rules.*.sids", HG_CONFIG_LIST, NULL, NULL, NULL,
		"sids and ranges (2000000-2099999); not set: any" },
	{ "linkage.rules.*.gid", HG_CONFIG_INT, NULL, "0..4294967295", NULL, "not set: any" },
	{ "linkage.rules.*.categories", HG_CONFIG_LIST, NULL, NULL, NULL,
		"as alerts show them; not set: any" },
	{ "linkage.rules.*.max-severity", HG_CONFIG_INT, NULL, "1..255", NULL,
		"1 is the gravest; not set: any" },
	{ "linkage.rules.*.app", HG_CONFIG_LIST, NULL, NULL, NULL, "application protocols; not set: any" },
	{ "linkage.rules.*.action", HG_CONFIG_ENUM, "block", "block|observe|ignore", NULL,
		"of the first rule that fits" },
	{ "linkage.rules.*.ttl", HG_CONFIG_STR, "10m", NULL, "time", "of a first offence" },
	{ "linkage.rules.*.escalate", HG_CONFIG_BOOL, "yes", NULL, NULL, "longer each time" },
	{ "linkage.rules.*.blame", HG_CONFIG_ENUM, "auto", "auto|source|destination|external", NULL,
		"who is blocked; auto: as the rule's target keyword says, else the client; external: who is "
		"not in HOME_NET" },
	{ "linkage.rules.*.targets", HG_CONFIG_LIST, NULL, NULL, NULL, "names of targets; not set: all" },

	{ "linkage.targets.*.name", HG_CONFIG_STR, NULL, NULL, NULL, "in rules and records" },
	{ "linkage.targets.*.driver", HG_CONFIG_ENUM, NULL, "engine|nftables", NULL,
		"what kind of plane it is" },
	{ "linkage.targets.*.socket", HG_CONFIG_STR, "/run/hangu/control.sock", NULL, NULL,
		"engine: its control socket" },
	{ "linkage.targets.*.netns", HG_CONFIG_STR, NULL, NULL, NULL,
		"nftables: a network namespace's file, such as /run/netns/server; not set: our own" },
	{ "linkage.targets.*.refresh", HG_CONFIG_ENUM, "auto", "auto|replace", NULL,
		"nftables: how elements are renewed; auto: as the kernel does best; replace: out and in "
		"again, as before Linux 6.12" },
};

const struct hg_config_key *
hg_settings_keys(size_t *n)
{
	*n = HG_COUNT(keys);
	return keys;
}

int
hg_settings_load(struct hg_config **ret, const char *path, struct hg_error *err)
{
	int status = hg_config_open(ret, keys, HG_COUNT(keys));

	if (status < 0)
		return hg_error_set(err, status, "no memory for the configuration");
	return hg_config_load(*ret, path, err);
}

static int
refuse(const struct hg_config_node *n, struct hg_error *err, const char *what)
{
	hg_error_set(err, -EINVAL, "linkage.targets: %s", what);
	hg_config_place(n, err);
	return -EINVAL;
}

static const char *
text_of(const struct hg_config_node *item, const char *name)
{
	const struct hg_config_node *n = hg_config_child(item, name);

	return n == NULL ? NULL : hg_config_text(n);
}

int
hg_settings_targets(const struct hg_config *c, struct hg_settings_target out[HG_TARGETS], unsigned *n,
	struct hg_error *err)
{
	const struct hg_config_node *item = hg_config_first(hg_config_find(c, "linkage.targets"));

	*n = 0;
	for (; item != NULL; item = hg_config_next(item)) {
		const char *name = text_of(item, "name"), *driver = text_of(item, "driver");
		struct hg_settings_target *t = &out[*n];

		if (*n == HG_TARGETS)
			return refuse(item, err, "too many targets");
		if (driver == NULL)
			return refuse(item, err, "a target needs a driver");
		name = name == NULL ? driver : name;
		if (name[0] == '\0' || strlen(name) >= sizeof(t->name) || strchr(name, ' ') != NULL)
			return refuse(item, err, "a target's name has at most 31 characters and no blank");
		for (unsigned i = 0; i < *n; i++)
			if (strcmp(out[i].name, name) == 0)
				return refuse(item, err, "two targets of one name");
		snprintf(t->name, sizeof(t->name), "%s", name);
		t->driver = hg_driver_find(driver);
		t->options = item;
		++*n;
	}
	return *n > 0
		? 0
		: hg_error_set(err, -EINVAL, "linkage.targets: nowhere to block; name at least one target");
}

static int
open_budgets(struct hg_admit *a, const struct hg_config *c, struct hg_error *err)
{
	const struct {
		struct hg_budget *budget;
		const char *key;
		uint32_t places;
	} rows[] = { { &a->sids, "linkage.budgets.sid", HG_BUDGET_PLACES },
		{ &a->neighbours, "linkage.budgets.neighbours", HG_BUDGET_PLACES },
		{ &a->minute, "linkage.budgets.minute", 1 }, { &a->hour, "linkage.budgets.hour", 1 } };
	struct hg_hash_key key;

	if (getrandom(&key, sizeof(key), 0) != sizeof(key))
		return hg_error_errno(err, "no random numbers");
	for (size_t i = 0; i < HG_COUNT(rows); i++)
		if (hg_budget_open(rows[i].budget, (uint32_t)hg_config_int(c, rows[i].key), rows[i].places,
			    &key) < 0)
			return hg_error_set(err, -ENOMEM, "no memory for budgets");
	return 0;
}

int
hg_settings_decider(struct hg_decider *d, const struct hg_config *c, struct hg_error *err)
{
	struct hg_guard *g = &d->admit.guard;
	const struct {
		struct hg_nets *list;
		const char *key;
	} lists[] = { { &g->allowed, "linkage.allow" }, { &g->protected, "linkage.protect" },
		{ &g->shared, "linkage.shared" } };
	const char *names[HG_TARGETS];
	int status = 0;

	for (unsigned i = 0; i < d->n_targets; i++)
		names[i] = d->targets[i].name;
	for (size_t i = 0; status == 0 && i < HG_COUNT(lists); i++)
		status = hg_policy_nets(lists[i].list, c, hg_config_find(c, lists[i].key), lists[i].key, err);
	if (status == 0)
		status = hg_policy_open(&d->policy, c, names, d->n_targets, err);
	if (status == 0)
		status = open_budgets(&d->admit, c, err);
	d->observe = strcmp(hg_config_str(c, "linkage.mode"), "observe") == 0;
	d->admit.policy = &d->policy;
	d->admit.ceiling = (uint32_t)hg_config_int(c, "linkage.ceiling");
	d->admit.testing = hg_config_bool(c, "linkage.test-addresses");
	return status;
}
