import Foundation
import PodScoring
import Testing

/// The files, names and versions of the checks.
@Suite struct StandardCatalogTests {
    /// The ids of the checks of both levels in every version.
    private static let always = [
        "appArmorProfile", "capabilities_baseline", "hostNamespaces", "hostPathVolumes", "hostPorts", "privileged", "procMount",
        "seLinuxOptions", "seccompProfile_baseline", "sysctls", "windowsHostProcess",
    ]

    @Test func `Each file in Checks has the id of its check`() {
        let folder = TestFolder.repository.appending(path: "Sources/PodScoring/Standards/Checks")
        let files = TestFolder.names(in: folder).map { $0.replacing(".swift", with: "") }
        #expect(files == StandardCheckCatalog.all.map(\.id).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    @Test func `Checks are sorted by level, then by id`() {
        let names = StandardCheckCatalog.all.map(\.name)
        #expect(names == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(Set(StandardCheckCatalog.all.map(\.id)).count == names.count)
        #expect(!StandardCheckCatalog.all.contains { $0.level == .privileged })
    }

    @Test func `A check is found by its exact name`() {
        #expect(StandardCheckCatalog.check(named: "baseline/hostNamespaces")?.id == "hostNamespaces")
        #expect(StandardCheckCatalog.check(named: "restricted/hostNamespaces") == nil)
        #expect(StandardCheckCatalog.check(named: "hostNamespaces") == nil)
    }

    @Test(arguments: StandardCheckCatalog.all)
    func `The versions of a check increase, and the last one is known`(check: StandardCheck) {
        #expect(!check.versions.isEmpty)
        #expect(zip(check.versions, check.versions.dropFirst()).allSatisfy { $0 < $1 })
        #expect(check.versions.allSatisfy { !$0.isNewerThanKnown })
    }

    @Test func `Only restricted checks replace others, and those are baseline checks`() {
        for check in StandardCheckCatalog.all where check.overriddenID != nil {
            #expect(check.level == .restricted)
            #expect(StandardCheckCatalog.all.first { $0.id == check.overriddenID }?.level == .baseline, "\(check.id)")
        }
    }

    @Test(arguments: StandardCheckCatalog.all)
    func `The texts of a check fit where they are shown`(check: StandardCheck) {
        #expect(check.reason.first?.isLowercase == true && !check.reason.hasSuffix(".") && check.reason.count <= 90)
        #expect(check.fix.first?.isLowercase == true && !check.fix.hasSuffix(".") && check.fix.count <= 70)
    }

    @Test(arguments: 0...40)
    func `Baseline has the same checks in every version, except the check of hosts in probes`(minor: Int) {
        let checks = PodSecurityStandard(.baseline, PodSecurityVersion(minor: minor)).checks.map(\.id)
        #expect(checks.filter { $0 != "hostProbesAndHostLifecycle" } == Self.always)
        #expect(checks.contains("hostProbesAndHostLifecycle") == (minor >= 34))
    }

    @Test(arguments: [
        (0, ["restrictedVolumes", "runAsNonRoot"], ["hostPathVolumes"]),
        (7, ["restrictedVolumes", "runAsNonRoot"], ["hostPathVolumes"]),
        (8, ["allowPrivilegeEscalation", "restrictedVolumes", "runAsNonRoot"], ["hostPathVolumes"]),
        (18, ["allowPrivilegeEscalation", "restrictedVolumes", "runAsNonRoot"], ["hostPathVolumes"]),
        (
            19, ["allowPrivilegeEscalation", "restrictedVolumes", "runAsNonRoot", "seccompProfile_restricted"],
            ["hostPathVolumes", "seccompProfile_baseline"]
        ),
        (
            22, ["allowPrivilegeEscalation", "capabilities_restricted", "restrictedVolumes", "runAsNonRoot", "seccompProfile_restricted"],
            ["hostPathVolumes", "seccompProfile_baseline", "capabilities_baseline"]
        ),
        (
            23,
            [
                "allowPrivilegeEscalation", "capabilities_restricted", "restrictedVolumes", "runAsNonRoot", "runAsUser",
                "seccompProfile_restricted",
            ],
            ["hostPathVolumes", "seccompProfile_baseline", "capabilities_baseline"]
        ),
        (
            35,
            [
                "allowPrivilegeEscalation", "capabilities_restricted", "procMount_restricted", "restrictedVolumes", "runAsNonRoot",
                "runAsUser", "seccompProfile_restricted",
            ],
            ["hostPathVolumes", "seccompProfile_baseline", "capabilities_baseline", "procMount"]
        ),
    ])
    func `Restricted has its own checks and the baseline checks that they do not replace`(
        minor: Int,
        own: [String],
        replaced: [String]
    ) {
        let version = PodSecurityVersion(minor: minor)
        let baseline = PodSecurityStandard(.baseline, version).checks.map(\.id).filter { !replaced.contains($0) }
        #expect(PodSecurityStandard(.restricted, version).checks.map(\.id) == baseline + own)
    }

    @Test(arguments: PodSecurityLevel.allCases)
    func `Latest and unknown newer versions have the checks of the newest known version`(level: PodSecurityLevel) {
        let newest = PodSecurityStandard(level, .newestKnown).checks.map(\.id)
        #expect(PodSecurityStandard(level, .latest).checks.map(\.id) == newest)
        #expect(PodSecurityStandard(level, PodSecurityVersion(minor: 99)).checks.map(\.id) == newest)
        #expect(newest.isEmpty == (level == .privileged))
    }
}
