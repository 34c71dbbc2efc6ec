/* EVE `login`: one record for an attempt to log in, in any protocol. */
#include "event/event_int.h"

static void
write_login(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules,
	const struct hg_login *login)
{
	const struct hg_event_head head = { .type = "login",
		.time = p->time,
		.flow = p->flow,
		.packet = p,
		.sides = HG_SIDES_CLIENT_FIRST,
		.rules = rules };
	struct hg_json j = hg_event_begin(e, &head);

	hg_event_app_proto(&j, p->flow, NULL);
	hg_json_open_at(&j, "login");
	hg_login_log(login, &j);
	hg_json_close(&j);
	hg_event_audit_login(e, &j, p, login);
	hg_event_end(e, &j, HG_EVE_LOGIN);
}

void
hg_event_logins(struct hg_events *e, struct hg_packet *p, const struct hg_snapshot *rules,
	const struct hg_login *logins, unsigned n)
{
	for (unsigned i = 0; i < n && p->flow != NULL; i++)
		hg_event_note_user(e, p, &logins[i]);
	for (unsigned i = 0; i < n && e->config.login && p->flow != NULL; i++)
		write_login(e, p, rules, &logins[i]);
}
