/* Which answers tell whether a login was good, and which credentials count as the same. */
#include <stdio.h>

#include "app_drive.h"
#include "check.h"

#define ASK(authorization) HG_BYTES("GET / HTTP/1.1\r\nHost: a\r\nAuthorization: " authorization "\r\n\r\n")
#define NO "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n"
#define YES HG_BYTES("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
#define DIGEST "Digest username=\"u\", realm=\"r\", response=\"0123\""

static const struct {
	const char *title;
	struct hg_span request, response;
	const char *want; /* "" none, "no", "yes" */
} rows[] = {
	{ "Basic refused", ASK("Basic YTpi"), HG_BYTES(NO "\r\n"), "no" },
	{ "Basic accepted", ASK("basic YTpi"), YES, "yes" },
	{ "nothing was tried", HG_BYTES("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), HG_BYTES(NO "\r\n"), "" },
	{ "a token has run out", ASK("Bearer abc"), HG_BYTES(NO "\r\n"), "" },
	{ "not allowed, but known", ASK("Basic YTpi"),
		HG_BYTES("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"), "" },
	{ "the server is broken", ASK("Basic YTpi"), HG_BYTES("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"),
		"" },
	{ "Digest refused", ASK(DIGEST),
		HG_BYTES(NO "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n\r\n"), "no" },
	{ "the nonce was too old", ASK(DIGEST),
		HG_BYTES(NO "WWW-Authenticate: Digest realm=\"r\", stale=true, nonce=\"n\"\r\n\r\n"), "" },
	{ "the nonce was too old, said first", ASK(DIGEST),
		HG_BYTES(NO "www-authenticate: Digest stale=TRUE\r\n\r\n"), "" },
	{ "NTLM begins", ASK("NTLM TlRMTVNTUAABAAAA"), HG_BYTES(NO "\r\n"), "" },
	{ "NTLM refused", ASK("NTLM TlRMTVNTUAADAAAA"), HG_BYTES(NO "\r\n"), "no" },
	{ "Negotiate with NTLM accepted", ASK("Negotiate TlRMTVNTUAADAAAA"), YES, "yes" },
	{ "Kerberos", ASK("Negotiate YIIabc"), HG_BYTES(NO "\r\n"), "" },
};

static struct drive *
drive(void)
{
	return drive_open(&(struct drive_setup){ .port = 80 });
}

static void
answers_tell_what_became_of_a_login(void)
{
	for (size_t i = 0; i < HG_COUNT(rows); i++) {
		struct drive *d = drive();
		const struct hg_login *logins;
		unsigned n;

		drive_feed(d, HG_TO_SERVER, rows[i].request);
		drive_feed(d, HG_TO_CLIENT, rows[i].response);
		logins = hg_app_logins(drive_apps(d), &n);
		hg_check_str(rows[i].title,
			n == 0                                         ? ""
				: logins[0].result == HG_LOGIN_SUCCESS ? "yes"
								       : "no",
			rows[i].want);
		hg_check_bool(rows[i].title, n <= 1, true);
		hg_app_logins(drive_apps(d), &n);
		hg_check_u64("told once", n, 0);
		drive_close(d);
	}
}

/* Those of the login that this request makes. */
static uint64_t
credentials(struct drive *d, struct hg_span request)
{
	const struct hg_login *logins;
	unsigned n;

	drive_feed(d, HG_TO_SERVER, request);
	drive_feed(d, HG_TO_CLIENT, HG_BYTES(NO "\r\n"));
	logins = hg_app_logins(drive_apps(d), &n);
	CU_ASSERT_FATAL(n == 1);
	return logins[0].credentials;
}

static void
the_same_credentials_are_known_again(void)
{
	struct drive *d = drive();
	const uint64_t first = credentials(d, ASK("Basic YTpi"));

	hg_check_bool("again", credentials(d, ASK("Basic YTpi")) == first, true);
	hg_check_bool("others", credentials(d, ASK("Basic YTpj")) == first, false);
	drive_close(d);
}

static void
more_logins_than_are_kept_are_counted(void)
{
	struct drive *d = drive();
	unsigned n;

	for (unsigned i = 0; i < HG_LOGINS + 10; i++) {
		drive_feed(d, HG_TO_SERVER, ASK("Basic YTpi"));
		drive_feed(d, HG_TO_CLIENT, YES);
	}
	hg_check_u64("over the cap", hg_apps_stats(drive_apps(d))->login_cap, 10);
	hg_app_logins(drive_apps(d), &n);
	hg_check_u64("kept", n, HG_LOGINS);
	drive_close(d);
}

HG_TESTS("http_login", HG_TEST(answers_tell_what_became_of_a_login),
	HG_TEST(the_same_credentials_are_known_again), HG_TEST(more_logins_than_are_kept_are_counted))
