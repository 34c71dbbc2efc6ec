"""rules/sets/hangu-events.rules: what makes each rule alert, and what is like it and must not."""
import gzip
import struct

import packets
import traffic
from packets import ACK, FIN, ICMP, PSH, SYN, TCP, UDP, URG, ether, fragments, fragments6, ip, ipv4, ipv6, tcp, udp
from scripts import OK, Frames, Script, dialogue, dns, extension, ftp, get, handshake, hello, http, mail, ntlm, page, post, question, server_name, smb, smb1, \
	share, smtp, ssh, tls

class Examples:
	"""All sessions of a decoder's examples: one of them shows the event. Whoever speaks first goes out."""
	outward = False

	def __init__(self, protocol):
		self.protocol = protocol

	def frames(self, client, server):
		out = []
		for i, (port, over_udp, steps) in enumerate(traffic.read_examples(self.protocol)):
			session = Script(port, [(int(side), data) for side, data in steps], over_udp)
			out += session.frames(client, server) if over_udp else packets.talk(port, session.messages, client=client, server=server, sport=30000 + i)
		return out


def whole(client, server, size=64):
	return ip(client, server, UDP, udp(client, server, 5000, 5001, bytes(size)))


def overlapping(client, server):
	parts = fragments(whole(client, server), 24)
	return [ether(p) for p in parts[:1] + [ipv4(client, server, UDP, b'Z' * 24, 7, 16, True)] + parts[1:]]


def plain(client, server):
	return [ether(p) for p in fragments(whole(client, server), 24)]


class Six:
	"""The same with addresses of IPv6: the last 32 bits are those of the client."""
	outward = False

	def __init__(self, build):
		self.build = build

	def frames(self, client, server):
		return self.build(packets.addr('fd00::%s' % client), packets.addr('fd00::%s' % server))


def overlapping6(client, server):
	parts = fragments6(ip(client, server, UDP, udp(client, server, 5000, 5001, bytes(64))), 24)
	late = ipv6(client, server, 44, struct.pack('>BBHI', UDP, 0, 16 | 1, 7) + b'Z' * 24)
	return [ether(p) for p in parts[:1] + [late] + parts[1:]]


def plain6(client, server):
	return [ether(p) for p in fragments6(ip(client, server, UDP, udp(client, server, 5000, 5001, bytes(64))), 24)]


def beyond(client, server):
	return [ether(ipv4(client, server, ICMP, bytes(48), 9, 65520, True))]


def beyond6(client, server):
	return [ether(ipv6(client, server, 44, struct.pack('>BBHI', UDP, 0, 65520 | 1, 9) + bytes(48)))]


def routed6(*kinds):
	"""Routing headers without segments left, one behind the other."""
	def build(client, server):
		rest, following = udp(client, server, 1, 9, b'x'), UDP
		for kind in kinds:
			rest, following = struct.pack('>BBBBI', following, 0, kind, 0, 0) + rest, 43
		return [ether(ipv6(client, server, following, rest))]
	return build


def with_options(options):
	return Frames(lambda client, server: [ether(ipv4(client, server, UDP, udp(client, server, 1, 9, b'x'), options=options))])


def segment(flags, options=b'', sport=20000):
	return Frames(lambda client, server: [ether(ip(client, server, TCP, tcp(client, server, sport, 80, 1000, 0, flags, options=options)))])


def short_header(client, server):
	whole = tcp(client, server, 20000, 80, 1, 0, SYN)
	return [ether(ip(client, server, TCP, whole[:12] + b'\xf0' + whole[13:]))]


def long_udp(length):
	return Frames(lambda client, server: [ether(ip(client, server, UDP, struct.pack('>HHHH', 20000, 9, length, 0) + b'xxxx'))])


def land(client, server):
	return [ether(ip(client, client, TCP, tcp(client, client, 139, 139, 1, 0, SYN)))]


class Session:
	"""A session in which build(session) does something of its own behind the handshake, or within it."""
	outward = False

	def __init__(self, build, open_first=True):
		self.build, self.open_first = build, open_first

	def frames(self, client, server):
		session = packets.Session(80, client=client, server=server, sport=20000)
		if self.open_first:
			session.open()
		self.build(session)
		return session.frames


def other_bytes(session):
	"""A gap, what follows it, then the same bytes as others, and the gap is filled."""
	at = session.seq[0]
	for seq, data in ((at + 10, b'B' * 10), (at + 10, b'C' * 10), (at, b'A' * 10)):
		session.frames.append(session.segment(0, PSH | ACK, data, seq))
	session.seq[0] += 20
	session.send(1, ACK)


def same_bytes(session):
	at = session.seq[0]
	for _ in range(2):
		session.frames.append(session.segment(0, PSH | ACK, b'B' * 10, at))
	session.seq[0] += 10
	session.send(1, ACK)


def injected(session):
	session.send(0, SYN)
	session.send(1, SYN | ACK)
	session.seq[1] += 5000
	session.frames.append(session.segment(0, PSH | ACK, b'GET / HTTP/1.0\r\n\r\n'))


def wrong_ack(session):
	session.send(0, SYN)
	session.seq[0] += 777
	session.frames.append(session.segment(1, SYN | ACK))


def second_syn(session):
	session.frames.append(session.segment(0, SYN, seq=session.seq[0] + 99999))


def handshaken(session):
	session.open()
	session.say(0, b'x')


def heads(*lines):
	return http(b'GET /', lines)


def coded(body, coding):
	return page(body, b'Content-Encoding: ' + coding)


def asked(data):
	"""A question, and behind it what is odd."""
	return Script(53, [(0, question(b'a.test')), (0, data)], udp=True)


def starttls(answer):
	return Script(25, [(1, b'220 a ESMTP\r\n'), (0, b'EHLO a\r\n'), (1, b'250-a\r\n250 STARTTLS\r\n'), (0, b'STARTTLS\r\n'), (1, b'220 go\r\n'), *answer])


def answered(chain):
	"""A server whose certificate message is what is said."""
	return Script(443, [(0, hello()), (1, handshake(2, b'\3\3' + bytes(32) + b'\0\xc0\x2f\0') + handshake(11, chain))])


def dialects(body):
	return smb([(0, smb1(0x72, body=body))])


PACKETS = {
	8600001: (Frames(overlapping), Frames(plain)),
	8600002: (Six(overlapping6), Six(plain6)),
	8600003: (Frames(beyond), Frames(plain)),
	8600004: (Six(beyond6), Six(plain6)),
	8600005: (Six(routed6(0)), Six(routed6(4))),
	8600006: (with_options(b'\x07\x02\x04\x00'), with_options(b'\1\1\1\1')),
	8600007: (segment(SYN, b'\2\5\5\xb4\0\0\0\0'), segment(SYN, b'\2\4\5\xb4')),
	8600008: (Frames(short_header), segment(SYN)),
	8600009: (long_udp(4), long_udp(12)),
	8600010: (Six(routed6(4, 4)), Six(routed6(4))),
	8600020: (with_options(b'\x83\x07\x04' + bytes(4) + b'\0'), with_options(b'\1\1\1\1')),
	8600021: (with_options(b'\x89\x07\x04' + bytes(4) + b'\0'), with_options(b'\1\1\1\1')),
	8600022: (Frames(land), segment(SYN)),
	8600023: (segment(SYN | FIN), segment(SYN)),
	8600024: (segment(0), segment(SYN)),
	8600025: (segment(FIN | PSH | URG), segment(SYN)),
}
SESSIONS = {
	8600101: (Session(other_bytes), Session(same_bytes)),
	8600102: (Session(injected, False), Session(handshaken, False)),
	8600103: (Session(wrong_ack, False), Session(handshaken, False)),
	8600104: (Session(second_syn), Session(handshaken, False)),
	8600201: (Script(80, [(0, get(b'/').messages[0][1]), (1, b'SSH-2.0-OpenSSH_9.2p1\r\n')]), get(b'/')),
	8600202: (starttls([(0, b'EHLO a\r\n'), (1, b'250 ok\r\n'), (0, b'MAIL FROM:<a@a.test>\r\n'), (1, b'250 ok\r\n')]), starttls([(0, hello())])),
	8600203: (Examples('smtp'), starttls([(0, hello())])),
}
HTTP = {
	8600301: (http(b'POST /', [b'Content-Length: 3', b'Content-Length: 5', b'X: y'], b''), heads(b'X: y')),
	8600302: (http(b'POST /', [b'Content-Length: abc']), post(b'/', b'abc')),
	8600303: (http(b'POST /', [b'Transfer-Encoding: xchunk']), heads(b'TE: trailers')),
	8600304: (Script(80, [(0, b'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n'), (1, OK)]),
		Script(80, [(0, b'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n'), (1, OK)])),
	8600305: (get(b'http://b.test/'), get(b'/')),
	8600306: (Script(80, [(0, b'GET / HTTP/1.1\r\nHost: a b:x\r\n\r\n'), (1, OK)]), get(b'/')),
	8600307: (heads(b'no colon here'), heads(b'X: y')),
	8600308: (Examples('http'), get(b'/')),
	8600309: (heads(*[b'X-%d: y' % i for i in range(1100)]), heads(*[b'X-%d: y' % i for i in range(20)])),
	8600310: (coded(b'hello', b'gzip, deflate, gzip, deflate, gzip'), coded(gzip.compress(b'hello'), b'gzip')),
	8600311: (coded(gzip.compress(gzip.compress(bytes(8 << 20))), b'gzip, gzip'), coded(gzip.compress(bytes(8000)), b'gzip')),
}
MAIL = {
	8600401: (smtp(b'EHLO a', b'MAIL FROM:<a@a.test>', b'RCPT TO:<b@b.test>', b'DATA\r\nMAIL FROM:<c@c.test>', replies={}), mail(b'a.txt')),
	8600402: (Script(25, [(0, b'EHLO a\r\n'), (1, b'220 a\r\n250 ok\r\n')]), mail(b'a.txt')),
	8600403: (smtp(b'HELO a', b'HELO b'), mail(b'a.txt')),
	8600404: (mail(b'', body=b'Content-Type: multipart/mixed; boundary=' + b'b' * 300 + b'\r\n\r\ntext'), mail(b'a.txt')),
	8600405: (mail(b'n' * 300 + b'.txt'), mail(b'n' * 60 + b'.txt')),
	8600406: (mail(b'', body=b'X' * 200 + b': y\r\n\r\ntext'), mail(b'', body=b'X: y\r\n\r\ntext')),
	8600407: (Examples('smtp'), mail(b'a.txt')),
	8600451: (ftp(b'USER anna', b'MKD ' + b'a' * 5000), ftp(b'USER anna', b'MKD ' + b'a' * 500)),
	8600452: (ftp(b'USER anna', b'STAT', replies={b'STAT': b'200 ' + b'b' * 5000}), ftp(b'USER anna', b'STAT')),
	8600453: (ftp(b'AUTH TLS\r\nUSER injected', replies={b'AUTH TLS\r\nUSER injected': b'504 no'}), ftp(b'AUTH TLS', b'USER anna', replies={b'AUTH TLS': b'504 no'})),
	8600454: (ftp(b'USER anna', b'DE\xff\xf1LE a'), ftp(b'USER anna', b'\xff\xf4\xff\xf2ABOR')),
	8600455: (ftp(b'USER anna', b'LIST', replies={b'LIST': b'425 Possible PASV port theft, cannot open data connection.'}),
		ftp(b'USER anna', b'LIST', replies={b'LIST': b'425 Can not open data connection.'})),
}
DNS = {
	8600501: (asked(question(b'a.test')[:-3]), dns(b'a.test')),
	8600502: (Script(53, [(0, question(b'a.test')[:2] + b'\1\x40' + question(b'a.test')[4:])], udp=True), dns(b'a.test')),
	8600503: (Examples('dns'), dns(b'a.test')),
	8600504: (Examples('dns'), dns(b'a.test')),
}
SMB = {
	8600601: (Examples('smb'), smb(share(b'docs'))),
	8600602: (smb([(s, d.replace(b'NTLMSSP\0\3\0\0\0', b'NTLMSSP\0\3\0\0\0' + b'\xff' * 20)) for s, d in ntlm(b'anna')]), smb(ntlm(b'anna'))),
	8600603: (dialects(b'\0\x0c\0\3NT LM 0.12'), dialects(b'\0\x0c\0\2NT LM 0.12\0')),
	8600604: (Examples('smb'), smb(share(b'docs'))),
	8600605: (Examples('smb'), smb(share(b'docs'))),
	8600701: (Examples('ssh'), ssh()),
	8600702: (ssh(b'SSH-2.0-' + b'a' * 300), ssh(b'SSH-2.0-' + b'a' * 100)),
	8600703: (Examples('ssh'), ssh()),
}
TLS = {
	8600801: (Examples('tls'), tls()),
	8600802: (Examples('tls'), tls()),
	8600803: (answered(b'\0\0\xff\0\0\7abc'), tls()),
	8600804: (tls(client=hello(server_name(b'a.test'), server_name(b'b.test'))), tls()),
	8600805: (tls(client=hello(extension(0, struct.pack('>HBH', 9, 7, 6) + b'a.test'))), tls()),
	8600806: (tls(client=hello(extension(0, struct.pack('>HBH', 9, 0, 99) + b'a.test'))), tls()),
	8600807: (answered(b'\0\0\x0a\0\0\7\x30\x84\x7f\xff\xff\xffa'), tls()),
}
CASES = {**PACKETS, **SESSIONS, **HTTP, **MAIL, **DNS, **SMB, **TLS}
