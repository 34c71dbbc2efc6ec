#include "linkage_drive.h"

#include <stdio.h>
#include <stdlib.h>

#include "check.h"

static bool
ready(const struct hg_target *t)
{
	return ((const struct drive_plane *)t->state)->ready;
}

static void
apply(struct hg_target *t, const struct hg_order *orders, unsigned n)
{
	struct drive_plane *p = t->state;

	for (unsigned i = 0; i < n; i++) {
		CU_ASSERT_FATAL(p->n < DRIVE_NOTES);
		hg_net_text(&orders[i].ban->net, p->notes[p->n].net);
		p->notes[p->n].wanted = orders[i].wanted;
		p->notes[p->n++].seconds = orders[i].seconds;
		hg_target_answer(t, &orders[i], p->answer, "as the test says");
	}
}

static void
close_plane(struct hg_target *t)
{
	t->state = NULL;
}

static const struct hg_driver notes = {
	.name = "notes", .bulk = 8, .close = close_plane, .ready = ready, .apply = apply
};

static void
listen(void *ctx, struct hg_span line)
{
	struct drive *v = ctx;

	v->records++;
	snprintf(v->last, sizeof(v->last), "%.*s", (int)line.len, (const char *)line.p);
}

struct drive *
drive_open(const char *section)
{
	static const char *const names[] = { "a", "b" };
	struct drive *v = calloc(1, sizeof(*v));
	const struct hg_config_key *keys;
	struct hg_error err = { 0 };
	char text[4096];
	size_t n;

	CU_ASSERT_FATAL(v != NULL);
	keys = hg_settings_keys(&n);
	CU_ASSERT_FATAL(hg_config_open(&v->config, keys, n) == 0);
	snprintf(text, sizeof(text),
		"vars:\n  address-groups:\n    HOME_NET: \"[10.9.0.0/16,!10.9.9.0/24]\"\nlinkage:\n%s\n",
		section);
	if (hg_config_load_text(v->config, "test.yaml", text, &err) < 0)
		hg_check_str("configuration", err.text, "");
	v->now = 1000000 * HG_SEC;
	v->d.n_targets = HG_COUNT(names);
	for (unsigned i = 0; i < v->d.n_targets; i++) {
		v->planes[i].ready = true;
		v->d.targets[i] = (struct hg_target){
			.index = i, .driver = &notes, .state = &v->planes[i], .decider = &v->d
		};
		snprintf(v->d.targets[i].name, sizeof(v->d.targets[i].name), "%s", names[i]);
	}
	if (hg_settings_decider(&v->d, v->config, &err) < 0)
		hg_check_str("settings", err.text, "");
	CU_ASSERT_FATAL(hg_decider_open(&v->d, (uint32_t)hg_config_int(v->config, "linkage.most"), v->now,
				&err) == 0);
	v->d.listen = listen;
	v->d.listen_ctx = v;
	return v;
}

void
drive_close(struct drive *v)
{
	hg_decider_close(&v->d);
	hg_config_close(v->config);
	free(v);
}

void
drive_pump(struct drive *v)
{
	bool more = true;

	v->d.now = v->now;
	while (more) {
		more = false;
		for (unsigned i = 0; i < v->d.n_targets; i++)
			more |= hg_target_pump(&v->d.targets[i], v->now);
	}
}

void
drive_pass(struct drive *v, unsigned seconds)
{
	v->now += seconds * HG_SEC;
	while (hg_decide_expire(&v->d, v->now))
		;
	drive_pump(v);
}

struct hg_net
drive_net(const char *text)
{
	struct hg_net n = { 0 };

	CU_ASSERT_FATAL(hg_net_parse(text, &n, NULL) == 0);
	return n;
}

struct hg_alert
drive_alert(const char *source, uint32_t sid)
{
	struct hg_alert a = { .gid = 1,
		.sid = sid,
		.severity = 1,
		.two_way = true,
		.dir = HG_ALERT_TO_SERVER,
		.src = drive_net(source),
		.dest = drive_net("10.9.0.2") };

	return a;
}

void
drive_hear(struct drive *v, const char *source, uint32_t sid)
{
	const struct hg_alert a = drive_alert(source, sid);

	hg_decide_alert(&v->d, &a, v->now);
}

bool
drive_blocked(const struct drive *v, const char *text)
{
	const struct hg_net n = drive_net(text);
	const struct hg_ban *ban = hg_bans_find(&v->d.bans, &n);

	return ban != NULL && hg_ban_ends(ban) != 0;
}
