/* Logins that decoders have seen, on their way to anomaly/. */
#include "app/app_int.h"

/* Only compared with others of this run, so the key need not be secret. */
static uint64_t
hash_of(struct hg_span user, struct hg_span secret)
{
	const uint64_t halves[2] = { hg_hash(&HG_HASH_KEY_REPLAY, user.p, user.len),
		hg_hash(&HG_HASH_KEY_REPLAY, secret.p, secret.len) };

	return hg_hash(&HG_HASH_KEY_REPLAY, halves, sizeof(halves));
}

/* A secret that was not seen is told from others by when it was tried. */
static uint64_t
hash_unseen(const struct hg_app *app, struct hg_span user)
{
	const uint64_t when[3] = { app->flow->id, app->flow->packets[HG_TO_SERVER], app->apps->n_logins };

	return hash_of(user, hg_span(when, sizeof(when)));
}

void
hg_app_login(struct hg_app *app, struct hg_span user, struct hg_span secret, bool ok)
{
	const struct hg_flow *f = app->flow;
	const uint64_t packets = f->packets[HG_TO_SERVER] + f->packets[HG_TO_CLIENT];
	const uint64_t bytes = f->bytes[HG_TO_SERVER] + f->bytes[HG_TO_CLIENT];
	struct hg_apps *a = app->apps;

	if (a == NULL)
		return;
	if (a->n_logins == HG_LOGINS) {
		a->stats.login_cap++;
		return;
	}
	a->logins[a->n_logins++] = (struct hg_login){ .credentials = secret.p == NULL ? hash_unseen(app, user)
										      : hash_of(user, secret),
		.packets = (uint32_t)(packets - app->login_packets),
		.bytes = bytes - app->login_bytes,
		.ok = ok };
	app->login_packets = packets;
	app->login_bytes = bytes;
}

const struct hg_login *
hg_app_logins(struct hg_apps *a, unsigned *n)
{
	*n = a->n_logins;
	a->n_logins = 0;
	return a->logins;
}
