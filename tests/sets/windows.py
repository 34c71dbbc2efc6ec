"""rules/sets/hangu-windows.rules: what makes each rule alert, and what is like it and must not."""
import struct

from mail import PROGRAM
from scripts import ntlm, rpc, share, smb, smb1, stored

SVCCTL, WINREG = '367abb81-9844-35f1-ad32-98f038001003', '338cd001-2244-31f1-aaaa-900038001003'
NETLOGON = '12345678-1234-abcd-ef00-01234567cffb'
NEGOTIATE = (0, smb1(0x72, body=b'\0\x0c\0\2NT LM 0.12\0'))
AGREED = (1, smb1(0x72, body=b'\x11\0\0' + bytes(32) + b'\0\0', answer=True))


def trans2(setup):
	return smb([NEGOTIATE, (0, smb1(0x32, body=struct.pack('<B4HBBHIH4HBBH', 15, 12, 0, 1, 0, 0, 0, 0, 0, 0, 12, 66, 0, 78, 1, 0, setup) +
		struct.pack('<H', 13) + bytes(13)))])


def secondary(times):
	return smb([NEGOTIATE] + [(0, smb1(0x33, body=struct.pack('<B9H', 9, 0, 4096, 0, 0, 0, 8, 53, i, 0) + struct.pack('<H', 8) + bytes(8)))
		for i in range(times)])


CASES = {
	8614001: (smb([NEGOTIATE, AGREED]), smb(share(b'docs'))),
	8614002: (smb(share(b'ADMIN$')), smb(share(b'ADMIN'))),
	8614003: (smb(share(b'C$')), smb(share(b'ABC$'))),
	8614004: (smb(stored(b'PSEXESVC.EXE', b'MZ' + bytes(8))), smb(stored(b'psexec.txt', b'text'))),
	8614005: (smb(stored(b'tool.exe', PROGRAM)), smb(stored(b'tool.exe.txt', PROGRAM))),
	8614006: (smb(stored(b'ntds.dit', b'x')), smb(stored(b'ntds.txt', b'x'))),
	8614007: (smb(stored(b'lsass_1.dmp', b'MDMP')), smb(stored(b'app.dmp', b'MDMP'))),
	8614008: (smb(ntlm(b'Administrator')), smb(ntlm(b'Administrator'))),
	8614009: (trans2(14), trans2(5)),
	8614010: (smb([NEGOTIATE, (0, smb1(0x25, body=b'\0\0\0')), (1, smb1(0x25, 0xc0000205, answer=True))]),
		smb([(0, smb1(0x25, body=b'\0\0\0')), (1, smb1(0x25, 0xc0000008, answer=True))])),
	8614011: (secondary(12), secondary(2)),
	8614012: (rpc(SVCCTL, 12, version=2), rpc(SVCCTL, 15, version=2)),
	8614013: (rpc(WINREG, 20), rpc(WINREG, 17)),
	8614014: (rpc(WINREG, 22), rpc(WINREG, 16)),
	8614015: (rpc('86d35949-83c9-4044-b424-db363231fd0c', 1), rpc('86d35949-83c9-4044-b424-db363231fd0c', 2)),
	8614016: (rpc('1ff70682-0a51-30e8-076d-740be8cee98b', 0), rpc('1ff70682-0a51-30e8-076d-740be8cee98b', 2)),
	8614017: (rpc('e3514235-4b06-11d1-ab04-00c04fc2dcd2', 3, version=4), rpc('e3514235-4b06-11d1-ab04-00c04fc2dcd2', 12, version=4)),
	8614018: (rpc('12345678-1234-abcd-ef00-0123456789ab', 89), rpc('12345678-1234-abcd-ef00-0123456789ab', 1)),
	8614019: (rpc('c681d488-d850-11d0-8c52-00c04fd90f7e', 0), rpc('c681d488-d850-11d0-8c52-00c04fd90f7e', 3)),
	8614020: (rpc(NETLOGON, 26, bytes(20) + b'\xff\xff\x2f\x21'), rpc(NETLOGON, 26, b'\x55' * 20 + b'\xff\xff\x2f\x21')),
	8614021: (rpc('9556dc99-828c-11cf-a37e-00aa003240c7', 24, version=0), rpc('9556dc99-828c-11cf-a37e-00aa003240c7', 20, version=0)),
}
