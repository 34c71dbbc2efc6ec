"""Sessions as scripts: who says what to which port. A case of a rule is two of them, one that makes it alert and one that must not."""
import base64
import struct
import uuid

import packets


class Script:
	"""Messages are (side, bytes), side 0 the client. outward: a client of the home network and a server outside."""

	def __init__(self, port, messages, udp=False, outward=False, times=1):
		self.port, self.messages, self.udp, self.outward, self.times = port, list(messages), udp, outward, times

	def frames(self, client, server):
		out = []
		for i in range(self.times):
			if self.udp:
				ends = [(packets.addr(client), 20000 + i), (packets.addr(server), self.port)]
				for side, data in self.messages:
					(src, sport), (dst, dport) = ends[side], ends[1 - side]
					out.append(packets.ether(packets.ip(src, dst, packets.UDP, packets.udp(src, dst, sport, dport, data))))
			else:
				out += packets.talk(self.port, self.messages, client=client, server=server, sport=20000 + i)
		return out

	def outwards(self):
		return Script(self.port, self.messages, self.udp, True, self.times)

	def repeated(self, times):
		return Script(self.port, self.messages, self.udp, self.outward, times)


class Frames:
	"""What is no session: make(client, server) gives frames."""

	def __init__(self, make):
		self.make, self.outward = make, False

	def frames(self, client, server):
		return self.make(packets.addr(client), packets.addr(server))


OK = b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhello'
BROWSER = b'Mozilla/5.0 (Windows NT 10.0)'


def http(line, headers=(), body=b'', answer=OK, agent=BROWSER):
	lines = [line + b' HTTP/1.1', b'Host: www.a.test', b'User-Agent: ' + agent, *headers]
	if body:
		lines.append(b'Content-Length: %d' % len(body))
	return Script(80, [(0, b'\r\n'.join(lines) + b'\r\n\r\n' + body), (1, answer)])


def get(uri, *headers, **how):
	return http(b'GET ' + uri, headers, **how)


def post(uri, body, kind=b'application/x-www-form-urlencoded', method=b'POST'):
	return http(method + b' ' + uri, [b'Content-Type: ' + kind], body)


def upload(name, content=b'x'):
	return post(b'/up', b'--b\r\nContent-Disposition: form-data; name="f"; filename="%s"\r\n\r\n%s\r\n--b--\r\n' % (name, content),
		b'multipart/form-data; boundary=b')


def page(body, *headers):
	return get(b'/page', answer=b'\r\n'.join((b'HTTP/1.1 200 OK', b'Content-Type: text/plain', b'Content-Length: %d' % len(body), *headers)) +
		b'\r\n\r\n' + body)


def telnet(*lines):
	messages = [(1, b'\xff\xfd\x18\xff\xfb\x01\r\nlogin: '), (0, b'\xff\xfc\x18')]
	for line in lines:
		messages += [(0, line + b'\r\n'), (1, b'\r\n$ ')]
	return Script(23, messages)


def typed(command):
	return telnet(b'anna', b'secret', command)


def environ(name, value):
	return Script(23, [(1, b'\xff\xfd\x27'), (0, b'\xff\xfb\x27'), (1, b'\xff\xfa\x27\1\xff\xf0'),
		(0, b'\xff\xfa\x27\0\0' + name + b'\1' + value + b'\xff\xf0'), (1, b'\r\nlogin: ')])


def dialogue(port, greeting, lines, replies=None, reply=b'200 ok'):
	"""A line of the client at a time, each answered."""
	messages = [(1, greeting + b'\r\n')]
	for line in lines:
		messages += [(0, line + b'\r\n'), (1, (replies or {}).get(line, reply) + b'\r\n')]
	return Script(port, messages)


def ftp(*lines, replies=None):
	return dialogue(21, b'220 ProFTPD Server ready', lines, replies)


def smtp(*lines, replies=None):
	return dialogue(25, b'220 mail.a.test ESMTP', lines, replies, b'250 ok')


def mail(name, content=b'text', body=None):
	"""A mail with one attachment, or with a body of its own."""
	text = body or (b'Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n'
		b'Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n'
		b'Content-Disposition: attachment; filename="' + name + b'"\r\n\r\n' + base64.encodebytes(content).replace(b'\n', b'\r\n') + b'--b--')
	return smtp(b'EHLO a', b'MAIL FROM:<a@a.test>', b'RCPT TO:<b@b.test>', b'DATA', text + b'\r\n.', b'QUIT', replies={b'DATA': b'354 go'})


def question(name, kind=1, ident=1):
	labels = b''.join(bytes([len(n)]) + n for n in name.split(b'.')) + b'\0'
	return struct.pack('>6H', ident, 0x0100, 1, 0, 0, 0) + labels + struct.pack('>HH', kind, 1)


def dns(name, kind=1):
	return Script(53, [(0, question(name, kind))], udp=True)


def dns_tcp(name, kind=1):
	message = question(name, kind)
	return Script(53, [(0, struct.pack('>H', len(message)) + message)])


def ssh(client=b'SSH-2.0-OpenSSH_9.2p1', server=b'SSH-2.0-OpenSSH_9.2p1'):
	return Script(22, [(1, server + b'\r\n'), (0, client + b'\r\n')])


def der(tag, *parts):
	body = b''.join(parts)
	size = bytes([len(body)]) if len(body) < 128 else b'\x82' + struct.pack('>H', len(body))
	return bytes([tag]) + size + body


def certificate(organisation):
	name = der(0x30, der(0x31, der(0x30, b'\6\3\x55\4\x0a', der(0x13, organisation))))
	algorithm = der(0x30, b'\6\x09\x2a\x86\x48\x86\xf7\x0d\1\1\x0b\5\0')
	dates = der(0x30, der(0x17, b'230101000000Z'), der(0x17, b'330101000000Z'))
	key = der(0x30, der(0x30, b'\6\x09\x2a\x86\x48\x86\xf7\x0d\1\1\1\5\0'), der(3, b'\0', der(0x30, b'\2\1\5\2\1\3')))
	return der(0x30, der(0x30, b'\2\1\1', algorithm, name, dates, name, key), algorithm, der(3, b'\0' + bytes(16)))


def handshake(kind, body):
	message = struct.pack('>I', kind << 24 | len(body)) + body
	return b'\x16\3\1' + struct.pack('>H', len(message)) + message


def extension(kind, body):
	return struct.pack('>HH', kind, len(body)) + body


def server_name(name):
	return extension(0, struct.pack('>HBH', len(name) + 3, 0, len(name)) + name)


def hello(*extensions):
	rest = b''.join(extensions or (server_name(b'a.test'),))
	return handshake(1, b'\3\3' + bytes(32) + b'\0\0\4\0\x2f\xc0\x2f\1\0' + struct.pack('>H', len(rest)) + rest)


def tls(version=0x303, cipher=0xc02f, organisation=b'A Test', client=None):
	chain = certificate(organisation)
	sized = struct.pack('>I', len(chain))[1:] + chain
	return Script(443, [(0, client or hello()), (1, handshake(2, struct.pack('>H', version) + bytes(32) + b'\0' + struct.pack('>HB', cipher, 0)) +
		handshake(11, struct.pack('>I', len(sized))[1:] + sized) + handshake(14, b''))])


NDR = uuid.UUID('8a885d04-1ceb-11c9-9fe8-08002b104860').bytes_le + b'\2\0\0\0'


def pdu(kind, call, body, flags=3):
	return struct.pack('<4B4sHHI', 5, 0, kind, flags, b'\x10\0\0\0', 16 + len(body), 0, call) + body


def rpc(interface, operation, stub=b'\0' * 8, version=1):
	bind = struct.pack('<HHI4sHBB', 4280, 4280, 0, b'\1\0\0\0', 0, 1, 0) + uuid.UUID(interface).bytes_le + struct.pack('<I', version) + NDR
	agreed = struct.pack('<HHIH6s', 4280, 4280, 1, 4, b'135\0\0\0') + b'\1\0\0\0' + b'\0\0\0\0' + NDR
	call = struct.pack('<IHH', len(stub), 0, operation) + stub
	return Script(49152, [(0, pdu(11, 1, bind)), (1, pdu(12, 1, agreed)), (0, pdu(0, 2, call)), (1, pdu(2, 2, struct.pack('<IHH', 0, 0, 0) + bytes(8)))])


def netbios(message):
	return struct.pack('>I', len(message)) + message


def smb2(command, number, body, answer=False, tree=1):
	return netbios(b'\xfeSMB' + struct.pack('<HHIHHIIQIIQ16s', 64, 1, 0, command, 1, int(answer), 0, number, 0xfeff, tree, 1, bytes(16)) + body)


def utf16(text):
	return text.decode().encode('utf-16-le')


def share(name):
	path = utf16(b'\\\\srv\\' + name)
	return [(0, smb2(3, 1, struct.pack('<HHHH', 9, 0, 72, len(path)) + path, tree=0)),
		(1, smb2(3, 1, struct.pack('<HBBIII', 16, 1, 0, 0, 0, 0x1f01ff), True))]


def stored(name, content):
	"""A file is made on a share, written and closed."""
	path, handle = utf16(name), b'\x11' * 16
	create = struct.pack('<HBBIQQIIIIIHHII', 57, 0, 0, 2, 0, 0, 0x12019f, 0, 7, 5, 0, 120, len(path), 0, 0) + path
	opened = struct.pack('<HBBI32sQQII16sII', 89, 0, 0, 2, bytes(32), 0, 0, 0, 0, handle, 0, 0)
	write = struct.pack('<HHIQ16sIIHHI', 49, 112, len(content), 0, handle, 0, 0, 0, 0, 0) + content
	return share(b'docs') + [(0, smb2(5, 2, create)), (1, smb2(5, 2, opened, True)), (0, smb2(9, 3, write)),
		(1, smb2(9, 3, struct.pack('<HHIII', 17, 0, len(content), 0, 0), True)), (0, smb2(6, 4, struct.pack('<HHI16s', 24, 0, 0, handle))),
		(1, smb2(6, 4, struct.pack('<HHI52s', 60, 0, 0, bytes(52)), True))]


def smb(messages):
	return Script(445, messages)


def smb1(command, status=0, body=b'\0\0\0', answer=False, multiplex=1):
	return netbios(b'\xffSMB' + struct.pack('<BIBH12sHHHH', command, status, 0x98 if answer else 0x18, 0xc853, bytes(12), 1, 2, 3, multiplex) + body)


def ntlm(user):
	"""The last message of a login by NTLM in a session setup."""
	name, domain = utf16(user), utf16(b'LAB')
	at, field = 64, lambda n, o: struct.pack('<HHI', n, n, o)
	token = (b'NTLMSSP\0\3\0\0\0' + field(0, at) + field(0, at) + field(len(domain), at) + field(len(name), at + len(domain)) +
		field(0, at) + field(0, at) + b'\1\x82\0\0' + domain + name)
	return [(0, smb2(1, 1, struct.pack('<HBBIIHHQ', 25, 0, 1, 0, 0, 88, len(token), 0) + token, tree=0)),
		(1, smb2(1, 1, struct.pack('<HHHH', 9, 0, 72, 0), True, tree=0))]
