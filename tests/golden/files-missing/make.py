"""A file that is written over SMB: whole, and with a segment missing in its middle and at its end."""
import struct

import packets
import traffic

SETTINGS = ['outputs.file-store.enabled=yes']
FILES = True
SIZE, CUT = 3500, 1000


def write(like):
	"""A WRITE of SMB2 as `like`, of SIZE letters."""
	head, body = like[4:68], bytearray(like[68:116])
	struct.pack_into('<HI', body, 2, 112, SIZE)
	data = head + bytes(body) + bytes(97 + i % 26 for i in range(SIZE))
	return struct.pack('>I', len(data)) + data


def session(sport, lost):
	port, _, steps = list(traffic.read_examples('smb'))[0]
	is_write = [side == 0 and data[4:8] == b'\xfeSMB' and data[16] == 9 for side, data in steps]
	s = packets.Session(port, sport=sport, cut=CUT).open()
	for i, (side, data) in enumerate(steps):
		if i != is_write.index(True):
			s.say(side, data)
			continue
		data = write(data)
		for k, at in enumerate(range(0, len(data), CUT)):
			if k == lost:
				s.seq[side] += len(data[at:at + CUT])
			else:
				s.say(side, data[at:at + CUT])
	return s.close()


def frames():
	return packets.timed(session(45000, None) + session(45001, 1) + session(45002, 3))
