/* Names in records: commands, dialects, errors of DOS ([MS-CIFS] 2.2.2.4), control codes ([MS-FSCC] 2.3). */
#include <stdio.h>

#include "app/smb/smb_int.h"

static const char *const commands1[256] = {
	[0x00] = "CREATE_DIRECTORY",
	[0x01] = "DELETE_DIRECTORY",
	[0x02] = "OPEN",
	[0x03] = "CREATE",
	[0x04] = "CLOSE",
	[0x05] = "FLUSH",
	[0x06] = "DELETE",
	[0x07] = "RENAME",
	[0x08] = "QUERY_INFORMATION",
	[0x09] = "SET_INFORMATION",
	[0x0a] = "READ",
	[0x0b] = "WRITE",
	[0x0c] = "LOCK_BYTE_RANGE",
	[0x0d] = "UNLOCK_BYTE_RANGE",
	[0x0e] = "CREATE_TEMPORARY",
	[0x0f] = "CREATE_NEW",
	[0x10] = "CHECK_DIRECTORY",
	[0x11] = "PROCESS_EXIT",
	[0x12] = "SEEK",
	[0x13] = "LOCK_AND_READ",
	[0x14] = "WRITE_AND_UNLOCK",
	[0x22] = "SET_INFORMATION2",
	[0x23] = "QUERY_INFORMATION2",
	[0x24] = "LOCKING_ANDX",
	[0x25] = "TRANS",
	[0x2b] = "ECHO",
	[0x2c] = "WRITE_AND_CLOSE",
	[0x2d] = "OPEN_ANDX",
	[0x2e] = "READ_ANDX",
	[0x2f] = "WRITE_ANDX",
	[0x32] = "TRANS2",
	[0x33] = "TRANS2_SECONDARY",
	[0x34] = "FIND_CLOSE2",
	[0x70] = "TREE_CONNECT",
	[0x71] = "TREE_DISCONNECT",
	[0x72] = "NEGOTIATE_PROTOCOL",
	[0x73] = "SESSION_SETUP_ANDX",
	[0x74] = "LOGOFF_ANDX",
	[0x75] = "TREE_CONNECT_ANDX",
	[0x80] = "QUERY_INFO_DISK",
	[0xa0] = "NT_TRANS",
	[0xa1] = "NT_TRANS_SECONDARY",
	[0xa2] = "NT_CREATE_ANDX",
	[0xa4] = "NT_CANCEL",
};

bool
hg_smb1_command_name(uint8_t command, char buf[48])
{
	if (commands1[command] != NULL)
		snprintf(buf, 48, "SMB1_COMMAND_%s", commands1[command]);
	else
		snprintf(buf, 48, "%u", command);
	return commands1[command] != NULL;
}

void
hg_smb2_command_name(uint16_t command, char buf[48])
{
	static const char *const names[] = { "NEGOTIATE_PROTOCOL", "SESSION_SETUP", "SESSION_LOGOFF",
		"TREE_CONNECT", "TREE_DISCONNECT", "CREATE", "CLOSE", "FLUSH", "READ", "WRITE", "LOCK",
		"IOCTL", "CANCEL", "KEEPALIVE", "FIND", "CHANGE_NOTIFY", "GET_INFO", "SET_INFO",
		"OPLOCK_BREAK" };

	if (command < HG_COUNT(names))
		snprintf(buf, 48, "SMB2_COMMAND_%s", names[command]);
	else
		snprintf(buf, 48, "%u", command);
}

const char *
hg_smb_dialect_name(uint16_t dialect, char buf[8])
{
	static const struct {
		uint16_t dialect;
		const char *name;
	} names[] = { { 0x0202, "2.02" }, { 0x0210, "2.10" }, { 0x0222, "2.22" }, { 0x0224, "2.24" },
		{ 0x02ff, "2.??" }, { 0x0300, "3.00" }, { 0x0302, "3.02" }, { 0x0310, "3.10" },
		{ 0x0311, "3.11" } };

	for (unsigned i = 0; i < HG_COUNT(names); i++)
		if (names[i].dialect == dialect)
			return names[i].name;
	snprintf(buf, 8, "%u", dialect);
	return buf;
}

struct dos_error {
	uint16_t code;
	const char *name, *peers; /* NULL: the peer shows the number */
};

static const struct dos_error dos_errors[] = {
	{ 0, "DOS_SUCCESS", "DOS_SUCCESS" },
	{ 1, "DOS_BADFUNC", "DOS_BAD_FUNC" },
	{ 2, "DOS_BADFILE", "DOS_BAD_FILE" },
	{ 3, "DOS_BADPATH", "DOS_BAD_PATH" },
	{ 4, "DOS_NOFIDS", "DOS_TOO_MANY_OPEN_FILES" },
	{ 5, "DOS_NOACCESS", "DOS_ACCESS_DENIED" },
	{ 6, "DOS_BADFID", NULL },
	{ 7, "DOS_BADMCB", NULL },
	{ 8, "DOS_NOMEM", NULL },
	{ 9, "DOS_BADMEM", NULL },
	{ 10, "DOS_BADENV", NULL },
	{ 11, "DOS_BADFORMAT", NULL },
	{ 12, "DOS_BADACCESS", NULL },
	{ 13, "DOS_BADDATA", NULL },
	{ 15, "DOS_BADDRIVE", NULL },
	{ 16, "DOS_REMCD", NULL },
	{ 17, "DOS_DIFFDEVICE", NULL },
	{ 18, "DOS_NOFILES", NULL },
	{ 31, "DOS_GENERAL", NULL },
	{ 32, "DOS_BADSHARE", NULL },
	{ 33, "DOS_LOCK", NULL },
	{ 50, "DOS_UNSUP", NULL },
	{ 80, "DOS_FILEEXISTS", NULL },
	{ 87, "DOS_INVALIDPARAM", NULL },
	{ 110, "DOS_CANNOTOPEN", NULL },
	{ 122, "DOS_INSUFFICIENTBUFFER", NULL },
	{ 123, "DOS_INVALIDNAME", NULL },
	{ 124, "DOS_UNKNOWNLEVEL", NULL },
	{ 158, "DOS_NOTLOCKED", NULL },
	{ 183, "DOS_ALREADYEXISTS", NULL },
};

static const struct dos_error server_errors[] = {
	{ 1, "SRV_ERROR", "SRV_ERROR" },
	{ 2, "SRV_BADPW", "SRV_BADPW" },
	{ 3, "SRV_BADTYPE", "SRV_BADTYPE" },
	{ 4, "SRV_ACCESS", "SRV_ACCESS" },
	{ 5, "SRV_BADTID", NULL },
	{ 6, "SRV_BADNETNAME", NULL },
	{ 7, "SRV_BADDEVICE", NULL },
	{ 49, "SRV_QFULL", NULL },
	{ 50, "SRV_QTOOBIG", NULL },
	{ 51, "SRV_QEOF", NULL },
	{ 52, "SRV_BADFID", NULL },
	{ 64, "SRV_BADCMD", NULL },
	{ 65, "SRV_SRVERROR", NULL },
	{ 67, "SRV_FILESPECS", NULL },
	{ 69, "SRV_BADPERMITS", NULL },
	{ 71, "SRV_SETATTRMODE", NULL },
	{ 81, "SRV_PAUSED", NULL },
	{ 82, "SRV_MSGOFF", NULL },
	{ 83, "SRV_NOROOM", NULL },
	{ 87, "SRV_RMUNS", NULL },
	{ 88, "SRV_TIMEOUT", NULL },
	{ 89, "SRV_NORESOURCE", NULL },
	{ 90, "SRV_TOOMANYUIDS", NULL },
	{ 91, "SRV_BADUID", "SRV_BADUID" },
	{ 250, "SRV_USEMPX", NULL },
	{ 251, "SRV_USESTD", NULL },
	{ 252, "SRV_CONTMPX", NULL },
	{ 65535, "SRV_NOSUPPORT", NULL },
};

const char *
hg_smb_dos_name(uint8_t class, uint16_t code, bool peer)
{
	const struct dos_error *list = class == 1 ? dos_errors : server_errors;
	const size_t n = class == 1 ? HG_COUNT(dos_errors) : class == 2 ? HG_COUNT(server_errors) : 0;

	for (size_t i = 0; i < n; i++)
		if (list[i].code == code)
			return peer ? list[i].peers : list[i].name;
	return NULL;
}

static const struct {
	uint32_t code;
	const char *name;
} functions[] = {
	{ 0x00060194, "DFS_GET_REFERRALS" },
	{ 0x000601b0, "DFS_GET_REFERRALS_EX" },
	{ 0x00090000, "REQUEST_OPLOCK_LEVEL_1" },
	{ 0x00090004, "REQUEST_OPLOCK_LEVEL_2" },
	{ 0x00090008, "REQUEST_BATCH_OPLOCK" },
	{ 0x0009000c, "OPLOCK_BREAK_ACKNOWLEDGE" },
	{ 0x00090010, "OPBATCH_ACK_CLOSE_PENDING" },
	{ 0x00090014, "OPLOCK_BREAK_NOTIFY" },
	{ 0x00090018, "LOCK_VOLUME" },
	{ 0x0009001c, "UNLOCK_VOLUME" },
	{ 0x00090020, "DISMOUNT_VOLUME" },
	{ 0x00090028, "IS_VOLUME_MOUNTED" },
	{ 0x0009002c, "IS_PATHNAME_VALID" },
	{ 0x00090030, "MARK_VOLUME_DIRTY" },
	{ 0x0009003b, "QUERY_RETRIEVAL_POINTERS" },
	{ 0x0009003c, "GET_COMPRESSION" },
	{ 0x0009004f, "MARK_AS_SYSTEM_HIVE" },
	{ 0x00090050, "OPLOCK_BREAK_ACK_NO_2" },
	{ 0x00090054, "INVALIDATE_VOLUMES" },
	{ 0x00090058, "QUERY_FAT_BPB" },
	{ 0x0009005c, "REQUEST_FILTER_OPLOCK" },
	{ 0x00090060, "FILESYSTEM_GET_STATISTICS" },
	{ 0x00090064, "GET_NTFS_VOLUME_DATA" },
	{ 0x00090068, "GET_NTFS_FILE_RECORD" },
	{ 0x0009006f, "GET_VOLUME_BITMAP" },
	{ 0x00090073, "GET_RETRIEVAL_POINTERS" },
	{ 0x00090074, "MOVE_FILE" },
	{ 0x00090078, "IS_VOLUME_DIRTY" },
	{ 0x00090083, "ALLOW_EXTENDED_DASD_IO" },
	{ 0x0009008f, "FIND_FILES_BY_SID" },
	{ 0x00090098, "SET_OBJECT_ID" },
	{ 0x0009009c, "GET_OBJECT_ID" },
	{ 0x000900a0, "DELETE_OBJECT_ID" },
	{ 0x000900a4, "SET_REPARSE_POINT" },
	{ 0x000900a8, "GET_REPARSE_POINT" },
	{ 0x000900ac, "DELETE_REPARSE_POINT" },
	{ 0x000900b3, "ENUM_USN_DATA" },
	{ 0x000900b7, "SECURITY_ID_CHECK" },
	{ 0x000900bb, "READ_USN_JOURNAL" },
	{ 0x000900bc, "SET_OBJECT_ID_EXTENDED" },
	{ 0x000900c0, "CREATE_OR_GET_OBJECT_ID" },
	{ 0x000900c4, "SET_SPARSE" },
	{ 0x000900d7, "SET_ENCRYPTION" },
	{ 0x000900e7, "CREATE_USN_JOURNAL" },
	{ 0x000900eb, "READ_FILE_USN_DATA" },
	{ 0x000900ef, "WRITE_USN_CLOSE_RECORD" },
	{ 0x000900f0, "EXTEND_VOLUME" },
	{ 0x0009027c, "GET_INTEGRITY_INFORMATION" },
	{ 0x00090284, "QUERY_FILE_REGIONS" },
	{ 0x00090300, "QUERY_SHARED_VIRTUAL_DISK_SUPPORT" },
	{ 0x00090304, "SVHDX_SYNC_TUNNEL_REQUEST" },
	{ 0x00090308, "SVHDX_SET_INITIATOR_INFORMATION" },
	{ 0x00090350, "STORAGE_QOS_CONTROL" },
	{ 0x00090364, "SVHDX_ASYNC_TUNNEL_REQUEST" },
	{ 0x000940cf, "QUERY_ALLOCATED_RANGES" },
	{ 0x00094264, "OFFLOAD_READ" },
	{ 0x000980c8, "SET_ZERO_DATA" },
	{ 0x000980d0, "ENABLE_UPGRADE" },
	{ 0x00098208, "FILE_LEVEL_TRIM" },
	{ 0x00098268, "OFFLOAD_WRITE" },
	{ 0x0009c040, "SET_COMPRESSION" },
	{ 0x0009c280, "SET_INTEGRITY_INFORMATION" },
	{ 0x00110018, "PIPE_WAIT" },
	{ 0x0011400c, "PIPE_PEEK" },
	{ 0x0011c017, "PIPE_TRANSCEIVE" },
	{ 0x00140078, "SRV_REQUEST_RESUME_KEY" },
	{ 0x001401d4, "LMR_REQUEST_RESILIENCY" },
	{ 0x001401fc, "QUERY_NETWORK_INTERFACE_INFO" },
	{ 0x00140200, "VALIDATE_NEGOTIATE_INFO_224" },
	{ 0x00140204, "VALIDATE_NEGOTIATE_INFO" },
	{ 0x00144064, "SRV_ENUMERATE_SNAPSHOTS" },
	{ 0x001440f2, "SRV_COPYCHUNK" },
	{ 0x001441bb, "SRV_READ_HASH" },
	{ 0x001480f2, "SRV_COPYCHUNK_WRITE" },
};

void
hg_smb_function_name(uint32_t function, char buf[48])
{
	for (unsigned i = 0; i < HG_COUNT(functions); i++)
		if (functions[i].code == function) {
			snprintf(buf, 48, "FSCTL_%s", functions[i].name);
			return;
		}
	snprintf(buf, 48, "UNKNOWN (%08x)", function);
}
