"""Pipes of SMB that nobody knows by name, or that were opened before the capture begins: what is taken for calls there."""
import struct

import packets

RECORDS = ['smb']
KEYS = ['smb']
UUID = bytes.fromhex('c84f324b7016d30112785a47bf6ee188')
NDR = bytes.fromhex('045d888aeb1cc9119fe808002b104860')
HANDLE = bytes(range(16))


def pdu(kind, body, call=1):
	return struct.pack('<BBBBIHHI', 5, 0, kind, 3, 0x10, 16 + len(body), 0, call) + body


BIND = pdu(11, struct.pack('<HHIB3xHBx', 4280, 4280, 0, 1, 0, 1) + UUID + struct.pack('<HH', 3, 0) + NDR + struct.pack('<I', 2))
ACK = pdu(12, struct.pack('<HHIH6sB3xHH', 4280, 4280, 1, 6, b'\\pipe\0', 1, 0, 0) + NDR + struct.pack('<I', 2))
CALL = pdu(0, struct.pack('<IHH', 8, 0, 15) + b'stub', 2)
ANSWER = pdu(2, struct.pack('<IHBx', 8, 0, 0) + b'made', 2)
LETTERS = b'A' * 512


def netbios(body):
	return struct.pack('>I', len(body)) + body


class Smb1:
	def __init__(self):
		self.mid = 0

	def message(self, command, answer, words, data):
		head = b'\xffSMB' + struct.pack('<BIBHHQHHHHH', command, 0, 0x98 if answer else 0x18, 0xc007, 0, 0, 0, 8, 1, 2, self.mid)
		return netbios(head + bytes([len(words) // 2]) + words + struct.pack('<H', len(data)) + data)

	def pair(self, command, words, data, answer, answered=b''):
		self.mid += 1
		return [(0, self.message(command, False, words, data)), (1, self.message(command, True, answer, answered))]

	def tree(self):
		return self.pair(0x75, struct.pack('<BBHHH', 255, 0, 0, 8, 1), b'\0' + '\\\\S\\IPC$'.encode('utf-16-le') + b'\0\0?????\0',
			struct.pack('<BBHH', 255, 0, 0, 1), b'IPC\0\0')

	def create(self, name):
		text = name.encode('utf-16-le')
		words = struct.pack('<BBHBHIIIQIIIIIB', 255, 0, 0, 0, len(text), 0, 0, 3, 0, 0, 3, 1, 0, 2, 0)
		answer = struct.pack('<BBHBHIQQQQIQQHHB', 255, 0, 0, 0, 0x4003, 1, 0, 0, 0, 0, 128, 0, 0, 2, 5, 0)
		return self.pair(0xa2, words, b'\0' + text + b'\0\0', answer)

	def write(self, data):
		words = struct.pack('<BBHHIIHHHHHI', 255, 0, 0, 0x4003, 0, 0, 8, 0, 0, len(data), 63, 0)
		return self.pair(0x2f, words, data, struct.pack('<BBHHHHH', 255, 0, 0, len(data), 0, 0, 0))

	def read(self, data):
		words = struct.pack('<BBHHIHHIHI', 255, 0, 0, 0x4003, 0, 4096, 0, 0, 0, 0)
		answer = struct.pack('<BBHHHHHHI6x', 255, 0, 0, 0, 0, 0, len(data), 59, 0)
		return self.pair(0x2e, words, b'', answer, data)

	def call(self, data, answered):
		words = struct.pack('<HHHHBBHIHHHHHBBHH', 0, len(data), 0, 4096, 0, 0, 0, 0, 0, 0, 0, len(data), 84, 2, 0, 0x26, 0x4003)
		name = b'\0' + '\\PIPE\\'.encode('utf-16-le') + b'\0\0'
		answer = struct.pack('<HHHHHHHHHBB', 0, len(answered), 0, 0, 56, 0, len(answered), 56, 0, 0, 0)
		return self.pair(0x25, words, name.ljust(17, b'\0') + data, answer, b'\0' + answered)


class Smb2:
	handle = HANDLE

	def __init__(self):
		self.id = 0

	def message(self, command, answer, body):
		return netbios(b'\xfeSMB' + struct.pack('<HHIHHIIQIIQ16x', 64, 1, 0, command, 1, int(answer), 0, self.id, 0xfeff, 3, 7) + body)

	def pair(self, command, body, answer):
		self.id += 1
		return [(0, self.message(command, False, body)), (1, self.message(command, True, answer))]

	def tree(self):
		text = '\\\\S\\IPC$'.encode('utf-16-le')
		return self.pair(3, struct.pack('<HHHH', 9, 0, 72, len(text)) + text, struct.pack('<HBBIII', 16, 2, 0, 0, 0, 0))

	def create(self, name):
		text = name.encode('utf-16-le')
		return self.pair(5, struct.pack('<HBBIQQIIIIIHHII', 57, 0, 0, 2, 0, 0, 3, 128, 3, 1, 0, 120, len(text), 0, 0) + text,
			struct.pack('<HBBIQQQQQQII', 89, 0, 0, 1, 0, 0, 0, 0, 0, 0, 128, 0) + self.handle + bytes(8))

	def write(self, data):
		return self.pair(9, struct.pack('<HHIQ', 49, 112, len(data), 0) + self.handle + bytes(16) + data, struct.pack('<HHIII', 17, 0, len(data), 0, 0))

	def read(self, data):
		return self.pair(8, struct.pack('<HBBIQ', 49, 80, 0, 4096, 0) + self.handle + bytes(17),
			struct.pack('<HBBIII', 17, 80, 0, len(data), 0, 0) + data)

	def call(self, data, answered):
		return self.pair(11, struct.pack('<HHI', 57, 0, 0x11c017) + self.handle + struct.pack('<IIIIIIII', 120, len(data), 0, 0, 0, 4096, 1, 0) + data,
			struct.pack('<HHI', 49, 0, 0x11c017) + self.handle + struct.pack('<IIIIII', 112, 0, 112, len(answered), 0, 0) + answered)


def calls(s):
	return s.write(BIND) + s.read(ACK) + s.call(CALL, ANSWER) + s.write(CALL) + s.read(ANSWER)


def letters(s):
	return s.write(LETTERS) + s.read(LETTERS)


WHAT = {'calls': calls, 'letters': letters, 'answer': lambda s: s.read(ACK) + s.call(CALL, ANSWER) + s.write(b'AAAA'),
	'short': lambda s: s.write(b'AAAA') + s.write(BIND) + s.call(CALL, ANSWER),
	'call': lambda s: s.write(CALL) + s.call(CALL, ANSWER), 'lost': lambda s: s.read(ANSWER) + s.write(BIND) + s.read(ACK)}


def other(s):
	"""A second handle of the tree that a call went over."""
	first = s.write(BIND)
	s.handle = HANDLE[::-1]
	return first + s.write(b'four') + s.call(CALL, ANSWER) + s.write(BIND)


WHAT['other'] = other


def frames():
	out, sport = [], 41000
	for version in Smb1, Smb2:
		for name in 'netlogon', 'PSEXESVC', 'svcctl', None:
			for what in WHAT.values():
				s = version()
				before = s.tree() + s.create(name) if name else []
				out += packets.talk(445, before + what(s), sport=sport)
				sport += 1
	return packets.timed(out)
