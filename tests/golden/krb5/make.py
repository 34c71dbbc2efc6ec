"""Kerberos as Suricata reads it: the sessions of dataplane/app/krb5/examples.md, requests that lack this or that, names that
are no UTF-8, several messages behind each other."""
import kerberos
import packets
import traffic
from kerberos import members, name, number, sequence, text, tlv

RECORDS = ('krb5', 'anomaly')


def request(cname=name('anna'), realm=text('R'), till=kerberos.time('20370913024805Z'), etypes=sequence(number(18)), padata=None, tail=b''):
	body = members(_0=tlv(3, b'\0\x40\x81\0\x10'), _1=cname, _2=realm, _3=name('krbtgt', 'R', kind=2), _5=till, _7=number(7), _8=etypes)
	return tlv(0x6a, members(_1=number(5), _2=number(10), _3=padata, _4=body)) + tail


def string(data, tag=0x1b):
	return members(_0=number(1), _1=sequence(tlv(tag, data)))


ODD = (request(), request(cname=None), request(realm=None), request(till=None), request(etypes=None), request(etypes=sequence()),
	request(cname=string(b'\xe4nna')), request(cname=string('\xe4nna'.encode())), request(cname=string(b'anna', 0x0c)),
	request(cname=name('', 'b')), request(cname=name(*'abcdefgh')), request(padata=sequence(number(3))),
	request(padata=sequence()), request(tail=b'more'), request()[:-2], b'\x4a' + request()[1:], b'\x6a\x80abcdefghijkl', b'\x30\5abcde',
	kerberos.as_rep(), kerberos.error(6), tlv(0x6e, sequence(number(5))),
	kerberos.as_rep(etype=kerberos.DES, ticket_etype=-133), kerberos.error(24, cname=name('', 'x'), crealm='R2'))


def frames():
	out = traffic.examples('krb5')()[1]
	for i, message in enumerate(ODD):
		for side, data in ((0, kerberos.as_req('first')), (i % 2, message), (1, kerberos.error(60))):
			ends = (traffic.SERVER, traffic.CLIENT, 88, 7000 + i) if side else (traffic.CLIENT, traffic.SERVER, 7000 + i, 88)
			out.append(traffic.datagram(data, *ends))
	return packets.timed(out)
