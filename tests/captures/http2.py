"""HTTP/2 and WebSocket as bytes: frames, fields as HPACK without Huffman coding, messages."""
import struct

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, END_HEADERS, PADDED, PRIO = 1, 4, 8, 32
PREFACE = b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
GET, POST, SCHEME, OK, NOT_FOUND = b'\x82', b'\x83', b'\x86', b'\x88', b'\x8d'  # indices of the static table
UPGRADE = (b'GET %s HTTP/1.1\r\nHost: a\r\nUser-Agent: t\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n'
	b'HTTP2-Settings: AAMAAABkAARAAAAA\r\n\r\n')
SWITCHED = b'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: %s\r\n\r\n'


def frame(kind, flags, stream, payload=b''):
	return struct.pack('>I', len(payload))[1:] + bytes([kind, flags]) + struct.pack('>I', stream) + payload


def text(data):
	return bytes([len(data)]) + data


def field(name, value, keep=False):
	"""Names and values below 127 bytes; keep: in the table."""
	return (b'\x40' if keep else b'\x00') + text(name.encode()) + text(value.encode())


def path(value):
	return b'\x04' + text(value.encode())


def authority(value):
	return b'\x01' + text(value.encode())


def settings(*pairs, flags=0):
	return frame(SETTINGS, flags, 0, b''.join(struct.pack('>HI', *pair) for pair in pairs))


def request(stream, target, *more, host='h', method=GET, end=True):
	return frame(HEADERS, END_HEADERS | (END_STREAM if end else 0), stream, method + SCHEME + path(target) + authority(host) + b''.join(more))


def answer(stream, body, *more, status=OK):
	"""Without a body the stream ends with its fields."""
	head = frame(HEADERS, END_HEADERS | (0 if body else END_STREAM), stream, status + b''.join(more))
	return head + (frame(DATA, END_STREAM, stream, body) if body else b'')


def message(opcode, data, fin=True, mask=None, rsv=0):
	"""A frame of WebSocket."""
	head = bytes([(0x80 if fin else 0) | rsv | opcode])
	bit = 0 if mask is None else 0x80
	head += bytes([bit | len(data)]) if len(data) < 126 else bytes([bit | 126]) + struct.pack('>H', len(data))
	if mask is None:
		return head + data
	key = struct.pack('>I', mask)
	return head + key + bytes(c ^ key[i & 3] for i, c in enumerate(data))
