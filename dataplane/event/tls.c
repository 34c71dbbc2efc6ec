#include "event/tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/thread.h"

/* Both are OpenSSL's own. */
static SSL_CTX *
context_of(struct hg_tls *t)
{
	return (SSL_CTX *)(void *)t;
}

static SSL *
session_of(struct hg_tls_session *s)
{
	return (SSL *)(void *)s;
}

static int
refuse(struct hg_error *err, const char *what, const char *name)
{
	char text[256] = "unknown";
	const unsigned long code = ERR_get_error();

	if (code != 0)
		ERR_error_string_n(code, text, sizeof(text));
	ERR_clear_error();
	return hg_error_set(err, -EPROTO, "%s %s: %s", what, name, text);
}

static int
load_files(SSL_CTX *c, const struct hg_tls_config *config, struct hg_error *err)
{
	if (config->ca == NULL ? SSL_CTX_set_default_verify_paths(c) != 1
			       : SSL_CTX_load_verify_locations(c, config->ca, NULL) != 1)
		return refuse(
			err, "cannot read authorities from", config->ca == NULL ? "the system" : config->ca);
	if (config->cert == NULL)
		return 0;
	if (SSL_CTX_use_certificate_chain_file(c, config->cert) != 1)
		return refuse(err, "cannot read the certificate", config->cert);
	if (SSL_CTX_use_PrivateKey_file(
		    c, config->key == NULL ? config->cert : config->key, SSL_FILETYPE_PEM) != 1)
		return refuse(err, "cannot read the key", config->key == NULL ? config->cert : config->key);
	return 0;
}

int
hg_tls_open(struct hg_tls **ret, const struct hg_tls_config *config, struct hg_error *err)
{
	SSL_CTX *c = SSL_CTX_new(TLS_client_method());
	int r;

	if (c == NULL)
		return refuse(err, "cannot begin", "TLS");
	SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
	/* A line may go out in parts, and from a buffer that has moved. */
	SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_verify(c, config->verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
	r = load_files(c, config, err);
	if (r < 0) {
		SSL_CTX_free(c);
		return r;
	}
	*ret = (struct hg_tls *)(void *)c;
	return 0;
}

void
hg_tls_close(struct hg_tls *t)
{
	SSL_CTX_free(context_of(t));
}

/* Waits for what OpenSSL wants; false: it wants nothing or the time is over. */
static bool
wait_for(SSL *s, int result, uint64_t deadline)
{
	struct pollfd p = { .fd = SSL_get_fd(s) };

	switch (SSL_get_error(s, result)) {
	case SSL_ERROR_WANT_READ:
		p.events = POLLIN;
		break;
	case SSL_ERROR_WANT_WRITE:
		p.events = POLLOUT;
		break;
	default:
		return false;
	}
	return poll(&p, 1, hg_thread_left(deadline)) == 1;
}

static void
expect_name(SSL *s, const char *host)
{
	struct in6_addr address;

	if (inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1) {
		X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(s), host);
		return;
	}
	SSL_set1_host(s, host);
	SSL_set_tlsext_host_name(s, (char *)(uintptr_t)host);
}

static int
shake_hands(SSL *s, const char *host, int ms, struct hg_error *err)
{
	const uint64_t deadline = hg_thread_now() + (uint64_t)ms * 1000000u;
	int r;

	while ((r = SSL_connect(s)) != 1 && wait_for(s, r, deadline))
		continue;
	if (r == 1)
		return 0;
	if (SSL_get_verify_result(s) != X509_V_OK)
		return hg_error_set(err, -EPROTO, "the certificate of %s is not trusted: %s", host,
			X509_verify_cert_error_string(SSL_get_verify_result(s)));
	return refuse(err, "no TLS with", host);
}

int
hg_tls_connect(
	struct hg_tls_session **ret, struct hg_tls *t, int fd, const char *host, int ms, struct hg_error *err)
{
	SSL *s = SSL_new(context_of(t));
	int r;

	if (s == NULL || SSL_set_fd(s, fd) != 1) {
		SSL_free(s);
		return refuse(err, "cannot begin TLS with", host);
	}
	ERR_clear_error();
	expect_name(s, host);
	r = shake_hands(s, host, ms, err);
	if (r < 0) {
		SSL_free(s);
		return r;
	}
	*ret = (struct hg_tls_session *)(void *)s;
	return 0;
}

void
hg_tls_disconnect(struct hg_tls_session *s)
{
	if (s == NULL)
		return;
	ERR_clear_error();
	SSL_shutdown(session_of(s));
	ERR_clear_error();
	SSL_free(session_of(s));
}

ssize_t
hg_tls_send(struct hg_tls_session *s, struct hg_span bytes, int ms, struct hg_error *err)
{
	const uint64_t deadline = hg_thread_now() + (uint64_t)ms * 1000000u;
	const int len = (int)HG_MIN(bytes.len, (size_t)INT_MAX);
	int n, code;

	ERR_clear_error();
	while ((n = SSL_write(session_of(s), bytes.p, len)) <= 0 && wait_for(session_of(s), n, deadline))
		continue;
	if (n > 0)
		return n;
	code = SSL_get_error(session_of(s), n);
	if (code == SSL_ERROR_WANT_READ || code == SSL_ERROR_WANT_WRITE)
		return 0;
	return refuse(err, "cannot send by", "TLS");
}

bool
hg_tls_is_closed(struct hg_tls_session *s)
{
	char dropped[512];
	int n, code;

	ERR_clear_error();
	while ((n = SSL_read(session_of(s), dropped, sizeof(dropped))) > 0)
		continue;
	code = SSL_get_error(session_of(s), n);
	ERR_clear_error();
	return code != SSL_ERROR_WANT_READ && code != SSL_ERROR_WANT_WRITE;
}
