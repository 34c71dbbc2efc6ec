"""Packets of QUIC as bytes: Initial packets sealed as RFC 9001 says, messages of gQUIC. Standard library only."""
import hashlib
import hmac
import struct

import tls

V1, V2, DRAFT29 = 1, 0x6b3343cf, 0xff00001d
SALTS = {V1: '38762cf7f55934b34d179ae6a4c80cadccbb7f0a', V2: '0dede3def700a6db819381be6e269dcbf9bd2ed9',
	DRAFT29: 'afbfec289993d24c9e9786f19c6111e04390a899'}


# ---- AES-128 (FIPS 197) and GCM (NIST SP 800-38D), a byte at a time ----

def double(a):
	return (a << 1 ^ 0x11b * (a >> 7)) & 0xff


def boxes():
	box, p, q = [0x63] * 256, 1, 1
	while True:
		p ^= double(p)
		for shift in (1, 2, 4):
			q ^= q << shift & 0xff
		q ^= 9 * (q >> 7)
		turned = [(q << n | q >> 8 - n) & 0xff for n in (0, 1, 2, 3, 4)]
		box[p] = turned[0] ^ turned[1] ^ turned[2] ^ turned[3] ^ turned[4] ^ 0x63
		if p == 1:
			return box


BOX = boxes()


def expand(key):
	words, round_constant = [list(key[i:i + 4]) for i in range(0, 16, 4)], 1
	for i in range(4, 44):
		word = words[-1]
		if i % 4 == 0:
			word = [BOX[b] for b in word[1:] + word[:1]]
			word[0] ^= round_constant
			round_constant = double(round_constant)
		words.append([a ^ b for a, b in zip(words[-4], word)])
	return [sum(words[i:i + 4], []) for i in range(0, 44, 4)]


def block(keys, data):
	state = [a ^ b for a, b in zip(data, keys[0])]
	for n in range(1, 11):
		state = [BOX[state[(i + 4 * (i % 4)) % 16]] for i in range(16)]
		if n < 10:
			mixed = []
			for c in range(0, 16, 4):
				a = state[c:c + 4]
				mixed += [double(a[i]) ^ double(a[(i + 1) % 4]) ^ a[(i + 1) % 4] ^ a[(i + 2) % 4] ^ a[(i + 3) % 4] for i in range(4)]
			state = mixed
		state = [a ^ b for a, b in zip(state, keys[n])]
	return bytes(state)


def ghash(h, data):
	h, y = int.from_bytes(h, 'big'), 0
	for at in range(0, len(data), 16):
		x, v, z = y ^ int.from_bytes(data[at:at + 16], 'big'), h, 0
		for bit in range(127, -1, -1):
			if x >> bit & 1:
				z ^= v
			v = v >> 1 ^ (0xe1 << 120 if v & 1 else 0)
		y = z
	return y.to_bytes(16, 'big')


def padded(data):
	return data + bytes(-len(data) % 16)


def seal(key, nonce, plain, head):
	keys, out = expand(key), b''
	for i in range(0, len(plain), 16):
		stream = block(keys, nonce + struct.pack('>I', i // 16 + 2))
		out += bytes(a ^ b for a, b in zip(plain[i:i + 16], stream))
	sums = padded(head) + padded(out) + struct.pack('>QQ', 8 * len(head), 8 * len(out))
	tag = ghash(block(keys, bytes(16)), sums)
	return out + bytes(a ^ b for a, b in zip(tag, block(keys, nonce + b'\0\0\0\1')))


# ---- keys (RFC 9001 5.2, RFC 9369 3.3) ----

def label(secret, name, size):
	name = b'tls13 ' + name
	info = struct.pack('>H', size) + bytes([len(name)]) + name + b'\0\1'
	return hmac.new(secret, info, hashlib.sha256).digest()[:size]


def keys(version, dcid, side):
	"""Key, IV and the key of header protection; side 0: the client's."""
	initial = hmac.new(bytes.fromhex(SALTS[version]), dcid, hashlib.sha256).digest()
	secret = label(initial, (b'client in', b'server in')[side], 32)
	prefix = b'quicv2 ' if version == V2 else b'quic '
	return label(secret, prefix + b'key', 16), label(secret, prefix + b'iv', 12), label(secret, prefix + b'hp', 16)


# ---- packets ----

def varint(n):
	for width, high in ((1, 0), (2, 1), (4, 2), (8, 3)):
		if n < 1 << 8 * width - 2:
			return (n | high << 8 * width - 2).to_bytes(width, 'big')
	raise ValueError(n)


def long_head(kind, version, dcid, scid, low=0):
	"""kind in the numbers of version 1: 0 Initial, 1 0-RTT, 2 Handshake, 3 Retry."""
	if version == V2:
		kind = (kind + 1) % 4
	return bytes([0xc0 | kind << 4 | low]) + struct.pack('>I', version) + tls.counted(1, dcid) + tls.counted(1, scid)


def initial(side, frames, number=0, version=V1, first=b'\x83\x94\xc8\xf0\x3e\x51\x57\x08', dcid=None, scid=b'', token=b'', room=20):
	"""Sealed with the keys of `first`, the client's first connection identifier; padded with frames up to `room` bytes."""
	key, iv, cover = keys(version, first, side)
	plain = frames + bytes(max(0, room - len(frames)))
	head = long_head(0, version, first if dcid is None else dcid, scid, 1) + varint(len(token)) + token + varint(2 + len(plain) + 16)
	numbered = head + struct.pack('>H', number)
	nonce = (int.from_bytes(iv, 'big') ^ number).to_bytes(12, 'big')
	sealed = seal(key, nonce, plain, numbered)
	mask = block(expand(cover), sealed[2:18])
	covered = bytes(a ^ b for a, b in zip(numbered[-2:], mask[1:]))
	return bytes([head[0] ^ mask[0] & 0x0f]) + head[1:] + covered + sealed


def crypto(data, offset=0):
	return b'\6' + varint(offset) + varint(len(data)) + data


def pieces(data, *order):
	"""The message in as many frames of the same size as `order` names, in that order."""
	size = -(-len(data) // len(order))
	return [crypto(data[i * size:(i + 1) * size], i * size) for i in order]


def retry(version, dcid, scid):
	return long_head(3, version, dcid, scid) + b'token' + bytes(16)


# ---- gQUIC ----

def tags(message, values):
	ends, at, data = b'', 0, b''
	for tag, value in values:
		at += len(value)
		ends += tag.ljust(4, b'\0') + struct.pack('<I', at)
		data += value
	return message + struct.pack('<HH', len(values), 0) + ends + data


def stream(data):
	"""On stream 1, with its length."""
	return b'\xa0\1' + struct.pack('>H', len(data)) + data


def google(version, data):
	"""A long header of Q046, a public one of those before."""
	if version == b'Q046':
		return b'\xc3' + version + b'\x50' + b'\7' * 8 + b'\0\0\0\1' + b'h' * 12 + data
	return b'\x09' + b'\7' * 8 + version + b'\1' + b'h' * 12 + data
