/* event_rows: the rows of events.h: id, name in rules, sentence for the documentation. */
#ifndef HG_PACKET_EVENT_ROWS_H
#define HG_PACKET_EVENT_ROWS_H

#define HG_DECODE_EVENTS(X)                                                                              \
	X(AFPACKET_TRUNC_PKT, "afpacket.trunc_pkt", "afpacket: trunc pkt")                               \
	X(CHDLC_PKT_TOO_SMALL, "chdlc.pkt_too_small", "chdlc: pkt too small")                            \
	X(DCE_PKT_TOO_SMALL, "dce.pkt_too_small", "dce: pkt too small")                                  \
	X(ERSPAN_HEADER_TOO_SMALL, "erspan.header_too_small", "erspan: header too small")                \
	X(ERSPAN_TOO_MANY_VLAN_LAYERS, "erspan.too_many_vlan_layers", "erspan: too many vlan layers")    \
	X(ERSPAN_UNSUPPORTED_VERSION, "erspan.unsupported_version", "erspan: unsupported version")       \
	X(ESP_PKT_TOO_SMALL, "esp.pkt_too_small", "esp: pkt too small")                                  \
	X(ETHERNET_PKT_TOO_SMALL, "ethernet.pkt_too_small", "ethernet: pkt too small")                   \
	X(GENEVE_UNKNOWN_PAYLOAD_TYPE, "geneve.unknown_payload_type", "geneve: unknown payload type")    \
	X(GRE_PKT_TOO_SMALL, "gre.pkt_too_small", "gre: pkt too small")                                  \
	X(GRE_VERSION0_FLAGS, "gre.version0_flags", "gre: version0 flags")                               \
	X(GRE_VERSION0_HDR_TOO_BIG, "gre.version0_hdr_too_big", "gre: version0 hdr too big")             \
	X(GRE_VERSION0_MALFORMED_SRE_HDR, "gre.version0_malformed_sre_hdr",                              \
		"gre: version0 malformed sre hdr")                                                       \
	X(GRE_VERSION0_RECUR, "gre.version0_recur", "gre: version0 recur")                               \
	X(GRE_VERSION1_CHKSUM, "gre.version1_chksum", "gre: version1 chksum")                            \
	X(GRE_VERSION1_FLAGS, "gre.version1_flags", "gre: version1 flags")                               \
	X(GRE_VERSION1_HDR_TOO_BIG, "gre.version1_hdr_too_big", "gre: version1 hdr too big")             \
	X(GRE_VERSION1_MALFORMED_SRE_HDR, "gre.version1_malformed_sre_hdr",                              \
		"gre: version1 malformed sre hdr")                                                       \
	X(GRE_VERSION1_NO_KEY, "gre.version1_no_key", "gre: version1 no key")                            \
	X(GRE_VERSION1_RECUR, "gre.version1_recur", "gre: version1 recur")                               \
	X(GRE_VERSION1_ROUTE, "gre.version1_route", "gre: version1 route")                               \
	X(GRE_VERSION1_SSR, "gre.version1_ssr", "gre: version1 ssr")                                     \
	X(GRE_VERSION1_WRONG_PROTOCOL, "gre.version1_wrong_protocol", "gre: version1 wrong protocol")    \
	X(GRE_WRONG_VERSION, "gre.wrong_version", "gre: wrong version")                                  \
	X(ICMPV4_IPV4_TRUNC_PKT, "icmpv4.ipv4_trunc_pkt", "icmpv4: ipv4 trunc pkt")                      \
	X(ICMPV4_IPV4_UNKNOWN_VER, "icmpv4.ipv4_unknown_ver", "icmpv4: ipv4 unknown ver")                \
	X(ICMPV4_PKT_TOO_SMALL, "icmpv4.pkt_too_small", "icmpv4: pkt too small")                         \
	X(ICMPV4_UNKNOWN_CODE, "icmpv4.unknown_code", "icmpv4: unknown code")                            \
	X(ICMPV4_UNKNOWN_TYPE, "icmpv4.unknown_type", "icmpv4: unknown type")                            \
	X(ICMPV6_EXPERIMENTATION_TYPE, "icmpv6.experimentation_type", "icmpv6: experimentation type")    \
	X(ICMPV6_IPV6_TRUNC_PKT, "icmpv6.ipv6_trunc_pkt", "icmpv6: ipv6 trunc pkt")                      \
	X(ICMPV6_IPV6_UNKNOWN_VERSION, "icmpv6.ipv6_unknown_version", "icmpv6: ipv6 unknown version")    \
	X(ICMPV6_MLD_MESSAGE_WITH_INVALID_HL, "icmpv6.mld_message_with_invalid_hl",                      \
		"icmpv6: mld message with invalid hl")                                                   \
	X(ICMPV6_PKT_TOO_SMALL, "icmpv6.pkt_too_small", "icmpv6: pkt too small")                         \
	X(ICMPV6_UNASSIGNED_TYPE, "icmpv6.unassigned_type", "icmpv6: unassigned type")                   \
	X(ICMPV6_UNKNOWN_CODE, "icmpv6.unknown_code", "icmpv6: unknown code")                            \
	X(ICMPV6_UNKNOWN_TYPE, "icmpv6.unknown_type", "icmpv6: unknown type")                            \
	X(IEEE8021AH_HEADER_TOO_SMALL, "ieee8021ah.header_too_small", "ieee8021ah: header too small")    \
	X(IPRAW_INVALID_IP_VERSION, "ipraw.invalid_ip_version", "ipraw: invalid ip version")             \
	X(IPV4_FRAG_IGNORED, "ipv4.frag_ignored", "ipv4: frag ignored")                                  \
	X(IPV4_FRAG_OVERLAP, "ipv4.frag_overlap", "ipv4: frag overlap")                                  \
	X(IPV4_FRAG_PKT_TOO_LARGE, "ipv4.frag_pkt_too_large", "ipv4: frag pkt too large")                \
	X(IPV4_HLEN_TOO_SMALL, "ipv4.hlen_too_small", "ipv4: hlen too small")                            \
	X(IPV4_ICMPV6, "ipv4.icmpv6", "ipv4: icmpv6")                                                    \
	X(IPV4_IPLEN_SMALLER_THAN_HLEN, "ipv4.iplen_smaller_than_hlen", "ipv4: iplen smaller than hlen") \
	X(IPV4_OPT_DUPLICATE, "ipv4.opt_duplicate", "ipv4: opt duplicate")                               \
	X(IPV4_OPT_EOL_REQUIRED, "ipv4.opt_eol_required", "ipv4: opt eol required")                      \
	X(IPV4_OPT_INVALID, "ipv4.opt_invalid", "ipv4: opt invalid")                                     \
	X(IPV4_OPT_INVALID_LEN, "ipv4.opt_invalid_len", "ipv4: opt invalid len")                         \
	X(IPV4_OPT_MALFORMED, "ipv4.opt_malformed", "ipv4: opt malformed")                               \
	X(IPV4_OPT_PAD_REQUIRED, "ipv4.opt_pad_required", "ipv4: opt pad required")                      \
	X(IPV4_OPT_UNKNOWN, "ipv4.opt_unknown", "ipv4: opt unknown")                                     \
	X(IPV4_PKT_TOO_SMALL, "ipv4.pkt_too_small", "ipv4: pkt too small")                               \
	X(IPV4_TRUNC_PKT, "ipv4.trunc_pkt", "ipv4: trunc pkt")                                           \
	X(IPV4_WRONG_IP_VERSION, "ipv4.wrong_ip_version", "ipv4: wrong ip version")                      \
	X(IPV6_DATA_AFTER_NONE_HEADER, "ipv6.data_after_none_header", "ipv6: data after none header")    \
	X(IPV6_DSTOPTS_ONLY_PADDING, "ipv6.dstopts_only_padding", "ipv6: dstopts only padding")          \
	X(IPV6_DSTOPTS_UNKNOWN_OPT, "ipv6.dstopts_unknown_opt", "ipv6: dstopts unknown opt")             \
	X(IPV6_EXTHDR_AH_RES_NOT_NULL, "ipv6.exthdr_ah_res_not_null", "ipv6: exthdr ah res not null")    \
	X(IPV6_EXTHDR_DUPL_AH, "ipv6.exthdr_dupl_ah", "ipv6: exthdr dupl ah")                            \
	X(IPV6_EXTHDR_DUPL_DH, "ipv6.exthdr_dupl_dh", "ipv6: exthdr dupl dh")                            \
	X(IPV6_EXTHDR_DUPL_EH, "ipv6.exthdr_dupl_eh", "ipv6: exthdr dupl eh")                            \
	X(IPV6_EXTHDR_DUPL_FH, "ipv6.exthdr_dupl_fh", "ipv6: exthdr dupl fh")                            \
	X(IPV6_EXTHDR_DUPL_HH, "ipv6.exthdr_dupl_hh", "ipv6: exthdr dupl hh")                            \
	X(IPV6_EXTHDR_DUPL_RH, "ipv6.exthdr_dupl_rh", "ipv6: exthdr dupl rh")                            \
	X(IPV6_EXTHDR_INVALID_OPTLEN, "ipv6.exthdr_invalid_optlen", "ipv6: exthdr invalid optlen")       \
	X(IPV6_EXTHDR_USELESS_FH, "ipv6.exthdr_useless_fh", "ipv6: exthdr useless fh")                   \
	X(IPV6_FH_NON_ZERO_RESERVED_FIELD, "ipv6.fh_non_zero_reserved_field",                            \
		"ipv6: fh non zero reserved field")                                                      \
	X(IPV6_FRAG_IGNORED, "ipv6.frag_ignored", "ipv6: frag ignored")                                  \
	X(IPV6_FRAG_INVALID_LENGTH, "ipv6.frag_invalid_length", "ipv6: frag invalid length")             \
	X(IPV6_FRAG_OVERLAP, "ipv6.frag_overlap", "ipv6: frag overlap")                                  \
	X(IPV6_FRAG_PKT_TOO_LARGE, "ipv6.frag_pkt_too_large", "ipv6: frag pkt too large")                \
	X(IPV6_HOPOPTS_ONLY_PADDING, "ipv6.hopopts_only_padding", "ipv6: hopopts only padding")          \
	X(IPV6_HOPOPTS_UNKNOWN_OPT, "ipv6.hopopts_unknown_opt", "ipv6: hopopts unknown opt")             \
	X(IPV6_ICMPV4, "ipv6.icmpv4", "ipv6: icmpv4")                                                    \
	X(IPV6_IPV4_IN_IPV6_TOO_SMALL, "ipv6.ipv4_in_ipv6_too_small", "ipv6: ipv4 in ipv6 too small")    \
	X(IPV6_IPV4_IN_IPV6_WRONG_VERSION, "ipv6.ipv4_in_ipv6_wrong_version",                            \
		"ipv6: ipv4 in ipv6 wrong version")                                                      \
	X(IPV6_IPV6_IN_IPV6_TOO_SMALL, "ipv6.ipv6_in_ipv6_too_small", "ipv6: ipv6 in ipv6 too small")    \
	X(IPV6_IPV6_IN_IPV6_WRONG_VERSION, "ipv6.ipv6_in_ipv6_wrong_version",                            \
		"ipv6: ipv6 in ipv6 wrong version")                                                      \
	X(IPV6_PKT_TOO_SMALL, "ipv6.pkt_too_small", "ipv6: pkt too small")                               \
	X(IPV6_RH_TYPE_0, "ipv6.rh_type_0", "ipv6: rh type 0")                                           \
	X(IPV6_TRUNC_EXTHDR, "ipv6.trunc_exthdr", "ipv6: trunc exthdr")                                  \
	X(IPV6_TRUNC_PKT, "ipv6.trunc_pkt", "ipv6: trunc pkt")                                           \
	X(IPV6_UNKNOWN_NEXT_HEADER, "ipv6.unknown_next_header", "ipv6: unknown next header")             \
	X(IPV6_WRONG_IP_VERSION, "ipv6.wrong_ip_version", "ipv6: wrong ip version")                      \
	X(IPV6_ZERO_LEN_PADN, "ipv6.zero_len_padn", "ipv6: zero len padn")                               \
	X(LTNULL_PKT_TOO_SMALL, "ltnull.pkt_too_small", "ltnull: pkt too small")                         \
	X(LTNULL_UNSUPPORTED_TYPE, "ltnull.unsupported_type", "ltnull: unsupported type")                \
	X(MPLS_BAD_LABEL_IMPLICIT_NULL, "mpls.bad_label_implicit_null", "mpls: bad label implicit null") \
	X(MPLS_BAD_LABEL_RESERVED, "mpls.bad_label_reserved", "mpls: bad label reserved")                \
	X(MPLS_BAD_LABEL_ROUTER_ALERT, "mpls.bad_label_router_alert", "mpls: bad label router alert")    \
	X(MPLS_HEADER_TOO_SMALL, "mpls.header_too_small", "mpls: header too small")                      \
	X(MPLS_PKT_TOO_SMALL, "mpls.pkt_too_small", "mpls: pkt too small")                               \
	X(MPLS_UNKNOWN_PAYLOAD_TYPE, "mpls.unknown_payload_type", "mpls: unknown payload type")          \
	X(NSH_BAD_HEADER_LENGTH, "nsh.bad_header_length", "nsh: bad header length")                      \
	X(NSH_HEADER_TOO_SMALL, "nsh.header_too_small", "nsh: header too small")                         \
	X(NSH_RESERVED_TYPE, "nsh.reserved_type", "nsh: reserved type")                                  \
	X(NSH_UNKNOWN_PAYLOAD, "nsh.unknown_payload", "nsh: unknown payload")                            \
	X(NSH_UNSUPPORTED_TYPE, "nsh.unsupported_type", "nsh: unsupported type")                         \
	X(NSH_UNSUPPORTED_VERSION, "nsh.unsupported_version", "nsh: unsupported version")                \
	X(PPP_IP4_PKT_TOO_SMALL, "ppp.ip4_pkt_too_small", "ppp: ip4 pkt too small")                      \
	X(PPP_IP6_PKT_TOO_SMALL, "ppp.ip6_pkt_too_small", "ppp: ip6 pkt too small")                      \
	X(PPP_PKT_TOO_SMALL, "ppp.pkt_too_small", "ppp: pkt too small")                                  \
	X(PPP_UNSUP_PROTO, "ppp.unsup_proto", "ppp: unsup proto")                                        \
	X(PPP_VJU_PKT_TOO_SMALL, "ppp.vju_pkt_too_small", "ppp: vju pkt too small")                      \
	X(PPP_WRONG_TYPE, "ppp.wrong_type", "ppp: wrong type")                                           \
	X(PPPOE_MALFORMED_TAGS, "pppoe.malformed_tags", "pppoe: malformed tags")                         \
	X(PPPOE_PKT_TOO_SMALL, "pppoe.pkt_too_small", "pppoe: pkt too small")                            \
	X(PPPOE_WRONG_CODE, "pppoe.wrong_code", "pppoe: wrong code")                                     \
	X(SCTP_PKT_TOO_SMALL, "sctp.pkt_too_small", "sctp: pkt too small")                               \
	X(SLL_PKT_TOO_SMALL, "sll.pkt_too_small", "sll: pkt too small")                                  \
	X(TCP_HLEN_TOO_SMALL, "tcp.hlen_too_small", "tcp: hlen too small")                               \
	X(TCP_INVALID_OPTLEN, "tcp.invalid_optlen", "tcp: invalid optlen")                               \
	X(TCP_OPT_DUPLICATE, "tcp.opt_duplicate", "tcp: opt duplicate")                                  \
	X(TCP_OPT_INVALID_LEN, "tcp.opt_invalid_len", "tcp: opt invalid len")                            \
	X(TCP_PKT_TOO_SMALL, "tcp.pkt_too_small", "tcp: pkt too small")                                  \
	X(UDP_HLEN_INVALID, "udp.hlen_invalid", "udp: hlen invalid")                                     \
	X(UDP_HLEN_TOO_SMALL, "udp.hlen_too_small", "udp: hlen too small")                               \
	X(UDP_LEN_INVALID, "udp.len_invalid", "udp: len invalid")                                        \
	X(UDP_PKT_TOO_SMALL, "udp.pkt_too_small", "udp: pkt too small")                                  \
	X(VLAN_HEADER_TOO_SMALL, "vlan.header_too_small", "vlan: header too small")                      \
	X(VLAN_TOO_MANY_LAYERS, "vlan.too_many_layers", "vlan: too many layers")                         \
	X(VLAN_UNKNOWN_TYPE, "vlan.unknown_type", "vlan: unknown type")                                  \
	X(VNTAG_HEADER_TOO_SMALL, "vntag.header_too_small", "vntag: header too small")                   \
	X(VNTAG_UNKNOWN_TYPE, "vntag.unknown_type", "vntag: unknown type")                               \
	X(VXLAN_UNKNOWN_PAYLOAD_TYPE, "vxlan.unknown_payload_type", "vxlan: unknown payload type")       \
	X(TOO_MANY_LAYERS, "too_many_layers", "too many layers")

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
