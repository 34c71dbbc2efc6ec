"""Frames and capture files as bytes: what the tests build their captures from. Standard library only."""
import gzip
import ipaddress
import struct

FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
ICMP, TCP, UDP, IPV6, GRE, ESP, ICMPV6, SCTP = 1, 6, 17, 41, 47, 50, 58, 132
START = 1700000000 * 10**6  # microseconds: of the first frame of a capture
STEP = 1000                 # from frame to frame


def addr(text):
	return ipaddress.ip_address(text).packed


def checksum(data):
	data += b'\0' * (len(data) % 2)
	total = sum(struct.unpack('>%dH' % (len(data) // 2), data))
	while total >> 16:
		total = (total & 0xffff) + (total >> 16)
	return ~total & 0xffff


def put16(data, at, value):
	return data[:at] + struct.pack('>H', value) + data[at + 2:]


def with_checksum(proto, src, dst, segment, at):
	"""The segment with the checksum that stands at `at`, over the pseudo header of IPv4 or IPv6."""
	pseudo = src + dst
	pseudo += struct.pack('>BBH', 0, proto, len(segment)) if len(src) == 4 else struct.pack('>II', len(segment), proto)
	return put16(segment, at, checksum(pseudo + put16(segment, at, 0)))


def tcp(src, dst, sport, dport, seq, ack, flags, data=b'', options=b'', window=65535):
	options += b'\0' * (-len(options) % 4)
	head = struct.pack('>HHIIBBHHH', sport, dport, seq % 2**32, ack % 2**32, 5 + len(options) // 4 << 4, flags, window, 0, 0)
	return with_checksum(TCP, src, dst, head + options + data, 16)


def udp(src, dst, sport, dport, data):
	return with_checksum(UDP, src, dst, struct.pack('>HHHH', sport, dport, 8 + len(data), 0) + data, 6)


def icmp(kind, code, rest):
	return put16(struct.pack('>BBH', kind, code, 0) + rest, 2, checksum(struct.pack('>BBH', kind, code, 0) + rest))


def icmpv6(src, dst, kind, code, rest):
	return with_checksum(ICMPV6, src, dst, struct.pack('>BBH', kind, code, 0) + rest, 2)


def ipv4(src, dst, proto, payload, ident=1, offset=0, more=False, ttl=64, options=b''):
	"""offset in bytes."""
	head = struct.pack('>BBHHHBBH4s4s', 0x45 + len(options) // 4, 0, 20 + len(options) + len(payload), ident,
		(0x2000 if more else 0) | offset // 8, ttl, proto, 0, src, dst) + options
	return put16(head, 10, checksum(head)) + payload


def ipv6(src, dst, proto, payload, hops=64):
	return struct.pack('>IHBB16s16s', 0x60000000, len(payload), proto, hops, src, dst) + payload


def ip(src, dst, proto, payload):
	return (ipv4 if len(src) == 4 else ipv6)(src, dst, proto, payload)


def ether(packet, kind=None):
	kind = kind if kind is not None else 0x86dd if packet[0] >> 4 == 6 else 0x0800
	return b'\2' * 6 + b'\4' * 6 + struct.pack('>H', kind) + packet


def vlan(frame, *ids):
	return frame[:12] + b''.join(struct.pack('>HH', 0x8100, i) for i in ids) + frame[12:]


def fragments(packet, size, ident=7):
	"""An IPv4 packet without options in fragments of `size` bytes, a multiple of 8."""
	src, dst, proto, data = packet[12:16], packet[16:20], packet[9], packet[20:]
	return [ipv4(src, dst, proto, data[at:at + size], ident, at, at + size < len(data)) for at in range(0, len(data), size)]


def fragments6(packet, size, ident=7):
	src, dst, proto, data = packet[8:24], packet[24:40], packet[6], packet[40:]
	return [ipv6(src, dst, 44, struct.pack('>BBHI', proto, 0, at | (at + size < len(data)), ident) + data[at:at + size])
		for at in range(0, len(data), size)]


class Session:
	"""A TCP session as Ethernet frames. Each message goes out in segments of `cut` bytes, each acknowledged."""

	def __init__(self, port, client='10.0.0.1', server='192.168.1.2', sport=40000, cut=1400, options=b''):
		self.ends = [(addr(client), sport), (addr(server), port)]
		self.seq, self.cut, self.options, self.frames = [1000, 5000], cut, options, []

	def segment(self, side, flags, data=b'', seq=None):
		(src, sport), (dst, dport) = self.ends[side], self.ends[1 - side]
		segment = tcp(src, dst, sport, dport, self.seq[side] if seq is None else seq,
			self.seq[1 - side] if flags & ACK else 0, flags, data, self.options)
		return ether(ip(src, dst, TCP, segment))

	def send(self, side, flags, data=b''):
		self.frames.append(self.segment(side, flags, data))
		self.seq[side] += len(data) + bool(flags & (SYN | FIN))

	def open(self):
		self.send(0, SYN)
		self.send(1, SYN | ACK)
		self.send(0, ACK)
		return self

	def say(self, side, data):
		for at in range(0, len(data), self.cut):
			self.send(side, PSH | ACK, data[at:at + self.cut])
			self.send(1 - side, ACK)
		return self

	def close(self):
		for side in (0, 1):
			self.send(side, FIN | ACK)
		self.send(0, ACK)
		return self.frames


def talk(port, messages, **how):
	"""A whole session: messages are (side, bytes), side 0 the client."""
	session = Session(port, **how).open()
	for side, data in messages:
		session.say(side, data)
	return session.close()


def timed(frames):
	"""Those that have no time yet get one."""
	return [f if isinstance(f, tuple) else (START + i * STEP, f) for i, f in enumerate(frames)]


def pcap(frames, link=1):
	"""frames: (microseconds, bytes)."""
	out = [struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 262144, link)]
	for at, data in frames:
		out.append(struct.pack('<IIII', at // 10**6, at % 10**6, len(data), len(data)) + data)
	return b''.join(out)


def block(kind, body):
	body += b'\0' * (-len(body) % 4)
	return struct.pack('<II', kind, 12 + len(body)) + body + struct.pack('<I', 12 + len(body))


def pcapng(frames, link=1):
	out = [block(0x0a0d0d0a, struct.pack('<IHHq', 0x1a2b3c4d, 1, 0, -1)), block(1, struct.pack('<HHI', link, 0, 0))]
	for at, data in frames:
		out.append(block(6, struct.pack('<IIIII', 0, at >> 32, at & 0xffffffff, len(data), len(data)) + data))
	return b''.join(out)


def read_pcap(data):
	end = '<' if data[:4] in (b'\xd4\xc3\xb2\xa1', b'\x4d\x3c\xb2\xa1') else '>'
	nano = data[:4] in (b'\x4d\x3c\xb2\xa1', b'\xa1\xb2\x3c\x4d')
	link, at, frames = struct.unpack_from(end + 'I', data, 20)[0] & 0xffff, 24, []
	while at + 16 <= len(data):
		sec, frac, size, _ = struct.unpack_from(end + 'IIII', data, at)
		if at + 16 + size > len(data):
			break
		frames.append((sec * 10**6 + (frac // 1000 if nano else frac), data[at + 16:at + 16 + size]))
		at += 16 + size
	return link, frames


def read_pcapng(data):
	"""The frames of the first interface, its time in microseconds; (None, []) when it has another unit."""
	end = '<' if data[8:12] == b'\x4d\x3c\x2b\x1a' else '>'
	link, at, frames = None, 0, []
	while at + 12 <= len(data):
		kind, size = struct.unpack_from(end + 'II', data, at)
		if size < 12 or at + size > len(data):
			break
		body = data[at + 8:at + size - 4]
		if kind == 1 and link is None:
			link = struct.unpack_from(end + 'H', body)[0]
			if b'\x09\x00\x01\x00' in body or b'\x00\x09\x00\x01' in body:
				return None, []
		elif kind == 6 and struct.unpack_from(end + 'I', body)[0] == 0:
			high, low, kept = struct.unpack_from(end + 'III', body, 4)
			frames.append((high << 32 | low, body[20:20 + kept]))
		at += size
	return link, frames


def read(path):
	"""(link type, [(microseconds, frame)]) of a capture file, plain or .gz; (None, []) for what is not understood."""
	with open(path, 'rb') as f:
		data = f.read()
	if data[:2] == b'\x1f\x8b':
		try:
			data = gzip.decompress(data)
		except (OSError, EOFError):
			return None, []
	if data[:4] in (b'\xd4\xc3\xb2\xa1', b'\xa1\xb2\xc3\xd4', b'\x4d\x3c\xb2\xa1', b'\xa1\xb2\x3c\x4d'):
		return read_pcap(data)
	return read_pcapng(data) if data[:4] == b'\x0a\x0d\x0d\x0a' else (None, [])


def datagrams(by_port):
	"""Each payload of {port: [payload]} in a datagram of a flow of its own, from a client to a server."""
	client, server = addr('10.0.0.1'), addr('192.168.1.2')
	out = []
	for port, payloads in by_port.items():
		for i, data in enumerate(payloads):
			out.append(ether(ipv4(client, server, UDP, udp(client, server, 20000 + i, port, data))))
	return timed(out)
