import PodScoring
import Testing

/// Capabilities are compared as names, not as substrings.
@Suite struct CapabilityTests {
    @Test(arguments: [
        (#"["SYS_ADMIN"]"#, true), (#"["sys_admin"]"#, true), (#"["CAP_SYS_ADMIN"]"#, true), (#"["cap_Sys_Admin"]"#, true),
        (#"["ALL"]"#, true), (#"["all"]"#, true), (#"["CAP_ALL"]"#, true), (#"["NET_ADMIN", "SYS_ADMIN"]"#, true),
        (#"["XSYS_ADMINX"]"#, false), (#"["SYS_ADMIN "]"#, false), (#"["CAP_CAP_SYS_ADMIN"]"#, false), (#"["NET_ADMIN"]"#, false),
        (#"["ſYS_ADMIN"]"#, true), (#"["SYS_ADMıN"]"#, true), (#"["syſ_admın"]"#, true), (#"["CAP_ſYS_ADMIN"]"#, true),
        (#"["cap_ſys_admin"]"#, true), (#"["ŞYS_ADMIN"]"#, false), (#"["SYS_ADMİN"]"#, false), (#"["SYS_ADMi\u0307N"]"#, false),
        (#"["ẛYS_ADMIN"]"#, false), (#"["ſſYS_ADMIN"]"#, false), (#"["CAP_CAP_ſYS_ADMIN"]"#, false), (#"["ſ"]"#, false),
        (#"["WALL"]"#, false), (#"["CAP_"]"#, false), (#"[""]"#, false), ("[]", false), ("null", false),
    ])
    func `CapSysAdmin fails for SYS_ADMIN and for ALL`(list: String, fires: Bool) throws {
        let subject = try ScoringSubject.container(#"{"capabilities": {"add": \#(list)}}"#)
        #expect(Ruleset.podscoreV1.holds("CapSysAdmin", subject) == !fires)
    }

    @Test(arguments: [
        (#"["ALL"]"#, true, true), (#"["all"]"#, true, true), (#"["NET_RAW", "All"]"#, true, true),
        (#"["NET_RAW"]"#, false, true), (#"["WALLCLOCK"]"#, false, true), (#"["NET_ALLOW"]"#, false, true),
        (#"["CAP_ALL"]"#, false, true), (#"[""]"#, false, false), ("[]", false, false), ("null", false, false),
    ])
    func `CapDropAll holds only if ALL is dropped`(list: String, all: Bool, any: Bool) throws {
        let subject = try ScoringSubject.container(#"{"capabilities": {"drop": \#(list)}}"#)
        #expect(Ruleset.podscoreV1.holds("CapDropAll", subject) == all)
        #expect(Ruleset.podscoreV1.holds("CapDropAny", subject) == any)
    }

    @Test(
        arguments: [
            (#"["NET_ADMIN"]"#, "remove NET_ADMIN from securityContext.capabilities.add", nil),
            (
                #"["chown", "cap_sys_ptrace", "BPF", "net_admin"]"#,
                "remove SYS_PTRACE, BPF and NET_ADMIN from securityContext.capabilities.add", nil
            ),
            (#"["ſys_ptrace", "CAP_NET_ADMıN"]"#, "remove SYS_PTRACE and NET_ADMIN from securityContext.capabilities.add", nil),
            (#"["ſYſ_ADMıN"]"#, nil, "remove SYS_ADMIN from securityContext.capabilities.add"),
            (#"["SYS_ADMIN"]"#, nil, "remove SYS_ADMIN from securityContext.capabilities.add"),
            (
                #"["all", "SYS_ADMIN"]"#, "remove ALL from securityContext.capabilities.add",
                "remove SYS_ADMIN and ALL from securityContext.capabilities.add"
            ),
        ] as [(String, String?, String?)]
    )
    func `The fix names the capabilities to remove`(list: String, dangerous: String?, sysAdmin: String?) throws {
        let subject = try ScoringSubject.container(#"{"capabilities": {"add": \#(list)}}"#)
        for (rule, fix) in [("CapDangerous", dangerous), ("CapSysAdmin", sysAdmin)] {
            let findings: [Finding] =
                if case .fails(let findings) = Scorer(.podscoreV1).score(subject).outcome(ofRule: rule) { findings } else { [] }
            #expect(findings.map(\.fix) == (fix.map { [$0] } ?? []), "\(rule)")
        }
    }

    @Test func `Fixes under kubesec's rulesets do not name capabilities`() throws {
        let subject = try ScoringSubject.container(#"{"capabilities": {"add": ["SYS_ADMIN"]}}"#)
        for ruleset in [Ruleset.kubesecV2, .kubesecV20] {
            guard case .fails(let findings) = Scorer(ruleset).score(subject).outcome(ofRule: "CapSysAdmin") else {
                Issue.record("\(ruleset.name)")
                continue
            }
            #expect(findings.allSatisfy { $0.fix == nil })
        }
    }

    @Test func `kubesec does not know other letters than those of ASCII`() throws {
        let subject = try ScoringSubject.container(#"{"capabilities": {"add": ["ſYS_ADMIN"]}}"#)
        #expect(Ruleset.kubesecV2.holds("CapSysAdmin", subject))
        #expect(Ruleset.kubesecV20.holds("CapSysAdmin", subject))
    }

    @Test(
        arguments: [
            (["kernel.msgmax"], "kernel.msgmax"), (["net/core/somaxconn", "kernel.shm_rmid_forced"], "net/core/somaxconn"),
            (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"), (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
            (["a", "b c"], "a and 1 more"), (["a b"], nil), ([""], nil), ([String(repeating: "a", count: 65)], nil), (["é"], nil),
        ] as [([String], String?)]
    )
    func `UnsafeSysctl names the parameters that a message can show`(names: [String], named: String?) throws {
        let sysctls = names.map { #"{"name": "\#($0)", "value": "1"}"# }.joined(separator: ", ")
        let subject = try ScoringSubject.pod(#"{"securityContext": {"sysctls": [\#(sysctls)]}, "containers": [{"name": "a"}]}"#)
        guard case .fails(let findings) = Scorer(.podscoreV1).score(subject).outcome(ofRule: "UnsafeSysctl") else {
            Issue.record("it does not fire")
            return
        }
        #expect(findings.allSatisfy { $0.fix == named.map { "remove \($0) from securityContext.sysctls" } })
        #expect(findings.count == names.count { $0 != "kernel.shm_rmid_forced" })
    }

    @Test(arguments: [
        "SYS_MODULE", "SYS_RAWIO", "SYS_PTRACE", "SYS_BOOT", "BPF", "PERFMON", "DAC_READ_SEARCH", "NET_ADMIN", "MAC_ADMIN", "MAC_OVERRIDE",
        "ALL",
    ])
    func `CapDangerous fails for each name in any spelling of a container runtime`(name: String) throws {
        let otherLetters = name.map { $0 == "S" ? "ſ" : $0 == "I" ? "ı" : String($0) }.joined()
        let spellings = [name, name.lowercased(), otherLetters, otherLetters.lowercased()]
        for spelling in spellings.flatMap({ [$0, "CAP_" + $0, "cap_" + $0] }) {
            let subject = try ScoringSubject.container(#"{"capabilities": {"add": ["CHOWN", "\#(spelling)"]}}"#)
            #expect(!Ruleset.podscoreV1.holds("CapDangerous", subject), "\(spelling)")
            #expect(Ruleset.podscoreV1.holds("CapSysAdmin", subject) == (name != "ALL"), "\(spelling)")
        }
    }

    @Test(arguments: [
        "SYS_ADMIN", "NET_RAW", "SYS_TIME", "DAC_OVERRIDE", "BPF ", "CAP_CAP_BPF", "XBPF", "", "ſYS_ADMIN", "ŞYS_BOOT", "NET_ADMİN", "NETſ",
    ])
    func `CapDangerous holds for other names`(name: String) throws {
        let subject = try ScoringSubject.container(#"{"capabilities": {"add": ["\#(name)"]}}"#)
        #expect(Ruleset.podscoreV1.holds("CapDangerous", subject))
    }
}
