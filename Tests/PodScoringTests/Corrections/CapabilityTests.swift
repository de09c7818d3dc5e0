import PodScoring
import Testing

/// Correction 5: capabilities are names, not letters.
@Suite struct CapabilityTests {
    @Test(arguments: [
        (#"["SYS_ADMIN"]"#, true), (#"["sys_admin"]"#, true), (#"["CAP_SYS_ADMIN"]"#, true), (#"["cap_Sys_Admin"]"#, true),
        (#"["ALL"]"#, true), (#"["all"]"#, true), (#"["CAP_ALL"]"#, true), (#"["NET_ADMIN", "SYS_ADMIN"]"#, true),
        (#"["XSYS_ADMINX"]"#, false), (#"["SYS_ADMIN "]"#, false), (#"["CAP_CAP_SYS_ADMIN"]"#, false), (#"["NET_ADMIN"]"#, false),
        (#"["WALL"]"#, false), (#"["CAP_"]"#, false), (#"[""]"#, false), ("[]", false), ("null", false),
    ])
    func `CapSysAdmin fires for the name and for all`(list: String, fires: Bool) throws {
        let subject = try ScoringSubject.container(#"{"capabilities": {"add": \#(list)}}"#)
        #expect(Ruleset.podscoreV1.holds("CapSysAdmin", subject) == !fires)
    }

    @Test(arguments: [
        (#"["ALL"]"#, true, true), (#"["all"]"#, true, true), (#"["NET_RAW", "All"]"#, true, true),
        (#"["NET_RAW"]"#, false, true), (#"["WALLCLOCK"]"#, false, true), (#"["NET_ALLOW"]"#, false, true),
        (#"["CAP_ALL"]"#, false, true), (#"[""]"#, false, false), ("[]", false, false), ("null", false, false),
    ])
    func `Only dropping ALL drops all`(list: String, all: Bool, any: Bool) throws {
        let subject = try ScoringSubject.container(#"{"capabilities": {"drop": \#(list)}}"#)
        #expect(Ruleset.podscoreV1.holds("CapDropAll", subject) == all)
        #expect(Ruleset.podscoreV1.holds("CapDropAny", subject) == any)
    }

    @Test(arguments: [
        "SYS_MODULE", "SYS_RAWIO", "SYS_PTRACE", "SYS_BOOT", "BPF", "PERFMON", "DAC_READ_SEARCH", "NET_ADMIN", "MAC_ADMIN", "MAC_OVERRIDE",
        "ALL",
    ])
    func `CapDangerous fires for each name, as any runtime takes it`(name: String) throws {
        for spelling in [name, name.lowercased(), "CAP_" + name, "cap_" + name.lowercased()] {
            let subject = try ScoringSubject.container(#"{"capabilities": {"add": ["CHOWN", "\#(spelling)"]}}"#)
            #expect(!Ruleset.podscoreV1.holds("CapDangerous", subject), "\(spelling)")
            #expect(Ruleset.podscoreV1.holds("CapSysAdmin", subject) == (name != "ALL"), "\(spelling)")
        }
    }

    @Test(arguments: ["SYS_ADMIN", "NET_RAW", "SYS_TIME", "DAC_OVERRIDE", "BPF ", "CAP_CAP_BPF", "XBPF", ""])
    func `CapDangerous leaves other names alone`(name: String) throws {
        let subject = try ScoringSubject.container(#"{"capabilities": {"add": ["\#(name)"]}}"#)
        #expect(Ruleset.podscoreV1.holds("CapDangerous", subject))
    }
}
