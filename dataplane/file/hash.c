/* Digests of files: a pool of OpenSSL contexts made at start. */

#include "base/start.h"
#include "file/file_int.h"

const struct hg_hash_row hg_hash_rows[HG_HASH_KINDS] = {
	{ HG_HASH_MD5, "MD5", "md5", 16 },
	{ HG_HASH_SHA1, "SHA1", "sha1", 20 },
	{ HG_HASH_SHA256, "SHA256", "sha256", 32 },
	{ HG_HASH_SM3, "SM3", "sm3", 32 },
};

static bool
open_contexts(struct hg_hash_pool *p, struct hg_hashes *h)
{
	for (unsigned i = 0; i < HG_HASH_KINDS; i++) {
		if (p->md[i] == NULL)
			continue;
		h->ctx[i] = EVP_MD_CTX_new();
		if (h->ctx[i] == NULL || EVP_DigestInit_ex(h->ctx[i], p->md[i], NULL) != 1)
			return false;
	}
	return true;
}

int
hg_hashes_open(struct hg_hash_pool *p, unsigned kinds, uint32_t n, struct hg_error *err)
{
	memset(p, 0, sizeof(*p));
	p->kinds = kinds;
	for (unsigned i = 0; i < HG_HASH_KINDS; i++) {
		if ((kinds & hg_hash_rows[i].kind) == 0)
			continue;
		p->md[i] = EVP_MD_fetch(NULL, hg_hash_rows[i].openssl, NULL);
		if (p->md[i] == NULL) {
			hg_hashes_close(p);
			return hg_error_set(err, -ENOTSUP, "the cryptographic library has no %s",
				hg_hash_rows[i].openssl);
		}
	}
	p->all = n == 0 ? NULL : hg_start_take(n * sizeof(*p->all));
	p->n = p->all == NULL ? 0 : n;
	for (uint32_t i = 0; i < p->n; i++) {
		if (!open_contexts(p, &p->all[i])) {
			hg_hashes_close(p);
			return hg_error_set(err, -ENOMEM, "no memory for %u hash contexts", n);
		}
	}
	if (n != 0 && p->all == NULL) {
		hg_hashes_close(p);
		return hg_error_set(err, -ENOMEM, "no memory for %u hash contexts", n);
	}
	hg_hashes_reset(p);
	return 0;
}

void
hg_hashes_close(struct hg_hash_pool *p)
{
	for (uint32_t i = 0; i < p->n; i++)
		for (unsigned k = 0; k < HG_HASH_KINDS; k++)
			EVP_MD_CTX_free(p->all[i].ctx[k]);
	for (unsigned k = 0; k < HG_HASH_KINDS; k++)
		EVP_MD_free(p->md[k]);
	hg_start_give(p->all);
	memset(p, 0, sizeof(*p));
}

void
hg_hashes_reset(struct hg_hash_pool *p)
{
	p->free = NULL;
	for (uint32_t i = p->n; i-- > 0;) {
		p->all[i].taken = false;
		p->all[i].next = p->free;
		p->free = &p->all[i];
	}
}

struct hg_hashes *
hg_hashes_take(struct hg_hash_pool *p)
{
	struct hg_hashes *h = p->free;

	if (h == NULL)
		return NULL;
	p->free = h->next;
	h->taken = true;
	for (unsigned i = 0; i < HG_HASH_KINDS; i++)
		if (p->md[i] != NULL)
			EVP_DigestInit_ex(h->ctx[i], NULL, NULL);
	return h;
}

void
hg_hashes_give(struct hg_hash_pool *p, struct hg_hashes **h)
{
	if (*h == NULL)
		return;
	if ((*h)->taken) {
		(*h)->taken = false;
		(*h)->next = p->free;
		p->free = *h;
	}
	*h = NULL;
}

void
hg_hashes_update(struct hg_hash_pool *p, struct hg_hashes *h, struct hg_span bytes)
{
	for (unsigned i = 0; i < HG_HASH_KINDS; i++)
		if (p->md[i] != NULL)
			EVP_DigestUpdate(h->ctx[i], bytes.p, bytes.len);
}

uint8_t
hg_hashes_final(struct hg_hash_pool *p, struct hg_hashes *h, uint8_t digest[HG_HASH_KINDS][32])
{
	unsigned valid = 0;

	for (unsigned i = 0; i < HG_HASH_KINDS; i++)
		if (p->md[i] != NULL && EVP_DigestFinal_ex(h->ctx[i], digest[i], NULL) == 1)
			valid |= hg_hash_rows[i].kind;
	return (uint8_t)valid;
}
