#!/usr/bin/env python3
"""Write a capture anew with every TCP stream cut otherwise: same bytes, other segments, each acknowledged at once.

usage: recut.py IN OUT [SIZE [SEED]]     SIZE: bytes a segment (1), or "random" for 1 to 40

Only sessions are cut that are clean: opened by SYN, each direction in order without holes, repeats and overlaps, whole
IPv4 or IPv6 packets without fragments, every payload acknowledged before the next of the other side. The others stay as
they are, so their packets are the same before and behind. The acknowledgements that are put in copy the head of the last
packet of their side. Times stay those of the packet that was cut.
"""
import collections
import os
import random
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'captures'))
import packets

LINK_HEADS = {1: 14, 101: 0, 113: 16, 228: 0, 229: 0}
MASK = 0xffffffff


class Segment:
	"""A TCP segment in a frame; None from `of` for anything else."""

	def __init__(self, frame, l3, l4, end):
		self.frame, self.l3, self.l4, self.end = frame, l3, l4, end
		self.v6 = frame[l3] >> 4 == 6
		sport, dport, self.seq, self.ack, offset, self.flags = struct.unpack_from('>HHIIBB', frame, l4)
		self.payload_at = l4 + (offset >> 4) * 4
		ends = (frame[l3 + 8:l3 + 24], frame[l3 + 24:l3 + 40]) if self.v6 else (frame[l3 + 12:l3 + 16], frame[l3 + 16:l3 + 20])
		self.src, self.dst = (ends[0], sport), (ends[1], dport)
		self.payload = frame[self.payload_at:end]

	@classmethod
	def of(cls, link, frame):
		l3 = LINK_HEADS.get(link)
		if l3 is None:
			return None
		if link == 1:
			while frame[l3 - 2:l3] == b'\x81\x00':
				l3 += 4
		if len(frame) >= l3 + 40 and frame[l3] >> 4 == 4:
			size, part, proto = struct.unpack_from('>H2xHxB', frame, l3 + 2)
			l4 = l3 + (frame[l3] & 15) * 4
			if proto != packets.TCP or part & 0x3fff or size > len(frame) - l3 or l4 < l3 + 20:
				return None
			end = l3 + size
		elif len(frame) >= l3 + 60 and frame[l3] >> 4 == 6 and frame[l3 + 6] == packets.TCP:
			l4, end = l3 + 40, l3 + 40 + struct.unpack_from('>H', frame, l3 + 4)[0]
		else:
			return None
		if end > len(frame) or l4 + 20 > end or not l4 + 20 <= l4 + (frame[l4 + 12] >> 4) * 4 <= end:
			return None
		segment = cls(frame, l3, l4, end)
		return segment if segment.sound() else None

	def sound(self):
		pseudo = self.src[0] + self.dst[0] + (struct.pack('>II', self.end - self.l4, packets.TCP) if self.v6 else
			struct.pack('>BBH', 0, packets.TCP, self.end - self.l4))
		head = self.frame[self.l3:self.l4] if not self.v6 else b'\xff\xff'
		return packets.checksum(pseudo + self.frame[self.l4:self.end]) == 0 and packets.checksum(head) == 0

	def key(self):
		return tuple(sorted((self.src, self.dst))), self.frame[12:self.l3]

	def remade(self, seq, ack, flags, payload):
		"""The frame with these fields, lengths and checksums set right."""
		tcp = bytearray(self.frame[self.l4:self.payload_at])
		struct.pack_into('>II', tcp, 4, seq & MASK, ack & MASK)
		tcp[13] = flags
		tcp = packets.with_checksum(packets.TCP, self.src[0], self.dst[0], bytes(tcp) + payload, 16)
		head = bytearray(self.frame[self.l3:self.l4])
		if self.v6:
			struct.pack_into('>H', head, 4, len(tcp))
		else:
			struct.pack_into('>H', head, 2, len(head) + len(tcp))
			struct.pack_into('>H', head, 10, 0)
			struct.pack_into('>H', head, 10, packets.checksum(bytes(head)))
		return self.frame[:self.l3] + bytes(head) + tcp


class Session:
	def __init__(self):
		self.clean, self.opened = True, False
		self.next, self.acked = {}, {}

	def look(self, s):
		"""The session stays clean, or not, with one more segment."""
		size = len(s.payload) + bool(s.flags & packets.SYN) + bool(s.flags & packets.FIN)
		if s.flags & packets.SYN:
			first = s.src not in self.next and not s.payload and bool(s.flags & packets.ACK) == (s.dst in self.next)
			self.clean &= first and not s.flags & (packets.FIN | packets.RST)
		elif s.flags & packets.RST:
			self.clean &= not s.payload
			return
		else:
			# A payload comes when all that the other side sent before is acknowledged; so none is in flight against it.
			self.clean &= len(self.next) == 2 and s.seq == self.next.get(s.src) and bool(s.flags & packets.ACK)
			self.clean &= s.ack == self.next.get(s.dst) and not s.flags & packets.URG
		self.next[s.src] = s.seq + size & MASK


def clean_sessions(link, frames):
	"""One entry a frame: its segment, when it belongs to a session that can be cut, else None; and how many sessions are."""
	sessions, found = {}, []
	for _, frame in frames:
		s = Segment.of(link, frame)
		if s is not None:
			session = sessions.setdefault(s.key(), Session())
			session.look(s)
			found.append((s, session))
		else:
			found.append((None, None))
	keep = [s if s is not None and session.clean else None for s, session in found]
	return keep, sum(s.clean for s in sessions.values()), len(sessions)


def pieces(payload, size, r):
	at = 0
	while at < len(payload):
		n = r.randrange(1, 41) if size == 'random' else r.randrange(1, 1461) if size == 'large' else size
		yield at, payload[at:at + n]
		at += n


def recut(link, frames, size=1, seed=1, single=0):
	"""The frames with clean sessions cut anew; how many sessions were clean, of how many. Behind the first `single` bytes of
	a direction (0: never) the pieces are larger."""
	keep, clean, total = clean_sessions(link, frames)
	r, last, out, seen = random.Random(seed), {}, [], collections.Counter()
	for (at, frame), s in zip(frames, keep):
		other = last.get((s.key(), s.dst)) if s is not None else None
		if s is not None:
			last[(s.key(), s.src)] = s
		if s is None or len(s.payload) < 2 or other is None:
			out.append((at, frame))
			continue
		seen[s.key(), s.src] += len(s.payload)
		for k, part in pieces(s.payload, size if not single or seen[s.key(), s.src] <= single else 'large', r):
			end = k + len(part)
			whole = end == len(s.payload)
			out.append((at, s.remade(s.seq + k, s.ack, s.flags if whole else s.flags & ~(packets.FIN | packets.PSH), part)))
			if not whole:
				out.append((at, other.remade(s.ack, s.seq + end, packets.ACK, b'')))
	return out, clean, total


def main():
	if not 3 <= len(sys.argv) <= 5:
		print(__doc__)
		return 2
	size = sys.argv[3] if len(sys.argv) > 3 else '1'
	link, frames = packets.read(sys.argv[1])
	if link is None:
		print('not understood: ' + sys.argv[1])
		return 1
	out, clean, total = recut(link, frames, size if size == 'random' else int(size), int(sys.argv[4]) if len(sys.argv) > 4 else 1)
	with open(sys.argv[2], 'wb') as f:
		f.write(packets.pcap(out, link))
	print('%d of %d sessions cut: %d frames became %d' % (clean, total, len(frames), len(out)))
	return 0


if __name__ == '__main__':
	sys.exit(main())
