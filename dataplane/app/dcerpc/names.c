/* Names of interfaces and operations that administration and attacks use, and what some operations mean. One table; sources:
 * the "Message Processing Events" chapters of [MS-SCMR], [MS-TSCH], [MS-SAMR], [MS-LSAD], [MS-LSAT], [MS-DRSR], [MS-SRVS],
 * [MS-WKST], [MS-RRP], [MS-RPRN], [MS-PAR], [MS-EFSR], [MS-NRPC], [MS-DCOM], [MS-WMI], [MS-EVEN], [MS-EVEN6], [MS-RSP],
 * [MS-DFSNM], [MS-FSRVP], [MS-DNSP], [MS-BKRP], [MS-DSSP], [MS-WCCE]; C706 for the endpoint mapper and mgmt. */
#include "app/dcerpc/dcerpc.h"

static const char *const svcctl[] = {
	"CloseServiceHandle", "ControlService", "DeleteService", "LockServiceDatabase",
	"QueryServiceObjectSecurity", "SetServiceObjectSecurity", "QueryServiceStatus", "SetServiceStatus",
	"UnlockServiceDatabase", "NotifyBootConfigStatus", "SetServiceBitsW", "ChangeServiceConfigW",
	"CreateServiceW", "EnumDependentServicesW", "EnumServicesStatusW", "OpenSCManagerW", "OpenServiceW",
	"QueryServiceConfigW", "QueryServiceLockStatusW", "StartServiceW", "GetServiceDisplayNameW",
	"GetServiceKeyNameW", "SetServiceBitsA", "ChangeServiceConfigA", "CreateServiceA",
	"EnumDependentServicesA", "EnumServicesStatusA", "OpenSCManagerA", "OpenServiceA",
	"QueryServiceConfigA", "QueryServiceLockStatusA", "StartServiceA", "GetServiceDisplayNameA",
	"GetServiceKeyNameA", "GetCurrentGroupStateW", "EnumServiceGroupW", "ChangeServiceConfig2A",
	"ChangeServiceConfig2W", "QueryServiceConfig2A", "QueryServiceConfig2W", "QueryServiceStatusEx",
	"EnumServicesStatusExA", "EnumServicesStatusExW", NULL, "CreateServiceWOW64A", "CreateServiceWOW64W",
	NULL, "NotifyServiceStatusChange", "GetNotifyResults", "CloseNotifyHandle", "ControlServiceExA",
	"ControlServiceExW", [56] = "QueryServiceConfigEx", [60] = "CreateWowService", [64] = "OpenSCManager2"
};

static const char *const atsvc[] = { "NetrJobAdd", "NetrJobDel", "NetrJobEnum", "NetrJobGetInfo" };

static const char *const sasec[] = { "SASetAccountInformation", "SASetNSAccountInformation",
	"SAGetNSAccountInformation", "SAGetAccountInformation" };

static const char *const tasks[] = { "SchRpcHighestVersion", "SchRpcRegisterTask", "SchRpcRetrieveTask",
	"SchRpcCreateFolder", "SchRpcSetSecurity", "SchRpcGetSecurity", "SchRpcEnumFolders",
	"SchRpcEnumTasks", "SchRpcEnumInstances", "SchRpcGetInstanceInfo", "SchRpcStopInstance", "SchRpcStop",
	"SchRpcRun", "SchRpcDelete", "SchRpcRename", "SchRpcScheduledRuntimes", "SchRpcGetLastRunInfo",
	"SchRpcGetTaskInfo", "SchRpcGetNumberOfMissedRuns", "SchRpcEnableTask" };

static const char *const samr[] = { "SamrConnect", "SamrCloseHandle", "SamrSetSecurityObject",
	"SamrQuerySecurityObject", "SamrShutdownSamServer", "SamrLookupDomainInSamServer",
	"SamrEnumerateDomainsInSamServer", "SamrOpenDomain", "SamrQueryInformationDomain",
	"SamrSetInformationDomain", "SamrCreateGroupInDomain", "SamrEnumerateGroupsInDomain",
	"SamrCreateUserInDomain", "SamrEnumerateUsersInDomain", "SamrCreateAliasInDomain",
	"SamrEnumerateAliasesInDomain", "SamrGetAliasMembership", "SamrLookupNamesInDomain",
	"SamrLookupIdsInDomain", "SamrOpenGroup", "SamrQueryInformationGroup", "SamrSetInformationGroup",
	"SamrAddMemberToGroup", "SamrDeleteGroup", "SamrRemoveMemberFromGroup", "SamrGetMembersInGroup",
	"SamrSetMemberAttributesOfGroup", "SamrOpenAlias", "SamrQueryInformationAlias",
	"SamrSetInformationAlias", "SamrDeleteAlias", "SamrAddMemberToAlias", "SamrRemoveMemberFromAlias",
	"SamrGetMembersInAlias", "SamrOpenUser", "SamrDeleteUser", "SamrQueryInformationUser",
	"SamrSetInformationUser", "SamrChangePasswordUser", "SamrGetGroupsForUser",
	"SamrQueryDisplayInformation", "SamrGetDisplayEnumerationIndex", "SamrTestPrivateFunctionsDomain",
	"SamrTestPrivateFunctionsUser", "SamrGetUserDomainPasswordInformation",
	"SamrRemoveMemberFromForeignDomain", "SamrQueryInformationDomain2", "SamrQueryInformationUser2",
	"SamrQueryDisplayInformation2", "SamrGetDisplayEnumerationIndex2", "SamrCreateUser2InDomain",
	"SamrQueryDisplayInformation3", "SamrAddMultipleMembersToAlias", "SamrRemoveMultipleMembersFromAlias",
	"SamrOemChangePasswordUser2", "SamrUnicodeChangePasswordUser2", "SamrGetDomainPasswordInformation",
	"SamrConnect2", "SamrSetInformationUser2", "SamrSetBootKeyInformation", "SamrGetBootKeyInformation",
	"SamrConnect3", "SamrConnect4", "SamrUnicodeChangePasswordUser3", "SamrConnect5", "SamrRidToSid",
	"SamrSetDSRMPassword", "SamrValidatePassword" };

static const char *const lsarpc[] = { "LsarClose", "LsarDelete", "LsarEnumeratePrivileges",
	"LsarQuerySecurityObject", "LsarSetSecurityObject", "LsarChangePassword", "LsarOpenPolicy",
	"LsarQueryInformationPolicy", "LsarSetInformationPolicy", "LsarClearAuditLog", "LsarCreateAccount",
	"LsarEnumerateAccounts", "LsarCreateTrustedDomain", "LsarEnumerateTrustedDomains", "LsarLookupNames",
	"LsarLookupSids", "LsarCreateSecret", "LsarOpenAccount", "LsarEnumeratePrivilegesAccount",
	"LsarAddPrivilegesToAccount", "LsarRemovePrivilegesFromAccount", "LsarGetQuotasForAccount",
	"LsarSetQuotasForAccount", "LsarGetSystemAccessAccount", "LsarSetSystemAccessAccount",
	"LsarOpenTrustedDomain", "LsarQueryInfoTrustedDomain", "LsarSetInformationTrustedDomain",
	"LsarOpenSecret", "LsarSetSecret", "LsarQuerySecret", "LsarLookupPrivilegeValue",
	"LsarLookupPrivilegeName", "LsarLookupPrivilegeDisplayName", "LsarDeleteObject",
	"LsarEnumerateAccountsWithUserRight", "LsarEnumerateAccountRights", "LsarAddAccountRights",
	"LsarRemoveAccountRights", "LsarQueryTrustedDomainInfo", "LsarSetTrustedDomainInfo",
	"LsarDeleteTrustedDomain", "LsarStorePrivateData", "LsarRetrievePrivateData", "LsarOpenPolicy2",
	"LsarGetUserName", "LsarQueryInformationPolicy2", "LsarSetInformationPolicy2",
	"LsarQueryTrustedDomainInfoByName", "LsarSetTrustedDomainInfoByName", "LsarEnumerateTrustedDomainsEx",
	"LsarCreateTrustedDomainEx", NULL, "LsarQueryDomainInformationPolicy",
	"LsarSetDomainInformationPolicy", "LsarOpenTrustedDomainByName", NULL, "LsarLookupSids2",
	"LsarLookupNames2",
	"LsarCreateTrustedDomainEx2", [68] = "LsarLookupNames3", [73] = "LsarQueryForestTrustInformation",
	[74] = "LsarSetForestTrustInformation", [76] = "LsarLookupSids3", [77] = "LsarLookupNames4" };

static const char *const drsuapi[] = { "DRSBind", "DRSUnbind", "DRSReplicaSync", "DRSGetNCChanges",
	"DRSUpdateRefs", "DRSReplicaAdd", "DRSReplicaDel", "DRSReplicaModify", "DRSVerifyNames",
	"DRSGetMemberships", "DRSInterDomainMove", "DRSGetNT4ChangeLog", "DRSCrackNames", "DRSWriteSPN",
	"DRSRemoveDsServer", "DRSRemoveDsDomain", "DRSDomainControllerInfo", "DRSAddEntry", "DRSExecuteKCC",
	"DRSGetReplInfo", "DRSAddSidHistory", "DRSGetMemberships2", "DRSReplicaVerifyObjects",
	"DRSGetObjectExistence", "DRSQuerySitesByCost", "DRSInitDemotion", "DRSReplicaDemotion",
	"DRSFinishDemotion", "DRSAddCloneDC", "DRSWriteNgcKey", "DRSReadNgcKey" };

static const char *const epmapper[] = { "ept_insert", "ept_delete", "ept_lookup", "ept_map",
	"ept_lookup_handle_free", "ept_inq_object", "ept_mgmt_delete" };

static const char *const mgmt[] = { "inq_if_ids", "inq_stats", "is_server_listening", "stop_server_listening",
	"inq_princ_name" };

static const char *const srvsvc[] = { [8] = "NetrConnectionEnum",
	"NetrFileEnum",
	"NetrFileGetInfo",
	"NetrFileClose",
	"NetrSessionEnum",
	"NetrSessionDel",
	"NetrShareAdd",
	"NetrShareEnum",
	"NetrShareGetInfo",
	"NetrShareSetInfo",
	"NetrShareDel",
	"NetrShareDelSticky",
	"NetrShareCheck",
	"NetrServerGetInfo",
	"NetrServerSetInfo",
	"NetrServerDiskEnum",
	"NetrServerStatisticsGet",
	"NetrServerTransportAdd",
	"NetrServerTransportEnum",
	"NetrServerTransportDel",
	"NetrRemoteTOD",
	"NetrServerSetServiceBits",
	"NetprPathType",
	"NetprPathCanonicalize",
	"NetprPathCompare",
	"NetprNameValidate",
	"NetprNameCanonicalize",
	"NetprNameCompare",
	"NetrShareEnumSticky",
	"NetrShareDelStart",
	"NetrShareDelCommit",
	"NetrpGetFileSecurity",
	"NetrpSetFileSecurity",
	"NetrServerTransportAddEx",
	"NetrServerSetServiceBitsEx",
	"NetrDfsGetVersion",
	"NetrDfsCreateLocalPartition",
	"NetrDfsDeleteLocalPartition",
	"NetrDfsSetLocalVolumeState",
	"NetrDfsSetServerInfo",
	"NetrDfsCreateExitPoint",
	"NetrDfsDeleteExitPoint",
	"NetrDfsModifyPrefix",
	"NetrDfsFixLocalVolume",
	"NetrDfsManagerReportSiteInfo",
	"NetrServerTransportDelEx" };

static const char *const wkssvc[] = { "NetrWkstaGetInfo", "NetrWkstaSetInfo",
	"NetrWkstaUserEnum", [5] = "NetrWkstaTransportEnum", "NetrWkstaTransportAdd", "NetrWkstaTransportDel",
	"NetrUseAdd", "NetrUseGetInfo", "NetrUseDel", "NetrUseEnum", [13] = "NetrWorkstationStatisticsGet",
	[20] = "NetrGetJoinInformation", [22] = "NetrJoinDomain2", "NetrUnjoinDomain2",
	"NetrRenameMachineInDomain2", "NetrValidateName2", "NetrGetJoinableOUs2",
	"NetrAddAlternateComputerName", "NetrRemoveAlternateComputerName", "NetrSetPrimaryComputerName",
	"NetrEnumerateComputerNames" };

static const char *const winreg[] = { "OpenClassesRoot", "OpenCurrentUser", "OpenLocalMachine",
	"OpenPerformanceData", "OpenUsers", "BaseRegCloseKey", "BaseRegCreateKey", "BaseRegDeleteKey",
	"BaseRegDeleteValue", "BaseRegEnumKey", "BaseRegEnumValue", "BaseRegFlushKey",
	"BaseRegGetKeySecurity", "BaseRegLoadKey", NULL, "BaseRegOpenKey", "BaseRegQueryInfoKey",
	"BaseRegQueryValue", "BaseRegReplaceKey", "BaseRegRestoreKey", "BaseRegSaveKey",
	"BaseRegSetKeySecurity", "BaseRegSetValue", "BaseRegUnLoadKey", "BaseInitiateSystemShutdown",
	"BaseAbortSystemShutdown", "BaseRegGetVersion", "OpenCurrentConfig", NULL,
	"BaseRegQueryMultipleValues", "BaseInitiateSystemShutdownEx", "BaseRegSaveKeyEx",
	"OpenPerformanceText", "OpenPerformanceNlsText", "BaseRegQueryMultipleValues2",
	"BaseRegDeleteKeyEx" };

static const char *const spoolss[] = { "RpcEnumPrinters", "RpcOpenPrinter", "RpcSetJob", "RpcGetJob",
	"RpcEnumJobs", "RpcAddPrinter", "RpcDeletePrinter", "RpcSetPrinter", "RpcGetPrinter",
	"RpcAddPrinterDriver", "RpcEnumPrinterDrivers", "RpcGetPrinterDriver", "RpcGetPrinterDriverDirectory",
	"RpcDeletePrinterDriver", "RpcAddPrintProcessor", "RpcEnumPrintProcessors",
	"RpcGetPrintProcessorDirectory", "RpcStartDocPrinter", "RpcStartPagePrinter", "RpcWritePrinter",
	"RpcEndPagePrinter", "RpcAbortPrinter", "RpcReadPrinter", "RpcEndDocPrinter", "RpcAddJob",
	"RpcScheduleJob", "RpcGetPrinterData", "RpcSetPrinterData", "RpcWaitForPrinterChange",
	"RpcClosePrinter", "RpcAddForm", "RpcDeleteForm", "RpcGetForm", "RpcSetForm", "RpcEnumForms",
	"RpcEnumPorts", "RpcEnumMonitors", [46] = "RpcAddMonitor", "RpcDeleteMonitor",
	"RpcDeletePrintProcessor", [53] = "RpcGetPrinterDriver2",
	[62] = "RpcRemoteFindFirstPrinterChangeNotification",
	[65] = "RpcRemoteFindFirstPrinterChangeNotificationEx", [69] = "RpcOpenPrinterEx",
	"RpcAddPrinterEx", [72] = "RpcEnumPrinterData", "RpcDeletePrinterData", [77] = "RpcSetPrinterDataEx",
	"RpcGetPrinterDataEx", "RpcEnumPrinterDataEx", "RpcEnumPrinterKey", "RpcDeletePrinterDataEx",
	"RpcDeletePrinterKey", [84] = "RpcDeletePrinterDriverEx", "RpcAddPerMachineConnection",
	"RpcDeletePerMachineConnection", "RpcEnumPerMachineConnections", "RpcXcvData",
	"RpcAddPrinterDriverEx" };

static const char *const winspool[] = { "RpcAsyncOpenPrinter",
	"RpcAsyncAddPrinter", [20] = "RpcAsyncClosePrinter", [39] = "RpcAsyncAddPrinterDriver",
	[62] = "RpcAsyncInstallPrinterDriverFromPackage", "RpcAsyncUploadPrinterDriverPackage" };

static const char *const efsrpc[] = { "EfsRpcOpenFileRaw", "EfsRpcReadFileRaw", "EfsRpcWriteFileRaw",
	"EfsRpcCloseRaw", "EfsRpcEncryptFileSrv", "EfsRpcDecryptFileSrv", "EfsRpcQueryUsersOnFile",
	"EfsRpcQueryRecoveryAgents", "EfsRpcRemoveUsersFromFile",
	"EfsRpcAddUsersToFile", [12] = "EfsRpcFileKeyInfo",
	"EfsRpcDuplicateEncryptionInfoFile", [15] = "EfsRpcAddUsersToFileEx",
	"EfsRpcFileKeyInfoEx", [18] = "EfsRpcGetEncryptedFileMetadata", "EfsRpcSetEncryptedFileMetadata",
	"EfsRpcFlushEfsCache", "EfsRpcEncryptFileExSrv", "EfsRpcQueryProtectors" };

static const char *const netlogon[] = { "NetrLogonUasLogon", "NetrLogonUasLogoff", "NetrLogonSamLogon",
	"NetrLogonSamLogoff", "NetrServerReqChallenge", "NetrServerAuthenticate", "NetrServerPasswordSet",
	"NetrDatabaseDeltas", "NetrDatabaseSync", "NetrAccountDeltas", "NetrAccountSync", "NetrGetDCName",
	"NetrLogonControl", "NetrGetAnyDCName", "NetrLogonControl2", "NetrServerAuthenticate2",
	"NetrDatabaseSync2", "NetrDatabaseRedo", "NetrLogonControl2Ex", "NetrEnumerateTrustedDomains",
	"DsrGetDcName", "NetrLogonGetCapabilities", "NetrLogonSetServiceBits", "NetrLogonGetTrustRid",
	"NetrLogonComputeServerDigest", "NetrLogonComputeClientDigest", "NetrServerAuthenticate3",
	"DsrGetDcNameEx", "DsrGetSiteName", "NetrLogonGetDomainInfo", "NetrServerPasswordSet2",
	"NetrServerPasswordGet", "NetrLogonSendToSam", "DsrAddressToSiteNamesW", "DsrGetDcNameEx2",
	"NetrLogonGetTimeServiceParentDomain", "NetrEnumerateTrustedDomainsEx", "DsrAddressToSiteNamesExW",
	"DsrGetDcSiteCoverageW", "NetrLogonSamLogonEx", "DsrEnumerateDomainTrusts",
	"DsrDeregisterDnsHostRecords", "NetrServerTrustPasswordsGet", "DsrGetForestTrustInformation",
	"NetrGetForestTrustInformation", "NetrLogonSamLogonWithFlags", "NetrServerGetTrustInfo" };

static const char *const activation[] = { "RemoteActivation" };
static const char *const activator[] = { [3] = "RemoteGetClassObject", "RemoteCreateInstance" };
static const char *const exporter[] = { "ResolveOxid", "SimplePing", "ComplexPing", "ServerAlive",
	"ResolveOxid2", "ServerAlive2" };
static const char *const unknown[] = {
	[3] = "RemQueryInterface", "RemAddRef", "RemRelease", "RemQueryInterface2"
};
static const char *const dispatch[] = { [3] = "GetTypeInfoCount", "GetTypeInfo", "GetIDsOfNames", "Invoke" };

static const char *const wbem[] = { [3] = "OpenNamespace",
	"CancelAsyncCall",
	"QueryObjectSink",
	"GetObject",
	"GetObjectAsync",
	"PutClass",
	"PutClassAsync",
	"DeleteClass",
	"DeleteClassAsync",
	"CreateClassEnum",
	"CreateClassEnumAsync",
	"PutInstance",
	"PutInstanceAsync",
	"DeleteInstance",
	"DeleteInstanceAsync",
	"CreateInstanceEnum",
	"CreateInstanceEnumAsync",
	"ExecQuery",
	"ExecQueryAsync",
	"ExecNotificationQuery",
	"ExecNotificationQueryAsync",
	"ExecMethod",
	"ExecMethodAsync" };
static const char *const wbem_login[] = {
	[3] = "EstablishPosition", "RequestChallenge", "WBEMLogin", "NTLMLogin"
};

static const char *const eventlog[] = { "ElfrClearELFW", "ElfrBackupELFW", "ElfrCloseEL",
	"ElfrDeregisterEventSource", "ElfrNumberOfRecords", "ElfrOldestRecord", "ElfrChangeNotify",
	"ElfrOpenELW", "ElfrRegisterEventSourceW", "ElfrOpenBELW", "ElfrReadELW", "ElfrReportEventW",
	"ElfrClearELFA", "ElfrBackupELFA", "ElfrOpenELA", "ElfrRegisterEventSourceA", "ElfrOpenBELA",
	"ElfrReadELA", "ElfrReportEventA" };
static const char *const eventlog6[] = { "EvtRpcRegisterRemoteSubscription",
	"EvtRpcRemoteSubscriptionNextAsync", "EvtRpcRemoteSubscriptionNext",
	"EvtRpcRemoteSubscriptionWaitAsync", "EvtRpcRegisterControllableOperation", "EvtRpcRegisterLogQuery",
	"EvtRpcClearLog", "EvtRpcExportLog" };

static const char *const shutdown[] = { "BaseInitiateShutdown", "BaseAbortShutdown",
	"BaseInitiateShutdownEx" };
static const char *const wsd[] = { "WsdrInitiateShutdown", "WsdrAbortShutdown" };
static const char *const dfs[] = { "NetrDfsManagerGetVersion", "NetrDfsAdd", "NetrDfsRemove",
	"NetrDfsSetInfo", "NetrDfsGetInfo", "NetrDfsEnum", [12] = "NetrDfsAddStdRoot",
	"NetrDfsRemoveStdRoot", [21] = "NetrDfsEnumEx" };
static const char *const fsrvp[] = { "GetSupportedVersion", "SetContext", "StartShadowCopySet",
	"AddToShadowCopySet", "CommitShadowCopySet", "ExposeShadowCopySet", "RecoveryCompleteShadowCopySet",
	"AbortShadowCopySet", "IsPathSupported", "IsPathShadowCopied", "GetShareMapping",
	"DeleteShareMapping", "PrepareShadowCopySet" };
static const char *const dnsserver[] = { "DnssrvOperation", "DnssrvQuery", "DnssrvComplexOperation",
	"DnssrvEnumRecords", "DnssrvUpdateRecord", "DnssrvOperation2", "DnssrvQuery2",
	"DnssrvComplexOperation2", "DnssrvEnumRecords2", "DnssrvUpdateRecord2" };
static const char *const backupkey[] = { "BackuprKey" };
static const char *const dssetup[] = { "DsRolerGetPrimaryDomainInformation" };
static const char *const cert[] = { "CertServerRequest" };

struct interface {
	uint32_t a;
	uint16_t b, c;
	uint8_t d[8];
	const char *name;
	const char *const *operations;
	uint16_t n;
};

#define ROW(name, list, a, b, c, ...)                                \
	{                                                            \
		a, b, c, { __VA_ARGS__ }, name, list, HG_COUNT(list) \
	}

static const struct interface interfaces[] = {
	ROW("svcctl", svcctl, 0x367abb81, 0x9844, 0x35f1, 0xad, 0x32, 0x98, 0xf0, 0x38, 0x00, 0x10, 0x03),
	ROW("atsvc", atsvc, 0x1ff70682, 0x0a51, 0x30e8, 0x07, 0x6d, 0x74, 0x0b, 0xe8, 0xce, 0xe9, 0x8b),
	ROW("sasec", sasec, 0x378e52b0, 0xc0a9, 0x11cf, 0x82, 0x2d, 0x00, 0xaa, 0x00, 0x51, 0xe4, 0x0f),
	ROW("ITaskSchedulerService", tasks, 0x86d35949, 0x83c9, 0x4044, 0xb4, 0x24, 0xdb, 0x36, 0x32, 0x31,
		0xfd, 0x0c),
	ROW("samr", samr, 0x12345778, 0x1234, 0xabcd, 0xef, 0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0xac),
	ROW("lsarpc", lsarpc, 0x12345778, 0x1234, 0xabcd, 0xef, 0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab),
	ROW("drsuapi", drsuapi, 0xe3514235, 0x4b06, 0x11d1, 0xab, 0x04, 0x00, 0xc0, 0x4f, 0xc2, 0xdc, 0xd2),
	ROW("epmapper", epmapper, 0xe1af8308, 0x5d1f, 0x11c9, 0x91, 0xa4, 0x08, 0x00, 0x2b, 0x14, 0xa0, 0xfa),
	ROW("mgmt", mgmt, 0xafa8bd80, 0x7d8a, 0x11c9, 0xbe, 0xf4, 0x08, 0x00, 0x2b, 0x10, 0x29, 0x89),
	ROW("srvsvc", srvsvc, 0x4b324fc8, 0x1670, 0x01d3, 0x12, 0x78, 0x5a, 0x47, 0xbf, 0x6e, 0xe1, 0x88),
	ROW("wkssvc", wkssvc, 0x6bffd098, 0xa112, 0x3610, 0x98, 0x33, 0x46, 0xc3, 0xf8, 0x7e, 0x34, 0x5a),
	ROW("winreg", winreg, 0x338cd001, 0x2244, 0x31f1, 0xaa, 0xaa, 0x90, 0x00, 0x38, 0x00, 0x10, 0x03),
	ROW("spoolss", spoolss, 0x12345678, 0x1234, 0xabcd, 0xef, 0x00, 0x01, 0x23, 0x45, 0x67, 0x89, 0xab),
	ROW("IRemoteWinspool", winspool, 0x76f03f96, 0xcdfd, 0x44fc, 0xa2, 0x2c, 0x64, 0x95, 0x0a, 0x00, 0x12,
		0x09),
	ROW("efsrpc", efsrpc, 0xdf1941c5, 0xfe89, 0x4e79, 0xbf, 0x10, 0x46, 0x36, 0x57, 0xac, 0xf4, 0x4d),
	ROW("efsrpc", efsrpc, 0xc681d488, 0xd850, 0x11d0, 0x8c, 0x52, 0x00, 0xc0, 0x4f, 0xd9, 0x0f, 0x7e),
	ROW("netlogon", netlogon, 0x12345678, 0x1234, 0xabcd, 0xef, 0x00, 0x01, 0x23, 0x45, 0x67, 0xcf, 0xfb),
	ROW("IRemoteActivation", activation, 0x4d9f4ab8, 0x7d1c, 0x11cf, 0x86, 0x1e, 0x00, 0x20, 0xaf, 0x6e,
		0x7c, 0x57),
	ROW("IRemoteSCMActivator", activator, 0x000001a0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46),
	ROW("IObjectExporter", exporter, 0x99fcfec4, 0x5260, 0x101b, 0xbb, 0xcb, 0x00, 0xaa, 0x00, 0x21, 0x34,
		0x7a),
	ROW("IRemUnknown", unknown, 0x00000131, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46),
	ROW("IRemUnknown2", unknown, 0x00000143, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46),
	ROW("IDispatch", dispatch, 0x00020400, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46),
	ROW("IWbemServices", wbem, 0x9556dc99, 0x828c, 0x11cf, 0xa3, 0x7e, 0x00, 0xaa, 0x00, 0x32, 0x40,
		0xc7),
	ROW("IWbemLevel1Login", wbem_login, 0xf309ad18, 0xd86a, 0x11d0, 0xa0, 0x75, 0x00, 0xc0, 0x4f, 0xb6,
		0x88, 0x20),
	ROW("eventlog", eventlog, 0x82273fdc, 0xe32a, 0x18c3, 0x3f, 0x78, 0x82, 0x79, 0x29, 0xdc, 0x23, 0xea),
	ROW("IEventService", eventlog6, 0xf6beaff7, 0x1e19, 0x4fbb, 0x9f, 0x8f, 0xb8, 0x9e, 0x20, 0x18, 0x33,
		0x7c),
	ROW("initshutdown", shutdown, 0x894de0c0, 0x0d55, 0x11d3, 0xa3, 0x22, 0x00, 0xc0, 0x4f, 0xa3, 0x21,
		0xa1),
	ROW("WindowsShutdown", wsd, 0xd95afe70, 0xa6d5, 0x4259, 0x82, 0x2e, 0x2c, 0x84, 0xda, 0x1d, 0xdb,
		0x0d),
	ROW("netdfs", dfs, 0x4fc742e0, 0x4a10, 0x11cf, 0x82, 0x73, 0x00, 0xaa, 0x00, 0x4a, 0xe6, 0x73),
	ROW("FileServerVssAgent", fsrvp, 0xa8e0653c, 0x2744, 0x4389, 0xa6, 0x1d, 0x73, 0x73, 0xdf, 0x8b, 0x22,
		0x92),
	ROW("dnsserver", dnsserver, 0x50abc2a4, 0x574d, 0x40b3, 0x9d, 0x66, 0xee, 0x4f, 0xd5, 0xfb, 0xa0,
		0x76),
	ROW("BackupKey", backupkey, 0x3dde7c30, 0x165d, 0x11d1, 0xab, 0x8f, 0x00, 0x80, 0x5f, 0x14, 0xdb,
		0x40),
	ROW("dssetup", dssetup, 0x3919286a, 0xb10c, 0x11d0, 0x9b, 0xa8, 0x00, 0xc0, 0x4f, 0xd9, 0x2e, 0xf5),
	ROW("ICertPassage", cert, 0x91ae6020, 0x9e3c, 0x11cf, 0x8d, 0x7c, 0x00, 0xaa, 0x00, 0xc0, 0x91, 0xbe),
};

static const struct interface *
find(const uint8_t u[16])
{
	const uint32_t a = (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
	const unsigned b = u[4] << 8 | u[5], c = u[6] << 8 | u[7];

	for (unsigned i = 0; i < HG_COUNT(interfaces); i++)
		if (interfaces[i].a == a && interfaces[i].b == b && interfaces[i].c == c &&
			memcmp(interfaces[i].d, u + 8, 8) == 0)
			return &interfaces[i];
	return NULL;
}

const char *
hg_dcerpc_interface_name(const uint8_t uuid[16])
{
	const struct interface *f = find(uuid);

	return f == NULL ? NULL : f->name;
}

const char *
hg_dcerpc_operation_name(const uint8_t uuid[16], uint16_t opnum)
{
	const struct interface *f = find(uuid);

	return f == NULL || opnum >= f->n ? NULL : f->operations[opnum];
}

static const struct {
	const char *const *operations;
	uint16_t opnum;
	enum hg_dcerpc_means means;
} meanings[] = {
	{ svcctl, 12, HG_DCERPC_MAKES_SERVICE },
	{ svcctl, 24, HG_DCERPC_MAKES_SERVICE },
	{ svcctl, 44, HG_DCERPC_MAKES_SERVICE },
	{ svcctl, 45, HG_DCERPC_MAKES_SERVICE },
	{ svcctl, 60, HG_DCERPC_MAKES_SERVICE },
	{ svcctl, 19, HG_DCERPC_STARTS_SERVICE },
	{ svcctl, 31, HG_DCERPC_STARTS_SERVICE },
	{ atsvc, 0, HG_DCERPC_MAKES_TASK },
	{ tasks, 1, HG_DCERPC_MAKES_TASK },
	{ drsuapi, 3, HG_DCERPC_REPLICATES },
};

enum hg_dcerpc_means
hg_dcerpc_meaning(const uint8_t uuid[16], uint16_t opnum)
{
	const struct interface *f = find(uuid);

	for (unsigned i = 0; i < HG_COUNT(meanings) && f != NULL; i++)
		if (meanings[i].operations == f->operations && meanings[i].opnum == opnum)
			return meanings[i].means;
	return HG_DCERPC_MEANS_NOTHING;
}
