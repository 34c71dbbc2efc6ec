/* Probes of protocols without a decoder. Each asks no more than the peer does, because what it takes for a protocol shows
 * in records and rules; lengths and fields after the protocol's own specification. */
#include "app/known.h"

#include "base/reader.h"

#define UNUSED(x) (void)(x)

static enum hg_probe
yes_if(bool fits)
{
	return fits ? HG_PROBE_YES : HG_PROBE_NO;
}

/* MQTT 5.0 2.1: a packet type, a quality of service below 3, a length of one to four bytes. */
enum hg_probe
hg_probe_mqtt(enum hg_dir dir, struct hg_span in, bool udp)
{
	UNUSED(dir);
	UNUSED(udp);
	for (unsigned i = 1; i < 5; i++) {
		if (in.len <= i)
			return HG_PROBE_MORE;
		if ((in.p[i] & 0x80) == 0)
			return yes_if(in.p[0] >> 4 != 0 && (in.p[0] >> 1 & 3) < 3);
	}
	return HG_PROBE_NO;
}

/* The length of a DER element; leaves the reader at its value. */
static void
skip_der_length(struct hg_reader *r)
{
	uint8_t first = hg_read_u8(r);

	if ((first & 0x80) != 0)
		hg_read_skip(r, first & 0x7f);
}

/* RFC 4120 5.4: an application tag, a sequence, [1] pvno or msg-type 5; over TCP behind its length (7.2.2). */
enum hg_probe
hg_probe_krb5(enum hg_dir dir, struct hg_span in, bool udp)
{
	struct hg_reader r = hg_reader_of(in);
	const uint32_t mark = udp ? 0 : hg_read_u32be(&r);
	const uint8_t tag = hg_read_u8(&r);
	uint32_t version;

	UNUSED(dir);
	if (!hg_reader_failed(&r) && (mark > 16384 || (tag & 0xc0) != 0x40 || (tag & 0x1f) > 30))
		return HG_PROBE_NO;
	skip_der_length(&r);
	if (hg_read_u8(&r) != 0x30 && !hg_reader_failed(&r))
		return HG_PROBE_NO;
	skip_der_length(&r);
	hg_read_skip(&r, 2);
	version = hg_read_u24be(&r);
	if (hg_reader_failed(&r))
		return udp ? HG_PROBE_NO : HG_PROBE_MORE;
	return yes_if(version == 0x020105 && in.len > 10);
}

/* RFC 1006 6: a TPKT, version 3. */
enum hg_probe
hg_probe_rdp(enum hg_dir dir, struct hg_span in, bool udp)
{
	UNUSED(dir);
	UNUSED(udp);
	return in.len > 0 && in.p[0] == 3 ? HG_PROBE_YES : HG_PROBE_MORE;
}

/* RFC 5531 9: a call of program 100003, or an accepted reply; over TCP behind a record mark (11). */
static enum hg_probe
probe_nfs_call(struct hg_reader *r, uint32_t mark, bool udp, size_t len)
{
	uint32_t type = hg_read_u32be(r), rpc = hg_read_u32be(r), program = hg_read_u32be(r),
		 version = hg_read_u32be(r), procedure = hg_read_u32be(r), flavor = hg_read_u32be(r);

	if (udp)
		return yes_if(len >= 48 && type == 0 && program == 100003 && (version == 2 || version == 3));
	if (hg_reader_failed(r))
		return HG_PROBE_MORE;
	return yes_if((mark & 0x7fffffff) >= 40 && type == 0 && rpc == 2 && program == 100003 &&
		(version == 3 || version == 4) && procedure <= 21 && flavor <= 6);
}

enum hg_probe
hg_probe_nfs(enum hg_dir dir, struct hg_span in, bool udp)
{
	struct hg_reader r = hg_reader_of(in);
	uint32_t mark = udp ? 0 : hg_read_u32be(&r), id = hg_read_u32be(&r), type, denied, length, status;

	if (dir == HG_TO_SERVER)
		return probe_nfs_call(&r, mark, udp, in.len);
	mark &= 0x7fffffff;
	type = hg_read_u32be(&r);
	if (hg_reader_failed(&r))
		return udp ? HG_PROBE_NO : HG_PROBE_MORE;
	denied = hg_read_u32be(&r);
	hg_read_skip(&r, 4);
	length = hg_read_u32be(&r);
	hg_read_skip(&r, length);
	status = hg_read_u32be(&r);
	if (hg_reader_failed(&r))
		return yes_if(!udp && mark >= 24 && mark <= 35000 && id != 0 && type == 1);
	if (udp)
		return yes_if(in.len >= 32 && type == 1 && denied == 0 && status == 0);
	return yes_if(mark >= 24 && mark <= 35000 && type == 1 && denied == 0 && status == 0);
}

/* RFC 5905 7.3: 48 bytes, version 3 or 4. */
enum hg_probe
hg_probe_ntp(enum hg_dir dir, struct hg_span in, bool udp)
{
	uint8_t version = in.len == 0 ? 0 : in.p[0] >> 3 & 7;

	UNUSED(dir);
	UNUSED(udp);
	return yes_if(in.len >= 48 && (version == 3 || version == 4));
}

/* RFC 1350 5: an operation code below 256. */
enum hg_probe
hg_probe_tftp(enum hg_dir dir, struct hg_span in, bool udp)
{
	UNUSED(dir);
	UNUSED(udp);
	return yes_if(in.len >= 4 && in.p[0] == 0);
}

/* RFC 2408 3.1 (version 1), RFC 7296 3.1 (version 2, whose length is checked). */
enum hg_probe
hg_probe_ike(enum hg_dir dir, struct hg_span in, bool udp)
{
	struct hg_reader r = hg_reader_of(in);
	uint64_t responder;
	uint8_t version, exchange;
	uint32_t length;

	UNUSED(udp);
	hg_read_skip(&r, 8);
	responder = (uint64_t)hg_read_u32be(&r) << 32;
	responder |= hg_read_u32be(&r);
	hg_read_skip(&r, 1);
	version = hg_read_u8(&r);
	exchange = hg_read_u8(&r);
	hg_read_skip(&r, 5);
	length = hg_read_u32be(&r);
	if (hg_reader_failed(&r))
		return HG_PROBE_NO;
	if (version >> 4 != 1 && (version != 0x20 || exchange < 34 || exchange > 37 || length != in.len))
		return HG_PROBE_NO;
	return responder == 0 && dir == HG_TO_CLIENT ? HG_PROBE_REVERSE : HG_PROBE_YES;
}

/* RFC 2131 2: the fixed part up to the magic cookie. */
enum hg_probe
hg_probe_dhcp(enum hg_dir dir, struct hg_span in, bool udp)
{
	UNUSED(dir);
	UNUSED(udp);
	return yes_if(in.len >= 240);
}
