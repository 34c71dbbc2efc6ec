/* event_rows: the rows of events.h: id, name in rules, sentence for the documentation. */
#ifndef HG_PACKET_EVENT_ROWS_H
#define HG_PACKET_EVENT_ROWS_H

#define HG_DECODE_EVENTS(X)                                                                                  \
	X(AFPACKET_TRUNC_PKT, "afpacket.trunc_pkt",                                                          \
		"the capture socket handed over less than the whole packet")                                 \
	X(CHDLC_PKT_TOO_SMALL, "chdlc.pkt_too_small", "Cisco HDLC frame shorter than its 4-byte header")     \
	X(DCE_PKT_TOO_SMALL, "dce.pkt_too_small",                                                            \
		"FabricPath frame without room for the inner Ethernet header")                               \
	X(ERSPAN_HEADER_TOO_SMALL, "erspan.header_too_small", "ERSPAN header cut short")                     \
	X(ERSPAN_TOO_MANY_VLAN_LAYERS, "erspan.too_many_vlan_layers",                                        \
		"ERSPAN adds a VLAN to a packet that has three")                                             \
	X(ERSPAN_UNSUPPORTED_VERSION, "erspan.unsupported_version", "ERSPAN version other than type II")     \
	X(ESP_PKT_TOO_SMALL, "esp.pkt_too_small", "ESP payload shorter than its 8-byte header")              \
	X(ETHERNET_PKT_TOO_SMALL, "ethernet.pkt_too_small", "frame shorter than an Ethernet header")         \
	X(GENEVE_UNKNOWN_PAYLOAD_TYPE, "geneve.unknown_payload_type",                                        \
		"Geneve header names a payload that is not decoded")                                         \
	X(GRE_PKT_TOO_SMALL, "gre.pkt_too_small", "GRE header cut short")                                    \
	X(GRE_VERSION0_FLAGS, "gre.version0_flags", "GRE version 0 with reserved flags set")                 \
	X(GRE_VERSION0_HDR_TOO_BIG, "gre.version0_hdr_too_big",                                              \
		"GRE version 0 header longer than the packet")                                               \
	X(GRE_VERSION0_MALFORMED_SRE_HDR, "gre.version0_malformed_sre_hdr",                                  \
		"GRE version 0 source route runs past the packet")                                           \
	X(GRE_VERSION0_RECUR, "gre.version0_recur", "GRE version 0 with a recursion count")                  \
	X(GRE_VERSION1_CHKSUM, "gre.version1_chksum", "GRE version 1 with the checksum flag")                \
	X(GRE_VERSION1_FLAGS, "gre.version1_flags", "GRE version 1 with reserved flags set")                 \
	X(GRE_VERSION1_HDR_TOO_BIG, "gre.version1_hdr_too_big",                                              \
		"GRE version 1 header longer than the packet")                                               \
	X(GRE_VERSION1_MALFORMED_SRE_HDR, "gre.version1_malformed_sre_hdr",                                  \
		"GRE version 1 source route malformed")                                                      \
	X(GRE_VERSION1_NO_KEY, "gre.version1_no_key", "GRE version 1 without the key it must have")          \
	X(GRE_VERSION1_RECUR, "gre.version1_recur", "GRE version 1 with a recursion count")                  \
	X(GRE_VERSION1_ROUTE, "gre.version1_route", "GRE version 1 with the routing flag")                   \
	X(GRE_VERSION1_SSR, "gre.version1_ssr", "GRE version 1 with the strict source route flag")           \
	X(GRE_VERSION1_WRONG_PROTOCOL, "gre.version1_wrong_protocol",                                        \
		"GRE version 1 that does not carry PPP")                                                     \
	X(GRE_WRONG_VERSION, "gre.wrong_version", "GRE version above 1")                                     \
	X(ICMPV4_IPV4_TRUNC_PKT, "icmpv4.ipv4_trunc_pkt",                                                    \
		"ICMP message or the IPv4 header it quotes is cut short")                                    \
	X(ICMPV4_IPV4_UNKNOWN_VER, "icmpv4.ipv4_unknown_ver", "ICMP error quotes a header that is not IPv4") \
	X(ICMPV4_PKT_TOO_SMALL, "icmpv4.pkt_too_small", "ICMP message shorter than its 8-byte header")       \
	X(ICMPV4_UNKNOWN_CODE, "icmpv4.unknown_code", "ICMP code not assigned for its type")                 \
	X(ICMPV4_UNKNOWN_TYPE, "icmpv4.unknown_type", "ICMP type not assigned")                              \
	X(ICMPV6_EXPERIMENTATION_TYPE, "icmpv6.experimentation_type",                                        \
		"ICMPv6 type for private experiments (100, 101, 200, 201)")                                  \
	X(ICMPV6_IPV6_TRUNC_PKT, "icmpv6.ipv6_trunc_pkt", "ICMPv6 error quotes an IPv6 header cut short")    \
	X(ICMPV6_IPV6_UNKNOWN_VERSION, "icmpv6.ipv6_unknown_version",                                        \
		"ICMPv6 error quotes a header that is not IPv6")                                             \
	X(ICMPV6_MLD_MESSAGE_WITH_INVALID_HL, "icmpv6.mld_message_with_invalid_hl",                          \
		"multicast listener message with a hop limit other than 1")                                  \
	X(ICMPV6_PKT_TOO_SMALL, "icmpv6.pkt_too_small", "ICMPv6 message shorter than its 8-byte header")     \
	X(ICMPV6_UNASSIGNED_TYPE, "icmpv6.unassigned_type", "ICMPv6 type not assigned")                      \
	X(ICMPV6_UNKNOWN_CODE, "icmpv6.unknown_code", "ICMPv6 code not assigned for its type")               \
	X(ICMPV6_UNKNOWN_TYPE, "icmpv6.unknown_type", "ICMPv6 type reserved")                                \
	X(IEEE8021AH_HEADER_TOO_SMALL, "ieee8021ah.header_too_small", "802.1ah tag cut short")               \
	X(IPRAW_INVALID_IP_VERSION, "ipraw.invalid_ip_version",                                              \
		"raw IP frame with a version other than 4 or 6")                                             \
	X(IPV4_FRAG_IGNORED, "ipv4.frag_ignored", "fragment not kept: a cap of defragmentation is reached")  \
	X(IPV4_FRAG_OVERLAP, "ipv4.frag_overlap", "fragment brings bytes that an earlier one brought")       \
	X(IPV4_FRAG_PKT_TOO_LARGE, "ipv4.frag_pkt_too_large",                                                \
		"fragment ends past the largest datagram (65,535 bytes)")                                    \
	X(IPV4_HLEN_TOO_SMALL, "ipv4.hlen_too_small", "header length below 20 bytes")                        \
	X(IPV4_ICMPV6, "ipv4.icmpv6", "ICMPv6 over IPv4")                                                    \
	X(IPV4_IPLEN_SMALLER_THAN_HLEN, "ipv4.iplen_smaller_than_hlen",                                      \
		"total length below the header length")                                                      \
	X(IPV4_OPT_DUPLICATE, "ipv4.opt_duplicate", "option that may come once comes again")                 \
	X(IPV4_OPT_EOL_REQUIRED, "ipv4.opt_eol_required",                                                    \
		"option type without a length byte at the end of the header")                                \
	X(IPV4_OPT_INVALID, "ipv4.opt_invalid", "option type not known")                                     \
	X(IPV4_OPT_INVALID_LEN, "ipv4.opt_invalid_len", "option length impossible, or wrong for its type")   \
	X(IPV4_OPT_MALFORMED, "ipv4.opt_malformed", "option content malformed: pointer, flags or tags")      \
	X(IPV4_OPT_PAD_REQUIRED, "ipv4.opt_pad_required", "options do not fill a multiple of 8 bytes")       \
	X(IPV4_OPT_UNKNOWN, "ipv4.opt_unknown", "option that is known and not decoded")                      \
	X(IPV4_PKT_TOO_SMALL, "ipv4.pkt_too_small", "packet shorter than an IPv4 header")                    \
	X(IPV4_TRUNC_PKT, "ipv4.trunc_pkt", "fewer bytes than the total length says")                        \
	X(IPV4_WRONG_IP_VERSION, "ipv4.wrong_ip_version", "version field is not 4")                          \
	X(IPV6_DATA_AFTER_NONE_HEADER, "ipv6.data_after_none_header",                                        \
		"bytes follow a header that says no next header")                                            \
	X(IPV6_DSTOPTS_ONLY_PADDING, "ipv6.dstopts_only_padding", "destination options hold only padding")   \
	X(IPV6_DSTOPTS_UNKNOWN_OPT, "ipv6.dstopts_unknown_opt", "destination option not known")              \
	X(IPV6_EXTHDR_AH_RES_NOT_NULL, "ipv6.exthdr_ah_res_not_null",                                        \
		"reserved field of the authentication header is not zero")                                   \
	X(IPV6_EXTHDR_DUPL_AH, "ipv6.exthdr_dupl_ah", "second authentication header")                        \
	X(IPV6_EXTHDR_DUPL_DH, "ipv6.exthdr_dupl_dh", "third destination options header")                    \
	X(IPV6_EXTHDR_DUPL_EH, "ipv6.exthdr_dupl_eh", "second ESP header")                                   \
	X(IPV6_EXTHDR_DUPL_FH, "ipv6.exthdr_dupl_fh", "second fragment header")                              \
	X(IPV6_EXTHDR_DUPL_HH, "ipv6.exthdr_dupl_hh", "second hop-by-hop options header")                    \
	X(IPV6_EXTHDR_DUPL_RH, "ipv6.exthdr_dupl_rh", "second routing header")                               \
	X(IPV6_EXTHDR_INVALID_OPTLEN, "ipv6.exthdr_invalid_optlen",                                          \
		"option runs past its extension header, or is too short for its type")                       \
	X(IPV6_EXTHDR_USELESS_FH, "ipv6.exthdr_useless_fh", "fragment header on a packet that is whole")     \
	X(IPV6_FH_NON_ZERO_RESERVED_FIELD, "ipv6.fh_non_zero_reserved_field",                                \
		"reserved field of the fragment header is not zero")                                         \
	X(IPV6_FRAG_IGNORED, "ipv6.frag_ignored", "fragment not kept: a cap of defragmentation is reached")  \
	X(IPV6_FRAG_INVALID_LENGTH, "ipv6.frag_invalid_length",                                              \
		"fragment with more to come whose length is no multiple of 8")                               \
	X(IPV6_FRAG_OVERLAP, "ipv6.frag_overlap", "fragment brings bytes that an earlier one brought")       \
	X(IPV6_FRAG_PKT_TOO_LARGE, "ipv6.frag_pkt_too_large",                                                \
		"fragment ends past the largest datagram (65,535 bytes)")                                    \
	X(IPV6_HOPOPTS_ONLY_PADDING, "ipv6.hopopts_only_padding", "hop-by-hop options hold only padding")    \
	X(IPV6_HOPOPTS_UNKNOWN_OPT, "ipv6.hopopts_unknown_opt", "hop-by-hop option not known")               \
	X(IPV6_ICMPV4, "ipv6.icmpv4", "ICMP (version 4) over IPv6")                                          \
	X(IPV6_IPV4_IN_IPV6_TOO_SMALL, "ipv6.ipv4_in_ipv6_too_small",                                        \
		"IPv4 in IPv6 shorter than an IPv4 header")                                                  \
	X(IPV6_IPV4_IN_IPV6_WRONG_VERSION, "ipv6.ipv4_in_ipv6_wrong_version",                                \
		"IPv4 in IPv6 whose version is not 4")                                                       \
	X(IPV6_IPV6_IN_IPV6_TOO_SMALL, "ipv6.ipv6_in_ipv6_too_small",                                        \
		"IPv6 in IPv6 shorter than an IPv6 header")                                                  \
	X(IPV6_IPV6_IN_IPV6_WRONG_VERSION, "ipv6.ipv6_in_ipv6_wrong_version",                                \
		"IPv6 in IPv6 whose version is not 6")                                                       \
	X(IPV6_PKT_TOO_SMALL, "ipv6.pkt_too_small",                                                          \
		"packet shorter than an IPv6 header; the peer never raises it")                              \
	X(IPV6_RH_TYPE_0, "ipv6.rh_type_0", "routing header of the deprecated type 0 (RFC 5095)")            \
	X(IPV6_TRUNC_EXTHDR, "ipv6.trunc_exthdr", "extension header runs past the packet")                   \
	X(IPV6_TRUNC_PKT, "ipv6.trunc_pkt", "fewer bytes than the payload length says")                      \
	X(IPV6_UNKNOWN_NEXT_HEADER, "ipv6.unknown_next_header", "next header that is not decoded")           \
	X(IPV6_WRONG_IP_VERSION, "ipv6.wrong_ip_version", "version field is not 6")                          \
	X(IPV6_ZERO_LEN_PADN, "ipv6.zero_len_padn", "padding option without padding")                        \
	X(LTNULL_PKT_TOO_SMALL, "ltnull.pkt_too_small", "loopback frame shorter than its 4-byte header")     \
	X(LTNULL_UNSUPPORTED_TYPE, "ltnull.unsupported_type",                                                \
		"loopback frame of an address family other than IP")                                         \
	X(MPLS_BAD_LABEL_IMPLICIT_NULL, "mpls.bad_label_implicit_null", "implicit null label on the wire")   \
	X(MPLS_BAD_LABEL_RESERVED, "mpls.bad_label_reserved", "reserved label at the bottom of the stack")   \
	X(MPLS_BAD_LABEL_ROUTER_ALERT, "mpls.bad_label_router_alert",                                        \
		"router alert label at the bottom of the stack")                                             \
	X(MPLS_HEADER_TOO_SMALL, "mpls.header_too_small", "label stack ends without its bottom")             \
	X(MPLS_PKT_TOO_SMALL, "mpls.pkt_too_small", "fewer than 4 bytes behind the label stack")             \
	X(MPLS_UNKNOWN_PAYLOAD_TYPE, "mpls.unknown_payload_type",                                            \
		"neither IP nor a pseudowire behind the label stack")                                        \
	X(NSH_BAD_HEADER_LENGTH, "nsh.bad_header_length",                                                    \
		"NSH length wrong for its metadata type, or past the packet")                                \
	X(NSH_HEADER_TOO_SMALL, "nsh.header_too_small", "NSH header cut short")                              \
	X(NSH_RESERVED_TYPE, "nsh.reserved_type", "NSH metadata type reserved")                              \
	X(NSH_UNKNOWN_PAYLOAD, "nsh.unknown_payload", "NSH next protocol not assigned")                      \
	X(NSH_UNSUPPORTED_TYPE, "nsh.unsupported_type",                                                      \
		"NSH metadata type or next protocol that is not decoded")                                    \
	X(NSH_UNSUPPORTED_VERSION, "nsh.unsupported_version", "NSH version other than 0")                    \
	X(PPP_IP4_PKT_TOO_SMALL, "ppp.ip4_pkt_too_small", "IPv4 over PPP shorter than an IPv4 header")       \
	X(PPP_IP6_PKT_TOO_SMALL, "ppp.ip6_pkt_too_small", "IPv6 over PPP shorter than an IPv6 header")       \
	X(PPP_PKT_TOO_SMALL, "ppp.pkt_too_small", "PPP frame cut short")                                     \
	X(PPP_UNSUP_PROTO, "ppp.unsup_proto", "PPP protocol that is assigned and not decoded")               \
	X(PPP_VJU_PKT_TOO_SMALL, "ppp.vju_pkt_too_small", "Van Jacobson packet shorter than an IPv4 header") \
	X(PPP_WRONG_TYPE, "ppp.wrong_type", "PPP protocol not known")                                        \
	X(PPPOE_MALFORMED_TAGS, "pppoe.malformed_tags", "PPPoE discovery length runs past the frame")        \
	X(PPPOE_PKT_TOO_SMALL, "pppoe.pkt_too_small", "PPPoE header cut short")                              \
	X(PPPOE_WRONG_CODE, "pppoe.wrong_code", "PPPoE discovery code not known")                            \
	X(SCTP_PKT_TOO_SMALL, "sctp.pkt_too_small", "SCTP shorter than its 12-byte header")                  \
	X(SLL_PKT_TOO_SMALL, "sll.pkt_too_small", "Linux cooked frame shorter than its header")              \
	X(TCP_HLEN_TOO_SMALL, "tcp.hlen_too_small", "TCP header length runs past the packet")                \
	X(TCP_INVALID_OPTLEN, "tcp.invalid_optlen", "TCP header length below 20 bytes")                      \
	X(TCP_OPT_DUPLICATE, "tcp.opt_duplicate", "TCP option that may come once comes again")               \
	X(TCP_OPT_INVALID_LEN, "tcp.opt_invalid_len", "TCP option length impossible, or wrong for its kind") \
	X(TCP_PKT_TOO_SMALL, "tcp.pkt_too_small", "TCP shorter than its 20-byte header")                     \
	X(UDP_HLEN_INVALID, "udp.hlen_invalid",                                                              \
		"UDP length differs from the IP payload; the peer never raises it")                          \
	X(UDP_HLEN_TOO_SMALL, "udp.hlen_too_small", "UDP shorter than its 8-byte header")                    \
	X(UDP_LEN_INVALID, "udp.len_invalid", "UDP length field below 8")                                    \
	X(UDP_PKT_TOO_SMALL, "udp.pkt_too_small", "fewer bytes than the UDP length says")                    \
	X(VLAN_HEADER_TOO_SMALL, "vlan.header_too_small", "VLAN tag cut short")                              \
	X(VLAN_TOO_MANY_LAYERS, "vlan.too_many_layers", "fourth VLAN tag")                                   \
	X(VLAN_UNKNOWN_TYPE, "vlan.unknown_type", "VLAN tag in front of a type that is not decoded")         \
	X(VNTAG_HEADER_TOO_SMALL, "vntag.header_too_small", "VN-tag cut short")                              \
	X(VNTAG_UNKNOWN_TYPE, "vntag.unknown_type", "VN-tag in front of a type that is not decoded")         \
	X(VXLAN_UNKNOWN_PAYLOAD_TYPE, "vxlan.unknown_payload_type",                                          \
		"VXLAN carries a type that is not decoded")                                                  \
	X(TOO_MANY_LAYERS, "too_many_layers", "more layers, or more nested tunnels, than are decoded")

#define HG_STREAM_EVENTS(X)                                                                                 \
	X(STREAM_3WHS_ACK_DATA_INJECT, "3whs_ack_data_inject", "3whs ack data inject")                      \
	X(STREAM_3WHS_ACK_IN_WRONG_DIR, "3whs_ack_in_wrong_dir", "3whs ack in wrong dir")                   \
	X(STREAM_3WHS_ASYNC_WRONG_SEQ, "3whs_async_wrong_seq", "3whs async wrong seq")                      \
	X(STREAM_3WHS_RIGHT_SEQ_WRONG_ACK_EVASION, "3whs_right_seq_wrong_ack_evasion",                      \
		"3whs right seq wrong ack evasion")                                                         \
	X(STREAM_3WHS_SYN_FLOOD, "3whs_syn_flood", "3whs syn flood")                                        \
	X(STREAM_3WHS_SYN_RESEND_DIFF_SEQ_ON_SYN_RECV, "3whs_syn_resend_diff_seq_on_syn_recv",              \
		"3whs syn resend diff seq on syn recv")                                                     \
	X(STREAM_3WHS_SYN_TOCLIENT_ON_SYN_RECV, "3whs_syn_toclient_on_syn_recv",                            \
		"3whs syn toclient on syn recv")                                                            \
	X(STREAM_3WHS_SYNACK_FLOOD, "3whs_synack_flood", "3whs synack flood")                               \
	X(STREAM_3WHS_SYNACK_IN_WRONG_DIRECTION, "3whs_synack_in_wrong_direction",                          \
		"3whs synack in wrong direction")                                                           \
	X(STREAM_3WHS_SYNACK_RESEND_WITH_DIFF_ACK, "3whs_synack_resend_with_diff_ack",                      \
		"3whs synack resend with diff ack")                                                         \
	X(STREAM_3WHS_SYNACK_RESEND_WITH_DIFF_SEQ, "3whs_synack_resend_with_diff_seq",                      \
		"3whs synack resend with diff seq")                                                         \
	X(STREAM_3WHS_SYNACK_TFO_DATA_IGNORED, "3whs_synack_tfo_data_ignored",                              \
		"3whs synack tfo data ignored")                                                             \
	X(STREAM_3WHS_SYNACK_TOSERVER_ON_SYN_RECV, "3whs_synack_toserver_on_syn_recv",                      \
		"3whs synack toserver on syn recv")                                                         \
	X(STREAM_3WHS_SYNACK_WITH_WRONG_ACK, "3whs_synack_with_wrong_ack", "3whs synack with wrong ack")    \
	X(STREAM_3WHS_WRONG_SEQ_WRONG_ACK, "3whs_wrong_seq_wrong_ack", "3whs wrong seq wrong ack")          \
	X(STREAM_4WHS_INVALID_ACK, "4whs_invalid_ack", "4whs invalid ack")                                  \
	X(STREAM_4WHS_SYNACK_WITH_WRONG_ACK, "4whs_synack_with_wrong_ack", "4whs synack with wrong ack")    \
	X(STREAM_4WHS_SYNACK_WITH_WRONG_SYN, "4whs_synack_with_wrong_syn", "4whs synack with wrong syn")    \
	X(STREAM_4WHS_WRONG_SEQ, "4whs_wrong_seq", "4whs wrong seq")                                        \
	X(STREAM_CLOSEWAIT_ACK_OUT_OF_WINDOW, "closewait_ack_out_of_window", "closewait ack out of window") \
	X(STREAM_CLOSEWAIT_FIN_OUT_OF_WINDOW, "closewait_fin_out_of_window", "closewait fin out of window") \
	X(STREAM_CLOSEWAIT_INVALID_ACK, "closewait_invalid_ack", "closewait invalid ack")                   \
	X(STREAM_CLOSEWAIT_PKT_BEFORE_LAST_ACK, "closewait_pkt_before_last_ack",                            \
		"closewait pkt before last ack")                                                            \
	X(STREAM_CLOSING_ACK_WRONG_SEQ, "closing_ack_wrong_seq", "closing ack wrong seq")                   \
	X(STREAM_CLOSING_INVALID_ACK, "closing_invalid_ack", "closing invalid ack")                         \
	X(STREAM_EST_ACK_ZWP_DATA, "est_ack_zwp_data", "est ack zwp data")                                  \
	X(STREAM_EST_INVALID_ACK, "est_invalid_ack", "est invalid ack")                                     \
	X(STREAM_EST_PACKET_OUT_OF_WINDOW, "est_packet_out_of_window", "est packet out of window")          \
	X(STREAM_EST_PKT_BEFORE_LAST_ACK, "est_pkt_before_last_ack", "est pkt before last ack")             \
	X(STREAM_EST_SYN_RESEND, "est_syn_resend", "est syn resend")                                        \
	X(STREAM_EST_SYN_RESEND_DIFF_SEQ, "est_syn_resend_diff_seq", "est syn resend diff seq")             \
	X(STREAM_EST_SYN_TOCLIENT, "est_syn_toclient", "est syn toclient")                                  \
	X(STREAM_EST_SYNACK_RESEND, "est_synack_resend", "est synack resend")                               \
	X(STREAM_EST_SYNACK_RESEND_WITH_DIFF_ACK, "est_synack_resend_with_diff_ack",                        \
		"est synack resend with diff ack")                                                          \
	X(STREAM_EST_SYNACK_RESEND_WITH_DIFF_SEQ, "est_synack_resend_with_diff_seq",                        \
		"est synack resend with diff seq")                                                          \
	X(STREAM_EST_SYNACK_TOSERVER, "est_synack_toserver", "est synack toserver")                         \
	X(STREAM_FIN1_ACK_WRONG_SEQ, "fin1_ack_wrong_seq", "fin1 ack wrong seq")                            \
	X(STREAM_FIN1_FIN_WRONG_SEQ, "fin1_fin_wrong_seq", "fin1 fin wrong seq")                            \
	X(STREAM_FIN1_INVALID_ACK, "fin1_invalid_ack", "fin1 invalid ack")                                  \
	X(STREAM_FIN2_ACK_WRONG_SEQ, "fin2_ack_wrong_seq", "fin2 ack wrong seq")                            \
	X(STREAM_FIN2_FIN_WRONG_SEQ, "fin2_fin_wrong_seq", "fin2 fin wrong seq")                            \
	X(STREAM_FIN2_INVALID_ACK, "fin2_invalid_ack", "fin2 invalid ack")                                  \
	X(STREAM_FIN_BUT_NO_SESSION, "fin_but_no_session", "fin but no session")                            \
	X(STREAM_FIN_INVALID_ACK, "fin_invalid_ack", "fin invalid ack")                                     \
	X(STREAM_FIN_OUT_OF_WINDOW, "fin_out_of_window", "fin out of window")                               \
	X(STREAM_FIN_SYN, "fin_syn", "fin syn")                                                             \
	X(STREAM_LASTACK_ACK_WRONG_SEQ, "lastack_ack_wrong_seq", "lastack ack wrong seq")                   \
	X(STREAM_LASTACK_INVALID_ACK, "lastack_invalid_ack", "lastack invalid ack")                         \
	X(STREAM_PKT_BAD_WINDOW_UPDATE, "pkt_bad_window_update", "pkt bad window update")                   \
	X(STREAM_PKT_BROKEN_ACK, "pkt_broken_ack", "pkt broken ack")                                        \
	X(STREAM_PKT_INVALID_ACK, "pkt_invalid_ack", "pkt invalid ack")                                     \
	X(STREAM_PKT_INVALID_TIMESTAMP, "pkt_invalid_timestamp", "pkt invalid timestamp")                   \
	X(STREAM_PKT_RETRANSMISSION, "pkt_retransmission", "pkt retransmission")                            \
	X(STREAM_PKT_SPURIOUS_RETRANSMISSION, "pkt_spurious_retransmission", "pkt spurious retransmission") \
	X(STREAM_REASSEMBLY_DEPTH_REACHED, "reassembly_depth_reached", "reassembly depth reached")          \
	X(STREAM_REASSEMBLY_INSERT_INVALID, "reassembly_insert_invalid", "reassembly insert invalid")       \
	X(STREAM_REASSEMBLY_INSERT_LIMIT, "reassembly_insert_limit", "reassembly insert limit")             \
	X(STREAM_REASSEMBLY_INSERT_MEMCAP, "reassembly_insert_memcap", "reassembly insert memcap")          \
	X(STREAM_REASSEMBLY_NO_SEGMENT, "reassembly_no_segment", "reassembly no segment")                   \
	X(STREAM_REASSEMBLY_OVERLAP_DIFFERENT_DATA, "reassembly_overlap_different_data",                    \
		"reassembly overlap different data")                                                        \
	X(STREAM_REASSEMBLY_SEGMENT_BEFORE_BASE_SEQ, "reassembly_segment_before_base_seq",                  \
		"reassembly segment before base seq")                                                       \
	X(STREAM_REASSEMBLY_SEQ_GAP, "reassembly_seq_gap", "reassembly seq gap")                            \
	X(STREAM_REASSEMBLY_URGENT_OOB_LIMIT_REACHED, "reassembly_urgent_oob_limit_reached",                \
		"reassembly urgent oob limit reached")                                                      \
	X(STREAM_RST_BUT_NO_SESSION, "rst_but_no_session", "rst but no session")                            \
	X(STREAM_RST_INVALID_ACK, "rst_invalid_ack", "rst invalid ack")                                     \
	X(STREAM_RST_WITH_DATA, "rst_with_data", "rst with data")                                           \
	X(STREAM_SHUTDOWN_SYN_RESEND, "shutdown_syn_resend", "shutdown syn resend")                         \
	X(STREAM_SUSPECTED_RST_INJECT, "suspected_rst_inject", "suspected rst inject")                      \
	X(STREAM_TIMEWAIT_ACK_WRONG_SEQ, "timewait_ack_wrong_seq", "timewait ack wrong seq")                \
	X(STREAM_TIMEWAIT_INVALID_ACK, "timewait_invalid_ack", "timewait invalid ack")                      \
	X(STREAM_WRONG_THREAD, "wrong_thread", "wrong thread")

#endif
