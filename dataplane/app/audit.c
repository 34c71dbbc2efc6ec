/* Users that flows have learnt, and the words of the envelope. */
#include "app/audit.h"

#include <stdio.h>

#include "app/app_int.h"

struct hg_span
hg_audit_number(struct hg_audit *a, uint64_t n)
{
	const int len = snprintf(a->text, sizeof(a->text), "%llu", (unsigned long long)n);

	return hg_span(a->text, (size_t)len);
}

void
hg_audit_cut(struct hg_audit *a, const char *field, uint64_t len)
{
	a->incomplete = true;
	if (a->n_cuts < HG_AUDIT_CUTS)
		a->cuts[a->n_cuts++] = (struct hg_audit_cut){ field, len };
}

const char *
hg_audit_class_name(uint8_t class_)
{
	static const char *const names[HG_AUDIT_CLASSES] = { NULL, "login", "logout", "command", "file",
		"mail", "query", "web", "name", "session", "admin" };

	return names[class_];
}

const char *
hg_audit_user_name(uint8_t user_src)
{
	static const char *const names[] = { "none", "protocol", "cert", "form", "xff" };

	return names[user_src];
}

const char *
hg_audit_result_name(uint8_t result)
{
	static const char *const names[] = { "unknown", "success", "failure" };

	return names[result];
}

/* Somebody whose login is known to have succeeded gives way only to another such. */
static bool
is_news(const struct hg_app *app, const struct hg_login_seen *seen)
{
	const struct hg_app_user *now = app->users;
	const bool certain = seen->result == HG_LOGIN_SUCCESS;

	if (seen->user.len == 0 || seen->result == HG_LOGIN_FAILURE)
		return false;
	return now == NULL || (certain && !now->certain) ||
		(certain == now->certain && !hg_span_eq(seen->user, hg_span(now->name, now->len)));
}

void
hg_app_learn_user(struct hg_app *app, const struct hg_login_seen *seen)
{
	const size_t len = HG_MIN(seen->user.len, (size_t)HG_LOGIN_MEMBER);
	struct hg_app_user *u;

	if (!is_news(app, seen))
		return;
	u = app->n_users == HG_APP_USERS ? NULL : hg_mem_take(app->mem, sizeof(*u) + len);
	if (u == NULL) {
		app->apps->stats.user_cap++;
		return;
	}
	*u = (struct hg_app_user){ .next = app->users,
		.since = app->packet == NULL ? 0 : app->packet->time,
		.len = (uint16_t)len,
		.proto = app->decoder == NULL ? HG_PROTO_UNKNOWN : app->decoder->proto,
		.src = seen->mechanism != NULL && strcmp(seen->mechanism, "form") == 0
			? HG_AUDIT_USER_FORM
			: HG_AUDIT_USER_PROTOCOL,
		.certain = seen->result == HG_LOGIN_SUCCESS,
		.confidence = seen->confidence };
	memcpy(u->name, seen->user.p, len);
	app->users = u;
	app->n_users++;
}

void
hg_app_forget_users(struct hg_app *app)
{
	while (app->users != NULL) {
		struct hg_app_user *u = app->users;

		app->users = u->next;
		hg_mem_give(app->mem, u, sizeof(*u) + u->len);
	}
}

const struct hg_app_user *
hg_tx_user(const struct hg_tx *tx)
{
	return tx->user_known ? tx->user : tx->app->users;
}
