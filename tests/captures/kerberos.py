"""Messages of Kerberos (RFC 4120), as far as decoders read them; what is encrypted is any bytes."""
import struct

AES256, RC4, DES = 18, 23, 1
UNKNOWN_PRINCIPAL, PREAUTH_FAILED, PREAUTH_REQUIRED = 6, 24, 25


def tlv(tag, data):
	n = len(data)
	if n < 128:
		return bytes((tag, n)) + data
	size = (n.bit_length() + 7) // 8
	return bytes((tag, 0x80 | size)) + n.to_bytes(size, 'big') + data


def number(n):
	return tlv(2, n.to_bytes(n.bit_length() // 8 + 1, 'big', signed=True))


def text(s):
	return tlv(0x1b, s.encode())


def time(s):
	return tlv(0x18, s.encode())


def sequence(*parts):
	return tlv(0x30, b''.join(parts))


def members(**parts):
	"""[n] of a sequence: _1=…; None: it is not there."""
	return sequence(*(tlv(0xa0 + int(n[1:]), p) for n, p in parts.items() if p is not None))


def name(*parts, kind=1):
	return members(_0=number(kind), _1=sequence(*map(text, parts)))


def encrypted(etype, data=b'\x5a' * 16, kvno=2):
	return members(_0=number(etype), _1=None if kvno is None else number(kvno), _2=tlv(4, data))


def padata(*rows):
	return sequence(*(members(_1=number(kind), _2=tlv(4, value)) for kind, value in rows)) if rows else None


def timestamp(etype=AES256):
	return 2, encrypted(etype, kvno=None)


def body(cname, realm, sname, etypes=(AES256, 17, RC4), nonce=7, till='20370913024805Z', options=0x40810010):
	return members(_0=tlv(3, b'\0' + struct.pack('>I', options)), _1=cname, _2=text(realm), _3=sname,
		_5=time(till), _7=number(nonce), _8=sequence(*map(number, etypes)))


def as_req(user='anna', realm='EXAMPLE.TEST', pa=(), **more):
	return tlv(0x6a, members(_1=number(5), _2=number(10), _3=padata(*pa),
		_4=body(name(user), realm, name('krbtgt', realm, kind=2), **more)))


def ticket(realm, sname, etype):
	return tlv(0x61, members(_0=number(5), _1=text(realm), _2=sname, _3=encrypted(etype)))


def reply(tag, kind, user, realm, sname, etype, ticket_etype, pa=()):
	return tlv(tag, members(_0=number(5), _1=number(kind), _2=padata(*pa), _3=text(realm), _4=name(user),
		_5=ticket(realm, sname, ticket_etype), _6=encrypted(etype)))


def as_rep(user='anna', realm='EXAMPLE.TEST', etype=AES256, ticket_etype=AES256, pa=()):
	return reply(0x6b, 11, user, realm, name('krbtgt', realm, kind=2), etype, ticket_etype, pa)


def tgs_req(*service, realm='EXAMPLE.TEST', pa=(), **more):
	ap = tlv(0x6e, members(_0=number(5), _1=number(14), _2=tlv(3, bytes(5)),
		_3=ticket(realm, name('krbtgt', realm, kind=2), AES256), _4=encrypted(AES256, kvno=None)))
	return tlv(0x6c, members(_1=number(5), _2=number(12), _3=padata((1, ap), *pa), _4=body(None, realm, name(*service, kind=2), **more)))


def tgs_rep(*service, user='anna', realm='EXAMPLE.TEST', etype=AES256, ticket_etype=AES256):
	return reply(0x6d, 13, user, realm, name(*service, kind=2), etype, ticket_etype)


def error(code, *service, realm='EXAMPLE.TEST', cname=None, crealm=None, words=None):
	service = service or ('krbtgt', realm)
	return tlv(0x7e, members(_0=number(5), _1=number(30), _4=time('20260101120000Z'), _5=number(0), _6=number(code),
		_7=None if crealm is None else text(crealm), _8=cname, _9=text(realm), _10=name(*service, kind=2),
		_11=None if words is None else text(words)))


def framed(*messages):
	return b''.join(struct.pack('>I', len(m)) + m for m in messages)
