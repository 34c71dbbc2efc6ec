/* What a message does, in words that both versions share. */
#include "app/smb/smb1.h"
#include "app/smb/smb2.h"

enum hg_smb_op
hg_smb_op_of(uint8_t version, uint16_t command)
{
	static const uint8_t ops2[] = { [HG_SMB2_NEGOTIATE] = HG_SMB_OP_NEGOTIATE,
		[HG_SMB2_SESSION] = HG_SMB_OP_LOGIN,
		[HG_SMB2_LOGOFF] = HG_SMB_OP_LOGOFF,
		[HG_SMB2_TREE] = HG_SMB_OP_CONNECT,
		[HG_SMB2_TREE_END] = HG_SMB_OP_DISCONNECT,
		[HG_SMB2_CREATE] = HG_SMB_OP_OPEN,
		[HG_SMB2_CLOSE] = HG_SMB_OP_CLOSE,
		[HG_SMB2_FLUSH] = HG_SMB_OP_FLUSH,
		[HG_SMB2_READ] = HG_SMB_OP_READ,
		[HG_SMB2_WRITE] = HG_SMB_OP_WRITE,
		[HG_SMB2_LOCK] = HG_SMB_OP_LOCK,
		[HG_SMB2_IOCTL] = HG_SMB_OP_IOCTL,
		[HG_SMB2_CANCEL] = HG_SMB_OP_CANCEL,
		[HG_SMB2_ECHO] = HG_SMB_OP_ECHO,
		[HG_SMB2_LIST] = HG_SMB_OP_LIST,
		[HG_SMB2_NOTIFY] = HG_SMB_OP_NOTIFY,
		[HG_SMB2_QUERY_INFO] = HG_SMB_OP_QUERY,
		[HG_SMB2_SET_INFO] = HG_SMB_OP_SET_INFO,
		[HG_SMB2_BREAK] = HG_SMB_OP_BREAK };
	static const uint8_t ops1[256] = { [0x00] = HG_SMB_OP_MKDIR,
		[0x01] = HG_SMB_OP_DELETE,
		[0x02] = HG_SMB_OP_OPEN,
		[0x03] = HG_SMB_OP_CREATE,
		[HG_SMB1_CLOSE] = HG_SMB_OP_CLOSE,
		[0x05] = HG_SMB_OP_FLUSH,
		[0x06] = HG_SMB_OP_DELETE,
		[HG_SMB1_RENAME] = HG_SMB_OP_RENAME,
		[0x08] = HG_SMB_OP_QUERY,
		[0x09] = HG_SMB_OP_SET_ATTRIBUTES,
		[0x0a] = HG_SMB_OP_READ,
		[HG_SMB1_WRITE] = HG_SMB_OP_WRITE,
		[0x0c] = HG_SMB_OP_LOCK,
		[0x0f] = HG_SMB_OP_CREATE,
		[HG_SMB1_LOCKING] = HG_SMB_OP_LOCK,
		[HG_SMB1_ECHO] = HG_SMB_OP_ECHO,
		[HG_SMB1_WRITE_CLOSE] = HG_SMB_OP_WRITE,
		[HG_SMB1_OPEN] = HG_SMB_OP_OPEN,
		[HG_SMB1_READ] = HG_SMB_OP_READ,
		[HG_SMB1_WRITE_ANDX] = HG_SMB_OP_WRITE,
		[HG_SMB1_TREE_END] = HG_SMB_OP_DISCONNECT,
		[HG_SMB1_NEGOTIATE] = HG_SMB_OP_NEGOTIATE,
		[HG_SMB1_SESSION] = HG_SMB_OP_LOGIN,
		[HG_SMB1_LOGOFF] = HG_SMB_OP_LOGOFF,
		[HG_SMB1_TREE] = HG_SMB_OP_CONNECT,
		[HG_SMB1_CREATE] = HG_SMB_OP_OPEN,
		[HG_SMB1_CANCEL] = HG_SMB_OP_CANCEL };

	if (version == 1)
		return (enum hg_smb_op)ops1[command & 0xff];
	return version == 2 && command < HG_COUNT(ops2) ? (enum hg_smb_op)ops2[command] : HG_SMB_OP_NONE;
}

const char *
hg_smb_op_name(uint8_t op)
{
	static const char *const names[HG_SMB_OPS] = {
		[HG_SMB_OP_NEGOTIATE] = "negotiate",
		[HG_SMB_OP_LOGIN] = "login",
		[HG_SMB_OP_LOGOFF] = "logoff",
		[HG_SMB_OP_CONNECT] = "connect",
		[HG_SMB_OP_DISCONNECT] = "disconnect",
		[HG_SMB_OP_OPEN] = "open",
		[HG_SMB_OP_CREATE] = "create",
		[HG_SMB_OP_OVERWRITE] = "overwrite",
		[HG_SMB_OP_MKDIR] = "mkdir",
		[HG_SMB_OP_CLOSE] = "close",
		[HG_SMB_OP_READ] = "read",
		[HG_SMB_OP_WRITE] = "write",
		[HG_SMB_OP_RENAME] = "rename",
		[HG_SMB_OP_LINK] = "link",
		[HG_SMB_OP_DELETE] = "delete",
		[HG_SMB_OP_UNDELETE] = "undelete",
		[HG_SMB_OP_LIST] = "list",
		[HG_SMB_OP_QUERY] = "query",
		[HG_SMB_OP_SET_SECURITY] = "set-security",
		[HG_SMB_OP_SET_ATTRIBUTES] = "set-attributes",
		[HG_SMB_OP_SET_SIZE] = "set-size",
		[HG_SMB_OP_SET_INFO] = "set-info",
		[HG_SMB_OP_LOCK] = "lock",
		[HG_SMB_OP_FLUSH] = "flush",
		[HG_SMB_OP_NOTIFY] = "notify",
		[HG_SMB_OP_IOCTL] = "ioctl",
		[HG_SMB_OP_CALL] = "call",
		[HG_SMB_OP_CANCEL] = "cancel",
		[HG_SMB_OP_ECHO] = "echo",
		[HG_SMB_OP_BREAK] = "oplock-break",
	};

	return op < HG_SMB_OPS ? names[op] : NULL;
}
