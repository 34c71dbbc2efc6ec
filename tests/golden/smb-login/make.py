"""Logins by NTLM whose parts are said to stand here and there: a session each, with a name of its own."""
import struct

import packets

SIZE = 64 + 6 + 12 + 16  # head, domain, name, bytes of nobody
# (which part, its length, its place): answers, domain, user, host, session key
ODD = [None] + [(part, 0, at) for part in range(6) for at in (0, 12, SIZE - 1, SIZE, SIZE + 1)] + [
	(part, 2, SIZE - 2) for part in range(6)] + [(part, 40, 64) for part in range(6)]


def netbios(answer, body):
	head = b'\xfeSMB' + struct.pack('<HHIHHIIQIIQ16s', 64, 1, 0, 1, 1, int(answer), 0, 1, 0xfeff, 0, 1, bytes(16))
	return struct.pack('>I', len(head + body)) + head + body


def login(name, odd):
	user, domain = name.encode('utf-16-le'), 'LAB'.encode('utf-16-le')
	fields = [(0, 64), (0, 64), (len(domain), 64), (len(user), 64 + len(domain)), (0, 64), (0, 64)]
	if odd:
		fields[odd[0]] = odd[1:]
	token = (b'NTLMSSP\0\3\0\0\0' + b''.join(struct.pack('<HHI', size, size, at) for size, at in fields) + struct.pack('<I', 0x8201) +
		domain + user + bytes(16))
	assert len(token) == SIZE
	return [(0, netbios(False, struct.pack('<HBBIIHHQ', 25, 0, 1, 0, 0, 88, len(token), 0) + token)),
		(1, netbios(True, struct.pack('<HHHH', 9, 0, 72, 0)))]


def frames():
	out = []
	for i, odd in enumerate(ODD):
		out += packets.talk(445, login('user%02d' % i, odd), sport=20000 + i)
	return packets.timed(out)
