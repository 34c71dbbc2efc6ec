/* Logins that decoders have seen, on their way to anomaly/ and event/. */
#include "app/app_int.h"
#include "base/text.h"

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

static uint64_t
hash_tried(const struct hg_app *app, const struct hg_login_seen *seen)
{
	if (seen->credentials.p != NULL)
		return hash_of(seen->user, seen->credentials);
	return seen->secret.p == NULL ? hash_unseen(app, seen->user) : hash_of(seen->user, seen->secret);
}

static struct hg_span
keep(struct hg_apps *a, struct hg_span text, bool *cut)
{
	const size_t room = sizeof(a->login_text) - a->login_text_len;
	const size_t n = HG_MIN(HG_MIN(text.len, HG_LOGIN_MEMBER), room);
	uint8_t *to = a->login_text + a->login_text_len;

	if (text.p == NULL)
		return HG_SPAN_NONE;
	*cut |= n < text.len;
	memcpy(to, text.p, n);
	a->login_text_len += (uint32_t)n;
	return hg_span(to, n);
}

void
hg_app_login(struct hg_app *app, const struct hg_login_seen *seen)
{
	const struct hg_flow *f = app->flow;
	const uint64_t packets = f->packets[HG_TO_SERVER] + f->packets[HG_TO_CLIENT];
	const uint64_t bytes = f->bytes[HG_TO_SERVER] + f->bytes[HG_TO_CLIENT];
	struct hg_apps *a = app->apps;
	struct hg_login *l;

	if (a == NULL)
		return;
	app->login_attempts++;
	hg_app_learn_user(app, seen);
	if (a->n_logins == HG_LOGINS) {
		a->stats.login_cap++;
		return;
	}
	if (a->n_logins == 0)
		a->login_text_len = 0;
	l = &a->logins[a->n_logins];
	*l = (struct hg_login){ .credentials = hash_tried(app, seen),
		.packets = (uint32_t)(packets - app->login_packets),
		.bytes = bytes - app->login_bytes,
		.attempt = app->login_attempts,
		.result = seen->result,
		.confidence = seen->confidence,
		.encrypted = seen->encrypted,
		.proto = app->decoder == NULL ? HG_PROTO_UNKNOWN : app->decoder->proto,
		.secret = hg_secret_of(&a->secrets, seen->user, seen->secret),
		.mechanism = seen->mechanism,
		.evidence = seen->evidence,
		.account = seen->account };
	l->user = keep(a, seen->user, &l->cut);
	l->domain = keep(a, seen->domain, &l->cut);
	l->code = keep(a, seen->code, &l->cut);
	l->client = keep(a, seen->client, &l->cut);
	l->workstation = keep(a, seen->workstation, &l->cut);
	l->service = keep(a, seen->service, &l->cut);
	l->email = keep(a, seen->email, &l->cut);
	a->n_logins++;
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

const struct hg_secrets *
hg_app_secrets(const struct hg_app *app)
{
	return &app->apps->secrets;
}

bool
hg_app_masks(const struct hg_app *app)
{
	return app->apps->secrets.masked;
}

struct hg_span
hg_app_url(const struct hg_app *app, struct hg_span url, uint8_t to[HG_MASK_URL])
{
	return hg_app_masks(app) ? hg_mask_url(&app->apps->secrets.names, url, to) : url;
}

static void
put_text(struct hg_json *j, const char *name, struct hg_span text)
{
	if (text.p != NULL)
		hg_json_text(j, name, text);
}

void
hg_login_log(const struct hg_login *l, struct hg_json *j)
{
	static const char *const results[] = { "unknown", "success", "failure" };
	static const char *const confidences[] = { "certain", "likely", "guessed" };
	const struct hg_decoder *d = hg_app_decoder_of(l->proto);

	if (d != NULL)
		hg_json_cstr(j, "proto", d->name);
	put_text(j, "user", l->user);
	put_text(j, "domain", l->domain);
	if (l->mechanism != NULL)
		hg_json_cstr(j, "mechanism", l->mechanism);
	hg_json_cstr(j, "result", results[l->result]);
	put_text(j, "server_code", l->code);
	hg_json_u64(j, "attempt_no", l->attempt);
	hg_json_bool(j, "encrypted", l->encrypted);
	hg_secret_log(&l->secret, j);
	if (l->result != HG_LOGIN_UNKNOWN)
		hg_json_cstr(j, "confidence", confidences[l->confidence]);
	if (l->evidence != NULL)
		hg_json_cstr(j, "evidence", l->evidence);
	put_text(j, "client_software", l->client);
	put_text(j, "workstation", l->workstation);
	put_text(j, "service", l->service);
	if (l->account != NULL)
		hg_json_cstr(j, "account", l->account);
	put_text(j, "email", l->email);
	if (l->cut)
		hg_json_bool(j, "cut", true);
}

void
hg_login_log_counts(const uint32_t counts[3], struct hg_json *j)
{
	hg_json_open_at(j, "logins");
	hg_json_u64(j, "success", counts[HG_LOGIN_SUCCESS]);
	hg_json_u64(j, "failure", counts[HG_LOGIN_FAILURE]);
	hg_json_u64(j, "unknown", counts[HG_LOGIN_UNKNOWN]);
	hg_json_close(j);
}
