/* policy: which alert asks for what, against whom. Read once from the section `linkage`, constant afterwards. */
#ifndef HG_LINKAGE_POLICY_H
#define HG_LINKAGE_POLICY_H

#include "base/config.h"
#include "linkage/policy/alert.h"

enum hg_action { HG_ACTION_BLOCK, HG_ACTION_OBSERVE, HG_ACTION_IGNORE };

/* Who is shut out. */
enum hg_blame {
	HG_BLAME_AUTO, /* as the rule's target keyword says, else the side that began the flow */
	HG_BLAME_SOURCE,
	HG_BLAME_DESTINATION,
	HG_BLAME_EXTERNAL, /* the end outside of HOME_NET */
};

#define HG_RULE_CHOICES 64 /* of one kind in a rule */

struct hg_policy_rule {
	char name[48];
	struct {
		uint32_t from, to;
	} sids[HG_RULE_CHOICES];
	unsigned n_sids; /* 0: any; so with the others */
	uint32_t gid;
	uint32_t max_severity;
	const char *categories[HG_RULE_CHOICES];
	unsigned n_categories;
	const char *apps[HG_RULE_CHOICES];
	unsigned n_apps;
	enum hg_action action;
	enum hg_blame blame;
	bool escalate;
	uint32_t ttl;     /* seconds */
	uint32_t targets; /* a bit each */
};

struct hg_policy {
	struct hg_policy_rule *rules;
	unsigned n_rules;
	struct hg_nets home;
	uint32_t ttl_most; /* seconds: where escalation ends */
	uint32_t factor;
	uint32_t window; /* seconds: how long an offence is remembered */
	uint32_t jitter; /* per cent */
};

/* Names of targets in the order of their bits. The configuration lives as long as the policy. */
int hg_policy_open(struct hg_policy *p, const struct hg_config *c, const char *const *targets,
	unsigned n_targets, struct hg_error *err);
void hg_policy_close(struct hg_policy *p);

/* The first rule that fits; NULL: none. */
const struct hg_policy_rule *hg_policy_match(const struct hg_policy *p, const struct hg_alert *a);

/* Whom the alert accuses, by the rule's word on it; IPv6 as its /64. */
struct hg_net
hg_policy_accused(const struct hg_policy *p, const struct hg_policy_rule *r, const struct hg_alert *a);

/* Seconds of the n-th offence (0: the first). */
uint32_t hg_policy_ttl(const struct hg_policy *p, const struct hg_policy_rule *r, unsigned level);

/* "600", "10m", "36h", "7d", "2w"; false: none of these. */
bool hg_policy_seconds(const char *text, uint32_t *out);

/* Address groups as rules write them: "[10.0.0.0/8,!10.1.0.0/16,$DMZ]". `any` gives no entry. */
int hg_policy_nets(struct hg_nets *out, const struct hg_config *c, const struct hg_config_node *n,
	const char *from, struct hg_error *err);

#endif
