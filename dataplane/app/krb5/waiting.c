/* Requests until they are answered, and the logins that they are: who asks for a first ticket says who it is, and the answer tells
 * whether the KDC believes it. */
#include "app/krb5/krb5_int.h"

static size_t
size_of(size_t user, size_t realm, size_t service)
{
	return sizeof(struct hg_krb5_waiting) + user + realm + service;
}

static struct hg_span
member(struct hg_span text)
{
	return hg_span_sub(text, 0, HG_KRB5_MEMBER);
}

static struct hg_span
user_of(const struct hg_krb5_waiting *w)
{
	return hg_span(w->text, w->user_len);
}

static struct hg_span
realm_of(const struct hg_krb5_waiting *w)
{
	return hg_span(w->text + w->user_len, w->realm_len);
}

static struct hg_span
service_of(const struct hg_krb5_waiting *w)
{
	return hg_span(w->text + w->user_len + w->realm_len, w->service_len);
}

static uint8_t *
put(uint8_t *to, struct hg_span text)
{
	if (text.len > 0)
		memcpy(to, text.p, text.len);
	return to + text.len;
}

bool
hg_krb5_is_again(const struct hg_krb5 *s, const struct hg_krb5_message *m)
{
	for (const struct hg_krb5_waiting *w = s->waiting; w != NULL; w = w->next)
		if (w->type == m->type && w->nonce == m->nonce)
			return true;
	return false;
}

static void
append(struct hg_krb5 *s, struct hg_krb5_waiting *w)
{
	struct hg_krb5_waiting **link = &s->waiting;

	while (*link != NULL)
		link = &(*link)->next;
	*link = w;
	s->n_waiting++;
}

static struct hg_krb5_waiting *
make(struct hg_app *app, const struct hg_krb5_tx *tx)
{
	const struct hg_span user = member(tx->asked.cname.text), realm = member(tx->asked.realm),
			     service = member(tx->asked.sname.text);
	struct hg_krb5_waiting *w = hg_mem_take0(app->mem, size_of(user.len, realm.len, service.len));

	if (w == NULL)
		return NULL;
	w->tx = tx->base.id;
	w->nonce = tx->nonce;
	w->type = tx->request;
	w->user_len = (uint16_t)user.len;
	w->realm_len = (uint16_t)realm.len;
	w->service_len = (uint16_t)service.len;
	put(put(put(w->text, user), realm), service);
	w->mechanism = "kerberos";
	for (unsigned i = 0; i < tx->padata.n; i++)
		w->preauth |= hg_krb5_proves(tx->padata.values[i], &w->mechanism);
	return w;
}

bool
hg_krb5_wait(struct hg_app *app, const struct hg_krb5_tx *tx, uint64_t *lost)
{
	struct hg_krb5 *s = app->state;
	struct hg_krb5_waiting *oldest = s->n_waiting == HG_KRB5_WAITING ? s->waiting : NULL;
	struct hg_krb5_waiting *w = make(app, tx);

	if (oldest != NULL) {
		*lost = oldest->tx;
		s->waiting = oldest->next;
		s->n_waiting--;
		hg_krb5_forget(app, oldest);
	}
	if (w != NULL)
		append(s, w);
	return oldest == NULL;
}

static bool
fits(uint8_t request, uint8_t answer)
{
	return answer == HG_KRB5_ERROR || answer == request + 1;
}

struct hg_krb5_waiting *
hg_krb5_answered(struct hg_krb5 *s, uint8_t answer)
{
	for (struct hg_krb5_waiting **link = &s->waiting; *link != NULL; link = &(*link)->next) {
		struct hg_krb5_waiting *w = *link;

		if (!fits(w->type, answer))
			continue;
		*link = w->next;
		s->n_waiting--;
		return w;
	}
	return NULL;
}

void
hg_krb5_forget(struct hg_app *app, struct hg_krb5_waiting *w)
{
	if (w != NULL)
		hg_mem_give(app->mem, w, size_of(w->user_len, w->realm_len, w->service_len));
}

/* ---- logins ---- */

/* The KDC says how to go on, not what came of it. */
static bool
goes_on(int32_t code)
{
	return code == HG_KRB5_PREAUTH_REQUIRED || code == HG_KRB5_TOO_BIG || code == HG_KRB5_WRONG_REALM ||
		code == HG_KRB5_PREAUTH_EXPIRED || code == HG_KRB5_MORE_PREAUTH;
}

static const char *
account_of(struct hg_span user)
{
	return hg_span_eq(user, HG_BYTES("WELLKNOWN/ANONYMOUS")) ? "anonymous" : NULL;
}

/* A ticket that was given without a proof proves nobody: what it holds can be read by who knows the secret only. */
void
hg_krb5_login(struct hg_app *app, const struct hg_krb5_waiting *w, const struct hg_krb5_tx *answer)
{
	const bool failed = answer->answer == HG_KRB5_ERROR;
	char text[HG_KRB5_TEXT];
	struct hg_login_seen seen = { 0 };

	if (w == NULL || w->type != HG_KRB5_AS_REQ || (failed && goes_on(answer->code)))
		return;
	seen.user = answer->told.cname.known ? member(answer->told.cname.text) : user_of(w);
	seen.domain = answer->told.has_realm ? member(answer->told.realm) : realm_of(w);
	seen.service = service_of(w);
	seen.mechanism = w->mechanism;
	seen.account = account_of(seen.user);
	seen.result = failed ? HG_LOGIN_FAILURE : w->preauth ? HG_LOGIN_SUCCESS : HG_LOGIN_UNKNOWN;
	if (failed)
		seen.code = hg_span_str(hg_krb5_code_name(app, answer->code, text));
	else if (!w->preauth)
		seen.evidence = "ticket without a proof";
	hg_app_login(app, &seen);
}

void
hg_krb5_unanswered(struct hg_app *app)
{
	struct hg_krb5 *s = app->state;

	while (s->waiting != NULL) {
		struct hg_krb5_waiting *w = s->waiting;

		s->waiting = w->next;
		s->n_waiting--;
		if (w->type == HG_KRB5_AS_REQ && w->preauth)
			hg_app_login(app,
				&(struct hg_login_seen){ .user = user_of(w),
					.domain = realm_of(w),
					.service = service_of(w),
					.mechanism = w->mechanism,
					.account = account_of(user_of(w)),
					.result = HG_LOGIN_UNKNOWN,
					.evidence = "no answer" });
		hg_krb5_forget(app, w);
	}
}
