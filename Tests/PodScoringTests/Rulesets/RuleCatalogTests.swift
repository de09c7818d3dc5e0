import Foundation
import PodScoring
import Testing

/// The identities and the texts of the rules.
@Suite struct RuleCatalogTests {
    @Test(.enabled(if: FileManager.default.fileExists(atPath: TestFolder.kubesecRules.path), "kubesec's rules.json is not here"))
    func `Ids, selectors, kinds and points are those of kubesec`() throws {
        let reference = try #require(try TestFolder.json(TestFolder.kubesecRules) as? [[String: Any]])
        #expect(reference.count == Ruleset.kubesecV2.entries.count)
        for item in reference {
            let id = try #require(item["id"] as? String)
            let entry = try #require(Ruleset.kubesecV2.entries.first { $0.rule.id == id }, "\(id)")
            #expect(entry.rule.selector == item["selector"] as? String)
            #expect(Set(entry.kinds.names) == Set(item["kinds"] as? [String] ?? []), "\(id)")
            #expect(entry.points == item["points"] as? Int, "\(id)")
        }
    }

    @Test func `The catalog stands in the order of a report`() throws {
        let newest = try #require(Ruleset.all.last { $0.name.hasPrefix("podscore/") })
        let ids = newest.entries.map(\.rule.id)
        #expect(RuleCatalog.builtIn.map(\.id).filter(ids.contains) == ids)
    }

    @Test(arguments: RuleCatalog.builtIn.map(\.id))
    func `Every rule is in a ruleset`(rule: String) {
        #expect(Ruleset.first(with: rule) != nil, "give it points and a check in Sources/PodScoring/Rulesets")
    }

    @Test(arguments: Ruleset.all)
    func `A ruleset has rules of the catalog, each once`(ruleset: Ruleset) {
        let ids = ruleset.entries.map(\.rule.id)
        #expect(Set(ids).count == ids.count)
        #expect(Set(ids).isSubset(of: RuleCatalog.builtIn.map(\.id)))
    }

    @Test func `A rule has kinds exactly if it is one of kubesec's rules`() {
        let kubesec = Set(Ruleset.kubesecV2.entries.map(\.rule.id))
        for rule in RuleCatalog.builtIn {
            #expect(kubesec.contains(rule.id) == !rule.kinds.isEmpty, "\(rule.id)")
        }
    }

    @Test(arguments: Ruleset.all)
    func `Positive rules add points and negative rules deduct points`(ruleset: Ruleset) {
        for entry in ruleset.entries {
            // kubesec/v2.0 has HostAliases without points.
            let isFree = ruleset.name == "kubesec/v2.0" && entry.rule.id == "HostAliases"
            #expect(entry.rule.polarity == .positive ? entry.points >= 0 : entry.points < 0 || isFree, "\(entry.rule.id)")
        }
    }

    @Test(arguments: RuleCatalog.builtIn)
    func `The texts of a rule fit where they are shown`(rule: Rule) {
        #expect(rule.reason.hasSuffix("."))
        #expect(rule.fix.first?.isLowercase == true && !rule.fix.hasSuffix(".") && rule.fix.count <= 70)
        #expect(!rule.example.isEmpty)
        #expect(!rule.references.isEmpty && rule.references.allSatisfy { $0.hasPrefix("https://") })
        #expect(![rule.reason, rule.fix, rule.selector].contains { $0.contains("\n") })
        #expect((rule.fixClass == .value) == rule.example.contains("YOUR-"))
        #expect((rule.fixClass == .node) == !rule.nodeFeatures.isEmpty)
        #expect(rule.adjustments.allSatisfy { $0.hasSuffix(".") && !$0.contains("\n") })
        #expect(rule.fixClass == .manifest || rule.fixClass == .value || !rule.adjustments.isEmpty, "say what else must change")
    }

    @Test func `Each fix has its class`() {
        let classes: [(FixClass, [String])] = [
            (.manifest, ["SeccompAny", "SeccompUnconfined", "PrivilegeEscalationDisabled"]),
            (
                .application,
                [
                    "WindowsHostProcess", "CapSysAdmin", "Privileged", "HostIPC", "HostNetwork", "HostPID", "CapDangerous",
                    "ProcMountUnmasked", "ProcMount", "DockerSock", "AllowPrivilegeEscalation", "UnsafeSysctl", "HostAliases",
                    "HostPathVolume", "AutomountServiceAccountToken", "HostPort", "CapDropAny", "CapDropAll", "ReadOnlyRootFilesystem",
                    "VolumeClaimAccessModeReadWriteOnce",
                ]
            ),
            (.image, ["RunAsGroup", "RunAsNonRoot", "RunAsUser"]),
            (
                .value,
                [
                    "BindingsToSystemAnonymous", "SecretsAsEnvironmentVariables", "ServiceAccountName", "ImagePinnedByDigest", "LimitsCPU",
                    "LimitsMemory", "RequestsCPU", "RequestsMemory", "VolumeClaimRequestsStorage",
                ]
            ),
            (.node, ["ApparmorAny", "HostUsers", "ApparmorUnconfined"]),
        ]
        for (fixClass, ids) in classes {
            #expect(Set(RuleCatalog.builtIn.filter { $0.fixClass == fixClass }.map(\.id)) == Set(ids), "\(fixClass)")
        }
    }

    @Test func `The implied rules exist`() {
        let implied = RuleCatalog.builtIn.filter { !$0.implies.isEmpty }.map { [$0.id] + $0.implies }
        #expect(
            implied == [
                ["HostPathVolume", "ProcMount", "DockerSock"], ["LimitsCPU", "RequestsCPU"], ["LimitsMemory", "RequestsMemory"],
                ["PrivilegeEscalationDisabled", "AllowPrivilegeEscalation"], ["CapDropAll", "CapDropAny"],
            ]
        )
        #expect(RuleCatalog.builtIn.flatMap(\.implies).allSatisfy { RuleCatalog.rule(named: $0) != nil })
    }

    @Test func `Rules and rulesets are found by their exact names`() {
        #expect(RuleCatalog.rule(named: "HostPID")?.id == "HostPID")
        #expect(RuleCatalog.rule(named: "hostPID") == nil)
        #expect(Ruleset.named("podscore/v1")?.label == "podscore/v1 (unreleased)")
        #expect(Ruleset.named("kubesec/v2")?.zeroFails == true && Ruleset.named("kubesec/v2")?.label == "kubesec/v2")
        #expect(Ruleset.named("kubesec/v2.0")?.zeroFails == true && Ruleset.named("kubesec/v2.0")?.label == "kubesec/v2.0")
        #expect(Ruleset.named("podscore/v9") == nil)
    }
}
