#include "event/event_int.h"

#include <openssl/sha.h>

/* Community ID v1: SHA-1 over seed, addresses, protocol, a pad byte and ports, smaller end first. */
void
hg_event_community_id(struct hg_json *j, const struct hg_packet *p, const struct hg_flow *f, uint16_t seed)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t family = f != NULL ? f->key.family : p->family;
	const size_t size = family == 4 ? 4 : 16;
	const struct hg_addr *a = f != NULL ? hg_flow_client_addr(f) : &p->src;
	const struct hg_addr *b = f != NULL ? hg_flow_server_addr(f) : &p->dst;
	uint16_t ap = f != NULL ? hg_flow_client_port(f) : p->sport,
		 bp = f != NULL ? hg_flow_server_port(f) : p->dport;
	int order = memcmp(a->b, b->b, size);
	uint8_t in[2 + 32 + 2 + 4], digest[SHA_DIGEST_LENGTH + 1] = { 0 };
	char text[2 + 28] = "1:";
	size_t n = 0, at = 2;

	if (order > 0 || (order == 0 && ap > bp)) {
		const struct hg_addr *addr = a;
		uint16_t port = ap;

		a = b;
		b = addr;
		ap = bp;
		bp = port;
	}
	in[n++] = (uint8_t)(seed >> 8);
	in[n++] = (uint8_t)seed;
	memcpy(in + n, a->b, size);
	memcpy(in + n + size, b->b, size);
	n += 2 * size;
	in[n++] = f != NULL ? f->key.proto : p->proto;
	in[n++] = 0;
	in[n++] = (uint8_t)(ap >> 8);
	in[n++] = (uint8_t)ap;
	in[n++] = (uint8_t)(bp >> 8);
	in[n++] = (uint8_t)bp;
	SHA1(in, n, digest);
	for (unsigned i = 0; i < 21; i += 3) {
		uint32_t v = (uint32_t)digest[i] << 16 | (uint32_t)digest[i + 1] << 8 | digest[i + 2];

		for (unsigned k = 0; k < 4; k++)
			text[at++] = alphabet[v >> (18 - 6 * k) & 63];
	}
	text[at - 1] = '='; /* 20 bytes end one short of a quantum */
	hg_json_str(j, "community_id", hg_span(text, at));
}
