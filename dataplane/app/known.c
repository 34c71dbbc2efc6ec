/* Protocols that are recognised without a decoder: rows of magics as the peer looks for them (peer-semantics 6.1). A row
 * leaves this file when its protocol gets a folder. */
#include "app/known.h"

#include "base/reader.h"

#define TS(text)                                                     \
	{                                                            \
		HG_BYTES(text), 0, HG_TO_SERVER, false, false, false \
	}
#define TC(text)                                                     \
	{                                                            \
		HG_BYTES(text), 0, HG_TO_CLIENT, false, false, false \
	}
#define TS_NOCASE(text)                                             \
	{                                                           \
		HG_BYTES(text), 0, HG_TO_SERVER, true, false, false \
	}
#define MAGICS(rows) .magics = (rows), .n_magics = HG_COUNT(rows)

static const struct hg_magic smtp_magics[] = { TS_NOCASE("EHLO"), TS_NOCASE("HELO"), TS_NOCASE("QUIT") };

const struct hg_decoder hg_known_smtp = {
	.name = "smtp", .proto = HG_PROTO_SMTP, .tcp = true, MAGICS(smtp_magics)
};

static const struct hg_magic ftp_magics[] = {
	TS_NOCASE("FEAT"),
	TS_NOCASE("USER "),
	TS_NOCASE("PASS "),
	TS_NOCASE("PORT "),
	TC("220 ("),
};

const struct hg_decoder hg_known_ftp = {
	.name = "ftp", .proto = HG_PROTO_FTP, .tcp = true, MAGICS(ftp_magics)
};
const struct hg_decoder hg_known_ftp_data = { .name = "ftp-data", .proto = HG_PROTO_FTP_DATA, .tcp = true };

/* NetBIOS session message, then 0xff/0xfe/0xfd "SMB": the length in front must not be absurd. */
static enum hg_probe
probe_smb(enum hg_dir dir, struct hg_span in, bool udp)
{
	struct hg_reader r = hg_reader_of(in);
	uint8_t type = hg_read_u8(&r);

	(void)dir;
	(void)udp;
	if (in.len < 8)
		return type == 0 || type == 0x81 || type == 0x82 ? HG_PROBE_MORE : HG_PROBE_NO;
	if (type != 0)
		return type == 0x81 || type == 0x82 || type == 0x83 || type == 0x85 ? HG_PROBE_YES
										    : HG_PROBE_NO;
	hg_read_skip(&r, 3);
	switch (hg_read_u32be(&r)) {
	case 0xff534d42u:
	case 0xfe534d42u:
	case 0xfd534d42u:
		return HG_PROBE_YES;
	default:
		return HG_PROBE_NO;
	}
}

#define SMB(head, to)                                           \
	{                                                       \
		HG_BYTES(head "SMB"), 4, to, false, false, true \
	}

static const struct hg_magic smb_magics[] = {
	SMB("\xff", HG_TO_SERVER),
	SMB("\xfe", HG_TO_SERVER),
	SMB("\xfd", HG_TO_SERVER),
	SMB("\xff", HG_TO_CLIENT),
	SMB("\xfe", HG_TO_CLIENT),
	SMB("\xfd", HG_TO_CLIENT),
};

const struct hg_decoder hg_known_smb = {
	.name = "smb",
	.proto = HG_PROTO_SMB,
	.tcp = true,
	MAGICS(smb_magics),
	.ports = { 139, 445 },
	.probe = probe_smb,
};

static const struct hg_magic ssh_magics[] = { TS("SSH-"), TC("SSH-") };

const struct hg_decoder hg_known_ssh = {
	.name = "ssh", .proto = HG_PROTO_SSH, .tcp = true, MAGICS(ssh_magics)
};

static const struct hg_magic imap_magics[] = { TS_NOCASE("1 capability") };

const struct hg_decoder hg_known_imap = {
	.name = "imap", .proto = HG_PROTO_IMAP, .tcp = true, MAGICS(imap_magics)
};
const struct hg_decoder hg_known_pop3 = { .name = "pop3", .proto = HG_PROTO_POP3, .tcp = true };

/* C706 12.6.3.1: version 5, minor 0 or 1, a type that exists, a fragment that holds at least its own header. */
static enum hg_probe
probe_dcerpc(enum hg_dir dir, struct hg_span in, bool udp)
{
	struct hg_reader r = hg_reader_of(in);
	uint8_t version = hg_read_u8(&r), minor = hg_read_u8(&r), type = hg_read_u8(&r), order;
	uint16_t length;

	(void)dir;
	if (udp)
		return in.len >= 80 && version == 4 && minor <= 19 ? HG_PROBE_YES : HG_PROBE_NO;
	hg_read_skip(&r, 1);
	order = hg_read_u8(&r);
	hg_read_skip(&r, 3);
	length = (order & 0x10) != 0 ? hg_read_u16le(&r) : hg_read_u16be(&r);
	if (hg_reader_failed(&r))
		return HG_PROBE_MORE;
	return version == 5 && minor <= 1 && type <= 19 && length >= 16 ? HG_PROBE_YES : HG_PROBE_NO;
}

#define RPC(to)                                                 \
	{                                                       \
		HG_BYTES("\x05\x00"), 0, to, false, false, true \
	}

static const struct hg_magic dcerpc_magics[] = { RPC(HG_TO_SERVER), RPC(HG_TO_CLIENT) };

const struct hg_decoder hg_known_dcerpc = {
	.name = "dcerpc",
	.proto = HG_PROTO_DCERPC,
	.tcp = true,
	MAGICS(dcerpc_magics),
	.probe = probe_dcerpc,
};
